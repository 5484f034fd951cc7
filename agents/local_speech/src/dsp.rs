//! Between the telephone's 16-bit samples at 8 kHz and what the models take.

use media::resample::{Up2, to_f32};

/// Samples per second that whisper and smart-turn take.
pub(crate) const MODEL_RATE: u32 = 16_000;

/// 16-bit samples as -1.0..1.0.
pub(crate) fn to_float(samples: &[i16]) -> Vec<f32> {
    samples.iter().copied().map(to_f32).collect()
}

/// A whole piece of telephone audio at [`MODEL_RATE`], without delay and without loss.
pub(crate) fn to_model_rate(samples: &[i16]) -> Vec<f32> {
    let mut doubled = Vec::with_capacity(2 * samples.len() + Up2::DELAY);
    let mut up = Up2::new();
    up.push(&to_float(samples), &mut doubled);
    up.flush(&mut doubled);
    doubled.drain(..Up2::DELAY.min(doubled.len()));
    doubled
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sample_becomes_two_in_its_place() {
        let mut click = [0; 800];
        click[400] = 16_384;
        let doubled = to_model_rate(&click);
        assert_eq!(doubled.len(), 1600);
        let loudest = (0..1600).max_by(|a, b| doubled[*a].total_cmp(&doubled[*b]));
        assert_eq!(loudest, Some(800));
        assert!(to_model_rate(&[]).is_empty());
    }
}
