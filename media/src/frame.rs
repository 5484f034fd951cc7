//! The frame, 20 ms of audio, and media time, the clock that counts samples.

use serde::{Deserialize, Serialize};

/// Samples per second on a telephone line.
pub const SAMPLE_RATE: u32 = 8_000;
/// Samples in a frame: 20 ms at 8 kHz.
pub const SAMPLES_PER_FRAME: usize = 160;

/// A position on a stream's own clock: samples at 8 kHz since the stream began.
///
/// Never mixed with `Instant` (the node's clock) or wall time.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
pub struct MediaTime(pub u64);

impl MediaTime {
    pub const ZERO: Self = Self(0);

    pub const fn from_ms(ms: u64) -> Self {
        Self(ms * (SAMPLE_RATE as u64 / 1000))
    }

    pub const fn from_duration(d: std::time::Duration) -> Self {
        // Whole samples; a u64 of nanoseconds holds 584 years.
        Self((d.as_nanos() as u64) / (1_000_000_000 / SAMPLE_RATE as u64))
    }

    pub const fn as_ms(self) -> u64 {
        self.0 / (SAMPLE_RATE as u64 / 1000)
    }

    #[must_use]
    pub const fn plus_samples(self, samples: u64) -> Self {
        Self(self.0 + samples)
    }

    /// Samples from `earlier` to `self`; zero when `earlier` is later.
    pub const fn samples_since(self, earlier: Self) -> u64 {
        self.0.saturating_sub(earlier.0)
    }
}

/// 20 ms of linear audio at a known place of its stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Frame {
    /// Where its first sample lies.
    pub at: MediaTime,
    pub samples: [i16; SAMPLES_PER_FRAME],
}
