//! The one place where the wall clock is read.

use anyhow::ensure;
use chrono::{DateTime, Months, TimeDelta, TimeZone, Utc};

/// Wall time. Cheap to clone.
#[derive(Debug, Clone, Copy)]
pub struct Clock(Reading);

#[derive(Debug, Clone, Copy)]
enum Reading {
    System,
    /// So far from the system's clock.
    Shifted(TimeDelta),
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

    /// A clock for a test stand that shows `at` and runs on from there. Between 2020 and two years
    /// from the real present, because calls are stored in partitions that the database makes for
    /// no other time.
    pub fn starting_at(at: DateTime<Utc>) -> anyhow::Result<Self> {
        let real = Utc::now();
        let first = Utc.with_ymd_and_hms(2020, 1, 1, 0, 0, 0).single();
        let last = real.checked_add_months(Months::new(23));
        ensure!(
            first.is_none_or(|first| first <= at) && last.is_none_or(|last| at <= last),
            "a test clock can be set from 2020-01-01 to two years from now, not to {at}"
        );
        Ok(Self(Reading::Shifted(at - real)))
    }

    pub fn now(&self) -> DateTime<Utc> {
        match self.0 {
            Reading::System => Utc::now(),
            Reading::Shifted(by) => Utc::now() + by,
            Reading::Fixed(at) => at,
        }
    }

    /// The time it shows is not the real one.
    pub const fn is_test(&self) -> bool {
        match self.0 {
            Reading::System => false,
            Reading::Shifted(_) | Reading::Fixed(_) => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_test_clock_runs_on_from_where_it_was_set() {
        let at: DateTime<Utc> = "2026-03-03T15:00:00Z".parse().unwrap();
        let clock = Clock::starting_at(at).unwrap();
        let first = clock.now();
        assert!(first >= at && first - at < TimeDelta::minutes(5), "{first}");
        assert!(clock.now() >= first);
        assert!(clock.is_test() && !Clock::system().is_test());
    }

    #[test]
    fn a_time_for_which_no_call_can_be_stored_is_refused() {
        for at in ["2019-12-31T23:59:59Z", "2999-01-01T00:00:00Z"] {
            let error = Clock::starting_at(at.parse().unwrap()).unwrap_err();
            assert!(error.to_string().contains("2020-01-01"), "{error}");
        }
    }
}
