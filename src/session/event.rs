//! What the tasks of a call report back to its driver.

use agents::{ProviderError, asr::Transcript, llm::ChatEvent};
use call::{
    conversation::CallControl,
    io::{AskId, ClauseId, TurnId},
    record::Failure,
};
use media::frame::MediaTime;

/// One report.
#[derive(Debug)]
pub(super) enum Event {
    TurnEnd {
        turn: TurnId,
        probability: Option<f32>,
    },
    /// `from`: where the transcribed audio began, in media time.
    Transcript {
        turn: TurnId,
        from: MediaTime,
        transcript: Transcript,
    },
    RecognizerFailed {
        turn: TurnId,
        error: ProviderError,
    },
    Chat {
        ask: AskId,
        event: ChatEvent,
    },
    ChatFailed {
        ask: AskId,
        error: ProviderError,
    },
    Tool {
        id: String,
        content: String,
        control: Option<CallControl>,
    },
    Audio {
        clause: ClauseId,
        samples: Vec<i16>,
    },
    AudioFinished {
        clause: ClauseId,
    },
    SpeechFailed {
        clause: ClauseId,
        error: ProviderError,
    },
}

/// A provider's failure as the CDR keeps it.
pub(super) fn failure(error: &ProviderError) -> Failure {
    Failure {
        provider: error.provider.clone(),
        stage: error.stage.as_str().to_owned(),
        code: error.fault.code(),
    }
}
