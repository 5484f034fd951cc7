//! When a service answered last, and when it did not: what this node has seen of it since its start.

use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, Utc};

/// Of one service.
#[derive(Debug, Default)]
pub struct Pulse(Mutex<Seen>);

/// What was seen.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Seen {
    pub last_success: Option<DateTime<Utc>>,
    /// When, and what it was; without number, address or secret.
    pub last_failure: Option<(DateTime<Utc>, String)>,
}

impl Pulse {
    pub fn seen(&self) -> Seen {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// A refusal of what was asked is an answer of a service that works.
    pub(crate) fn note(&self, at: DateTime<Utc>, failure: Option<String>) {
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match failure {
            None => seen.last_success = Some(at),
            Some(failure) => seen.last_failure = Some((at, failure)),
        }
    }
}
