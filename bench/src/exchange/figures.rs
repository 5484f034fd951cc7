//! What is counted while streams are held. Times are µs in histograms with three digits.

use std::{collections::BTreeMap, time::Duration};

use hdrhistogram::Histogram;

use crate::violation::Violation;

/// Durations of one kind.
#[derive(Debug, Clone)]
pub(crate) struct Times(Histogram<u64>);

/// The longest time that is told from longer ones.
const LONGEST: Duration = Duration::from_mins(10);

impl Default for Times {
    fn default() -> Self {
        let bounds = Histogram::new_with_bounds(1, LONGEST.as_micros() as u64, 3);
        Self(bounds.expect("1 µs to ten minutes with three digits is a histogram"))
    }
}

impl Times {
    pub(crate) fn record(&mut self, time: Duration) {
        self.0.saturating_record(time.as_micros() as u64);
    }

    pub(crate) fn add(&mut self, others: &Self) {
        self.0 += &others.0;
    }

    pub(crate) fn count(&self) -> u64 {
        self.0.len()
    }

    /// The time that this share of all (0 to 1) stays within, in ms; `None` when there is none.
    pub(crate) fn quantile_ms(&self, share: f64) -> Option<f64> {
        (self.count() > 0).then(|| self.0.value_at_quantile(share) as f64 / 1_000.0)
    }

    pub(crate) fn max_ms(&self) -> Option<f64> {
        (self.count() > 0).then(|| self.0.max() as f64 / 1_000.0)
    }

    /// (ms, share of all up to it), for a plot.
    pub(crate) fn curve(&self) -> Vec<(f64, f64)> {
        let steps = self.0.iter_quantiles(2);
        steps
            .map(|step| {
                let ms = step.value_iterated_to() as f64 / 1_000.0;
                (ms, step.quantile_iterated_to())
            })
            .collect()
    }
}

/// All about the streams of one kind.
#[derive(Debug, Clone, Default)]
pub(crate) struct Figures {
    pub frames_sent: u64,
    /// 20 ms of media each, however they were packed.
    pub frames_received: u64,
    /// Frames that were not there when the caller's telephone needed them.
    pub frames_late: u64,
    pub messages_received: u64,
    /// Of our own sends behind their deadlines.
    pub lateness: Times,
    /// From a frame that was sent to its echo.
    pub round_trip: Times,
    /// From a ping to its pong: how soon the server gets round to a call.
    pub probe: Times,
    /// Agent audio behind its own pace.
    pub off_pace: Times,
    /// From the end of the caller's speech to the agent's first sound.
    pub answer: Times,
    /// Utterances that were not answered before the caller went on.
    pub unanswered: u64,
    /// Utterances that the agent spoke into.
    pub cut_off: u64,
    /// From the caller's first sound over the agent to `clear`.
    pub clear: Times,
    /// Barge-ins without a `clear`.
    pub uncleared: u64,
    pub echo: EchoTotals,
    /// By kind.
    pub violations: BTreeMap<&'static str, (u64, String)>,
}

/// Sums over echo streams, as far as pulses tell.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
pub(crate) struct EchoTotals {
    pub frames_lost: u64,
    /// Frames that came back and were never sent.
    pub frames_added: u64,
    /// Pulses that had the time to come back (half a second).
    pub pulses_due: u64,
    pub pulses_heard: u64,
}

impl EchoTotals {
    pub(crate) fn add(&mut self, others: &Self) {
        self.frames_lost += others.frames_lost;
        self.frames_added += others.frames_added;
        self.pulses_due += others.pulses_due;
        self.pulses_heard += others.pulses_heard;
    }
}

impl Figures {
    /// Adds what others counted.
    pub(crate) fn add(&mut self, others: &Self) {
        self.frames_sent += others.frames_sent;
        self.frames_received += others.frames_received;
        self.frames_late += others.frames_late;
        self.messages_received += others.messages_received;
        self.unanswered += others.unanswered;
        self.cut_off += others.cut_off;
        self.uncleared += others.uncleared;
        for (mine, theirs) in [
            (&mut self.lateness, &others.lateness),
            (&mut self.round_trip, &others.round_trip),
            (&mut self.probe, &others.probe),
            (&mut self.off_pace, &others.off_pace),
            (&mut self.answer, &others.answer),
            (&mut self.clear, &others.clear),
        ] {
            mine.add(theirs);
        }
        self.echo.add(&others.echo);
        for (kind, (count, example)) in &others.violations {
            let mine = self.violations.entry(kind);
            mine.or_insert_with(|| (0, example.clone())).0 += count;
        }
    }

    pub(crate) fn violated(&mut self, violation: &Violation) {
        let entry = self.violations.entry(violation.kind());
        entry.or_insert_with(|| (0, violation.to_string())).0 += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_times_have_known_quantiles() {
        let mut times = Times::default();
        assert_eq!((times.quantile_ms(0.5), times.max_ms()), (None, None));
        for ms in (1..=1_000).rev() {
            times.record(Duration::from_millis(ms));
        }
        for (share, expected) in [(0.5, 500.0), (0.9, 900.0), (0.99, 990.0), (0.999, 999.0)] {
            let found = times.quantile_ms(share).unwrap();
            assert!(
                (found - expected).abs() / expected < 0.001,
                "{share}: {found}"
            );
        }
        assert!((times.max_ms().unwrap() - 1_000.0).abs() < 1.0);
        let (last_ms, share) = *times.curve().last().unwrap();
        assert!((last_ms - 1_000.0).abs() < 1.0 && (share - 1.0).abs() < 1e-9);
    }

    #[test]
    fn sums_are_sums() {
        let mut one = Figures {
            frames_sent: 2,
            ..Figures::default()
        };
        one.probe.record(Duration::from_millis(1));
        one.violated(&Violation::Binary { bytes: 1 });
        let mut both = one.clone();
        both.add(&one);
        assert_eq!((both.frames_sent, both.probe.count()), (4, 2));
        assert_eq!(both.violations["binary"].0, 2);
        assert_eq!(both.lateness.count(), 0);
    }
}
