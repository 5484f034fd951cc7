//! A call's place among the conversations that its tenant may hold at once, on whatever node.

use chrono::{DateTime, Utc};

use super::{CallRef, CallRow, progress::found};
use crate::{StoreError, TenantTx};

/// What became of the wish for a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PlaceTaken {
    /// It is the call's.
    Yes,
    /// The tenant has as many as it may have.
    NoneLeft,
    /// The call's stream is open, on whatever node: a webhook came twice.
    StreamOpen,
}

impl TenantTx {
    /// Gives the call a place until `until`, unless its tenant has `limit` others. Webhooks of one
    /// tenant wait here for one another, so that no two take the last place; a call that has a
    /// place keeps it. What was to come after an earlier stream is forgotten. A call whose stream
    /// is open stays as it is: one stream holds a call.
    pub async fn take_place(
        &mut self,
        call: &CallRef,
        limit: Option<u32>,
        now: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> Result<PlaceTaken, StoreError> {
        if let Some(limit) = limit
            && self.places_of_others(call, now).await? >= u64::from(limit)
        {
            return Ok(PlaceTaken::NoneLeft);
        }
        let tenant = self.tenant();
        // A stream that was handed over is closed, though its node still stands in the row.
        let done = sqlx::query!(
            "UPDATE app.calls SET media_until = $4, next_action = NULL
             WHERE tenant_id = $1 AND started_at = $2 AND id = $3
               AND (held_by IS NULL OR resume IS NOT NULL)",
            tenant,
            call.started_at,
            call.call_id.0,
            until
        )
        .execute(self.conn())
        .await?;
        if done.rows_affected() == 1 {
            return Ok(PlaceTaken::Yes);
        }
        self.call_exists(call)
            .await
            .map(|()| PlaceTaken::StreamOpen)
    }

    async fn places_of_others(
        &mut self,
        call: &CallRef,
        now: DateTime<Utc>,
    ) -> Result<u64, StoreError> {
        let tenant = self.tenant();
        sqlx::query!(
            "SELECT pg_advisory_xact_lock(hashtext('app.calls.media_until'), hashtext($1::uuid::text))",
            tenant
        )
        .execute(self.conn())
        .await?;
        // A place is taken for minutes, so older partitions need not be looked at.
        let count = sqlx::query_scalar!(
            "SELECT count(*) FROM app.calls
             WHERE tenant_id = $1 AND id <> $2 AND ended_at IS NULL AND media_until > $3
               AND started_at > $3 - interval '1 day'",
            tenant,
            call.call_id.0,
            now
        )
        .fetch_one(self.conn())
        .await?;
        Ok(count.unwrap_or_default().unsigned_abs())
    }

    /// The call's stream is open: its place lasts until `until` at the longest.
    pub async fn hold_place(
        &mut self,
        call: &CallRef,
        until: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let tenant = self.tenant();
        let done = sqlx::query!(
            "UPDATE app.calls SET media_until = $4
             WHERE tenant_id = $1 AND started_at = $2 AND id = $3",
            tenant,
            call.started_at,
            call.call_id.0,
            until
        )
        .execute(self.conn())
        .await?;
        found(done.rows_affected())
    }

    /// The call as it stands, which stays so until this transaction is over.
    pub async fn lock_call(&mut self, call: &CallRef) -> Result<CallRow, StoreError> {
        let tenant = self.tenant();
        sqlx::query_scalar!(
            "SELECT id FROM app.calls
             WHERE tenant_id = $1 AND started_at = $2 AND id = $3 FOR UPDATE",
            tenant,
            call.started_at,
            call.call_id.0
        )
        .fetch_optional(self.conn())
        .await?;
        self.call(call).await
    }
}
