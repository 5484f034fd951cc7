//! What a call leaves behind while it runs: menu state, keys, what comes next, events.

use call::record::NextAction;
use uuid::Uuid;

use super::CallRef;
use crate::{StoreError, TenantTx, error::to_json};

impl TenantTx {
    /// Keeps where the caller is in the menus, for the next webhook of the call.
    pub async fn set_ivr_state(
        &mut self,
        call: &CallRef,
        state: &serde_json::Value,
    ) -> Result<(), StoreError> {
        let tenant = self.tenant();
        let done = sqlx::query!(
            "UPDATE app.calls SET ivr_state = $4 WHERE tenant_id = $1 AND started_at = $2 AND id = $3",
            tenant,
            call.started_at,
            call.call_id.0,
            state
        )
        .execute(self.conn())
        .await?;
        found(done.rows_affected())
    }

    /// Adds pressed keys to those of the call.
    pub async fn append_digits(&mut self, call: &CallRef, digits: &str) -> Result<(), StoreError> {
        let tenant = self.tenant();
        let done = sqlx::query!(
            "UPDATE app.calls SET digits = digits || $4
             WHERE tenant_id = $1 AND started_at = $2 AND id = $3",
            tenant,
            call.started_at,
            call.call_id.0,
            digits
        )
        .execute(self.conn())
        .await?;
        found(done.rows_affected())
    }

    /// Keeps what the carrier shall do with the caller when the stream is over.
    pub async fn set_next_action(
        &mut self,
        call: &CallRef,
        next: &NextAction,
    ) -> Result<(), StoreError> {
        let tenant = self.tenant();
        let done = sqlx::query!(
            "UPDATE app.calls SET next_action = $4 WHERE tenant_id = $1 AND started_at = $2 AND id = $3",
            tenant,
            call.started_at,
            call.call_id.0,
            to_json("next_action", next)?
        )
        .execute(self.conn())
        .await?;
        found(done.rows_affected())
    }

    /// Adds an event; events are never changed. `media_ms` is media time in ms, `None` for what
    /// happened outside the stream.
    pub async fn add_event(
        &mut self,
        call: &CallRef,
        kind: &str,
        media_ms: Option<i64>,
        payload: &serde_json::Value,
    ) -> Result<(), StoreError> {
        let tenant = self.tenant();
        sqlx::query!(
            "INSERT INTO app.call_events (tenant_id, call_started_at, call_id, id, kind, media_ms, payload)
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
            tenant,
            call.started_at,
            call.call_id.0,
            Uuid::now_v7(),
            kind,
            media_ms,
            payload
        )
        .execute(self.conn())
        .await?;
        Ok(())
    }
}

pub(super) fn found(rows: u64) -> Result<(), StoreError> {
    if rows == 0 {
        Err(StoreError::NotFound { what: "call" })
    } else {
        Ok(())
    }
}
