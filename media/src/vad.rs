//! When speech begins and ends, out of how likely each window of audio is speech.
//!
//! The probabilities come from a model elsewhere; here they only get two thresholds, so that one
//! doubtful window neither begins nor ends anything, and two durations. An edge tells where speech
//! *really* began or ended, not when that became certain: latency figures and transcripts are built
//! on it. Knows no model and decides no turn.

use std::time::Duration;

use crate::frame::MediaTime;

/// When a probability means speech.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SpeechGateConfig {
    /// At or above it, a window is speech.
    pub threshold: f32,
    /// Below it, a window is silence. In between, a window is what the one before it was.
    pub release_threshold: f32,
    /// How much speech makes a beginning.
    pub start: Duration,
    /// How much silence makes a pause.
    pub stop: Duration,
}

impl SpeechGateConfig {
    /// With this threshold, the usual rest: Silero's own distance of 0.15 between the thresholds,
    /// three of its windows (96 ms) to begin, 200 ms to pause.
    pub fn with_threshold(threshold: f32) -> Self {
        Self {
            threshold,
            release_threshold: threshold - 0.15,
            start: Duration::from_millis(96),
            stop: Duration::from_millis(200),
        }
    }
}

impl Default for SpeechGateConfig {
    fn default() -> Self {
        Self::with_threshold(0.5)
    }
}

/// Speech began or ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SpeechEdge {
    /// `at`: the first sample of speech.
    Started { at: MediaTime },
    /// `at`: the end of the last sample of speech.
    Paused { at: MediaTime },
}

/// Finds the edges of speech.
#[derive(Debug)]
pub struct SpeechGate {
    config: SpeechGateConfig,
    is_speaking: bool,
    /// Where speech began that is still too short to count.
    candidate: Option<MediaTime>,
    /// Where the silence began that goes on.
    silence: Option<MediaTime>,
    /// The end of the last window.
    until: MediaTime,
}

impl SpeechGate {
    pub const fn new(config: SpeechGateConfig) -> Self {
        Self {
            config,
            is_speaking: false,
            candidate: None,
            silence: None,
            until: MediaTime::ZERO,
        }
    }

    /// Judges the window of `window_samples` that ends at `until`. Windows come in order: one that
    /// ends where another ended already is passed over, and what two windows share is the first
    /// one's. Audio between two windows that is not judged counts as silence. A probability that is
    /// not a number counts as silence.
    pub fn handle(
        &mut self,
        until: MediaTime,
        window_samples: u64,
        probability: f32,
    ) -> Option<SpeechEdge> {
        if until <= self.until {
            return None;
        }
        let from = MediaTime(until.0.saturating_sub(window_samples)).max(self.until);
        if from.samples_since(self.until) > window_samples {
            self.hear_silence(self.until);
        }
        self.until = until;
        if probability >= self.config.threshold {
            self.hear_speech(from);
        } else if probability < self.config.release_threshold || probability.is_nan() {
            self.hear_silence(from);
        }
        if self.is_speaking {
            self.pause(until)
        } else {
            self.start(until)
        }
    }

    /// Between a `Started` and its `Paused`.
    pub const fn is_speaking(&self) -> bool {
        self.is_speaking
    }

    /// Where the present silence began; `None` during speech and before any speech.
    pub const fn silence_since(&self) -> Option<MediaTime> {
        self.silence
    }

    fn hear_speech(&mut self, from: MediaTime) {
        if self.is_speaking {
            self.silence = None;
        } else {
            self.candidate.get_or_insert(from);
        }
    }

    fn hear_silence(&mut self, from: MediaTime) {
        self.candidate = None;
        if self.is_speaking {
            self.silence.get_or_insert(from);
        }
    }

    fn start(&mut self, until: MediaTime) -> Option<SpeechEdge> {
        let at = self.candidate?;
        if until.samples_since(at) < MediaTime::from_duration(self.config.start).0 {
            return None;
        }
        self.is_speaking = true;
        self.candidate = None;
        self.silence = None;
        Some(SpeechEdge::Started { at })
    }

    fn pause(&mut self, until: MediaTime) -> Option<SpeechEdge> {
        let at = self.silence?;
        if until.samples_since(at) < MediaTime::from_duration(self.config.stop).0 {
            return None;
        }
        self.is_speaking = false;
        Some(SpeechEdge::Paused { at })
    }
}

