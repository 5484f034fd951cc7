//! How long the tenant's callers wait for an answer.

use axum::Json;
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use store::call::{CallMode, Stage};
use utoipa::ToSchema;

use crate::api::{body::Params, caller::InTenant, check::parameter, problem::Outcome};

/// Since when.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct LatencyParams {
    /// Calls of so many days, 1 to 90; 30 if nothing is said.
    #[param(minimum = 1, maximum = 90)]
    pub days: Option<u16>,
}

/// Of one stage: milliseconds from the end of the caller's speech until it was done; below zero where
/// it was done while the caller still spoke.
#[derive(Debug, Serialize, ToSchema)]
pub struct StageView {
    pub p50_ms: Option<i64>,
    pub p95_ms: Option<i64>,
}

/// How long callers wait, stage by stage.
#[derive(Debug, Serialize, ToSchema)]
pub struct LatencyView {
    pub since: DateTime<Utc>,
    /// So many answers it is of: the latest 20,000 at most.
    pub answers: i64,
    pub endpoint: StageView,
    pub asr_final: StageView,
    pub llm_first_token: StageView,
    pub tts_first_byte: StageView,
    pub first_frame: StageView,
}

impl From<Stage> for StageView {
    fn from(stage: Stage) -> Self {
        let whole = |ms: f64| ms.round() as i64;
        Self {
            p50_ms: stage.p50_ms.map(whole),
            p95_ms: stage.p95_ms.map(whole),
        }
    }
}

/// How long callers wait for an answer, half of them and nineteen of twenty, stage by stage. Test calls
/// do not count.
#[utoipa::path(
    get, path = "/calls/latency", tag = "Calls", params(LatencyParams),
    responses((status = 200, description = "Of the latest answers", body = LatencyView))
)]
pub async fn call_latency(
    who: InTenant,
    Params(params): Params<LatencyParams>,
) -> Outcome<Json<LatencyView>> {
    let days = params.days.unwrap_or(30);
    if !(1..=90).contains(&days) {
        return Err(parameter("?days", "Ask for 1 to 90 days.".to_owned()));
    }
    let since = who.now() - TimeDelta::days(days.into());
    let mode = who.mode().unwrap_or(CallMode::Live);
    let latency = who.begin().await?.latency(mode, since, MOST).await?;
    Ok(Json(LatencyView {
        since,
        answers: latency.answers,
        endpoint: latency.endpoint.into(),
        asr_final: latency.asr_final.into(),
        llm_first_token: latency.llm_first_token.into(),
        tts_first_byte: latency.tts_first_byte.into(),
        first_frame: latency.first_frame.into(),
    }))
}

/// Answers that are looked at.
const MOST: u16 = 20_000;
