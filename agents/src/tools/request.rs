//! What a model asked of a tool, as values that cannot be wrong.

use call::conversation::ToolCall;
use chrono::{DateTime, NaiveDate, NaiveTime, Timelike, Utc};
use tenant_config::{
    id::{AppointmentId, ServiceId},
    phone::E164,
};

use super::{
    LocalTime,
    arguments::{Arguments, EXPECTED_LOCAL_TIME, MAX_SHORT},
};
use crate::brief::Brief;

/// A validated tool call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ToolRequest {
    CheckAvailability(AvailabilityQuery),
    BookAppointment(Booking),
    /// Coming appointments under this number: the one given, else the caller's own. A backend
    /// tells those of another number than the caller's only to who knows the surname as well.
    FindAppointments {
        phone: E164,
        /// The name that the appointments are said to be under.
        name: Option<String>,
    },
    MoveAppointment {
        id: AppointmentId,
        starts_at: DateTime<Utc>,
    },
    CancelAppointment {
        id: AppointmentId,
    },
    TakeMessage(NoteForStaff),
    TransferCall {
        reason: String,
    },
    EndCall,
}

/// Which free starts are wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AvailabilityQuery {
    pub service_id: ServiceId,
    pub service: String,
    /// Only this local date; any date from the call on without it.
    pub date: Option<NaiveDate>,
    pub part_of_day: Option<PartOfDay>,
    /// Starts before this are not wanted. Never earlier than the call.
    pub not_before: LocalTime,
}

impl AvailabilityQuery {
    /// Whether a free start answers the question.
    pub fn admits(&self, start: LocalTime) -> bool {
        let local = start.naive();
        start >= self.not_before
            && self.date.is_none_or(|date| date == local.date())
            && self
                .part_of_day
                .is_none_or(|part| part.contains(local.time()))
    }
}

/// Morning ends at noon, afternoon at 17:00.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PartOfDay {
    Morning,
    Afternoon,
    Evening,
}

impl PartOfDay {
    pub const ALL: [Self; 3] = [Self::Morning, Self::Afternoon, Self::Evening];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Morning => "morning",
            Self::Afternoon => "afternoon",
            Self::Evening => "evening",
        }
    }

    pub fn contains(self, time: NaiveTime) -> bool {
        match self {
            Self::Morning => time.hour() < 12,
            Self::Afternoon => (12..17).contains(&time.hour()),
            Self::Evening => time.hour() >= 17,
        }
    }
}

/// An appointment to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Booking {
    pub service_id: ServiceId,
    pub service: String,
    pub starts_at: DateTime<Utc>,
    pub name: String,
    /// The number given, else the caller's own where the carrier told it.
    pub phone: Option<E164>,
}

/// A message for the people of the business.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoteForStaff {
    pub text: String,
    pub name: Option<String>,
    /// The number given, else the caller's own where the carrier told it.
    pub phone: Option<E164>,
}

/// Why a tool call was not run: the field and what it should hold.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field}: expected {expected}")]
pub struct ToolRefusal {
    pub field: String,
    pub expected: String,
}

impl ToolRefusal {
    pub(super) fn new(field: impl Into<String>, expected: impl Into<String>) -> Self {
        Self {
            field: field.into(),
            expected: expected.into(),
        }
    }
}

impl ToolRequest {
    /// Reads a model's tool call. Local times are resolved in the tenant's time zone.
    pub fn parse(call: &ToolCall, brief: &Brief) -> Result<Self, ToolRefusal> {
        let read = |known: &[&str]| Arguments::read(&call.arguments, known, brief);
        match call.name.as_str() {
            "check_availability" => {
                check_availability(&read(&["service", "date", "part_of_day", "after"])?, brief)
            }
            "book_appointment" => {
                book_appointment(&read(&["service", "starts_at", "name", "phone"])?, brief)
            }
            "find_appointments" => find_appointments(&read(&["phone", "name"])?, brief),
            "move_appointment" => {
                let arguments = read(&["appointment_id", "starts_at"])?;
                let id = appointment_id(&arguments)?;
                Ok(Self::MoveAppointment {
                    id,
                    starts_at: starts_at(&arguments, brief)?,
                })
            }
            "cancel_appointment" => Ok(Self::CancelAppointment {
                id: appointment_id(&read(&["appointment_id"])?)?,
            }),
            "take_message" => take_message(&read(&["text", "name", "phone"])?, brief),
            "transfer_call" => {
                let arguments = read(&["reason"])?;
                if !brief.can_transfer {
                    return Err(ToolRefusal::new(
                        "transfer_call",
                        "take_message: nobody to transfer to",
                    ));
                }
                let reason = arguments
                    .optional("reason", MAX_MESSAGE)?
                    .unwrap_or_default();
                Ok(Self::TransferCall {
                    reason: reason.to_owned(),
                })
            }
            "end_call" => read(&[]).map(|_| Self::EndCall),
            unknown => Err(ToolRefusal::new(unknown, "one of the tools on offer")),
        }
    }