/// Loudness in dB of full scale (a square wave at full scale is 0), not below
/// [`SILENCE_DBFS`], which is also that of no audio.
pub fn rms_dbfs(samples: &[i16]) -> f32 {
    if samples.is_empty() {
        return SILENCE_DBFS;
    }
    let energy: f64 = samples
        .iter()
        .map(|&sample| f64::from(sample).powi(2))
        .sum();
    let rms = (energy / samples.len() as f64).sqrt();
    (20.0 * (rms / 32_768.0).log10()).max(f64::from(SILENCE_DBFS)) as f32
}

/// Sixteen bits hold nothing quieter.
pub const SILENCE_DBFS: f32 = -96.0;

#[cfg(test)]
mod tests {
    use super::*;

    /// A Silero window at 8 kHz: 32 ms.
    const WINDOW: u64 = 256;

    fn edges(gate: &mut SpeechGate, probabilities: &[f32]) -> Vec<(usize, SpeechEdge)> {
        let judge = |(n, &p): (usize, &f32)| {
            gate.handle(MediaTime((n as u64 + 1) * WINDOW), WINDOW, p)
                .map(|edge| (n, edge))
        };
        probabilities.iter().enumerate().filter_map(judge).collect()
    }

    #[test]
    fn edges_tell_where_speech_really_was() {
        let mut gate = SpeechGate::new(SpeechGateConfig::default());
        let probabilities = [&[0.1; 3][..], &[0.9; 10], &[0.1; 8]].concat();
        let started = SpeechEdge::Started {
            at: MediaTime(3 * WINDOW),
        };
        let paused = SpeechEdge::Paused {
            at: MediaTime(13 * WINDOW),
        };
        // 96 ms are three windows; 200 ms of silence are certain in the seventh.
        assert_eq!(
            edges(&mut gate, &probabilities),
            [(5, started), (19, paused)]
        );
        assert!(!gate.is_speaking());
        assert_eq!(gate.silence_since(), Some(MediaTime(13 * WINDOW)));
    }

    #[test]
    fn a_click_and_a_short_hesitation_are_no_edges() {
        let mut gate = SpeechGate::new(SpeechGateConfig::default());
        assert_eq!(edges(&mut gate, &[0.9, 0.9, 0.1, 0.9, 0.1, 0.0]), []);
        let mut gate = SpeechGate::new(SpeechGateConfig::default());
        let found = edges(&mut gate, &[&[0.9; 5][..], &[0.1; 5], &[0.9; 5]].concat());
        assert_eq!(found.len(), 1);
        assert_eq!(gate.silence_since(), None);
    }

    #[test]
    fn between_the_thresholds_nothing_changes() {
        let mut gate = SpeechGate::new(SpeechGateConfig::default());
        let found = edges(&mut gate, &[&[0.4; 10][..], &[0.6], &[0.4; 30]].concat());
        assert_eq!(
            found,
            [(
                12,
                SpeechEdge::Started {
                    at: MediaTime(10 * WINDOW)
                }
            )]
        );
        assert!(gate.is_speaking());
    }

    #[test]
    fn not_a_number_is_silence() {
        let mut gate = SpeechGate::new(SpeechGateConfig::default());
        let found = edges(&mut gate, &[&[0.9; 5][..], &[f32::NAN; 8]].concat());
        assert_eq!(found.len(), 2);
    }

    #[test]
    fn audio_that_was_not_judged_is_silence() {
        let mut gate = SpeechGate::new(SpeechGateConfig::default());
        edges(&mut gate, &[0.9; 5]);
        let edge = gate.handle(MediaTime::from_ms(10_000), WINDOW, 0.3);
        assert_eq!(
            edge,
            Some(SpeechEdge::Paused {
                at: MediaTime(5 * WINDOW)
            })
        );
    }

    #[test]
    fn loudness() {
        assert!((rms_dbfs(&[i16::MIN; 160]) - 0.0).abs() < 0.001);
        assert!((rms_dbfs(&[16_384, -16_384]) + 6.02).abs() < 0.01);
        assert!((rms_dbfs(&[0; 160]) - SILENCE_DBFS).abs() < f32::EPSILON);
        assert!((rms_dbfs(&[]) - SILENCE_DBFS).abs() < f32::EPSILON);
    }
}
