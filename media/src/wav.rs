//! Reads a WAV file of any common format as telephone sound. Its content is outside data.

use std::io::Read;

use hound::{SampleFormat, WavReader};

use crate::{
    frame::SAMPLE_RATE,
    resample::{ToTelephone, UnsupportedRate},
};

/// Why a file gives no sound.
#[derive(Debug, thiserror::Error)]
pub enum WavError {
    #[error("it is not a WAV file that can be read: {0}")]
    Unreadable(#[from] hound::Error),
    #[error("it holds no sound")]
    Empty,
    #[error(transparent)]
    Rate(#[from] UnsupportedRate),
    #[error("it is longer than {LONGEST_SECONDS} s")]
    TooLong,
}

/// All of a file as 16 bit mono at 8 kHz: integers of 8 to 32 bits or floats, any number of
/// channels, 4 to 192 kHz, up to an hour.
pub fn read_telephone(file: impl Read) -> Result<Vec<i16>, WavError> {
    let mut reader = WavReader::new(file)?;
    let spec = reader.spec();
    let channels = usize::from(spec.channels.max(1));
    let most = LONGEST_SECONDS * spec.sample_rate as usize * channels;
    let samples = match spec.sample_format {
        SampleFormat::Float => take(reader.samples::<f32>(), most)?,
        SampleFormat::Int => {
            let scale = 1.0 / (1_i64 << (spec.bits_per_sample.clamp(1, 32) - 1)) as f32;
            let ints = reader.samples::<i32>();
            take(ints.map(|sample| sample.map(|s| s as f32 * scale)), most)?
        }
    };
    let mono: Vec<f32> = samples
        .chunks(channels)
        .map(|frame| frame.iter().sum::<f32>() / channels as f32)
        .map(|sample| if sample.is_finite() { sample } else { 0.0 })
        .collect();
    let sound = to_telephone(&mono, spec.sample_rate)?;
    if sound.is_empty() {
        return Err(WavError::Empty);
    }
    Ok(sound)
}

fn take(
    samples: impl Iterator<Item = Result<f32, hound::Error>>,
    most: usize,
) -> Result<Vec<f32>, WavError> {
    let mut taken = Vec::new();
    for sample in samples {
        if taken.len() == most {
            return Err(WavError::TooLong);
        }
        taken.push(sample?);
    }
    Ok(taken)
}

fn to_telephone(mono: &[f32], rate: u32) -> Result<Vec<i16>, WavError> {
    if rate == SAMPLE_RATE {
        let scaled = mono.iter().map(|s| (s.clamp(-1.0, 1.0) * 32_767.0) as i16);
        return Ok(scaled.collect());
    }
    let mut out = Vec::new();
    let mut resampler = ToTelephone::new(rate)?;
    resampler.push(mono, &mut out);
    resampler.finish(&mut out);
    Ok(out)
}

const LONGEST_SECONDS: usize = 3_600;

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use hound::{WavSpec, WavWriter};

    use super::*;

    fn file(spec: WavSpec, frames: u32) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        let mut writer = WavWriter::new(&mut bytes, spec).unwrap();
        for _ in 0..frames * u32::from(spec.channels) {
            match spec.sample_format {
                SampleFormat::Float => writer.write_sample(0.5_f32).unwrap(),
                SampleFormat::Int => writer
                    .write_sample(1_i32 << (spec.bits_per_sample - 2))
                    .unwrap(),
            }
        }
        writer.finalize().unwrap();
        bytes.into_inner()
    }

    #[test]
    fn floats_that_are_no_sound_are_made_to_be_some() {
        let spec = WavSpec {
            channels: 1,
            sample_rate: 22_050,
            bits_per_sample: 32,
            sample_format: SampleFormat::Float,
        };
        let mut bytes = Cursor::new(Vec::new());
        let mut writer = WavWriter::new(&mut bytes, spec).unwrap();
        for n in 0..2_205 {
            let strange = [f32::MAX, f32::MIN, f32::NAN, f32::INFINITY, 1e30];
            writer.write_sample(strange[n % strange.len()]).unwrap();
        }
        writer.finalize().unwrap();
        assert_eq!(
            read_telephone(bytes.get_ref().as_slice()).unwrap().len(),
            800
        );
    }

    #[test]
    fn every_common_format_is_the_same_sound() {
        for (bits_per_sample, sample_format) in [
            (8, SampleFormat::Int),
            (16, SampleFormat::Int),
            (24, SampleFormat::Int),
            (32, SampleFormat::Float),
        ] {
            let spec = WavSpec {
                channels: 2,
                sample_rate: 8_000,
                bits_per_sample,
                sample_format,
            };
            let sound = read_telephone(file(spec, 400).as_slice()).unwrap();
            assert_eq!(sound.len(), 400);
            assert!(
                sound.iter().all(|s| (16_200..16_500).contains(s)),
                "{spec:?}"
            );
        }
    }

    #[test]
    fn what_is_no_sound_is_refused_with_the_reason() {
        let spec = WavSpec {
            channels: 1,
            sample_rate: 8_000,
            bits_per_sample: 16,
            sample_format: SampleFormat::Int,
        };
        let of = |file: &[u8]| read_telephone(file).unwrap_err().to_string();
        assert!(of(b"not a sound").contains("not a WAV file"));
        assert_eq!(of(&file(spec, 0)), "it holds no sound");
        let odd = WavSpec {
            sample_rate: 300,
            ..spec
        };
        assert!(of(&file(odd, 10)).contains("300 Hz"));
    }
}
