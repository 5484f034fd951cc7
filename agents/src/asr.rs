//! Speech recognition: caller audio in, text out.

use std::sync::Arc;

use futures_util::future::BoxFuture;

use crate::ProviderError;

/// Opens one [`Recognition`] per utterance. Shared by all calls.
pub trait SpeechRecognizer: Send + Sync + 'static {
    /// Provider name for CDRs and metrics, such as `whisper:tiny.en`.
    fn name(&self) -> &str;

    /// The same recognizer for a conversation in which these words are likely: names of services,
    /// words of the trade. `None`: it cannot be told.
    fn expecting(&self, _words: &[String]) -> Option<Arc<dyn SpeechRecognizer>> {
        None
    }

    /// Begins to listen to one utterance. Cheap; never blocks.
    fn begin(&self) -> Box<dyn Recognition>;
}

/// One utterance being listened to. Dropping it cancels whatever runs for it.
pub trait Recognition: Send {
    /// Appends caller audio: 8 kHz mono samples, in order.
    fn push(&mut self, samples: &[i16]);

    /// The transcript of everything pushed so far. May be asked more than once: it is called
    /// when the caller pauses, and again only if they went on. Dropping the future cancels it.
    fn transcript(&mut self) -> BoxFuture<'_, Result<Transcript, ProviderError>>;
}

/// What was said in an utterance.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Transcript {
    /// Trimmed text; empty when nothing was understood.
    pub text: String,
    /// 0.0 to 1.0 where the provider tells it.
    pub confidence: Option<f32>,
    /// Times within the pushed audio, in ms, where the provider tells them.
    pub words: Vec<Word>,
}

/// One word and when it was said, in ms from the first pushed sample.
#[derive(Debug, Clone, PartialEq)]
pub struct Word {
    pub text: String,
    pub start_ms: u32,
    pub end_ms: u32,
}
