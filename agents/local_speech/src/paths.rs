//! Where the model files lie. The names are those of `models.toml`.

use std::path::{Path, PathBuf};

use crate::LoadError;

/// The files of one models directory. Nothing is opened until a model is loaded.
#[derive(Debug, Clone)]
pub struct ModelPaths {
    dir: PathBuf,
}

impl ModelPaths {
    pub fn new(dir: impl Into<PathBuf>) -> Self {
        Self { dir: dir.into() }
    }

    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// The path of a file that must be there.
    pub fn file(&self, name: &str) -> Result<PathBuf, LoadError> {
        let path = self.dir.join(name);
        if path.is_file() {
            Ok(path)
        } else {
            Err(LoadError::Missing { path })
        }
    }

    pub(crate) fn has(&self, names: &[&str]) -> bool {
        names.iter().all(|name| self.dir.join(name).is_file())
    }
}

/// `TRUNKLINE_MODELS`, else `$XDG_CACHE_HOME/trunkline/models`, else
/// `$HOME/.cache/trunkline/models`. `None` when none of the three is set.
pub fn default_models_dir() -> Option<PathBuf> {
    models_dir_from(|name| std::env::var_os(name).filter(|value| !value.is_empty()))
}

fn models_dir_from(var: impl Fn(&str) -> Option<std::ffi::OsString>) -> Option<PathBuf> {
    if let Some(dir) = var("TRUNKLINE_MODELS") {
        return Some(dir.into());
    }
    let cache = match var("XDG_CACHE_HOME") {
        Some(cache) => PathBuf::from(cache),
        None => PathBuf::from(var("HOME")?).join(".cache"),
    };
    Some(cache.join("trunkline").join("models"))
}

pub(crate) const ONNX_RUNTIME: &str = "libonnxruntime.so.1.31.1";
/// The recognizer.
pub const WHISPER: &str = "ggml-tiny.en.bin";
pub(crate) const SILERO: &str = "silero_vad.onnx";
pub(crate) const SMART_TURN: &str = "smart-turn-v3.2-cpu.onnx";
pub(crate) const PIPER: &str = "en_US-joe-medium.onnx";
pub(crate) const PIPER_CONFIG: &str = "en_US-joe-medium.onnx.json";
pub(crate) const KOKORO: &str = "kokoro-82m-int8.onnx";
pub(crate) const KOKORO_VOCAB: &str = "kokoro-vocab.json";

#[cfg(test)]
mod tests {
    use super::*;

    fn dir(vars: &[(&str, &str)]) -> Option<PathBuf> {
        models_dir_from(|name| {
            vars.iter()
                .find(|(known, _)| *known == name)
                .map(|(_, value)| (*value).into())
        })
    }

    #[test]
    fn the_models_folder_is_the_most_specific_that_is_set() {
        assert_eq!(
            dir(&[("TRUNKLINE_MODELS", "/m"), ("HOME", "/h")]),
            Some("/m".into())
        );
        assert_eq!(
            dir(&[("XDG_CACHE_HOME", "/x"), ("HOME", "/h")]),
            Some("/x/trunkline/models".into())
        );
        assert_eq!(
            dir(&[("HOME", "/h")]),
            Some("/h/.cache/trunkline/models".into())
        );
        assert_eq!(dir(&[]), None);
    }

    #[test]
    fn a_missing_model_names_the_file_and_the_command() {
        let error = ModelPaths::new("/nowhere")
            .file(WHISPER)
            .unwrap_err()
            .to_string();
        assert!(error.contains("/nowhere/ggml-tiny.en.bin"), "{error}");
        assert!(error.contains("trunkline models fetch"), "{error}");
    }
}
