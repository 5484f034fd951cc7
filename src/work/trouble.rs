//! Why a job could not be carried out this time.

use std::time::Duration;

use store::StoreError;

use crate::post::SendError;

/// It is tried again.
#[derive(Debug, Clone)]
pub(super) struct Trouble {
    /// For the row, which its tenant or the platform reads. May name a number.
    pub(super) reason: String,
    /// For the log, where no number and no address stands.
    pub(super) loggable: String,
    /// Not before so long, whatever the pause would be.
    pub(super) not_before: Option<Duration>,
    /// It may have been done.
    pub(super) is_unclear: bool,
}

impl Trouble {
    pub(super) fn new(reason: impl Into<String>) -> Self {
        let reason = reason.into();
        Self {
            loggable: reason.clone(),
            reason,
            not_before: None,
            is_unclear: false,
        }
    }

    pub(super) fn too_long() -> Self {
        Self {
            is_unclear: true,
            ..Self::new("it took too long; whether it was done is not known")
        }
    }
}

impl From<StoreError> for Trouble {
    fn from(error: StoreError) -> Self {
        Self::new(error.to_string())
    }
}

impl From<SendError> for Trouble {
    fn from(error: SendError) -> Self {
        Self {
            loggable: error.loggable(),
            not_before: error.not_before(),
            is_unclear: error.is_unclear(),
            reason: error.to_string(),
        }
    }
}
