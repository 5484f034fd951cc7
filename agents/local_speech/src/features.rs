//! Log-mel features as smart-turn was trained on: those of Whisper's feature extractor over 8 s.
//!
//! 16 kHz, a periodic Hann window of 400, hop 160, reflected edges, 80 Slaney mel bands with area
//! normalisation, log10 floored 8 below the maximum, scaled to about -1..1 (Radford et al. 2022;
//! the reference in numbers is `WhisperFeatureExtractor` of transformers, Apache-2.0). The
//! waveform is brought to zero mean and unit variance first, after padding.

use std::{f64::consts::PI, sync::Arc};

use rustfft::{Fft, FftPlanner, num_complex::Complex};

use crate::dsp::MODEL_RATE;

/// Samples the model looks at: 8 s at 16 kHz.
pub(crate) const WINDOW_SAMPLES: usize = 8 * MODEL_RATE as usize;
pub(crate) const MELS: usize = 80;
pub(crate) const FRAMES: usize = WINDOW_SAMPLES / HOP;

/// The tables of the transform; built once, shared by all workers.
pub(crate) struct LogMel {
    fft: Arc<dyn Fft<f64>>,
    window: Vec<f64>,
    bands: Vec<Band>,
}

/// A triangular filter: its first frequency bin and its weights from there.
struct Band {
    first: usize,
    weights: Vec<f64>,
}

impl LogMel {
    pub(crate) fn new() -> Self {
        let window = (0..N_FFT)
            .map(|i| 0.5 - 0.5 * (2.0 * PI * i as f64 / N_FFT as f64).cos())
            .collect();
        Self {
            fft: FftPlanner::new().plan_fft_forward(N_FFT),
            window,
            bands: mel_bands(),
        }
    }

    /// 16 kHz audio to `MELS` rows of `FRAMES` values. Only the last 8 s count; shorter audio is
    /// preceded by silence.
    pub(crate) fn features(&self, audio: &[f32]) -> Vec<f32> {
        let padded = reflected(&normalised(&last_window(audio)));
        let mut features = vec![0.0_f64; MELS * FRAMES];
        let mut spectrum = vec![Complex::default(); N_FFT];
        let mut scratch = vec![Complex::default(); self.fft.get_inplace_scratch_len()];
        for frame in 0..FRAMES {
            let samples = &padded[frame * HOP..frame * HOP + N_FFT];
            for ((bin, sample), weight) in spectrum.iter_mut().zip(samples).zip(&self.window) {
                *bin = Complex::new(sample * weight, 0.0);
            }
            self.fft.process_with_scratch(&mut spectrum, &mut scratch);
            for (mel, band) in self.bands.iter().enumerate() {
                let bins = &spectrum[band.first..band.first + band.weights.len()];
                let power: f64 = bins
                    .iter()
                    .zip(&band.weights)
                    .map(|(bin, w)| bin.norm_sqr() * w)
                    .sum();
                features[mel * FRAMES + frame] = power.max(1e-10).log10();
            }
        }
        let floor = features.iter().copied().fold(f64::NEG_INFINITY, f64::max) - 8.0;
        features
            .iter()
            .map(|value| ((value.max(floor) + 4.0) / 4.0) as f32)
            .collect()
    }
}

fn last_window(audio: &[f32]) -> Vec<f32> {
    let tail = &audio[audio.len().saturating_sub(WINDOW_SAMPLES)..];
    let mut window = vec![0.0; WINDOW_SAMPLES - tail.len()];
    window.extend_from_slice(tail);
    window
}

fn normalised(audio: &[f32]) -> Vec<f64> {
    let count = audio.len() as f64;
    let mean = audio.iter().copied().map(f64::from).sum::<f64>() / count;
    let variance = audio
        .iter()
        .map(|&s| (f64::from(s) - mean).powi(2))
        .sum::<f64>()
        / count;
    let scale = 1.0 / (variance + 1e-7).sqrt();
    audio
        .iter()
        .map(|&sample| (f64::from(sample) - mean) * scale)
        .collect()
}

