//! What a tool answers, and how it is written for a model.

use call::conversation::CallControl;
use serde::{Deserialize, Serialize};
use tenant_config::id::AppointmentId;

use super::{LocalTime, ToolRefusal};

/// A tool's answer; as JSON it is the content of a `Message::ToolResult`. All times are the
/// tenant's local ones.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "result", rename_all = "snake_case")]
pub enum ToolAnswer {
    /// Free starts that match the question, soonest first. When none does, `slots` is empty and
    /// `alternatives` holds the next free starts whatever the date and part of day.
    Slots {
        service: String,
        slots: Vec<LocalTime>,
        alternatives: Vec<LocalTime>,
    },
    /// The appointment stands.
    Booked(AppointmentFact),
    /// The time is not free; nothing was booked or moved.
    Taken {
        starts_at: LocalTime,
        alternatives: Vec<LocalTime>,
    },
    /// The business is closed then, or the service would not end before it closes.
    Closed {
        starts_at: LocalTime,
        alternatives: Vec<LocalTime>,
    },
    /// The time has gone by.
    Past {
        starts_at: LocalTime,
    },
    /// Coming appointments of the number asked for, soonest first; none is an empty list.
    Appointments {
        appointments: Vec<AppointmentFact>,
    },
    Moved(AppointmentFact),
    Cancelled(AppointmentFact),
    /// No coming appointment of this tenant has that id.
    NotFound,
    MessageTaken,
    /// The call goes to a person once the last words were heard.
    Transferring,
    /// The call ends once the last words were heard.
    Ending,
    /// The arguments were wrong; nothing was done.
    Refused {
        field: String,
        expected: String,
    },
    /// The tool cannot be reached; nothing is known to have been done.
    Unavailable,
}

/// An appointment as a tool states it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AppointmentFact {
    pub appointment_id: AppointmentId,
    pub service: String,
    pub starts_at: LocalTime,
    pub name: String,
}

impl AppointmentFact {
    /// Whether somebody of this name made it: the last words of both names are alike. First names
    /// are said in too many ways to count.
    pub fn is_under(&self, name: &str) -> bool {
        surname(name).is_some_and(|said| surname(&self.name) == Some(said))
    }
}

fn surname(name: &str) -> Option<String> {
    let last = name.split_whitespace().last()?;
    let letters: String = last.chars().filter(|c| c.is_alphanumeric()).collect();
    (!letters.is_empty()).then(|| letters.to_lowercase())
}

impl ToolAnswer {
    /// The JSON text for the model.
    pub fn to_content(&self) -> String {
        // A closed enum of strings, lists and ids always serialises.
        serde_json::to_string(self).unwrap_or_else(|_| UNAVAILABLE.to_owned())
    }

    /// Reads back what [`Self::to_content`] wrote; `None` for anything else.
    pub fn from_content(content: &str) -> Option<Self> {
        serde_json::from_str(content).ok()
    }

    /// What the answer does to the call itself.
    pub const fn control(&self) -> Option<CallControl> {
        match self {
            Self::Transferring => Some(CallControl::Transfer),
            Self::Ending => Some(CallControl::HangUp),
            Self::Slots { .. }
            | Self::Booked(_)
            | Self::Taken { .. }
            | Self::Closed { .. }
            | Self::Past { .. }
            | Self::Appointments { .. }
            | Self::Moved(_)
            | Self::Cancelled(_)
            | Self::NotFound
            | Self::MessageTaken
            | Self::Refused { .. }
            | Self::Unavailable => None,
        }
    }
}

impl From<ToolRefusal> for ToolAnswer {
    fn from(refusal: ToolRefusal) -> Self {
        Self::Refused {
            field: refusal.field,
            expected: refusal.expected,
        }
    }
}

const UNAVAILABLE: &str = r#"{"result":"unavailable"}"#;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_reads_back_as_it_was_written() {
        let answer = ToolAnswer::Booked(AppointmentFact {
            appointment_id: AppointmentId(uuid::Uuid::from_u128(7)),
            service: "Cleaning".into(),
            starts_at: LocalTime::parse("2026-11-24T15:00").unwrap(),
            name: "John Smith".into(),
        });
        let content = answer.to_content();
        assert_eq!(
            content,
            r#"{"result":"booked","appointment_id":"00000000-0000-0000-0000-000000000007","service":"Cleaning","starts_at":"2026-11-24T15:00","name":"John Smith"}"#
        );
        assert_eq!(ToolAnswer::from_content(&content), Some(answer));
        assert_eq!(ToolAnswer::from_content("sorry"), None);
        assert_eq!(
            ToolAnswer::from_content(UNAVAILABLE),
            Some(ToolAnswer::Unavailable)
        );
    }

    #[test]
    fn only_transfer_and_end_touch_the_call() {
        assert_eq!(
            ToolAnswer::Transferring.control(),
            Some(CallControl::Transfer)
        );
        assert_eq!(ToolAnswer::Ending.control(), Some(CallControl::HangUp));
        assert_eq!(ToolAnswer::NotFound.control(), None);
    }
}
