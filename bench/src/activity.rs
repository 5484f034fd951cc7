//! When somebody was heard to speak: by loudness alone, in windows of 10 ms.
//!
//! Enough for a telephone voice without noise, which is what agents send; it is no VAD.

use media::frame::MediaTime;

/// A stretch of sound, pauses shorter than [`JOIN_MS`] included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Segment {
    /// The first loud sample.
    pub start: MediaTime,
    /// After the last loud window.
    pub end: MediaTime,
}

/// Pauses shorter than this, in ms, do not end a segment: people and voices pause between words.
pub(crate) const JOIN_MS: u64 = 300;

/// A window at or above this root mean square (of 32,768) is heard: about -50 dBFS, well above the
/// noise of mu-law around zero and well below any voice.
pub(crate) const LOUD_RMS: i64 = 100;

/// Samples in a window.
const WINDOW: usize = 80;

/// Finds segments in a stream of samples.
#[derive(Debug, Clone, Default)]
pub struct Activity {
    window: Vec<i16>,
    at: MediaTime,
    segments: Vec<Segment>,
}

impl Activity {
    pub fn push(&mut self, samples: &[i16]) {
        for &sample in samples {
            self.window.push(sample);
            if self.window.len() == WINDOW {
                self.close_window();
            }
        }
    }

    /// All segments so far, the last of which may still grow.
    pub fn segments(&self) -> &[Segment] {
        &self.segments
    }

    /// When the last loud window ended.
    pub fn last_heard(&self) -> Option<MediaTime> {
        self.segments.last().map(|segment| segment.end)
    }

    /// The segment that goes on at `now`, if somebody is speaking.
    pub fn ongoing(&self, now: MediaTime) -> Option<Segment> {
        let last = self.segments.last().copied()?;
        (now.samples_since(last.end) < MediaTime::from_ms(JOIN_MS).0).then_some(last)
    }

    fn close_window(&mut self) {
        let start = self.at;
        self.at = start.plus_samples(WINDOW as u64);
        if is_loud(&self.window) {
            let first = self
                .window
                .iter()
                .position(|s| i64::from(s.unsigned_abs()) >= LOUD_RMS)
                .unwrap_or(0);
            self.heard(start.plus_samples(first as u64));
        }
        self.window.clear();
    }

    fn heard(&mut self, from: MediaTime) {
        let join = MediaTime::from_ms(JOIN_MS).0;
        match self.segments.last_mut() {
            Some(last) if from.samples_since(last.end) < join => last.end = self.at,
            _ => self.segments.push(Segment {
                start: from,
                end: self.at,
            }),
        }
    }
}

/// Samples up to the end of the last window within 30 dB of the loudest: where a recorded sentence
/// ends, whatever its noise floor.
pub(crate) fn speech_length(samples: &[i16]) -> usize {
    let energy = |window: &[i16]| window.iter().map(|&s| i64::from(s).pow(2)).sum::<i64>();
    let loudest = samples.chunks(WINDOW).map(energy).max().unwrap_or(0);
    let last = samples
        .chunks(WINDOW)
        .rposition(|window| loudest > 0 && energy(window) * 1_000 >= loudest);
    last.map_or(0, |index| ((index + 1) * WINDOW).min(samples.len()))
}

fn is_loud(window: &[i16]) -> bool {
    let energy: i64 = window.iter().map(|&s| i64::from(s).pow(2)).sum();
    energy >= LOUD_RMS * LOUD_RMS * window.len() as i64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_pause_joins_and_a_long_one_parts() {
        let mut activity = Activity::default();
        activity.push(&[0; 805]);
        activity.push(&[5_000; 1_595]);
        activity.push(&[0; 1_600]);
        activity.push(&[-5_000; 800]);
        activity.push(&[0; 2_400]);
        activity.push(&[5_000; 80]);
        let found: Vec<_> = activity
            .segments()
            .iter()
            .map(|s| (s.start.0, s.end.0))
            .collect();
        assert_eq!(found, [(805, 4_800), (7_200, 7_280)]);
        assert!(activity.ongoing(MediaTime(9_000)).is_some());
        assert!(activity.ongoing(MediaTime(7_280 + 2_400)).is_none());
    }

    #[test]
    fn noise_below_the_threshold_is_silence() {
        let mut activity = Activity::default();
        activity.push(&[99; 8_000]);
        assert!(activity.segments().is_empty());
    }

    #[test]
    fn a_sentence_ends_before_its_trailing_silence() {
        let samples = [vec![4_000; 1_600], vec![30; 4_000]].concat();
        assert_eq!(speech_length(&samples), 1_600);
        assert_eq!(speech_length(&[]), 0);
        assert_eq!(speech_length(&[0; 500]), 0);
    }
}
