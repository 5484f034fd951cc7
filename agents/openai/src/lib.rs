//! Any OpenAI-compatible server as recognizer, chat model and voice.
//!
//! One [`OpenAiConfig`] names one server; [`OpenAiChat`], [`OpenAiRecognizer`] and
//! [`OpenAiSpeech`] speak to it with a deadline on every wait and map everything that can go
//! wrong to a [`agents::ProviderFault`]. Nothing is retried here: on a live call a second try is
//! the caller's waiting time, so whoever owns the call decides. Knows no tenant, no store and no
//! call machine; the module `standin` is the server that the tests talk to.

mod chat;
mod config;
mod deadline;
mod fault;
mod listing;
mod recognizer;
mod speech;
#[cfg(any(test, feature = "standin"))]
pub mod standin;
mod transport;

pub use chat::OpenAiChat;
pub use config::{ConfigError, OpenAiConfig, PUBLIC_BASE_URL, Timeouts};
pub use recognizer::OpenAiRecognizer;
pub use speech::OpenAiSpeech;
