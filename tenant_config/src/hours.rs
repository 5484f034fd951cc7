//! Business hours in the tenant's time zone.

use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, TimeZone, Utc, Weekday};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

/// An open interval of one day: `opens` included, `closes` excluded, `opens < closes`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Interval {
    pub opens: NaiveTime,
    pub closes: NaiveTime,
}

/// A date that differs from its weekday; no intervals means closed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HoursException {
    pub date: NaiveDate,
    pub intervals: Vec<Interval>,
    /// Such as "New Year's Day".
    pub reason: Option<String>,
}

/// When a tenant is open. Empty days are closed days.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BusinessHours {
    pub timezone: Tz,
    /// Monday first, each in order and without overlap.
    pub week: [Vec<Interval>; 7],
    pub exceptions: Vec<HoursException>,
}

impl BusinessHours {
    /// The intervals of a local date.
    pub fn on(&self, date: NaiveDate) -> &[Interval] {
        match self.exceptions.iter().find(|e| e.date == date) {
            Some(exception) => &exception.intervals,
            None => self.of_weekday(date.weekday()),
        }
    }

    /// The usual intervals of a weekday.
    pub fn of_weekday(&self, day: Weekday) -> &[Interval] {
        &self.week[day.num_days_from_monday() as usize]
    }

    /// Whether the tenant is open at an instant, judged by its local wall clock.
    pub fn is_open(&self, at: DateTime<Utc>) -> bool {
        let local = self.timezone.from_utc_datetime(&at.naive_utc());
        let time = local.time();
        self.on(local.date_naive()).iter().any(|i| i.opens <= time && time < i.closes)
    }
}
