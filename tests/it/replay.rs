//! Recorded calls, held again by the program that is under test.
//!
//! `logs/` holds calls that the other tests of this folder placed, with the inputs that `trunkline
//! serve --record-inputs` wrote of them. A change of the conversation that is meant shows here as a
//! difference. Look at it, then renew what is expected and commit it with the change:
//!
//! ```sh
//! trunkline replay --renew tests/it/replay/logs/*
//! ```
//!
//! Renewing keeps the inputs. When these no longer fit, because other ids or marks come back than
//! the machine gives out, record the call anew.

mod command;
mod live;

pub(crate) use live::{assert_replays, logs};
