//! The one place where the wall clock is read.

use chrono::{DateTime, Utc};

/// Wall time. Cheap to clone.
#[derive(Debug, Clone, Copy)]
pub struct Clock(Reading);

#[derive(Debug, Clone, Copy)]
enum Reading {
    System,
    Fixed(DateTime<Utc>),
}

impl Clock {
    pub const fn system() -> Self {
        Self(Reading::System)
    }

    /// A clock that stands still, for tests of business hours.
    pub const fn fixed(at: DateTime<Utc>) -> Self {
        Self(Reading::Fixed(at))
    }

    pub fn now(&self) -> DateTime<Utc> {
        match self.0 {
            Reading::System => Utc::now(),
            Reading::Fixed(at) => at,
        }
    }
}
