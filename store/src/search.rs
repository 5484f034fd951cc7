//! Words that were said, found again. Through a function of the database: row-level security keeps
//! full-text operators from using an index.

use chrono::{DateTime, Utc};
use tenant_config::id::{CallId, TenantId};

use crate::{StoreError, TenantTx, call::CallRef};

/// A turn in which the words were said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundTurn {
    pub call: CallRef,
    /// The turn's number in its call.
    pub seq: i32,
    /// `caller` or `agent`.
    pub speaker: String,
    /// Media time.
    pub start_ms: i64,
    pub text: String,
}

impl TenantTx {
    /// Turns of calls that began before `before`, latest call first. `words` is read as a search box
    /// is: words, `"phrases"`, `or`, `-without`; English stems.
    pub async fn search_turns(
        &mut self,
        words: &str,
        before: DateTime<Utc>,
        at_most: u16,
    ) -> Result<Vec<FoundTurn>, StoreError> {
        let tenant = self.tenant();
        let rows = sqlx::query!(
            r#"SELECT call_started_at AS "call_started_at!", call_id AS "call_id!", seq AS "seq!",
                      speaker AS "speaker!", start_ms AS "start_ms!", text AS "text!"
               FROM app.search_turns($1, $2, $3)"#,
            words,
            before,
            i32::from(at_most)
        )
        .fetch_all(self.conn())
        .await?;
        let row = rows.into_iter().map(|row| FoundTurn {
            call: CallRef {
                tenant_id: TenantId(tenant),
                call_id: CallId(row.call_id),
                started_at: row.call_started_at,
            },
            seq: row.seq,
            speaker: row.speaker,
            start_ms: row.start_ms,
            text: row.text,
        });
        Ok(row.collect())
    }
}
