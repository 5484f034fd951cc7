//! A live call: one task that owns one [`call::Call`], and the tasks that work for it.
//!
//! ```text
//!             frames                 commands                    facts
//!   stream ──────────▶ driver ───────────────────▶ listener ┐
//!          ◀──────────  (owns   ─▶ mind ─▶ speaker          ├─▶ events back to the driver
//!             frames     Call)  ─▶ recorder ─▶ keeper ─▶ store
//! ```
//!
//! Every channel is bounded; what happens when one is full is said where it is made. The audio
//! path (stream, driver) never waits for a model or for the database.

pub mod brief;
mod caller_audio;
pub mod choice;
pub mod drain;
pub mod driver;
pub(crate) mod echo;
mod event;
pub(crate) mod goodbye;
pub mod input_log;
pub(crate) mod keeper;
pub mod line;
mod listener;
mod mind;
pub mod providers;
pub mod recorder;
pub mod registry;
mod speaker;
pub mod tools;
pub mod typed;
pub mod watched;
mod wire;
