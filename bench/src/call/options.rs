//! Who calls whom, where, and what happens on the way.

use std::time::Duration;

use crate::{fault::Faults, script::CallerScript};

/// All about one call.
#[derive(Debug, Clone)]
pub struct CallOptions {
    /// Where the server listens: `http://127.0.0.1:8080`.
    pub base_url: String,
    /// What the server calls itself towards Twilio, and so what is signed; `base_url` if `None`.
    pub public_origin: Option<String>,
    pub auth_token: String,
    pub account_sid: String,
    /// A number in E.164, or what else a carrier tells: `anonymous`, `sip:…`.
    pub from: String,
    pub to: String,
    pub script: CallerScript,
    /// What becomes of each `<Dial>` in turn; nobody answers when there is none left.
    pub dial_outcomes: Vec<DialOutcome>,
    /// How long the caller speaks into a `<Record>`.
    pub voicemail: Duration,
    /// How much faster than in life verbs other than the stream pass: `<Say>`, `<Pause>`, ringing.
    /// The stream is always in real time.
    pub verb_speed: f64,
    /// Whether every sample heard and spoken stands in the report (32 kB per second).
    pub record_heard: bool,
    /// The caller hangs up after this.
    pub max_duration: Duration,
    /// Path of the webhook of an incoming call.
    pub incoming_path: String,
    /// Path of the status callback.
    pub status_path: String,
    pub faults: Faults,
}

impl CallOptions {
    /// A call without recording or faults, by a caller who says nothing.
    pub fn new(base_url: &str, auth_token: &str, from: &str, to: &str) -> Self {
        Self {
            base_url: base_url.to_owned(),
            public_origin: None,
            auth_token: auth_token.to_owned(),
            account_sid: "AC00000000000000000000000000000000".to_owned(),
            from: from.to_owned(),
            to: to.to_owned(),
            script: CallerScript::default(),
            dial_outcomes: Vec::new(),
            voicemail: Duration::from_secs(3),
            verb_speed: 50.0,
            record_heard: false,
            max_duration: Duration::from_mins(10),
            incoming_path: "/twilio/voice/incoming".to_owned(),
            status_path: "/twilio/voice/status".to_owned(),
            faults: Faults::default(),
        }
    }
}

/// What becomes of a `<Dial>`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DialOutcome {
    /// Answered, and over after so long.
    Answered(Duration),
    Busy,
    NoAnswer,
    Failed,
}

impl DialOutcome {
    /// Twilio's `DialCallStatus`.
    pub const fn status(self) -> &'static str {
        match self {
            Self::Answered(_) => "completed",
            Self::Busy => "busy",
            Self::NoAnswer => "no-answer",
            Self::Failed => "failed",
        }
    }
}
