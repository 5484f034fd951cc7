//! Durations as people write them: `700ms`, `10s`, `1.5s`, `2m`, `1h`.

use std::{str::FromStr, time::Duration};

use serde::{Deserialize, Deserializer, de::Error as _};

/// A written duration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(super) struct Span(pub Duration);

/// A text that is no duration.
#[derive(Debug, thiserror::Error)]
#[error("{0:?} is no duration: a number and ms, s, m or h is expected, such as 700ms or 10s")]
pub(super) struct SpanError(String);

impl FromStr for Span {
    type Err = SpanError;

    fn from_str(text: &str) -> Result<Self, SpanError> {
        let fault = || SpanError(text.to_owned());
        let end = text
            .find(|c: char| !(c.is_ascii_digit() || c == '.'))
            .ok_or_else(fault)?;
        let (number, unit) = text.split_at(end);
        let seconds = match unit {
            "ms" => 0.001,
            "s" => 1.0,
            "m" => 60.0,
            "h" => 3_600.0,
            _ => return Err(fault()),
        };
        let number: f64 = number.parse().map_err(|_| fault())?;
        let span = Duration::try_from_secs_f64(number * seconds).map_err(|_| fault())?;
        if span > LONGEST {
            return Err(fault());
        }
        Ok(Self(span))
    }
}

/// Nobody measures longer than a week.
const LONGEST: Duration = Duration::from_hours(7 * 24);

impl<'de> Deserialize<'de> for Span {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_read_and_others_are_named() {
        let read = |text: &str| text.parse::<Span>().map(|span| span.0.as_millis());
        for (text, ms) in [("700ms", 700), ("1.5s", 1_500), ("2m", 120_000), ("0s", 0)] {
            assert_eq!(read(text).unwrap(), ms, "{text}");
        }
        for text in ["", "10", "s", "1..2s", "10 s", "-1s", "9999999h"] {
            let error = read(text).unwrap_err().to_string();
            assert!(error.contains(&format!("{text:?}")), "{error}");
        }
    }
}
