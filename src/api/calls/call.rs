//! Calls: the list, one of them, and the end of one.

use axum::{Json, response::Response};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use store::{
    TenantTx,
    audit::AuditEntry,
    call::{
        CallFilter, CallMode, CallOutcome, CallRef, CallSort, CallStatus, CallSummary, Direction,
    },
};
use tenant_config::{
    id::{AgentId, CallId, PhoneConfigId},
    phone::{E164, IvrMode},
};
use utoipa::ToSchema;
use uuid::Uuid;

use super::sort;
use crate::api::{
    answer::Answer,
    body::{Id, Params},
    caller::InTenant,
    check::{parameter, word},
    page::{Page, PageParams, storable},
    problem::{Code, Outcome, Problem},
};

/// Which calls.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct CallParams {
    /// So many at most, 1 to 200; 50 if nothing is said.
    #[param(minimum = 1, maximum = 200)]
    pub limit: Option<u16>,
    /// `next_cursor` of the page before, in the same order.
    pub cursor: Option<String>,
    /// `started_at`, `duration_ms`, `from` or `status`, with a `-` before it the other way round;
    /// `-started_at` if nothing is said. What has no such value comes last.
    #[param(example = "-duration_ms")]
    pub sort: Option<String>,
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
    /// The number that was called.
    pub to: Option<String>,
    pub phone_config_id: Option<Uuid>,
    /// Of any of its versions.
    pub agent_id: Option<Uuid>,
    /// `appointment_scheduled`, `appointment_moved`, `appointment_cancelled`, `message_taken`,
    /// `transferred`, `voicemail` or `informed`.
    pub outcome: Option<String>,
    /// A tag, in whatever case.
    pub tag: Option<String>,
    /// Whether there is sound of it.
    pub has_recording: Option<bool>,
    /// Lasted so many milliseconds or more.
    #[serde(rename = "duration_ms[gte]")]
    #[param(rename = "duration_ms[gte]")]
    pub lasted_from: Option<i64>,
    /// Lasted less.
    #[serde(rename = "duration_ms[lt]")]
    #[param(rename = "duration_ms[lt]")]
    pub lasted_until: Option<i64>,
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
    pub tags: Vec<String>,
    /// There is sound of it.
    pub has_recording: bool,
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
            tags: call.tags,
            has_recording: call.has_recording,
        }
    }
}

impl CallParams {
    pub(super) fn page(&self) -> PageParams {
        PageParams {
            limit: self.limit,
            cursor: self.cursor.clone(),
        }
    }

    /// Which calls whoever asks may see of those.
    pub(super) fn filter(&self, who: &InTenant, sort: CallSort) -> Outcome<CallFilter> {
        let mode = word("?mode", self.mode.as_deref(), CallMode::parse)?;
        if self.tag.as_deref().is_some_and(|tag| tag.contains('\0')) {
            return Err(parameter("?tag", "No tag is written like this.".to_owned()));
        }
        let cursor = self.cursor.as_deref();
        Ok(CallFilter {
            status: word("?status", self.status.as_deref(), CallStatus::parse)?,
            mode: who.mode().or(mode),
            direction: word("?direction", self.direction.as_deref(), Direction::parse)?,
            ivr_mode: word("?ivr_mode", self.ivr_mode.as_deref(), IvrMode::parse)?,
            from: number("?from", self.from.as_deref())?,
            to: number("?to", self.to.as_deref())?,
            phone_config: self.phone_config_id.map(PhoneConfigId),
            agent: self.agent_id.map(AgentId),
            outcome: word("?outcome", self.outcome.as_deref(), CallOutcome::parse)?,
            tag: self.tag.as_deref().map(|tag| tag.trim().to_owned()),
            has_recording: self.has_recording,
            lasted_from: self.lasted_from,
            lasted_until: self.lasted_until,
            live: self.live,
            started_from: self.started_from.map(storable),
            started_until: self.started_until.map(storable),
            sort,
            after: cursor
                .map(|cursor| sort::decode(sort, cursor))
                .transpose()?,
            at_most: self.page().fetch()?,
        })
    }
}

