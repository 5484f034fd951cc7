//! The call machine, sans IO: inputs and `now` in, outputs out.
//!
//! [`Call`] holds one spoken conversation. Its owner feeds it one [`Input`] at a time and then
//! drains it:
//!
//! ```text
//! loop {
//!     call.handle_input(input, now);            // exactly one input
//!     while let Some(output) = call.poll_output() { carry it out }
//!     sleep until call.poll_timeout(), then handle_input(Input::Timeout, now)
//! }
//! ```
//!
//! The contract: nothing happens between inputs; every wait has a deadline in one table
//! ([`timer::Timer`]); after [`Output::Ended`] nothing is emitted any more. The machine never
//! calls a provider: it emits [`Output::Recognize`], [`Output::Ask`], [`Output::Speak`], and the
//! answers return as inputs that carry the id they answer, so late answers are told apart.
//!
//! [`log`] keeps the inputs of a call, so that it can be held again. [`mode`] holds the pure rules of the other IVR modes, which need no media.
//!
//! Knows no socket, clock, database or provider.

pub mod agent;
pub mod caller;
pub mod config;
pub mod conversation;
pub mod io;
pub mod log;
mod machine;
pub mod mode;
pub mod record;
mod resume;
pub mod timer;

pub use config::CallConfig;
pub use io::{Input, Output};
pub use machine::Call;
pub use resume::Resume;
