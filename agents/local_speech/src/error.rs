//! Why local speech could not be opened, and how a failed inference is told to a call.

use std::path::PathBuf;

use agents::{ProviderError, ProviderFault, Stage};

/// Why a model or the runtime could not be loaded. Each message says what to do.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// A model file is not there.
    #[error("model file {} is missing: run `trunkline models fetch`", path.display())]
    Missing { path: PathBuf },
    /// A file is there but is not what it should be.
    #[error("model file {} cannot be used: {reason}; run `trunkline models verify`", path.display())]
    Unusable { path: PathBuf, reason: String },
    /// onnxruntime could not be loaded into this process.
    #[error("onnxruntime at {} cannot be loaded: {reason}; run `trunkline models verify`", path.display())]
    Runtime { path: PathBuf, reason: String },
    /// A voice was asked for that this node does not have.
    #[error("there is no local voice named {name:?}; the voices are {}", known.join(", "))]
    NoSuchVoice { name: String, known: Vec<String> },
    /// A worker thread could not be started.
    #[error("a thread for {what} could not be started: {source}")]
    Thread {
        what: &'static str,
        source: std::io::Error,
    },
}

impl LoadError {
    #[expect(
        clippy::needless_pass_by_value,
        reason = "map_err hands errors over by value"
    )]
    pub(crate) fn unusable(path: impl Into<PathBuf>, reason: impl ToString) -> Self {
        Self::Unusable {
            path: path.into(),
            reason: reason.to_string(),
        }
    }
}

/// Who failed and at which stage; makes the errors of one adapter.
#[derive(Debug, Clone)]
pub(crate) struct Provider {
    pub(crate) name: String,
    pub(crate) stage: Stage,
}

impl Provider {
    pub(crate) fn new(name: impl Into<String>, stage: Stage) -> Self {
        Self {
            name: name.into(),
            stage,
        }
    }

    #[expect(
        clippy::needless_pass_by_value,
        reason = "map_err hands errors over by value"
    )]
    pub(crate) fn error(&self, fault: ProviderFault, detail: impl ToString) -> ProviderError {
        ProviderError {
            provider: self.name.clone(),
            stage: self.stage,
            fault,
            detail: detail.to_string(),
        }
    }

    pub(crate) fn busy(&self) -> ProviderError {
        self.error(
            ProviderFault::Busy,
            "the queue of the model's workers is full",
        )
    }

    pub(crate) fn gone(&self) -> ProviderError {
        self.error(
            ProviderFault::Dropped,
            "the model's worker ended before it had answered",
        )
    }

    pub(crate) fn invalid(&self, detail: impl ToString) -> ProviderError {
        self.error(ProviderFault::Invalid, detail)
    }
}
