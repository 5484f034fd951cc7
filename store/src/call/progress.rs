//! What a call leaves behind while it runs: menu state, keys, what comes next, events.

use call::record::NextAction;
use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{CallRef, EventFact, turn::ms};
use crate::{StoreError, TenantTx, error::to_json, news::CallChange, node::LifeId};

impl TenantTx {
    /// Keeps where the caller is, for the next webhook of the call. `quiet_until`: a call that
    /// nothing is heard of by then is over. No stream holds the call there.
    pub async fn set_ivr_state(
        &mut self,
        call: &CallRef,
        state: &serde_json::Value,
        quiet_until: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let tenant = self.tenant();
        let done = sqlx::query!(
            "UPDATE app.calls SET ivr_state = $4, quiet_until = $5, held_by = NULL
             WHERE tenant_id = $1 AND started_at = $2 AND id = $3",
            tenant,
            call.started_at,
            call.call_id.0,
            state,
            quiet_until
        )
        .execute(self.conn())
        .await?;
        found(done.rows_affected())
    }

    /// Says which node has the stream of a call, from `since` on; `false` when one has it already.
    /// A call is free again once the carrier was told to do something else with it.
    pub async fn hold_call(
        &mut self,
        call: &CallRef,
        life: LifeId,
        since: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let tenant = self.tenant();
        let done = sqlx::query!(
            "UPDATE app.calls SET held_by = $4, quiet_until = $5
             WHERE tenant_id = $1 AND started_at = $2 AND id = $3 AND held_by IS NULL",
            tenant,
            call.started_at,
            call.call_id.0,
            life.0,
            since
        )
        .execute(self.conn())
        .await?;
        if done.rows_affected() == 1 {
            return Ok(true);
        }
        self.call_exists(call).await.map(|()| false)
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
        let event = EventFact {
            kind: kind.to_owned(),
            media_ms: media_ms.and_then(|ms| u64::try_from(ms).ok()),
            payload: payload.clone(),
            digits: None,
        };
        self.add_event_once(Uuid::now_v7(), None, call, &event)
            .await
            .map(drop)
    }

    /// Adds an event under an id of the caller's; `false` when that id was there already. `at`:
    /// when it came about, if that is not this moment.
    pub(super) async fn add_event_once(
        &mut self,
        id: Uuid,
        at: Option<DateTime<Utc>>,
        call: &CallRef,
        event: &EventFact,
    ) -> Result<bool, StoreError> {
        let tenant = self.tenant();
        let done = sqlx::query!(
            "INSERT INTO app.call_events
               (tenant_id, call_started_at, call_id, id, kind, media_ms, payload, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, COALESCE($8, now()))
             ON CONFLICT DO NOTHING",
            tenant,
            call.started_at,
            call.call_id.0,
            id,
            event.kind,
            event
                .media_ms
                .map(|at| ms("event.media_ms", at))
                .transpose()?,
            event.payload,
            at
        )
        .execute(self.conn())
        .await?;
        let is_new = done.rows_affected() == 1;
        if is_new {
            self.tell(call, CallChange::Event(id));
        }
        Ok(is_new)
    }

    /// Tells a call that was left as it was from one that is not there.
    pub(super) async fn call_exists(&mut self, call: &CallRef) -> Result<(), StoreError> {
        let tenant = self.tenant();
        let known = sqlx::query_scalar!(
            "SELECT count(*) FROM app.calls WHERE tenant_id = $1 AND started_at = $2 AND id = $3",
            tenant,
            call.started_at,
            call.call_id.0
        )
        .fetch_one(self.conn())
        .await?;
        found(known.unwrap_or_default().unsigned_abs())
    }
}

pub(super) fn found(rows: u64) -> Result<(), StoreError> {
    if rows == 0 {
        Err(StoreError::NotFound { what: "call" })
    } else {
        Ok(())
    }
}
