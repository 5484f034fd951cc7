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

#[cfg(test)]
mod tests {
    use chrono_tz::America::Chicago;
    use proptest::prelude::*;

    use super::*;

    fn time(hour: u32, minute: u32) -> NaiveTime {
        NaiveTime::from_hms_opt(hour, minute, 0).unwrap()
    }

    fn date(month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, month, day).unwrap()
    }

    fn utc(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    /// The same hours every day.
    fn daily(opens: NaiveTime, closes: NaiveTime) -> BusinessHours {
        BusinessHours {
            timezone: Chicago,
            week: std::array::from_fn(|_| vec![Interval { opens, closes }]),
            exceptions: Vec::new(),
        }
    }

    #[test]
    fn opening_is_included_and_closing_is_not() {
        let hours = daily(time(8, 0), time(17, 0));
        assert!(!hours.is_open(utc("2026-11-18T13:59:59Z")));
        assert!(hours.is_open(utc("2026-11-18T14:00:00Z")));
        assert!(hours.is_open(utc("2026-11-18T22:59:59Z")));
        assert!(!hours.is_open(utc("2026-11-18T23:00:00Z")));
    }

    #[test]
    fn the_day_is_the_tenants_not_utcs() {
        let mut hours = daily(time(0, 0), time(23, 59));
        hours.week[6].clear();
        // Monday in UTC, still Sunday evening in Chicago.
        assert!(!hours.is_open(utc("2026-11-23T03:00:00Z")));
        assert!(hours.is_open(utc("2026-11-23T12:00:00Z")));
    }

    #[test]
    fn the_same_wall_clock_opens_before_and_after_a_clock_change() {
        let hours = daily(time(8, 0), time(17, 0));
        // Forward on 8 March 2026, back on 1 November 2026.
        for (closed, open) in [
            ("2026-03-07T13:59:00Z", "2026-03-07T14:00:00Z"),
            ("2026-03-08T12:59:00Z", "2026-03-08T13:00:00Z"),
            ("2026-10-31T12:59:00Z", "2026-10-31T13:00:00Z"),
            ("2026-11-01T13:59:00Z", "2026-11-01T14:00:00Z"),
        ] {
            assert!(!hours.is_open(utc(closed)), "{closed}");
            assert!(hours.is_open(utc(open)), "{open}");
        }
    }

    #[test]
    fn a_night_shift_is_an_hour_shorter_or_longer_when_clocks_change() {
        let hours = daily(time(0, 0), time(6, 0));
        let length = |day| {
            let spans = hours.spans(day);
            (spans[0].1 - spans[0].0).num_hours()
        };
        assert_eq!(length(date(3, 7)), 6);
        assert_eq!(length(date(3, 8)), 5);
        assert_eq!(length(date(11, 1)), 7);
    }

    #[test]
    fn an_opening_time_that_the_clocks_skip_becomes_the_next_one_there_is() {
        let hours = daily(time(2, 20), time(5, 0));
        let spans = hours.spans(date(3, 8));
        assert_eq!(
            spans,
            [(utc("2026-03-08T08:00:00Z"), utc("2026-03-08T10:00:00Z"))]
        );
        assert!(hours.is_open(utc("2026-03-08T08:00:00Z")));
    }

    #[test]
    fn an_interval_that_the_clocks_skip_whole_is_none() {
        assert_eq!(daily(time(2, 0), time(3, 0)).spans(date(3, 8)), []);
    }

    #[test]
    fn an_hour_that_happens_twice_is_open_twice() {
        let hours = daily(time(1, 0), time(2, 0));
        assert!(hours.is_open(utc("2026-11-01T06:30:00Z")));
        assert!(hours.is_open(utc("2026-11-01T07:30:00Z")));
        assert_eq!(
            hours.spans(date(11, 1)),
            [(utc("2026-11-01T06:00:00Z"), utc("2026-11-01T08:00:00Z"))]
        );
    }

    #[test]
    fn a_date_that_differs_goes_before_its_weekday() {
        let mut hours = daily(time(8, 0), time(17, 0));
        let short = vec![Interval {
            opens: time(10, 0),
            closes: time(12, 0),
        }];
        hours.exceptions = vec![
            HoursException {
                date: date(12, 25),
                intervals: Vec::new(),
                reason: None,
            },
            HoursException {
                date: date(12, 24),
                intervals: short.clone(),
                reason: None,
            },
        ];
        assert_eq!(hours.on(date(12, 25)), []);
        assert_eq!(hours.on(date(12, 24)), short);
        assert_eq!(hours.on(date(12, 23)).len(), 1);
        assert!(!hours.is_open(utc("2026-12-25T18:00:00Z")));
    }

    proptest! {
        #[test]
        fn an_instant_is_open_exactly_when_a_span_holds_it(
            minute in 0_i64..(366 * 24 * 60), opens in 0_u32..24, closes in 0_u32..24
        ) {
            prop_assume!(opens < closes);
            let hours = daily(time(opens, 0), time(closes, 0));
            let at = utc("2026-01-01T00:00:00Z") + TimeDelta::minutes(minute);
            let day = at.with_timezone(&Chicago).date_naive();
            let held = hours.spans(day).iter().any(|(from, to)| *from <= at && at < *to);
            prop_assert_eq!(hours.is_open(at), held);
        }
    }
}
