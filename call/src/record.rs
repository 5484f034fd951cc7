//! What is kept of a call: turns with their times, events, and how it ended.
//!
//! Times are milliseconds of media time: since the stream began.

use serde::{Deserialize, Serialize};

use crate::resume::Resume;

/// Who spoke.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Speaker {
    Caller,
    Agent,
}

/// One word and when it was said, in ms since the stream began.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WordTime {
    pub text: String,
    pub start_ms: u64,
    pub end_ms: u64,
}

/// One party's whole say.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TurnRecord {
    /// From 0, in the order in which turns ended.
    pub seq: u32,
    pub speaker: Speaker,
    /// What was said; for the agent, what the caller heard of it.
    pub text: String,
    /// What the agent was going to say; empty for the caller.
    pub generated: String,
    pub start_ms: u64,
    pub end_ms: u64,
    pub confidence: Option<f32>,
    pub words: Vec<WordTime>,
    /// The caller spoke over the rest of it.
    pub interrupted: bool,
    pub latency: Latency,
    pub tokens_in: u32,
    pub tokens_out: u32,
}

impl TurnRecord {
    /// Lets its times count on from `ms`: of a stream that followed another of its call.
    pub fn count_on_from(&mut self, ms: u64) {
        self.start_ms += ms;
        self.end_ms += ms;
        for word in &mut self.words {
            word.start_ms += ms;
            word.end_ms += ms;
        }
        let Latency {
            speech_end_ms,
            endpoint_ms,
            asr_final_ms,
            llm_first_token_ms,
            tts_first_byte_ms,
            first_frame_ms,
            mark_ms,
        } = &mut self.latency;
        let stages = [
            speech_end_ms,
            endpoint_ms,
            asr_final_ms,
            llm_first_token_ms,
            tts_first_byte_ms,
            first_frame_ms,
            mark_ms,
        ];
        for at in stages.into_iter().flatten() {
            *at += ms;
        }
    }
}

/// The stages between the end of the caller's speech and our voice in their ear, each in ms
/// since the stream began. A stage that did not happen is `None`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Latency {
    /// The caller's last sound.
    pub speech_end_ms: Option<u64>,
    /// We decided that the turn was over.
    pub endpoint_ms: Option<u64>,
    /// The final transcript was there.
    pub asr_final_ms: Option<u64>,
    /// First word of the answer.
    pub llm_first_token_ms: Option<u64>,
    /// First audio of the answer.
    pub tts_first_byte_ms: Option<u64>,
    /// First frame of the answer on the wire.
    pub first_frame_ms: Option<u64>,
    /// First proof that the caller heard it.
    pub mark_ms: Option<u64>,
}

impl Latency {
    /// End of speech to first frame out.
    pub fn total_ms(&self) -> Option<u64> {
        Some(self.first_frame_ms?.saturating_sub(self.speech_end_ms?))
    }
}

/// A provider failed: who, at which stage, with which code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    pub provider: String,
    /// `asr`, `llm`, `tts`, `tool`.
    pub stage: String,
    /// Such as `timed_out` or `refused_503`.
    pub code: String,
}

/// Something worth keeping beside the turns.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CallEvent {
    pub at_ms: u64,
    pub kind: EventKind,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum EventKind {
    StreamStarted,
    /// Keys pressed by the caller.
    Dtmf {
        digits: String,
    },
    /// The caller took the word: from the decision to the `clear` no time passes.
    BargeIn {
        turn: u64,
    },
    /// A barge-in that proved to be noise or a backchannel; we went on.
    FalseInterruption {
        turn: u64,
    },
    ToolCalled {
        name: String,
    },
    ToolAnswered {
        name: String,
        ok: bool,
    },
    NoInput {
        count: u32,
    },
    ProviderFailed {
        failure: Failure,
    },
    /// A wait ran out.
    DeadlineMissed {
        what: String,
    },
    /// Not all of the caller's audio came, or not in order. Told once, when the call is over.
    AudioFaults {
        /// Replaced by silence.
        lost_ms: u64,
        /// Messages that came twice, or whose place was taken.
        duplicated: u64,
        /// Messages that came after later ones.
        reordered: u64,
        /// Messages whose clock could not be true.
        bad_timestamps: u64,
    },
    /// The conversation stood still though it was nobody's turn to wait.
    Stalled {
        what: Stall,
    },
}

