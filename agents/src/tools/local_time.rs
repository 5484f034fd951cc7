//! A moment on the tenant's wall clock, as models and tools exchange it: `2026-11-24T15:00`.

use chrono::{DateTime, LocalResult, NaiveDateTime, TimeZone, Timelike, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

/// Local date and time to the minute, without a zone: the tenant's zone is understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LocalTime(NaiveDateTime);

/// A wall-clock time that is skipped when clocks go forward.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{local} does not exist in {zone}: the clocks skip it that day")]
pub struct NoSuchLocalTime {
    local: LocalTime,
    zone: Tz,
}

impl LocalTime {
    /// Seconds are cut off.
    pub fn new(local: NaiveDateTime) -> Self {
        Self(
            local
                .with_second(0)
                .and_then(|t| t.with_nanosecond(0))
                .unwrap_or(local),
        )
    }

    /// What the wall clock in `zone` shows at an instant.
    pub fn of(at: DateTime<Utc>, zone: Tz) -> Self {
        Self::new(at.with_timezone(&zone).naive_local())
    }

    /// Reads `2026-11-24T15:00`, with or without seconds, with `T` or a space.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        FORMATS
            .iter()
            .find_map(|format| NaiveDateTime::parse_from_str(text, format).ok())
            .map(Self::new)
    }

    /// The instant in `zone`. When clocks go back and the hour comes twice, its first pass is
    /// meant; an hour that is skipped is an error.
    pub fn instant(self, zone: Tz) -> Result<DateTime<Utc>, NoSuchLocalTime> {
        match zone.from_local_datetime(&self.0) {
            LocalResult::Single(at) | LocalResult::Ambiguous(at, _) => Ok(at.with_timezone(&Utc)),
            LocalResult::None => Err(NoSuchLocalTime { local: self, zone }),
        }
    }

    pub const fn naive(self) -> NaiveDateTime {
        self.0
    }
}

impl std::fmt::Display for LocalTime {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.format(FORMATS[0]).fmt(f)
    }
}

impl Serialize for LocalTime {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for LocalTime {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| D::Error::custom("expected YYYY-MM-DDTHH:MM"))
    }
}

/// The first one is written; all are read.
const FORMATS: [&str; 4] = [
    "%Y-%m-%dT%H:%M",
    "%Y-%m-%dT%H:%M:%S",
    "%Y-%m-%d %H:%M",
    "%Y-%m-%d %H:%M:%S",
];

#[cfg(test)]
mod tests {
    use super::*;

    const CHICAGO: Tz = chrono_tz::America::Chicago;

    fn at(text: &str) -> LocalTime {
        LocalTime::parse(text).unwrap()
    }

    #[test]
    fn writes_what_it_reads() {
        assert_eq!(at("2026-11-24T15:00").to_string(), "2026-11-24T15:00");
        assert_eq!(at("2026-11-24 15:00:59").to_string(), "2026-11-24T15:00");
        assert_eq!(LocalTime::parse("3 pm"), None);
        assert_eq!(LocalTime::parse("2026-11-24"), None);
    }

    #[test]
    fn winter_and_summer_have_their_own_offset() {
        let winter = at("2026-11-24T15:00").instant(CHICAGO).unwrap();
        assert_eq!(winter.to_rfc3339(), "2026-11-24T21:00:00+00:00");
        let summer = at("2026-07-01T15:00").instant(CHICAGO).unwrap();
        assert_eq!(summer.to_rfc3339(), "2026-07-01T20:00:00+00:00");
        assert_eq!(LocalTime::of(summer, CHICAGO), at("2026-07-01T15:00"));
    }

    #[test]
    fn the_skipped_hour_is_refused_and_the_doubled_hour_is_its_first_pass() {
        let skipped = at("2026-03-08T02:30").instant(CHICAGO).unwrap_err();
        assert!(
            skipped
                .to_string()
                .contains("2026-03-08T02:30 does not exist")
        );
        let doubled = at("2026-11-01T01:30").instant(CHICAGO).unwrap();
        assert_eq!(doubled.to_rfc3339(), "2026-11-01T06:30:00+00:00");
    }
}
