//! The verbs and nouns that this caller runs, as values. Times are as the attributes give them:
//! whole seconds.

use std::time::Duration;

use super::Stream;

/// One instruction of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verb {
    Say(Say),
    /// Plays a file, or keys when `digits` is set.
    Play {
        url: String,
        digits: Option<String>,
    },
    Pause(Duration),
    Gather(Gather),
    Dial(Dial),
    Record(Record),
    Redirect {
        url: String,
        method: Method,
    },
    Hangup,
    Reject(RejectReason),
    /// `<Connect><Stream>`: a bidirectional media stream.
    Connect {
        action: Option<String>,
        stream: Stream,
    },
}

impl Verb {
    /// The name of its element.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Say(_) => "Say",
            Self::Play { .. } => "Play",
            Self::Pause(_) => "Pause",
            Self::Gather(_) => "Gather",
            Self::Dial(_) => "Dial",
            Self::Record(_) => "Record",
            Self::Redirect { .. } => "Redirect",
            Self::Hangup => "Hangup",
            Self::Reject(_) => "Reject",
            Self::Connect { .. } => "Connect",
        }
    }
}

/// Text spoken by Twilio's own voice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Say {
    pub text: String,
    pub voice: Option<String>,
    pub language: Option<String>,
}

/// Collects keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gather {
    /// Where the keys go; without it, to the URL of the document.
    pub action: Option<String>,
    pub method: Method,
    pub num_digits: Option<usize>,
    /// Ends the input and is not part of it; `None` when no key does.
    pub finish_on_key: Option<char>,
    pub timeout: Duration,
    pub action_on_empty_result: bool,
    /// Say, Play and Pause only.
    pub prompts: Vec<Verb>,
}

/// Connects the caller to somebody else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dial {
    pub action: Option<String>,
    pub method: Method,
    pub caller_id: Option<String>,
    pub timeout: Duration,
    pub record: Option<String>,
    pub recording_status_callback: Option<String>,
    /// At least one.
    pub targets: Vec<Target>,
}

/// Whom a `<Dial>` calls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    Number(String),
    Sip(String),
}

/// Records the caller.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    pub action: Option<String>,
    pub method: Method,
    pub max_length: Duration,
    pub recording_status_callback: Option<String>,
}

/// How an action URL is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Method {
    #[default]
    Post,
    Get,
}

/// What the caller hears when a call is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum RejectReason {
    #[default]
    Rejected,
    Busy,
}
