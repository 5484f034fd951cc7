//! Everything that goes into the machine and everything that comes out.

use media::{
    dtmf::Digit,
    frame::{Frame, MediaTime},
    playout::{MarkName, PlayedFrame},
};

use serde::{Deserialize, Serialize};

use crate::{
    conversation::{CallControl, Expecting, Message, ToolCall},
    record::{CallEvent, CallSummary, Failure, TurnRecord, WordTime},
};

/// One turn of the caller, numbered from 1 within a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct TurnId(pub u64);

/// One question to the chat model, numbered from 1 within a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct AskId(pub u64);

/// One clause given to the synthesizer, numbered from 1 within a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ClauseId(pub u64);

/// Something happened.
#[derive(Debug, Clone)]
pub enum Input<'a> {
    /// The stream is open; the greeting may be spoken.
    Started,
    /// Caller audio as it came: mu-law bytes and the carrier's clock and counter.
    Media {
        timestamp_ms: u64,
        chunk: Option<u64>,
        payload: &'a [u8],
    },
    /// The caller pressed a key.
    Digit(Digit),
    /// The carrier played everything before this mark (or cleared it).
    Mark(&'a str),
    /// The stream is gone.
    StreamEnded(StreamEnd),
    /// A judgement of `window_samples` of caller audio.
    SpeechProbability {
        until: MediaTime,
        window_samples: u64,
        probability: f32,
    },
    /// The turn-end model's judgement, 0.0 to 1.0; `None` when it could not judge.
    TurnEndJudged {
        turn: TurnId,
        probability: Option<f32>,
    },
    /// The recognizer heard this. `turn` is `None` from a recognizer that speaks unasked.
    Transcript {
        turn: Option<TurnId>,
        part: Part,
        text: &'a str,
        confidence: Option<f32>,
        words: &'a [WordTime],
    },
    RecognizerFailed {
        turn: TurnId,
        failure: Failure,
    },
    ChatText {
        ask: AskId,
        text: &'a str,
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
    /// Synthesised audio of a clause, 8 kHz, in order.
    SpeechAudio {
        clause: ClauseId,
        samples: &'a [i16],
    },
    SpeechFinished {
        clause: ClauseId,
    },
    SpeechFailed {
        clause: ClauseId,
        failure: Failure,
    },
    Command(Command),
    /// A deadline that [`crate::Call::poll_timeout`] named may have passed.
    Timeout,
}

/// How much of a turn a transcript covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// May still change; only tells that words are coming.
    Interim,
    /// Final for a piece of the turn; pieces are joined.
    Segment,
    /// Final for everything said in the turn so far; replaces what came before.
    Whole,
}

/// Why a stream is gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StreamEnd {
    /// The carrier said `stop`: the caller hung up or the call was redirected.
    Stopped,
    /// The socket closed or broke without a word.
    Lost,
}

/// What an operator or the node wants of a live call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Command {
    HangUp,
    /// Close the stream so that the conversation can go on in another.
    HandOver,
}

/// Something to be done.
#[derive(Debug, Clone, PartialEq)]
pub enum Output {
    /// Caller audio in order: for voice activity, recognition and the recording.
    CallerFrame(Frame),
    /// Agent audio as the caller heard it: for the recording.
    AgentHeard(PlayedFrame),
    /// Put 20 ms of mu-law on the wire now.
    SendMedia([u8; 160]),
    SendMark(MarkName),
    /// Make the carrier drop what it has buffered.
    SendClear,
    Recognize(Recognize),
    /// Judge the turn from its sound.
    JudgeTurnEnd {
        turn: TurnId,
    },
    Ask {
        ask: AskId,
        messages: Vec<Message>,
    },
    CancelAsk {
        ask: AskId,
    },
    /// Have this said. `text` is for the voice: as it is said, not as it is written.
    Speak {
        clause: ClauseId,
        text: String,
    },
    /// Stop synthesis of this clause and all after it.
    CancelSpeech {
        from: ClauseId,
    },
    RunTool(ToolCall),
    /// Keep this turn.
    TurnDone(Box<TurnRecord>),
    /// Keep this event.
    Event(CallEvent),
    /// The conversation is over. Close the stream; nothing follows.
    Ended(Box<CallSummary>),
}

/// What the recognizer shall do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Recognize {
    /// Listen to a new turn, from this position on.
    Begin { turn: TurnId, from: MediaTime },
    /// The caller pauses: transcribe what was heard of the turn.
    Transcribe { turn: TurnId },
    /// The caller goes on: stop transcribing, listen on.
    Resume { turn: TurnId },
    /// The turn is over; forget it.
    Finish { turn: TurnId },
}
