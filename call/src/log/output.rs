//! An output as it stands in a log: audio as its digest, everything else in full.

use serde::Serialize;
use serde_json::Value;

use super::encoding::{digest, digest_of_samples};
use crate::{
    conversation::{Message, ToolCall},
    io::{AskId, ClauseId, Output, Recognize, TurnId},
    record::{CallEvent, CallSummary, TurnRecord},
};

/// [`Output`] for the log; each variant stands for the one of the same name.
#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum LoggedOutput<'a> {
    CallerFrame {
        at: u64,
        audio: String,
    },
    AgentHeard {
        at: u64,
        utterance: u64,
        samples: usize,
        audio: String,
    },
    SendMedia(String),
    SendMark(String),
    SendClear,
    Recognize(Recognize),
    JudgeTurnEnd {
        turn: TurnId,
    },
    Ask {
        ask: AskId,
        messages: &'a [Message],
    },
    CancelAsk {
        ask: AskId,
    },
    Speak {
        clause: ClauseId,
        text: &'a str,
    },
    CancelSpeech {
        from: ClauseId,
    },
    RunTool(&'a ToolCall),
    TurnDone(&'a TurnRecord),
    Event(&'a CallEvent),
    Ended(&'a CallSummary),
}

impl<'a> From<&'a Output> for LoggedOutput<'a> {
    fn from(output: &'a Output) -> Self {
        match output {
            Output::CallerFrame(frame) => Self::CallerFrame {
                at: frame.at.0,
                audio: digest_of_samples(&frame.samples),
            },
            Output::AgentHeard(played) => Self::AgentHeard {
                at: played.at.0,
                utterance: played.utterance.0,
                samples: played.samples().len(),
                audio: digest_of_samples(played.samples()),
            },
            Output::SendMedia(payload) => Self::SendMedia(digest(*payload)),
            Output::SendMark(name) => Self::SendMark(name.to_string()),
            Output::SendClear => Self::SendClear,
            Output::Recognize(recognize) => Self::Recognize(*recognize),
            Output::JudgeTurnEnd { turn } => Self::JudgeTurnEnd { turn: *turn },
            Output::Ask { ask, messages } => Self::Ask {
                ask: *ask,
                messages,
            },
            Output::CancelAsk { ask } => Self::CancelAsk { ask: *ask },
            Output::Speak { clause, text } => Self::Speak {
                clause: *clause,
                text,
            },
            Output::CancelSpeech { from } => Self::CancelSpeech { from: *from },
            Output::RunTool(call) => Self::RunTool(call),
            Output::TurnDone(turn) => Self::TurnDone(turn),
            Output::Event(event) => Self::Event(event),
            Output::Ended(summary) => Self::Ended(summary),
        }
    }
}

/// The output as a log that is read back holds it.
pub(super) fn value_of(output: &Output) -> Result<Value, serde_json::Error> {
    // By way of the text: a float is as the log has it, not as f64 widens it.
    serde_json::from_str(&serde_json::to_string(&LoggedOutput::from(output))?)
}
