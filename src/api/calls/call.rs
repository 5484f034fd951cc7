//! Calls: the list, and one of them.

use axum::Json;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use store::{
    TenantTx,
    call::{CallFilter, CallMode, CallRef, CallStatus, CallSummary, Direction},
};
use tenant_config::{
    id::{CallId, PhoneConfigId},
    phone::{E164, IvrMode},
};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::api::{
    body::{Id, Params},
    caller::InTenant,
    check::{parameter, word},
    page::{Page, PageParams, storable},
    problem::{Outcome, Problem},
};

/// Which calls.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct CallParams {
    /// So many at most, 1 to 200; 50 if nothing is said.
    #[param(minimum = 1, maximum = 200)]
    pub limit: Option<u16>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
    /// `queued`, `initiated`, `ringing`, `in-progress`, `completed`, `busy`, `failed`, `no-answer`
    /// or `canceled`.
    pub status: Option<String>,
    /// `live` or `test`.
    pub mode: Option<String>,
    /// `inbound` or `outbound`.
    pub direction: Option<String>,
    /// `simple`, `ivr` or `ai-voice`.
    pub ivr_mode: Option<String>,
    /// The caller's number.
    pub from: Option<String>,
    pub phone_config_id: Option<Uuid>,
    /// Only calls that go on.
    #[serde(default)]
    pub live: bool,
    /// Began then or later.
    #[serde(rename = "started_at[gte]")]
    #[param(rename = "started_at[gte]")]
    pub started_from: Option<DateTime<Utc>>,
    /// Began earlier.
    #[serde(rename = "started_at[lt]")]
    #[param(rename = "started_at[lt]")]
    pub started_until: Option<DateTime<Utc>>,
}

/// A call.
#[derive(Debug, Serialize, ToSchema)]
pub struct CallView {
    pub id: Uuid,
    pub started_at: DateTime<Utc>,
    #[schema(example = "inbound")]
    pub direction: &'static str,
    /// `test` for what counts nowhere.
    #[schema(example = "live")]
    pub mode: &'static str,
    pub from: Option<String>,
    pub to: Option<String>,
    #[schema(example = "ai-voice")]
    pub ivr_mode: &'static str,
    pub phone_config_id: Option<Uuid>,
    pub agent_version_id: Option<Uuid>,
    /// The carrier's word.
    #[schema(example = "completed")]
    pub status: &'static str,
    pub answered_at: Option<DateTime<Utc>>,
    pub ended_at: Option<DateTime<Utc>>,
    pub end_reason: Option<String>,
    pub duration_ms: Option<i64>,
    /// From the end of the caller's speech to the agent's first sound, of half of the turns.
    pub latency_p50_ms: Option<i64>,
    pub latency_p95_ms: Option<i64>,
    pub outcome: Option<String>,
}

/// A call with what there is to say about it alone.
#[derive(Debug, Serialize, ToSchema)]
pub struct CallDetailView {
    #[serde(flatten)]
    pub call: CallView,
    #[schema(example = "twilio")]
    pub provider: String,
    pub provider_call_id: String,
    /// How the tenant was found: `messaging_service_sid`, `to_number` or `fallback_root`.
    pub resolution_method: &'static str,
    /// All keys that were pressed.
    pub digits: String,
    /// When the record was complete.
    pub finalized_at: Option<DateTime<Utc>>,
}

impl From<CallSummary> for CallView {
    fn from(call: CallSummary) -> Self {
        Self {
            id: call.call.call_id.0,
            started_at: call.call.started_at,
            direction: call.direction.as_str(),
            mode: call.mode.as_str(),
            from: call.from.map(String::from),
            to: call.to.map(String::from),
            ivr_mode: call.ivr_mode.as_str(),
            phone_config_id: call.phone_config_id.map(|id| id.0),
            agent_version_id: call.agent_version_id.map(|id| id.0),
            status: call.status.as_str(),
            answered_at: call.answered_at,
            ended_at: call.ended_at,
            end_reason: call.end_reason,
            duration_ms: call.duration_ms,
            latency_p50_ms: call.latency_p50_ms,
            latency_p95_ms: call.latency_p95_ms,
            outcome: call.outcome,
        }
    }
}

impl CallParams {
    fn page(&self) -> PageParams {
        PageParams {
            limit: self.limit,
            cursor: self.cursor.clone(),
        }
    }

    fn filter(&self, only_tests: bool) -> Outcome<CallFilter> {
        let page = self.page();
        let before = page.before()?;
        let mode = word("?mode", self.mode.as_deref(), CallMode::parse)?;
        let from = self.from.as_deref().map(E164::normalise).transpose();
        Ok(CallFilter {
            status: word("?status", self.status.as_deref(), CallStatus::parse)?,
            mode: if only_tests {
                Some(CallMode::Test)
            } else {
                mode
            },
            direction: word("?direction", self.direction.as_deref(), Direction::parse)?,
            ivr_mode: word("?ivr_mode", self.ivr_mode.as_deref(), IvrMode::parse)?,
            from: from.map_err(|error| parameter("?from", error.to_string()))?,
            phone_config: self.phone_config_id.map(PhoneConfigId),
            live: self.live,
            started_from: self.started_from.map(storable),
            started_until: self.started_until.map(storable),
            before: before.map(|(at, id)| (at, CallId(id))),
            at_most: page.fetch()?,
        })
    }
}

/// The tenant's calls.
#[utoipa::path(
    get, path = "/calls", tag = "Calls", params(CallParams),
    responses((status = 200, description = "The latest first", body = Page<CallView>))
)]
pub async fn list_calls(
    who: InTenant,
    Params(params): Params<CallParams>,
) -> Outcome<Json<Page<CallView>>> {
    let filter = params.filter(who.sees_only_tests())?;
    let calls = who.begin().await?.calls(&filter).await?;
    let key = |call: &CallSummary| (call.call.started_at, call.call.call_id.0);
    Ok(Json(params.page().page(calls, key, CallView::from)?))
}

/// One call.
#[utoipa::path(
    get, path = "/calls/{id}", tag = "Calls", params(("id" = Uuid, Path)),
    responses((status = 200, description = "The call", body = CallDetailView))
)]
pub async fn get_call(who: InTenant, Id(id): Id) -> Outcome<Json<CallDetailView>> {
    let mut tx = who.begin().await?;
    let (call, summary) = one_call(&who, &mut tx, id).await?;
    let row = tx.call(&call).await?;
    Ok(Json(CallDetailView {
        call: summary.into(),
        provider: row.provider,
        provider_call_id: row.provider_call_id,
        resolution_method: row.resolution_method.as_str(),
        digits: row.digits,
        finalized_at: row.finalized_at,
    }))
}

/// A call that whoever asks may see.
pub(super) async fn one_call(
    who: &InTenant,
    tx: &mut TenantTx,
    id: Uuid,
) -> Outcome<(CallRef, CallSummary)> {
    let call = tx
        .call_ref(CallId(id))
        .await?
        .ok_or_else(Problem::not_found)?;
    let found = tx.call_summary(&call).await?;
    let found = found.filter(|found| !who.sees_only_tests() || found.mode == CallMode::Test);
    Ok((call, found.ok_or_else(Problem::not_found)?))
}
