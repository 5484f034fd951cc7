//! In which order a tenant's calls are listed, and where a page of such a list begins.
//!
//! Pages go on behind the last row of the one before (keyset), so that none is read twice and none
//! left out, however long the list is. Calls without a value of what they are sorted by come last, the
//! order in time among them being that of the list.

use chrono::{DateTime, Utc};
use sqlx::{Postgres, QueryBuilder};
use tenant_config::id::CallId;

use super::CallSummary;

/// What calls are sorted by. Where it is the same, by their beginning and their id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum SortKey {
    #[default]
    StartedAt,
    Duration,
    From,
    Status,
}

/// An order of calls. Unless something is said, the latest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct CallSort {
    pub key: SortKey,
    pub descending: bool,
}

/// A value that calls are sorted by, beside their beginning.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SortValue {
    Number(i64),
    Text(String),
}

/// A row of a sorted list: what the next one comes behind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallPlace {
    /// `None` by time alone, and among those that have no value.
    pub value: Option<SortValue>,
    pub started_at: DateTime<Utc>,
    pub id: CallId,
}

impl Default for CallSort {
    fn default() -> Self {
        Self {
            key: SortKey::StartedAt,
            descending: true,
        }
    }
}

impl SortKey {
    pub(super) const fn column(self) -> Option<&'static str> {
        match self {
            Self::StartedAt => None,
            Self::Duration => Some("c.duration_ms"),
            Self::From => Some("c.from_e164"),
            Self::Status => Some("c.status"),
        }
    }

    /// Whether a value of this kind is one that it sorts by.
    pub const fn fits(self, value: Option<&SortValue>) -> bool {
        match (self, value) {
            (Self::StartedAt | Self::Duration | Self::From, None)
            | (Self::Duration, Some(SortValue::Number(_)))
            | (Self::From | Self::Status, Some(SortValue::Text(_))) => true,
            (Self::Status, None)
            | (Self::StartedAt, Some(_))
            | (Self::Duration, Some(SortValue::Text(_)))
            | (Self::From | Self::Status, Some(SortValue::Number(_))) => false,
        }
    }
}

/// A stretch of a list. What comes behind a row is asked for in two: the planner knows how many rows
/// have a value, and how many one beyond it, but nothing of a comparison of whole rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stretch {
    /// All, by time.
    ByTime,
    /// Those that have the place's value in this column, by time.
    Tied(&'static str),
    /// Those that have one beyond it.
    Beyond(&'static str),
    /// All that have a value.
    Valued(&'static str),
    /// Those that have none, by time.
    Valueless(&'static str),
}

impl CallSort {
    /// The stretches of the list from a place on, in order.
    pub(super) fn stretches(self, after: Option<&CallPlace>) -> Vec<Stretch> {
        let Some(column) = self.key.column() else {
            return vec![Stretch::ByTime];
        };
        let mut stretches = match after.map(|place| place.value.is_some()) {
            None => vec![Stretch::Valued(column)],
            Some(true) => vec![Stretch::Tied(column), Stretch::Beyond(column)],
            Some(false) => Vec::new(),
        };
        // Every call has a status.
        if self.key != SortKey::Status {
            stretches.push(Stretch::Valueless(column));
        }
        stretches
    }
}

impl SortValue {
    pub(super) fn bind(&self, query: &mut QueryBuilder<Postgres>) {
        match self {
            Self::Number(number) => query.push_bind(*number),
            Self::Text(text) => query.push_bind(text.clone()),
        };
    }
}

impl CallSummary {
    /// Where the call stands in a list of this order.
    pub fn place(&self, sort: CallSort) -> CallPlace {
        let value = match sort.key {
            SortKey::StartedAt => None,
            SortKey::Duration => self.duration_ms.map(SortValue::Number),
            SortKey::From => self
                .from
                .as_ref()
                .map(|number| SortValue::Text(number.as_str().to_owned())),
            SortKey::Status => Some(SortValue::Text(self.status.as_str().to_owned())),
        };
        CallPlace {
            value,
            started_at: self.call.started_at,
            id: self.call.call_id,
        }
    }
}
