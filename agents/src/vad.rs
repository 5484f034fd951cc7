//! Voice activity: how likely is it that the caller speaks just then?

use media::frame::{Frame, MediaTime};
use tokio::sync::mpsc;

/// Opens one [`VoiceActivityStream`] per call. Shared by all calls; windows of different calls
/// may be judged together.
pub trait VoiceActivity: Send + Sync + 'static {
    fn name(&self) -> &str;

    /// Begins to listen to a call. Judgements arrive on `judgements` in order, but for
    /// those that [`VoiceActivityStream::push`] gives at once; when it is full
    /// the oldest unsent one is dropped and counted, never waited for.
    fn open(&self, judgements: mpsc::Sender<SpeechProbability>) -> Box<dyn VoiceActivityStream>;
}

/// The caller's audio of one call, in order. Dropping it ends the listening.
pub trait VoiceActivityStream: Send {
    /// Takes the next frame. Never blocks. Returns a judgement that needed no thought, if there
    /// is one: it comes after all that were on the channel before, and is not on it.
    fn push(&mut self, frame: &Frame) -> Option<SpeechProbability>;
}

/// A judgement on one window of audio.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SpeechProbability {
    /// Where the window ends.
    pub until: MediaTime,
    /// 0.0 (silence, noise) to 1.0 (speech).
    pub probability: f32,
}
