//! What went wrong with a provider, in the terms a CDR keeps: who, at which stage, how.

/// The stage of a turn at which a provider works.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Stage {
    Vad,
    Asr,
    TurnEnd,
    Llm,
    Tts,
}

impl Stage {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Vad => "vad",
            Self::Asr => "asr",
            Self::TurnEnd => "turn_end",
            Self::Llm => "llm",
            Self::Tts => "tts",
        }
    }
}

/// How a provider failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProviderFault {
    /// No connection could be made.
    Unreachable,
    /// It did not answer within its deadline.
    TimedOut,
    /// It answered with an error; the HTTP status where there is one.
    Refused { status: Option<u16> },
    /// The answer broke off in the middle.
    Dropped,
    /// Its queue is full; nothing was started.
    Busy,
    /// It answered something that cannot be understood.
    Invalid,
}

impl ProviderFault {
    /// A stable code for CDRs and metrics, such as `timed_out` or `refused_503`.
    pub fn code(&self) -> String {
        match self {
            Self::Unreachable => "unreachable".into(),
            Self::TimedOut => "timed_out".into(),
            Self::Refused {
                status: Some(status),
            } => format!("refused_{status}"),
            Self::Refused { status: None } => "refused".into(),
            Self::Dropped => "dropped".into(),
            Self::Busy => "busy".into(),
            Self::Invalid => "invalid".into(),
        }
    }
}

/// A provider's failure. `detail` may be logged; it never holds a secret or a transcript.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{provider} ({}): {}: {detail}", stage.as_str(), fault.code())]
pub struct ProviderError {
    pub provider: String,
    pub stage: Stage,
    pub fault: ProviderFault,
    pub detail: String,
}
