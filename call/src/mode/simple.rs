//! `simple` mode and every other dialled leg: what follows when it is over.

use serde::{Deserialize, Serialize};
use tenant_config::phone::{DialTarget, Fallback};

/// How a dialled leg ended, in Twilio's words (`DialCallStatus`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DialOutcome {
    Completed,
    Answered,
    Busy,
    NoAnswer,
    Failed,
    Canceled,
}

impl DialOutcome {
    pub fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "completed" => Self::Completed,
            "answered" => Self::Answered,
            "busy" => Self::Busy,
            "no-answer" => Self::NoAnswer,
            "failed" => Self::Failed,
            "canceled" => Self::Canceled,
            _ => return None,
        })
    }

    pub const fn was_answered(self) -> bool {
        match self {
            Self::Completed | Self::Answered => true,
            Self::Busy | Self::NoAnswer | Self::Failed | Self::Canceled => false,
        }
    }
}

/// What the caller gets next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AfterDial {
    /// The conversation took place.
    HangUp,
    Fallback(Fallback),
    /// The fallback was to dial the very target that just did not answer.
    Voicemail,
}

/// What follows a dialled leg to `dialled`.
pub fn after_dial(outcome: DialOutcome, dialled: &DialTarget, fallback: &Fallback) -> AfterDial {
    if outcome.was_answered() {
        return AfterDial::HangUp;
    }
    match fallback {
        Fallback::Forward { to } if to == dialled => AfterDial::Voicemail,
        Fallback::Forward { .. } | Fallback::Voicemail | Fallback::Message { .. } => {
            AfterDial::Fallback(fallback.clone())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn busy_goes_to_the_fallback_and_never_round_in_circles() {
        let office = DialTarget::parse("+19185550199").unwrap();
        let other = DialTarget::parse("+19185550198").unwrap();
        let forward = |to: &DialTarget| Fallback::Forward { to: to.clone() };
        assert_eq!(
            after_dial(DialOutcome::Busy, &office, &forward(&other)),
            AfterDial::Fallback(forward(&other))
        );
        assert_eq!(
            after_dial(DialOutcome::NoAnswer, &other, &forward(&other)),
            AfterDial::Voicemail
        );
        assert_eq!(
            after_dial(DialOutcome::Completed, &office, &forward(&other)),
            AfterDial::HangUp
        );
    }
}
