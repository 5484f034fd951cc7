//! Bytes of 16-bit little-endian PCM to samples at 8 kHz, whatever the bytes' boundaries.

use media::resample::{ToTelephone, UnsupportedRate, to_f32};

pub(super) struct PcmToTelephone {
    resampler: ToTelephone,
    /// The first half of a sample whose second half has not arrived.
    half: Option<u8>,
}

impl PcmToTelephone {
    pub(super) fn new(rate: u32) -> Result<Self, UnsupportedRate> {
        let resampler = ToTelephone::new(rate)?;
        Ok(Self {
            resampler,
            half: None,
        })
    }

    /// The samples that are ready; the resampler keeps a few ms.
    pub(super) fn push(&mut self, bytes: &[u8]) -> Vec<i16> {
        let mut samples = Vec::with_capacity(bytes.len() / 2 + 1);
        for &byte in bytes {
            match self.half.take() {
                Some(low) => samples.push(to_f32(i16::from_le_bytes([low, byte]))),
                None => self.half = Some(byte),
            }
        }
        let mut out = Vec::new();
        self.resampler.push(&samples, &mut out);
        out
    }

    /// What the resampler still keeps; `None` when half a sample is missing.
    pub(super) fn finish(self) -> Option<Vec<i16>> {
        let mut out = Vec::new();
        self.resampler.finish(&mut out);
        self.half.is_none().then_some(out)
    }
}
