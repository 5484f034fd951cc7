//! Counters: documented as strings of digits, sent as numbers by some.

use std::fmt;

use serde::{Deserialize, Deserializer, de};

/// A counter in either form; `None` for anything that is not a whole number of 64 bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Counter(pub(super) Option<u64>);

impl<'de> Deserialize<'de> for Counter {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(CounterVisitor)
    }
}

struct CounterVisitor;

impl de::Visitor<'_> for CounterVisitor {
    type Value = Counter;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a whole number or a string of digits")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Counter, E> {
        Ok(Counter(text.parse().ok()))
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<Counter, E> {
        Ok(Counter(Some(number)))
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<Counter, E> {
        Ok(Counter(u64::try_from(number).ok()))
    }

    fn visit_f64<E: de::Error>(self, number: f64) -> Result<Counter, E> {
        // 2^53: above it a float no longer tells neighbouring counts apart.
        let is_count = number.fract() == 0.0 && (0.0..=9_007_199_254_740_992.0).contains(&number);
        Ok(Counter(is_count.then_some(number as u64)))
    }

    fn visit_unit<E: de::Error>(self) -> Result<Counter, E> {
        Ok(Counter(None))
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("\"42\"", Some(42))]
    #[case("42", Some(42))]
    #[case("42.0", Some(42))]
    #[case("\"18446744073709551615\"", Some(u64::MAX))]
    #[case("\"18446744073709551616\"", None)]
    #[case("-1", None)]
    #[case("1.5", None)]
    #[case("\"\"", None)]
    #[case("\"soon\"", None)]
    #[case("null", None)]
    fn either_form_counts(#[case] json: &str, #[case] expected: Option<u64>) {
        assert_eq!(
            serde_json::from_str::<Counter>(json).unwrap(),
            Counter(expected)
        );
    }
}
