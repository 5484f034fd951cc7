//! onnxruntime, loaded once per process from a file, and the sessions opened on it.

use std::{
    borrow::Cow,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

use ort::{
    environment::Environment,
    session::{Session, SessionInputValue},
    value::Tensor,
};

use crate::LoadError;

/// A handle on the process's onnxruntime; cheap to clone.
#[derive(Clone)]
pub struct OnnxRuntime {
    environment: Environment,
}

/// The library cannot be loaded twice in a process; whoever asks again gets the first one.
static LOADED: Mutex<Option<(PathBuf, OnnxRuntime)>> = Mutex::new(None);

impl OnnxRuntime {
    /// Loads `libonnxruntime.so` from `path`. Asked again, answers with the runtime that is
    /// already there, or with an error when that one came from another file.
    pub fn load(path: &Path) -> Result<Self, LoadError> {
        let mut loaded = LOADED.lock().unwrap_or_else(PoisonError::into_inner);
        let error = |reason: String| LoadError::Runtime {
            path: path.to_path_buf(),
            reason,
        };
        if let Some((from, runtime)) = loaded.as_ref() {
            return if from == path {
                Ok(runtime.clone())
            } else {
                Err(error(format!(
                    "this process already uses {}",
                    from.display()
                )))
            };
        }
        if !path.is_file() {
            return Err(LoadError::Missing {
                path: path.to_path_buf(),
            });
        }
        let environment = ort::init_from(path)
            .map_err(|e| error(e.to_string()))?
            .with_telemetry(false)
            .build()
            .map_err(|e| error(e.to_string()))?;
        let runtime = Self { environment };
        *loaded = Some((path.to_path_buf(), runtime.clone()));
        Ok(runtime)
    }

    /// Opens a session that works on the calling thread alone and does not spin while it waits.
    pub(crate) fn session(&self, path: &Path) -> Result<Session, LoadError> {
        if !path.is_file() {
            return Err(LoadError::Missing {
                path: path.to_path_buf(),
            });
        }
        let unusable = |reason: String| LoadError::unusable(path, reason);
        Session::builder(&self.environment)
            .map_err(|e| unusable(e.to_string()))?
            .with_intra_threads(1)
            .map_err(|e| unusable(e.to_string()))?
            .with_inter_threads(1)
            .map_err(|e| unusable(e.to_string()))?
            .with_intra_op_spinning(false)
            .map_err(|e| unusable(e.to_string()))?
            .commit_from_file(path)
            .map_err(|e| unusable(e.to_string()))
    }
}

/// An inference failed or answered in a shape that was not expected.
#[derive(Debug, thiserror::Error)]
#[error("inference failed: {0}")]
pub(crate) struct InferenceError(pub(crate) String);

impl<T> From<ort::Error<T>> for InferenceError {
    fn from(error: ort::Error<T>) -> Self {
        Self(error.to_string())
    }
}

/// A named input of a run.
pub(crate) type Input = (Cow<'static, str>, SessionInputValue<'static>);

pub(crate) fn floats(
    name: &'static str,
    shape: &[usize],
    data: Vec<f32>,
) -> Result<Input, InferenceError> {
    Ok((
        name.into(),
        Tensor::from_array((shape.to_vec(), data))?.into(),
    ))
}

pub(crate) fn integers(
    name: &'static str,
    shape: &[usize],
    data: Vec<i64>,
) -> Result<Input, InferenceError> {
    Ok((
        name.into(),
        Tensor::from_array((shape.to_vec(), data))?.into(),
    ))
}

/// Runs a session and copies the named float outputs out, in the order asked for.
pub(crate) fn run<const N: usize>(
    session: &mut Session,
    inputs: Vec<Input>,
    outputs: [&str; N],
) -> Result<[Vec<f32>; N], InferenceError> {
    let answer = session.run(inputs)?;
    let mut copies = [const { Vec::new() }; N];
    for (copy, name) in copies.iter_mut().zip(outputs) {
        let value = answer
            .get(name)
            .ok_or_else(|| InferenceError(format!("the model has no output named {name:?}")))?;
        *copy = value.try_extract_tensor::<f32>()?.1.to_vec();
    }
    Ok(copies)
}
