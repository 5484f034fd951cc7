//! What is left of a call: what was said, and what happened.

use axum::Json;
use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::Value;
use store::call::{EventRow, TurnRow};
use utoipa::ToSchema;
use uuid::Uuid;

use super::call::one_call;
use crate::api::{body::Id, caller::InTenant, page::Page, problem::Outcome};

/// One party's whole say. Times are milliseconds since the call's sound began. An answer's stages are
/// milliseconds from the end of the caller's speech until each was done; one that was done while the
/// caller still spoke is negative.
#[derive(Debug, Serialize, ToSchema)]
pub struct TurnView {
    pub seq: i32,
    /// `caller` or `agent`.
    pub speaker: String,
    /// What was heard, or what somebody has put in its place.
    pub text: String,
    /// What was heard, where somebody has put it right.
    pub heard_text: Option<String>,
    /// What the agent was going to say.
    pub generated_text: Option<String>,
    pub start_ms: i64,
    pub end_ms: i64,
    /// Each word with its times, where the recognizer tells them.
    pub words: Value,
    /// 0 to 1.
    pub confidence: Option<f64>,
    pub interrupted: bool,
    /// How far the caller heard it.
    pub played_until_ms: Option<i64>,
    pub endpoint_ms: Option<i64>,
    pub asr_final_ms: Option<i64>,
    pub llm_first_token_ms: Option<i64>,
    pub tts_first_byte_ms: Option<i64>,
    pub first_frame_ms: Option<i64>,
    pub total_ms: Option<i64>,
}

impl From<TurnRow> for TurnView {
    fn from(row: TurnRow) -> Self {
        let since_speech = |at: Option<i64>| Some(at? - row.speech_end_ms?);
        Self {
            seq: row.seq,
            endpoint_ms: since_speech(row.endpoint_ms),
            asr_final_ms: since_speech(row.asr_final_ms),
            llm_first_token_ms: since_speech(row.llm_first_token_ms),
            tts_first_byte_ms: since_speech(row.tts_first_byte_ms),
            first_frame_ms: since_speech(row.first_frame_ms),
            speaker: row.speaker,
            text: row.text,
            heard_text: row.heard_text,
            generated_text: row.generated_text,
            start_ms: row.start_ms,
            end_ms: row.end_ms,
            words: row.words,
            confidence: row
                .confidence_pm
                .map(|thousandths| f64::from(thousandths) / 1000.0),
            interrupted: row.interrupted,
            played_until_ms: row.played_until_ms,
            total_ms: row.total_ms,
        }
    }
}

/// Something that happened in a call.
#[derive(Debug, Serialize, ToSchema)]
pub struct EventView {
    pub id: Uuid,
    pub kind: String,
    /// Milliseconds since the call's sound began; `null` where there was none.
    pub media_ms: Option<i64>,
    pub payload: Value,
    pub created_at: DateTime<Utc>,
}

impl From<EventRow> for EventView {
    fn from(row: EventRow) -> Self {
        Self {
            id: row.id,
            kind: row.kind,
            media_ms: row.media_ms,
            payload: row.payload,
            created_at: row.created_at,
        }
    }
}

/// What was said in a call.
#[utoipa::path(
    get, path = "/calls/{id}/turns", tag = "Calls", params(("id" = Uuid, Path)),
    responses((status = 200, description = "In order", body = Page<TurnView>))
)]
pub async fn list_turns(who: InTenant, Id(id): Id) -> Outcome<Json<Page<TurnView>>> {
    let mut tx = who.begin().await?;
    let (call, _) = one_call(&who, &mut tx, id).await?;
    let turns = tx.turns(&call).await?;
    Ok(Json(Page::whole(
        turns.into_iter().map(TurnView::from).collect(),
    )))
}

/// What happened in a call.
#[utoipa::path(
    get, path = "/calls/{id}/events", tag = "Calls", params(("id" = Uuid, Path)),
    responses((status = 200, description = "In order", body = Page<EventView>))
)]
pub async fn list_events(who: InTenant, Id(id): Id) -> Outcome<Json<Page<EventView>>> {
    let mut tx = who.begin().await?;
    let (call, _) = one_call(&who, &mut tx, id).await?;
    let events = tx.events(&call).await?;
    Ok(Json(Page::whole(
        events.into_iter().map(EventView::from).collect(),
    )))
}
