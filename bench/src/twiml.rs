//! TwiML, as far as it may be sent to this caller: parsed into typed verbs and held against what
//! Twilio documents, so that running a call is a conformance check too.
//!
//! Strict on purpose: a verb, noun or attribute that is not known here is an error that names it.
//! Contract: Twilio's TwiML reference and the attributes of `twilio-node`'s `VoiceResponse`. Runs
//! nothing.

mod element;
mod error;
mod parse;
mod stream;
mod verb;

pub use error::TwimlError;
pub use parse::parse;
pub use stream::Stream;
pub use verb::{Dial, Gather, Method, Record, RejectReason, Say, Target, Verb};
