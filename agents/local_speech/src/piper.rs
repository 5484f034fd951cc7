//! Piper: a small VITS voice that needs 5 % of real time on one core.

use std::{collections::HashMap, path::Path};

use ort::session::Session;
use serde::Deserialize;

use crate::{
    G2p, LoadError, OnnxRuntime,
    phonemes::to_espeak,
    runtime::{floats, integers, run},
    speaker::Engine,
};

/// One Piper voice on one session; a worker owns it.
pub(crate) struct Piper {
    session: Session,
    config: Config,
    g2p: G2p,
}

/// The part of a voice's JSON file that synthesis needs.
#[derive(Debug, Clone, Deserialize)]
struct Config {
    audio: Audio,
    inference: Inference,
    phoneme_id_map: HashMap<String, Vec<i64>>,
}

#[derive(Debug, Clone, Deserialize)]
struct Audio {
    sample_rate: u32,
}

#[derive(Debug, Clone, Deserialize)]
struct Inference {
    noise_scale: f32,
    length_scale: f32,
    noise_w: f32,
}

impl Piper {
    pub(crate) fn load(
        runtime: &OnnxRuntime,
        model: &Path,
        config: &Path,
        g2p: G2p,
    ) -> Result<Self, LoadError> {
        let text = std::fs::read(config).map_err(|e| LoadError::unusable(config, e))?;
        let parsed: Config =
            serde_json::from_slice(&text).map_err(|e| LoadError::unusable(config, e))?;
        if parsed.audio.sample_rate == 0 {
            return Err(LoadError::unusable(
                config,
                "audio.sample_rate must not be 0",
            ));
        }
        Ok(Self {
            session: runtime.session(model)?,
            config: parsed,
            g2p,
        })
    }

    /// `^` sound `_` sound `_` … `$`, as piper's training wrote it; unknown sounds are left out.
    fn ids(&self, phonemes: &str) -> Vec<i64> {
        let ids_of = |sound: &str| {
            self.config
                .phoneme_id_map
                .get(sound)
                .map_or(&[][..], Vec::as_slice)
        };
        let mut ids = ids_of("^").to_vec();
        ids.extend(ids_of("_"));
        let mut buffer = [0; 4];
        for sound in phonemes.chars() {
            let known = ids_of(sound.encode_utf8(&mut buffer));
            if !known.is_empty() {
                ids.extend(known);
                ids.extend(ids_of("_"));
            }
        }
        ids.extend(ids_of("$"));
        ids
    }
}

impl Engine for Piper {
    fn sample_rate(&self) -> u32 {
        self.config.audio.sample_rate
    }

    fn synthesise(&mut self, words: &str) -> Result<Vec<f32>, String> {
        let ids = self.ids(&to_espeak(&self.g2p.phonemes(words)?));
        let Inference {
            noise_scale,
            length_scale,
            noise_w,
        } = self.config.inference;
        let length = ids.len();
        let inputs = (|| {
            Ok(vec![
                integers("input", &[1, length], ids)?,
                integers("input_lengths", &[1], vec![length as i64])?,
                floats("scales", &[3], vec![noise_scale, length_scale, noise_w])?,
            ])
        })();
        let [audio] = inputs
            .and_then(|inputs| run(&mut self.session, inputs, ["output"]))
            .map_err(|e| e.to_string())?;
        Ok(audio)
    }
}