    /// The tool's name.
    pub const fn tool(&self) -> &'static str {
        match self {
            Self::CheckAvailability(_) => "check_availability",
            Self::BookAppointment(_) => "book_appointment",
            Self::FindAppointments { .. } => "find_appointments",
            Self::MoveAppointment { .. } => "move_appointment",
            Self::CancelAppointment { .. } => "cancel_appointment",
            Self::TakeMessage(_) => "take_message",
            Self::TransferCall { .. } => "transfer_call",
            Self::EndCall => "end_call",
        }
    }
}

fn check_availability(
    arguments: &Arguments<'_>,
    brief: &Brief,
) -> Result<ToolRequest, ToolRefusal> {
    let service = arguments.service("service")?;
    let date =
        match arguments.optional("date", MAX_SHORT)? {
            None => None,
            Some(text) => Some(NaiveDate::parse_from_str(text, "%Y-%m-%d").map_err(|_| {
                ToolRefusal::new("date", "a date as YYYY-MM-DD, such as 2026-11-24")
            })?),
        };
    let part_of_day = match arguments.optional("part_of_day", MAX_SHORT)? {
        None => None,
        Some(text) => Some(
            PartOfDay::ALL
                .into_iter()
                .find(|part| part.as_str() == text)
                .ok_or_else(|| ToolRefusal::new("part_of_day", "morning, afternoon or evening"))?,
        ),
    };
    let call_began = LocalTime::of(brief.call_started_at, brief.hours.timezone);
    if date.is_some_and(|date| date < call_began.naive().date()) {
        let today = call_began.naive().date();
        return Err(ToolRefusal::new(
            "date",
            format!("today ({today}) or a later date"),
        ));
    }
    let not_before = arguments
        .local_time("after")?
        .map_or(call_began, |t| t.max(call_began));
    Ok(ToolRequest::CheckAvailability(AvailabilityQuery {
        service_id: service.id,
        service: service.name.clone(),
        date,
        part_of_day,
        not_before,
    }))
}

fn book_appointment(arguments: &Arguments<'_>, brief: &Brief) -> Result<ToolRequest, ToolRefusal> {
    let service = arguments.service("service")?;
    let starts_at = starts_at(arguments, brief)?;
    let name = arguments
        .required("name", MAX_SHORT, "the caller's name")?
        .to_owned();
    let phone = arguments.phone("phone")?.or_else(|| brief.caller.clone());
    Ok(ToolRequest::BookAppointment(Booking {
        service_id: service.id,
        service: service.name.clone(),
        starts_at,
        name,
        phone,
    }))
}

fn find_appointments(arguments: &Arguments<'_>, brief: &Brief) -> Result<ToolRequest, ToolRefusal> {
    let phone = arguments.phone("phone")?.or_else(|| brief.caller.clone());
    let phone = phone.ok_or_else(|| {
        ToolRefusal::new("phone", "a phone number: this caller's own is not known")
    })?;
    let name = arguments.optional("name", MAX_SHORT)?.map(str::to_owned);
    Ok(ToolRequest::FindAppointments { phone, name })
}

fn take_message(arguments: &Arguments<'_>, brief: &Brief) -> Result<ToolRequest, ToolRefusal> {
    let text = arguments.required("text", MAX_MESSAGE, "the message in the caller's words")?;
    Ok(ToolRequest::TakeMessage(NoteForStaff {
        text: text.to_owned(),
        name: arguments.optional("name", MAX_SHORT)?.map(str::to_owned),
        phone: arguments.phone("phone")?.or_else(|| brief.caller.clone()),
    }))
}

fn starts_at(arguments: &Arguments<'_>, brief: &Brief) -> Result<DateTime<Utc>, ToolRefusal> {
    let local = arguments
        .local_time("starts_at")?
        .ok_or_else(|| ToolRefusal::new("starts_at", EXPECTED_LOCAL_TIME))?;
    let zone = brief.hours.timezone;
    let at = local
        .instant(zone)
        .map_err(|gap| ToolRefusal::new("starts_at", format!("another time: {gap}")))?;
    if at <= brief.call_started_at {
        let began = LocalTime::of(brief.call_started_at, zone);
        return Err(ToolRefusal::new(
            "starts_at",
            format!("a time after {began}, which is now"),
        ));
    }
    Ok(at)
}

fn appointment_id(arguments: &Arguments<'_>) -> Result<AppointmentId, ToolRefusal> {
    let expected = "an appointment_id that find_appointments answered";
    let text = arguments.required("appointment_id", MAX_SHORT, expected)?;
    let id =
        uuid::Uuid::parse_str(text).map_err(|_| ToolRefusal::new("appointment_id", expected))?;
    Ok(AppointmentId(id))
}

/// Characters of a dictated message.
const MAX_MESSAGE: usize = 2_000;

#[cfg(test)]
mod tests;
