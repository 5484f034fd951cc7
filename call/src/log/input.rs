//! An input that owns what it holds, so that it can wait to be written, or be read back.

use media::{dtmf::Digit, frame::MediaTime};
use serde::{Deserialize, Serialize};

use super::encoding::{bytes, float, samples, text};
use crate::{
    conversation::{CallControl, Expecting, ToolCall},
    io::{AskId, ClauseId, Command, Input, Part, StreamEnd, TurnId},
    record::{Failure, WordTime},
};

/// [`Input`], owned. Each variant means what the one of the same name means there.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum OwnedInput {
    Started,
    Media {
        timestamp_ms: u64,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        chunk: Option<u64>,
        #[serde(with = "bytes")]
        payload: Vec<u8>,
    },
    Digit(#[serde(with = "text")] Digit),
    Mark(String),
    StreamEnded(StreamEnd),
    SpeechProbability {
        /// Samples since the stream began.
        until: u64,
        window_samples: u64,
        #[serde(with = "float")]
        probability: f32,
    },
    TurnEndJudged {
        turn: TurnId,
        #[serde(with = "float::option")]
        probability: Option<f32>,
    },
    Transcript {
        turn: Option<TurnId>,
        part: Part,
        text: String,
        #[serde(with = "float::option")]
        confidence: Option<f32>,
        words: Vec<WordTime>,
    },
    RecognizerFailed {
        turn: TurnId,
        failure: Failure,
    },
    ChatText {
        ask: AskId,
        text: String,
    },
    ChatToolCall {
        ask: AskId,
        call: ToolCall,
    },
    ChatExpects {
        ask: AskId,
        expecting: Expecting,
    },
    ChatFinished {
        ask: AskId,
        tokens_in: u32,
        tokens_out: u32,
    },
    ChatFailed {
        ask: AskId,
        failure: Failure,
    },
    ToolAnswered {
        id: String,
        content: String,
        control: Option<CallControl>,
    },
    SpeechAudio {
        clause: ClauseId,
        #[serde(with = "samples")]
        samples: Vec<i16>,
    },
    SpeechFinished {
        clause: ClauseId,
    },
    SpeechFailed {
        clause: ClauseId,
        failure: Failure,
    },
    Command(Command),
    Timeout,
}

impl From<&Input<'_>> for OwnedInput {
    fn from(input: &Input<'_>) -> Self {
        match input.clone() {
            Input::Started => Self::Started,
            Input::Media {
                timestamp_ms,
                chunk,
                payload,
            } => Self::Media {
                timestamp_ms,
                chunk,
                payload: payload.to_vec(),
            },
            Input::Digit(digit) => Self::Digit(digit),
            Input::Mark(name) => Self::Mark(name.to_owned()),
            Input::StreamEnded(end) => Self::StreamEnded(end),
            Input::SpeechProbability {
                until,
                window_samples,
                probability,
            } => Self::SpeechProbability {
                until: until.0,
                window_samples,
                probability,
            },
            Input::TurnEndJudged { turn, probability } => Self::TurnEndJudged { turn, probability },
            Input::Transcript {
                turn,
                part,
                text,
                confidence,
                words,
            } => Self::Transcript {
                turn,
                part,
                text: text.to_owned(),
                confidence,
                words: words.to_vec(),
            },
            Input::RecognizerFailed { turn, failure } => Self::RecognizerFailed { turn, failure },
            Input::ChatText { ask, text } => Self::ChatText {
                ask,
                text: text.to_owned(),
            },
            Input::ChatToolCall { ask, call } => Self::ChatToolCall { ask, call },
            Input::ChatExpects { ask, expecting } => Self::ChatExpects { ask, expecting },
            Input::ChatFinished {
                ask,
                tokens_in,
                tokens_out,
            } => Self::ChatFinished {
                ask,
                tokens_in,
                tokens_out,
            },
            Input::ChatFailed { ask, failure } => Self::ChatFailed { ask, failure },
            Input::ToolAnswered {
                id,
                content,
                control,
            } => Self::ToolAnswered {
                id,
                content,
                control,
            },
            Input::SpeechAudio { clause, samples } => Self::SpeechAudio {
                clause,
                samples: samples.to_vec(),
            },
            Input::SpeechFinished { clause } => Self::SpeechFinished { clause },
            Input::SpeechFailed { clause, failure } => Self::SpeechFailed { clause, failure },
            Input::Command(command) => Self::Command(command),
            Input::Timeout => Self::Timeout,
        }
    }
}

impl OwnedInput {
    /// As the machine takes it.
    pub fn as_input(&self) -> Input<'_> {
        match self {
            Self::Started => Input::Started,
            Self::Media {
                timestamp_ms,
                chunk,
                payload,
            } => Input::Media {
                timestamp_ms: *timestamp_ms,
                chunk: *chunk,
                payload,
            },
            Self::Digit(digit) => Input::Digit(*digit),
            Self::Mark(name) => Input::Mark(name),
            Self::StreamEnded(end) => Input::StreamEnded(*end),
            Self::SpeechProbability {
                until,
                window_samples,
                probability,
            } => Input::SpeechProbability {
                until: MediaTime(*until),
                window_samples: *window_samples,
                probability: *probability,
            },
            Self::TurnEndJudged { turn, probability } => Input::TurnEndJudged {
                turn: *turn,
                probability: *probability,
            },
            Self::Transcript {
                turn,
                part,
                text,
                confidence,
                words,
            } => Input::Transcript {
                turn: *turn,
                part: *part,
                text,
                confidence: *confidence,
                words,
            },
            Self::RecognizerFailed { turn, failure } => Input::RecognizerFailed {
                turn: *turn,
                failure: failure.clone(),
            },
            Self::ChatText { ask, text } => Input::ChatText { ask: *ask, text },
            Self::ChatToolCall { ask, call } => Input::ChatToolCall {
                ask: *ask,
                call: call.clone(),
            },
            Self::ChatExpects { ask, expecting } => Input::ChatExpects {
                ask: *ask,
                expecting: *expecting,
            },
            Self::ChatFinished {
                ask,
                tokens_in,
                tokens_out,
            } => Input::ChatFinished {
                ask: *ask,
                tokens_in: *tokens_in,
                tokens_out: *tokens_out,
            },
            Self::ChatFailed { ask, failure } => Input::ChatFailed {
                ask: *ask,
                failure: failure.clone(),
            },
            Self::ToolAnswered {
                id,
                content,
                control,
            } => Input::ToolAnswered {
                id: id.clone(),
                content: content.clone(),
                control: control.clone(),
            },
            Self::SpeechAudio { clause, samples } => Input::SpeechAudio {
                clause: *clause,
                samples,
            },
            Self::SpeechFinished { clause } => Input::SpeechFinished { clause: *clause },
            Self::SpeechFailed { clause, failure } => Input::SpeechFailed {
                clause: *clause,
                failure: failure.clone(),
            },
            Self::Command(command) => Input::Command(*command),
            Self::Timeout => Input::Timeout,
        }
    }
}
