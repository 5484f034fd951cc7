//! Speech synthesis: a clause in, audio out, streamed.

use futures_util::stream::BoxStream;

use crate::ProviderError;

/// Speaks text with one voice. Shared by all calls that use the voice.
pub trait SpeechSynthesizer: Send + Sync + 'static {
    /// Provider and voice for CDRs and metrics, such as `piper:en_US-joe-medium`.
    fn name(&self) -> &str;

    /// Streams `text` (one clause or sentence) as 8 kHz mono samples, in order and complete:
    /// no tail is held back at the end. Dropping the stream cancels the work.
    fn speak(&self, text: &str) -> BoxStream<'static, Result<Vec<i16>, ProviderError>>;
}
