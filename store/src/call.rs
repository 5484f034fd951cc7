//! A call as stored: begun before TwiML goes out, followed by status callbacks, turns and events,
//! and closed once.
//!
//! A call is addressed by a [`CallRef`]; its `started_at` is part of the key, because calls are
//! partitioned by it.

mod begin;
mod correction;
mod end;
mod fact;
mod hand_over;
mod latency;
mod list;
mod live;
mod note;
mod place;
mod progress;
mod recording;
mod row;
mod share;
mod sort;
mod status;
mod tag;
mod token;
mod transcript;
mod turn;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use tenant_config::id::{CallId, TenantId};

pub use begin::{BegunCall, CallMode, Direction, NewCall};
pub use end::{CallEnd, CallOutcome, ClosedBy, HangupBy};
pub use fact::{EventFact, Fact, What};
pub use latency::{Latency, Stage};
pub use list::{CallFilter, CallSummary};
pub use note::{NewNote, NoteRow};
pub use place::PlaceTaken;
pub use recording::{RecordingKind, RecordingRow, StoredRecording};
pub use row::CallRow;
pub use share::{NewShare, ShareRow, SharedCall};
pub use sort::{CallPlace, CallSort, SortKey, SortValue};
pub use status::{CallStatus, StatusChange, StatusReport};
pub use tag::TagCount;
pub use token::{TokenHash, TokenVerdict};
pub use transcript::{EventRow, TurnRow};

/// The key of a stored call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct CallRef {
    pub tenant_id: TenantId,
    pub call_id: CallId,
    /// To the microsecond, as Postgres keeps it.
    pub started_at: DateTime<Utc>,
}
