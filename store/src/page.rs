//! Where a page of a list begins when nothing is said.
//!
//! Bounds are plain values: under row-level security an expression such as `COALESCE($1, …)` or
//! `$1 IS NULL OR …` keeps a condition from the index, since it might tell of rows that are hidden.

use chrono::{DateTime, Utc};
use uuid::Uuid;

/// Later than anything that is stored: the end of 9999.
pub(crate) const LATEST: DateTime<Utc> = match DateTime::from_timestamp(253_402_300_799, 0) {
    Some(latest) => latest,
    None => DateTime::UNIX_EPOCH,
};

/// Behind everything that was made at [`LATEST`].
pub(crate) const LAST_ID: Uuid = Uuid::max();
