//! The minds outside a call: recognizers, chat models, synthesizers, turn-end models, and the
//! tools they may ask for.
//!
//! This crate holds the traits, the offline [`receptionist`] and the deterministic [`scripted`]
//! fakes. Adapters that are heavy to build are crates of their own below this folder and never
//! import each other. Nothing here knows the store or the carrier.

pub mod asr;
pub mod brief;
pub mod error;
pub mod llm;
pub mod receptionist;
pub mod scripted;
pub mod tools;
pub mod tts;
pub mod turn_end;
pub mod vad;

pub use error::{ProviderError, ProviderFault, Stage};
