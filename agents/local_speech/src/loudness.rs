//! What a voice gives, made fit for a telephone: no long silences, one level, no clipping.

use media::resample::{ToTelephone, UnsupportedRate};

/// The audio of a clause, at its own rate, as 8 kHz samples followed by the pause that
/// `clause`'s punctuation asks for.
pub(crate) fn for_telephone(
    audio: &[f32],
    rate: u32,
    clause: &str,
) -> Result<Vec<i16>, UnsupportedRate> {
    let speech = trimmed(audio, rate);
    let gain = gain_to_level(speech);
    let levelled: Vec<f32> = speech.iter().map(|sample| limited(sample * gain)).collect();
    let mut samples = Vec::with_capacity(levelled.len() * 8_000 / rate as usize + 4_000);
    let mut resampler = ToTelephone::new(rate)?;
    resampler.push(&levelled, &mut samples);
    resampler.finish(&mut samples);
    samples.resize(samples.len() + pause_after(clause), 0);
    Ok(samples)
}

/// Cuts the silence before and after the speech to what lets sounds begin and fade.
fn trimmed(audio: &[f32], rate: u32) -> &[f32] {
    let ms = |ms: usize| ms * rate as usize / 1000;
    let peak = audio
        .iter()
        .fold(0.0_f32, |peak, sample| peak.max(sample.abs()));
    let audible = |sample: &f32| sample.abs() > peak * AUDIBLE;
    let Some(first) = audio.iter().position(audible) else {
        return &[];
    };
    let last = audio.iter().rposition(audible).unwrap_or(first);
    let start = first.saturating_sub(ms(LEAD_MS));
    let end = (last + 1 + ms(FADE_MS)).min(audio.len());
    &audio[start..end]
}

/// The factor that brings the louder parts of the speech to the telephone's level.
fn gain_to_level(speech: &[f32]) -> f32 {
    let mut powers: Vec<f32> = speech
        .chunks(512)
        .map(|chunk| chunk.iter().map(|s| s * s).sum::<f32>() / chunk.len() as f32)
        .collect();
    let loudest = powers.iter().copied().fold(0.0, f32::max);
    // Pauses would count as quiet speech: only what is within 30 dB of the loudest counts.
    powers.retain(|power| *power > loudest * 1e-3);
    if powers.is_empty() {
        return 1.0;
    }
    let rms = (powers.iter().sum::<f32>() / powers.len() as f32).sqrt();
    (LEVEL / rms).clamp(1.0 / MAX_GAIN, MAX_GAIN)
}

/// Leaves quiet samples as they are and bends loud ones below full scale.
fn limited(sample: f32) -> f32 {
    let size = sample.abs();
    if size <= KNEE {
        return sample;
    }
    let over = (size - KNEE) / (CEILING - KNEE);
    sample.signum() * (KNEE + (CEILING - KNEE) * over.tanh())
}

/// Samples of silence at 8 kHz.
fn pause_after(clause: &str) -> usize {
    let ms = match clause.trim_end().chars().next_back() {
        Some('.' | '!' | '?') => 220,
        Some(';' | ':' | '\u{2013}' | '\u{2014}') => 160,
        Some(',') => 100,
        Some(_) | None => 30,
    };
    ms * 8
}

/// -20 dBFS: loud enough on a telephone, with room for speech's peaks.
const LEVEL: f32 = 0.1;
/// 18 dB either way; more would raise a voice's own noise.
const MAX_GAIN: f32 = 8.0;
/// The limiter begins here and never exceeds the ceiling.
const KNEE: f32 = 0.6;
const CEILING: f32 = 0.95;
/// 40 dB below the clause's peak.
const AUDIBLE: f32 = 0.01;
const LEAD_MS: usize = 15;
const FADE_MS: usize = 40;

#[cfg(test)]
mod tests {
    use super::*;

    fn tone(samples: usize, level: f32) -> Vec<f32> {
        (0..samples)
            .map(|i| level * (i as f32 * 0.2).sin())
            .collect()
    }

    fn rms(samples: &[i16]) -> f32 {
        let sum: f32 = samples
            .iter()
            .map(|&s| (f32::from(s) / 32_768.0).powi(2))
            .sum();
        (sum / samples.len() as f32).sqrt()
    }

    #[test]
    fn loud_and_quiet_voices_come_out_at_the_same_level() {
        for level in [0.02, 0.1, 0.8] {
            let out = for_telephone(&tone(22_050, level), 22_050, "x").unwrap();
            let level_out = 20.0 * rms(&out[800..7200]).log10();
            assert!(
                (level_out + 20.0).abs() < 1.0,
                "{level} gives {level_out} dBFS"
            );
        }
    }

    #[test]
    fn silence_around_the_speech_is_cut_and_a_pause_is_added() {
        let mut audio = vec![0.0; 24_000];
        audio.extend(tone(24_000, 0.3));
        audio.extend(vec![0.0; 24_000]);
        let out = for_telephone(&audio, 24_000, "Hello.").unwrap();
        let expected = 8_000 + 8 * (LEAD_MS + FADE_MS + 220);
        assert!(out.len().abs_diff(expected) < 80, "{} samples", out.len());
        assert!(out[out.len() - 220 * 8..].iter().all(|s| *s == 0));
    }

    #[test]
    fn peaks_stay_below_full_scale() {
        assert!(limited(5.0) <= CEILING && limited(-5.0) >= -CEILING);
        assert!((limited(0.5) - 0.5).abs() < f32::EPSILON);
    }

    #[test]
    fn silence_stays_silence() {
        assert_eq!(
            for_telephone(&[0.0; 1000], 24_000, "x")
                .unwrap()
                .iter()
                .max(),
            Some(&0)
        );
    }
}
