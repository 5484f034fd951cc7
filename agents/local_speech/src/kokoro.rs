//! Kokoro-82M: a voice of studio quality that needs 30 % of real time on one core.

use std::{collections::HashMap, path::Path, sync::Arc};

use ort::session::Session;
use serde::Deserialize;

use crate::{
    G2p, LoadError, OnnxRuntime,
    runtime::{floats, integers, run},
    speaker::Engine,
};

/// The speakers whose style files are fetched by default.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KokoroVoice {
    AfHeart,
    AmMichael,
}

impl KokoroVoice {
    pub(crate) const fn style_file(self) -> &'static str {
        match self {
            Self::AfHeart => "af_heart.bin",
            Self::AmMichael => "am_michael.bin",
        }
    }
}

/// One Kokoro speaker on one session; a worker owns it.
pub(crate) struct Kokoro {
    session: Session,
    tokens: Arc<HashMap<char, i64>>,
    styles: Arc<Styles>,
    g2p: G2p,
}

/// A speaker's style vectors, one per number of tokens.
struct Styles {
    values: Vec<f32>,
}

#[derive(Deserialize)]
struct Vocabulary {
    vocab: HashMap<char, i64>,
}

impl Kokoro {
    pub(crate) fn load(
        runtime: &OnnxRuntime,
        model: &Path,
        vocabulary: &Path,
        style: &Path,
        g2p: G2p,
    ) -> Result<Self, LoadError> {
        let text = std::fs::read(vocabulary).map_err(|e| LoadError::unusable(vocabulary, e))?;
        let Vocabulary { vocab } =
            serde_json::from_slice(&text).map_err(|e| LoadError::unusable(vocabulary, e))?;
        let styles = Styles::read(style)?;
        let session = runtime.session(model)?;
        Ok(Self {
            session,
            tokens: Arc::new(vocab),
            styles: Arc::new(styles),
            g2p,
        })
    }
}

impl Styles {
    fn read(path: &Path) -> Result<Self, LoadError> {
        let bytes = std::fs::read(path).map_err(|e| LoadError::unusable(path, e))?;
        let (floats, rest) = bytes.as_chunks::<4>();
        let values: Vec<f32> = floats
            .iter()
            .map(|bytes| f32::from_le_bytes(*bytes))
            .collect();
        if values.is_empty() || !values.len().is_multiple_of(STYLE) || !rest.is_empty() {
            let reason = format!("{} bytes are not whole styles of {STYLE} f32", bytes.len());
            return Err(LoadError::unusable(path, reason));
        }
        Ok(Self { values })
    }

    /// How many tokens the longest clause may have.
    fn longest(&self) -> usize {
        self.values.len() / STYLE
    }

    /// The style for `tokens`, which is within 0..longest.
    fn of(&self, tokens: usize) -> Vec<f32> {
        self.values[tokens * STYLE..(tokens + 1) * STYLE].to_vec()
    }
}

impl Engine for Kokoro {
    fn sample_rate(&self) -> u32 {
        24_000
    }

    fn synthesise(&mut self, words: &str) -> Result<Vec<f32>, String> {
        let phonemes = self.g2p.phonemes(words)?;
        let spoken: Vec<i64> = phonemes
            .chars()
            .filter_map(|c| self.tokens.get(&c).copied())
            .collect();
        if spoken.is_empty() {
            return Ok(Vec::new());
        }
        let longest = (self.styles.longest() - 1).min(MAX_TOKENS);
        if spoken.len() > longest {
            return Err(format!(
                "{} phonemes in one clause, {longest} at most",
                spoken.len()
            ));
        }
        let style = self.styles.of(spoken.len());
        let mut tokens = vec![0];
        tokens.extend(spoken);
        tokens.push(0);
        let inputs = (|| {
            Ok(vec![
                integers("tokens", &[1, tokens.len()], tokens)?,
                floats("style", &[1, STYLE], style)?,
                floats("speed", &[1], vec![1.0])?,
            ])
        })();
        let [audio] = inputs
            .and_then(|inputs| run(&mut self.session, inputs, ["audio"]))
            .map_err(|e| e.to_string())?;
        Ok(audio)
    }
}

/// Values in a style vector.
const STYLE: usize = 256;
/// The model's context of 512, less its two frame tokens.
const MAX_TOKENS: usize = 510;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cut_style_file_is_refused_by_name() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("af_heart.bin");
        std::fs::write(&path, [0; 1030]).unwrap();
        let error = Styles::read(&path).err().unwrap().to_string();
        assert!(
            error.contains("af_heart.bin") && error.contains("1030 bytes"),
            "{error}"
        );
    }
}