/// Half a transform of mirrored audio on either side, so that frames are centred on their time.
fn reflected(audio: &[f64]) -> Vec<f64> {
    let pad = N_FFT / 2;
    let head = audio[1..=pad].iter().rev();
    let tail = audio[audio.len() - pad - 1..audio.len() - 1].iter().rev();
    head.chain(audio).chain(tail).copied().collect()
}

fn mel_bands() -> Vec<Band> {
    let top = hertz_to_mel(f64::from(MODEL_RATE) / 2.0);
    let edge = |i: usize| mel_to_hertz(top * i as f64 / (MELS + 1) as f64);
    (0..MELS)
        .map(|mel| Band::triangle(edge(mel), edge(mel + 1), edge(mel + 2)))
        .collect()
}

impl Band {
    /// A triangle over three frequencies in Hz, its area normalised.
    fn triangle(low: f64, centre: f64, high: f64) -> Self {
        let bin_hertz = f64::from(MODEL_RATE) / N_FFT as f64;
        let weight = |bin: usize| {
            let hertz = bin as f64 * bin_hertz;
            let slope = ((hertz - low) / (centre - low)).min((high - hertz) / (high - centre));
            slope.max(0.0) * 2.0 / (high - low)
        };
        let first = (low / bin_hertz).floor() as usize;
        let last = ((high / bin_hertz).ceil() as usize).min(N_FFT / 2);
        Self {
            first,
            weights: (first..=last).map(weight).collect(),
        }
    }
}

/// Slaney's scale: linear to 1 kHz, then 27 steps for each factor of 6.4.
fn hertz_to_mel(hertz: f64) -> f64 {
    if hertz < 1000.0 {
        hertz * 3.0 / 200.0
    } else {
        15.0 + (hertz / 1000.0).ln() * 27.0 / 6.4_f64.ln()
    }
}

fn mel_to_hertz(mel: f64) -> f64 {
    if mel < 15.0 {
        mel * 200.0 / 3.0
    } else {
        1000.0 * ((mel - 15.0) * 6.4_f64.ln() / 27.0).exp()
    }
}

const N_FFT: usize = 400;
const HOP: usize = 160;

#[cfg(test)]
mod tests {
    use super::*;

    /// A deterministic test signal that a reference can compute too: two tones, growing.
    fn signal(samples: usize) -> Vec<f32> {
        (0..samples)
            .map(|i| {
                let t = i as f64 / 16_000.0;
                let tones = (2.0 * PI * 440.0 * t).sin() + 0.5 * (2.0 * PI * 2_500.0 * t).sin();
                (0.2 * tones * (i as f64 / samples as f64)) as f32
            })
            .collect()
    }

    #[test]
    fn the_features_are_those_of_the_reference() {
        // Values of WhisperFeatureExtractor's algorithm in numpy over the same signal.
        let features = LogMel::new().features(&signal(48_000));
        assert_eq!(features.len(), MELS * FRAMES);
        for (mel, frame, expected) in REFERENCE {
            let got = features[mel * FRAMES + frame];
            assert!(
                (got - expected).abs() < 1e-3,
                "mel {mel} frame {frame}: {got} != {expected}"
            );
        }
        let mean = features.iter().sum::<f32>() / features.len() as f32;
        assert!((mean - REFERENCE_MEAN).abs() < 1e-4, "{mean}");
    }

    #[test]
    fn only_the_last_eight_seconds_count() {
        let long = signal(200_000);
        let mel = LogMel::new();
        assert_eq!(
            mel.features(&long),
            mel.features(&long[200_000 - WINDOW_SAMPLES..])
        );
    }

    const REFERENCE: [(usize, usize, f32); 8] = [
        (0, 799, 0.9153),
        (10, 600, 1.5375),
        (11, 799, 1.8623),
        (25, 700, -0.1359),
        (48, 650, 0.5959),
        (49, 799, 1.5461),
        (79, 799, 0.0617),
        (40, 100, -0.1359),
    ];
    const REFERENCE_MEAN: f32 = -0.0765;
}
