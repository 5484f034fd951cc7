//! Business hours in the tenant's time zone.

use chrono::{
    DateTime, Datelike, LocalResult, NaiveDate, NaiveTime, TimeDelta, TimeZone, Timelike, Utc,
    Weekday,
};
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

    /// The open spans of a local date as instants, in order. A wall-clock time that a clock change
    /// skips is taken as the first instant after the gap, one that happens twice as the earlier for
    /// opening and the later for closing; so a span never claims less than the sign on the door.
    pub fn spans(&self, date: NaiveDate) -> Vec<(DateTime<Utc>, DateTime<Utc>)> {
        self.on(date)
            .iter()
            .filter_map(|i| {
                let opens = self.instant(date, i.opens)?.0;
                let closes = self.instant(date, i.closes)?.1;
                (opens < closes).then_some((opens, closes))
            })
            .collect()
    }

    /// The earliest and latest instant of a wall-clock time; `None` only beyond chrono's years.
    fn instant(&self, date: NaiveDate, time: NaiveTime) -> Option<(DateTime<Utc>, DateTime<Utc>)> {
        let mut local = date.and_time(time);
        // Gaps are at most a day (a zone that changed sides of the date line).
        for _ in 0..=24 * 4 {
            match self.timezone.from_local_datetime(&local) {
                LocalResult::Single(at) => return Some((at.to_utc(), at.to_utc())),
                LocalResult::Ambiguous(first, second) => {
                    return Some((first.to_utc(), second.to_utc()));
                }
                LocalResult::None => {
                    let next = local.checked_add_signed(TimeDelta::minutes(15))?;
                    local = next.with_minute(next.minute() / 15 * 15)?.with_second(0)?;
                }
            }
        }
        None
    }

    /// Whether the tenant is open at an instant, judged by its local wall clock.
    pub fn is_open(&self, at: DateTime<Utc>) -> bool {
        let local = self.timezone.from_utc_datetime(&at.naive_utc());
        let time = local.time();
        self.on(local.date_naive())
            .iter()
            .any(|i| i.opens <= time && time < i.closes)
    }
}