/// What stood still.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stall {
    /// The agent was to be speaking, and nothing went out.
    Speaking,
    /// The caller's sound stopped coming, though the stream is open.
    Media,
    /// The caller's sound came, and nobody judged whether it is speech.
    Judgement,
    /// The caller's turn did not end.
    Turn,
}

impl Stall {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Speaking => "speaking",
            Self::Media => "media",
            Self::Judgement => "judgement",
            Self::Turn => "turn",
        }
    }
}

impl EventKind {
    /// The stored name of the kind.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::StreamStarted => "stream_started",
            Self::Dtmf { .. } => "dtmf",
            Self::BargeIn { .. } => "barge_in",
            Self::FalseInterruption { .. } => "false_interruption",
            Self::ToolCalled { .. } => "tool_called",
            Self::ToolAnswered { .. } => "tool_answered",
            Self::NoInput { .. } => "no_input",
            Self::ProviderFailed { .. } => "provider_failed",
            Self::DeadlineMissed { .. } => "deadline_missed",
            Self::AudioFaults { .. } => "audio_faults",
            Self::Stalled { .. } => "stalled",
        }
    }
}

/// Why a conversation ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EndReason {
    CallerHungUp,
    AgentHungUp,
    Transferred,
    Voicemail,
    NoInput,
    MaxDuration,
    /// A provider is gone; the caller goes to the tenant's fallback.
    AgentUnavailable,
    /// An operator ended it.
    Operator,
    /// The socket broke.
    StreamLost,
    /// A forwarded leg took place and is over.
    Forwarded,
    /// Nobody answered the forwarded leg.
    Unanswered,
    /// A menu led to its end.
    MenuEnded,
    /// The dialled number belongs to nobody.
    NumberUnassigned,
    /// The tenant is suspended or cancelled.
    TenantUnavailable,
    /// The line lacks what its mode needs, such as a number to forward to.
    Misconfigured,
    /// The carrier could not hold the call.
    CarrierFailed,
    /// No conversation could be had: as many as may be were held already.
    Overflow,
    /// The conversation goes on in another stream; never how a call ends.
    HandedOver,
    /// The node was being stopped, and no other went on with the call.
    NodeDraining,
    /// The node that held the call is gone.
    NodeLost,
    /// Nothing was heard of the call for longer than it can have lasted where it was.
    Abandoned,
    /// The database could not be reached, so the call could not be answered or led on.
    DatabaseAway,
}

impl EndReason {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::CallerHungUp => "caller_hung_up",
            Self::AgentHungUp => "agent_hung_up",
            Self::Transferred => "transferred",
            Self::Voicemail => "voicemail",
            Self::NoInput => "no_input",
            Self::MaxDuration => "max_duration",
            Self::AgentUnavailable => "agent_unavailable",
            Self::Operator => "operator",
            Self::StreamLost => "stream_lost",
            Self::Forwarded => "forwarded",
            Self::Unanswered => "unanswered",
            Self::MenuEnded => "menu_ended",
            Self::NumberUnassigned => "number_unassigned",
            Self::TenantUnavailable => "tenant_unavailable",
            Self::Misconfigured => "misconfigured",
            Self::CarrierFailed => "carrier_failed",
            Self::Overflow => "overflow",
            Self::HandedOver => "handed_over",
            Self::NodeDraining => "node_draining",
            Self::NodeLost => "node_lost",
            Self::Abandoned => "abandoned",
            Self::DatabaseAway => "database_away",
        }
    }
}

/// What the carrier shall do with the caller after the stream.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum NextAction {
    HangUp,
    /// Open another stream and go on.
    Reconnect,
    /// Dial the tenant's transfer target.
    Transfer,
    Voicemail,
    /// The tenant's fallback; `apologise` when our own voice could not say so.
    Fallback {
        apologise: bool,
    },
}

/// How a conversation ended, for the CDR.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CallSummary {
    pub reason: EndReason,
    pub next: NextAction,
    pub duration_ms: u64,
    pub barge_ins: u32,
    pub failure: Option<Failure>,
    /// End of speech to first frame out, one for each answered turn, in ms.
    pub latencies_ms: Vec<u64>,
    /// What goes on in another stream; the call itself is not over then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resume: Option<Box<Resume>>,
}
