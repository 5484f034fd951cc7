//! Semantic end of turn: does it sound as if the caller has finished?

use futures_util::future::BoxFuture;

use crate::ProviderError;

/// Judges from sound alone whether a turn is complete. One voice in the decision, never the only
/// one: complete turns are recognised well, cut ones are often called complete too.
pub trait TurnEnd: Send + Sync + 'static {
    fn name(&self) -> &str;

    /// The probability (0.0 to 1.0) that the caller has finished. `audio`: 8 kHz mono samples of
    /// the turn so far; only its last 8 s are looked at.
    fn completion(&self, audio: Vec<i16>) -> BoxFuture<'static, Result<f32, ProviderError>>;
}