fn number(pointer: &str, text: Option<&str>) -> Outcome<Option<E164>> {
    let number = text.map(E164::normalise).transpose();
    number.map_err(|error| parameter(pointer, error.to_string()))
}

/// The tenant's calls.
#[utoipa::path(
    get, path = "/calls", tag = "Calls", params(CallParams),
    responses((status = 200, description = "In the order that was asked for", body = Page<CallView>))
)]
pub async fn list_calls(
    who: InTenant,
    Params(params): Params<CallParams>,
) -> Outcome<Json<Page<CallView>>> {
    let sort = sort::read(params.sort.as_deref())?;
    let filter = params.filter(&who, sort)?;
    let calls = who.begin().await?.calls(&filter).await?;
    let cursor = |call: &CallSummary| sort::encode(sort, &call.place(sort));
    Ok(Json(params.page().page_of(
        calls,
        cursor,
        CallView::from,
    )?))
}

/// Calls of the same caller, the latest twenty.
#[utoipa::path(
    get, path = "/calls/{id}/related", tag = "Calls", params(("id" = Uuid, Path)),
    responses((status = 200, description = "The latest first, without the call itself; none of a caller \
                                            whose number is not known", body = Page<CallView>))
)]
pub async fn list_related(who: InTenant, Id(id): Id) -> Outcome<Json<Page<CallView>>> {
    let mut tx = who.begin().await?;
    let (call, summary) = one_call(&who, &mut tx, id).await?;
    let Some(from) = summary.from else {
        return Ok(Json(Page::whole(Vec::new())));
    };
    let filter = CallFilter {
        from: Some(from),
        mode: who.mode(),
        at_most: RELATED + 1,
        ..CallFilter::default()
    };
    let calls = tx.calls(&filter).await?.into_iter();
    let others = calls.filter(|other| other.call != call);
    let others = others.take(RELATED.into()).map(CallView::from);
    Ok(Json(Page::whole(others.collect())))
}

/// Delete a call: it is in no list, no search and behind no link any more. What it counted for stays
/// counted, and its sound is taken away by its own route.
#[utoipa::path(
    delete, path = "/calls/{id}", tag = "Calls", params(("id" = Uuid, Path)),
    responses((status = 204, description = "Deleted"))
)]
pub async fn delete_call(who: InTenant, Id(id): Id) -> Outcome<Response> {
    let mut tx = who.begin().await?;
    let (call, summary) = one_call(&who, &mut tx, id).await?;
    if summary.ended_at.is_none() {
        return Err(Problem::new(Code::Conflict, "The call goes on."));
    }
    if !tx.delete_call(&call, who.now()).await? {
        return Err(Problem::not_found());
    }
    let entry = AuditEntry::new(who.now(), "call.deleted", "call").of(&call.call_id);
    who.record(tx, entry, Answer::done()).await
}

/// So many related calls are shown.
const RELATED: u16 = 20;

/// One call.
#[utoipa::path(
    get, path = "/calls/{id}", tag = "Calls", params(("id" = Uuid, Path)),
    responses((status = 200, description = "The call", body = CallDetailView))
)]
pub async fn get_call(who: InTenant, Id(id): Id) -> Outcome<Json<CallDetailView>> {
    let mut tx = who.begin().await?;
    let (call, summary) = one_call(&who, &mut tx, id).await?;
    Ok(Json(detail(&mut tx, &call, summary).await?))
}

pub(super) async fn detail(
    tx: &mut TenantTx,
    call: &CallRef,
    summary: CallSummary,
) -> Outcome<CallDetailView> {
    let row = tx.call(call).await?;
    Ok(CallDetailView {
        call: summary.into(),
        provider: row.provider,
        provider_call_id: row.provider_call_id,
        resolution_method: row.resolution_method.as_str(),
        digits: row.digits,
        finalized_at: row.finalized_at,
    })
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
