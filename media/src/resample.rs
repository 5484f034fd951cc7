//! From one sample rate to another.
//!
//! Two needs, two means. The live path, caller audio to models that want 16 kHz and back, must not
//! cost time: a half-band filter of 32 taps, 2 ms ([`Up2`], [`Down2`]). A synthesised voice comes
//! in any rate, in pieces, faster than it is spoken: there the filter may be long, but no sample
//! may be missing at an utterance's end ([`ToTelephone`]).

mod half_band;
mod to_telephone;

pub use half_band::{Down2, Up2};
pub use to_telephone::{ToTelephone, UnsupportedRate};

/// A sample of 16 bits as one within -1.0..1.0.
pub fn to_f32(sample: i16) -> f32 {
    f32::from(sample) / 32_768.0
}

/// A sample within -1.0..1.0 as one of 16 bits. Louder is clipped; what is not a number is silence.
pub fn to_i16(sample: f32) -> i16 {
    (sample * 32_768.0).round() as i16
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_keep_their_value_and_clip() {
        for sample in i16::MIN..=i16::MAX {
            assert_eq!(to_i16(to_f32(sample)), sample);
        }
        assert_eq!(
            [1.0, 7.0, -7.0, f32::NAN].map(to_i16),
            [i16::MAX, i16::MAX, i16::MIN, 0]
        );
    }
}
