//! Speech on this machine: whisper listens, Silero and smart-turn judge, Piper or Kokoro speak.
//!
//! Each adapter implements a trait of `agents`. Model threads are pools of their own with bounded
//! queues, apart from the audio path: nothing here ever blocks the task that owns a call. One
//! onnxruntime per process, one session per worker, never one per call.
//!
//! [`LocalSpeech::load`] opens everything that a node needs. Knows no carrier, no tenant, no
//! store, and never downloads: a missing model is an error that names the command.

mod cache;
mod clauses;
mod dsp;
mod error;
mod features;
mod jobs;
mod kokoro;
mod letters;
mod loudness;
mod paths;
mod phonemes;
mod piper;
mod runtime;
mod silero;
mod smart_turn;
mod speaker;
mod speech;
mod spoken;
mod voices;
mod whisper;

#[cfg(test)]
mod tests;

pub use cache::PhraseCache;
pub use error::LoadError;
pub use jobs::PoolSize;
pub use kokoro::KokoroVoice;
pub use paths::{ModelPaths, WHISPER, default_models_dir};
pub use phonemes::G2p;
pub use runtime::OnnxRuntime;
pub use silero::Silero;
pub use smart_turn::SmartTurn;
pub use speaker::LocalVoice;
pub use speech::{LocalSpeech, LocalSpeechOptions};
pub use voices::{VoiceBudget, VoiceChoice, VoiceWish, Voices, choose_voice};
pub use whisper::Whisper;
