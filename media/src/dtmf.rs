//! Telephone keys: what a caller may press, and the two tones that a key sounds like.
//!
//! Reading keys out of audio is not here: a carrier names them in messages of their own.

use std::{f64::consts::TAU, fmt, str::FromStr};

use crate::frame::SAMPLE_RATE;

/// One key of the sixteen: `0`-`9`, `*`, `#`, `A`-`D`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digit(char);

/// The text is not one telephone key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a telephone key: one of 0-9, *, #, A-D is expected")]
pub struct NotADigit(String);

impl Digit {
    pub const fn as_char(self) -> char {
        self.0
    }

    /// Low and high frequency in Hz (ITU-T Q.23).
    const fn frequencies(self) -> (u32, u32) {
        match self.0 {
            '1' => (697, 1209),
            '2' => (697, 1336),
            '3' => (697, 1477),
            'A' => (697, 1633),
            '4' => (770, 1209),
            '5' => (770, 1336),
            '6' => (770, 1477),
            'B' => (770, 1633),
            '7' => (852, 1209),
            '8' => (852, 1336),
            '9' => (852, 1477),
            'C' => (852, 1633),
            '*' => (941, 1209),
            '0' => (941, 1336),
            '#' => (941, 1477),
            // 'D': no other character passes `try_from`.
            _ => (941, 1633),
        }
    }
}

impl TryFrom<char> for Digit {
    type Error = NotADigit;

    fn try_from(key: char) -> Result<Self, NotADigit> {
        match key.to_ascii_uppercase() {
            known @ ('0'..='9' | '*' | '#' | 'A'..='D') => Ok(Self(known)),
            _ => Err(NotADigit(key.to_string())),
        }
    }
}

impl FromStr for Digit {
    type Err = NotADigit;

    fn from_str(text: &str) -> Result<Self, NotADigit> {
        let mut characters = text.chars();
        match (characters.next(), characters.next()) {
            (Some(key), None) => Self::try_from(key),
            // Cut, so that an error about a huge text stays small.
            _ => Err(NotADigit(text.chars().take(16).collect())),
        }
    }
}

impl fmt::Display for Digit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// The sound of a key for `ms` milliseconds, 8 kHz. Each tone is at -12 dBFS, so the sum never clips.
pub fn tones(digit: Digit, ms: u32) -> Vec<i16> {
    const PEAK: f64 = 8_192.0;
    let (low, high) = digit.frequencies();
    let rate = f64::from(SAMPLE_RATE);
    (0..ms * (SAMPLE_RATE / 1000))
        .map(|n| {
            let seconds = f64::from(n) / rate;
            let sum =
                (TAU * f64::from(low) * seconds).sin() + (TAU * f64::from(high) * seconds).sin();
            (PEAK * sum) as i16
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEYS: &str = "0123456789*#ABCD";

    #[test]
    fn all_sixteen_keys_parse_and_come_back() {
        for key in KEYS.chars() {
            let digit: Digit = key.to_string().parse().unwrap();
            assert_eq!(digit.as_char(), key);
            assert_eq!(digit.to_string(), key.to_string());
        }
        assert_eq!("b".parse::<Digit>().unwrap().as_char(), 'B');
    }

    #[test]
    fn anything_else_is_named_in_the_error() {
        for text in ["", "12", "E", "w", "\u{0661}", "1 "] {
            let error = text.parse::<Digit>().unwrap_err();
            assert!(error.to_string().contains(&format!("{text:?}")), "{error}");
        }
        assert!(
            "9".repeat(1_000_000)
                .parse::<Digit>()
                .unwrap_err()
                .to_string()
                .len()
                < 200
        );
    }

    /// Power at one frequency (Goertzel), as a share of the whole.
    fn share(samples: &[i16], hz: f64) -> f64 {
        let omega = TAU * hz / f64::from(SAMPLE_RATE);
        let (mut s1, mut s2) = (0.0, 0.0);
        for &sample in samples {
            let s = f64::from(sample) + 2.0 * omega.cos() * s1 - s2;
            s2 = s1;
            s1 = s;
        }
        let power = s1 * s1 + s2 * s2 - 2.0 * omega.cos() * s1 * s2;
        let total: f64 = samples.iter().map(|&s| f64::from(s).powi(2)).sum();
        2.0 * power / (samples.len() as f64 * total)
    }

    #[test]
    fn a_key_is_its_two_tones_and_no_other() {
        for key in KEYS.chars() {
            let digit = Digit::try_from(key).unwrap();
            let samples = tones(digit, 100);
            assert_eq!(samples.len(), 800);
            let (low, high) = digit.frequencies();
            for hz in [697, 770, 852, 941, 1209, 1336, 1477, 1633] {
                let share = share(&samples, f64::from(hz));
                let ours = hz == low || hz == high;
                assert!(
                    if ours { share > 0.4 } else { share < 0.05 },
                    "{key} {hz} Hz: {share}"
                );
            }
        }
    }
}
