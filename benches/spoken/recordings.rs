//! Recorded people with the text of what they say, as Debian ships them.

use std::{path::Path, sync::Arc};

use anyhow::Context;
use media::resample::ToTelephone;
use serde::Deserialize;

use crate::scoring::words;

/// Somebody saying something.
#[derive(Debug, Clone)]
pub(crate) struct Recording {
    pub(crate) id: String,
    /// What is said.
    pub(crate) text: String,
    pub(crate) samples_8k: Arc<[i16]>,
}

#[derive(Deserialize)]
struct Entry {
    id: String,
    package: String,
    /// Below the folder of sounds; WAV, mono, 16 bits.
    file: String,
    text: String,
}

/// Reads every recording in which something is said. `sounds`: usually `/usr/share`.
pub(crate) fn read_all(sounds: &Path) -> anyhow::Result<Vec<Recording>> {
    let entries: Vec<Entry> =
        serde_json::from_str(include_str!("human_speech.json")).context("human_speech.json")?;
    let spoken = entries
        .into_iter()
        .filter(|entry| !words(&entry.text).is_empty());
    let read = |entry: Entry| {
        let path = sounds.join(&entry.file);
        let samples = read_wav(&path).with_context(|| {
            format!(
                "{} cannot be read: apt-get install {}",
                path.display(),
                entry.package
            )
        })?;
        Ok(Recording {
            id: entry.id,
            text: entry.text,
            samples_8k: samples.into(),
        })
    };
    spoken.map(read).collect()
}

/// The recording from its first sound on: what is within 30 dB of the loudest 10 ms.
pub(crate) fn from_first_sound(samples: &[i16]) -> Arc<[i16]> {
    let energy = |window: &[i16]| window.iter().map(|&s| i64::from(s).pow(2)).sum::<i64>();
    let loudest = samples.chunks(WINDOW).map(energy).max().unwrap_or(0);
    let first = samples
        .chunks(WINDOW)
        .position(|window| energy(window) * 1_000 >= loudest);
    samples
        .get(first.unwrap_or(0) * WINDOW..)
        .unwrap_or_default()
        .into()
}

fn read_wav(path: &Path) -> anyhow::Result<Vec<i16>> {
    let mut reader = hound::WavReader::open(path)?;
    let spec = reader.spec();
    anyhow::ensure!(
        spec.channels == 1 && spec.bits_per_sample == 16,
        "{} channels of {} bits; one of 16 is expected",
        spec.channels,
        spec.bits_per_sample
    );
    let samples: Vec<i16> = reader.samples().collect::<Result<_, _>>()?;
    if spec.sample_rate == media::frame::SAMPLE_RATE {
        return Ok(samples);
    }
    let samples: Vec<f32> = samples.iter().map(|&s| f32::from(s) / 32_768.0).collect();
    let (mut out, mut resampler) = (Vec::new(), ToTelephone::new(spec.sample_rate)?);
    resampler.push(&samples, &mut out);
    resampler.finish(&mut out);
    Ok(out)
}

/// 10 ms.
const WINDOW: usize = 80;
