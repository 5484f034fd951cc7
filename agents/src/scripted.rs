//! Deterministic fakes of every provider, with a script, delays and failures on demand.
//!
//! Public, so that every crate above tests against the same ones. They wait by `tokio::time`
//! only: under paused time an hour of conversation takes milliseconds. They look at no clock and
//! draw no random number: the same script gives the same call.

mod asr;
mod llm;
mod trouble;
mod tts;
mod turn_end;
mod vad;

pub use asr::ScriptedRecognizer;
pub use llm::{ScriptedAnswer, ScriptedChat};
pub use trouble::{Calls, Trouble};
pub use tts::{ScriptedSynthesizer, Sound};
pub use turn_end::ScriptedTurnEnd;
pub use vad::EnergyVad;
