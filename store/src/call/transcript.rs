//! What is left of a call: its turns and its events.

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::CallRef;
use crate::{StoreError, TenantTx};

/// A turn as it is stored. Times are ms of media time, and so are the ends of stages; `total_ms` is
/// from the end of the caller's speech to the first frame out.
#[derive(Debug, Clone, PartialEq)]
pub struct TurnRow {
    pub seq: i32,
    /// `caller` or `agent`.
    pub speaker: String,
    /// What was heard, or what somebody has put in its place.
    pub text: String,
    /// What was heard where somebody has put it right.
    pub heard_text: Option<String>,
    /// What the agent was going to say.
    pub generated_text: Option<String>,
    pub start_ms: i64,
    pub end_ms: i64,
    pub words: Value,
    /// Thousandths.
    pub confidence_pm: Option<i32>,
    pub interrupted: bool,
    pub played_until_ms: Option<i64>,
    pub speech_end_ms: Option<i64>,
    pub endpoint_ms: Option<i64>,
    pub asr_final_ms: Option<i64>,
    pub llm_first_token_ms: Option<i64>,
    pub tts_first_byte_ms: Option<i64>,
    pub first_frame_ms: Option<i64>,
    pub mark_ms: Option<i64>,
    pub total_ms: Option<i64>,
    pub tokens_in: i32,
    pub tokens_out: i32,
}

/// An event as it is stored.
#[derive(Debug, Clone, PartialEq)]
pub struct EventRow {
    pub id: uuid::Uuid,
    pub kind: String,
    pub media_ms: Option<i64>,
    pub payload: Value,
    pub created_at: DateTime<Utc>,
}

impl TenantTx {
    /// The turns of a call, in order; none for a call that is not the tenant's.
    pub async fn turns(&mut self, call: &CallRef) -> Result<Vec<TurnRow>, StoreError> {
        self.turns_or_one(call, None).await
    }

    /// One turn of a call.
    pub async fn turn(&mut self, call: &CallRef, seq: u32) -> Result<Option<TurnRow>, StoreError> {
        let seq = i32::try_from(seq).unwrap_or(i32::MAX);
        Ok(self.turns_or_one(call, Some(seq)).await?.pop())
    }

    async fn turns_or_one(
        &mut self,
        call: &CallRef,
        only: Option<i32>,
    ) -> Result<Vec<TurnRow>, StoreError> {
        let tenant = self.tenant();
        Ok(sqlx::query_as!(
            TurnRow,
            r#"SELECT t.seq, t.speaker, COALESCE(k.text, t.text) AS "text!",
                      CASE WHEN k.seq IS NOT NULL THEN t.text END AS heard_text, t.generated_text, t.start_ms,
                      t.end_ms, t.words, t.confidence_pm, t.interrupted, t.played_until_ms, t.speech_end_ms,
                      t.endpoint_ms, t.asr_final_ms, t.llm_first_token_ms, t.tts_first_byte_ms,
                      t.first_frame_ms, t.mark_ms, t.total_ms, t.tokens_in, t.tokens_out
               FROM app.call_turns t
               LEFT JOIN app.call_turn_corrections k ON k.tenant_id = t.tenant_id
                 AND k.call_started_at = t.call_started_at AND k.call_id = t.call_id AND k.seq = t.seq
               WHERE t.tenant_id = $1 AND t.call_started_at = $2 AND t.call_id = $3
                 AND ($4::int IS NULL OR t.seq = $4) ORDER BY t.seq"#,
            tenant,
            call.started_at,
            call.call_id.0,
            only
        )
        .fetch_all(self.conn())
        .await?)
    }

    /// One event of a call.
    pub async fn event(
        &mut self,
        call: &CallRef,
        id: uuid::Uuid,
    ) -> Result<Option<EventRow>, StoreError> {
        let tenant = self.tenant();
        Ok(sqlx::query_as!(
            EventRow,
            "SELECT id, kind, media_ms, payload, created_at FROM app.call_events
             WHERE tenant_id = $1 AND call_started_at = $2 AND call_id = $3 AND id = $4",
            tenant,
            call.started_at,
            call.call_id.0,
            id
        )
        .fetch_optional(self.conn())
        .await?)
    }

    /// The events of a call, in the order in which they came about.
    pub async fn events(&mut self, call: &CallRef) -> Result<Vec<EventRow>, StoreError> {
        let tenant = self.tenant();
        Ok(sqlx::query_as!(
            EventRow,
            "SELECT id, kind, media_ms, payload, created_at FROM app.call_events
             WHERE tenant_id = $1 AND call_started_at = $2 AND call_id = $3 ORDER BY created_at, id",
            tenant,
            call.started_at,
            call.call_id.0
        )
        .fetch_all(self.conn())
        .await?)
    }
}
