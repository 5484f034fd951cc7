//! Appointments: free slots, booking, moving, cancelling.
//!
//! Two bookings of one resource cannot overlap: an exclusion constraint decides, also between
//! concurrent calls, so [`BookError::Taken`] is the truth and a free slot only an offer.

mod book;
mod calendar;
mod list;
mod slots;

use chrono::{DateTime, Utc};
use tenant_config::{
    id::{AppointmentId, ServiceId},
    phone::E164,
};

pub use calendar::{AppointmentStatus, CalendarEntry, CalendarFilter};
pub use slots::{SlotQuery, SlotStep};

use crate::{StoreError, call::CallRef};

/// What a caller wants booked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAppointment {
    pub service_id: ServiceId,
    pub starts_at: DateTime<Utc>,
    pub customer_name: String,
    pub phone: E164,
    pub call: Option<CallRef>,
    pub notes: Option<String>,
}

/// A time that is held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Booked {
    pub id: AppointmentId,
    pub service_id: ServiceId,
    pub service_name: String,
    pub starts_at: DateTime<Utc>,
    pub ends_at: DateTime<Utc>,
}

/// An appointment as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Appointment {
    pub id: AppointmentId,
    pub service_id: ServiceId,
    pub service_name: String,
    pub starts_at: DateTime<Utc>,
    pub ends_at: DateTime<Utc>,
    pub customer_name: String,
    pub notes: Option<String>,
}

/// Why nothing was booked.
#[derive(Debug, thiserror::Error)]
pub enum BookError {
    #[error("that time is taken")]
    Taken,
    #[error("the service does not fit into the business hours at that time")]
    Closed,
    #[error("that time is past")]
    Past,
    #[error("there is no such service")]
    UnknownService,
    #[error("there is no such booked appointment")]
    UnknownAppointment,
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<sqlx::Error> for BookError {
    fn from(error: sqlx::Error) -> Self {
        let overlap = error
            .as_database_error()
            .is_some_and(|e| e.kind() == sqlx::error::ErrorKind::ExclusionViolation);
        if overlap {
            Self::Taken
        } else {
            Self::Store(error.into())
        }
    }
}
