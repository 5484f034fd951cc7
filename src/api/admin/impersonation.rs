//! An owner of the platform in a tenant's place: for a reason, for a time, in everybody's sight.

use axum::{Json, extract::State, http::StatusCode, response::Response};
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use store::{
    PlatformActor,
    impersonation::{
        ImpersonationEnd, ImpersonationMode, ImpersonationRow, LONGEST, NewImpersonation,
    },
};
use tenant_config::id::{ImpersonationId, TenantId};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::api::{
    answer::Answer,
    body::{Body, Id, Params},
    caller::{Platform, SignedIn},
    check::Faults,
    identity::token::{Act, Bearer},
    page::{Page, PageParams},
    problem::{Outcome, Problem},
    request::empty,
    state::ApiState,
};

/// What may be done in the tenant's place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PlaceModeWord {
    ReadOnly,
    Full,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ImpersonationInput {
    pub tenant_id: Uuid,
    #[serde(default = "read_only")]
    pub mode: PlaceModeWord,
    /// At least 10 characters; the tenant reads it in its log.
    #[schema(example = "Ticket 4711: hours are wrong on Sundays")]
    pub reason: String,
    #[serde(default)]
    pub ticket: Option<String>,
    /// 1 to 60.
    #[serde(default = "an_hour")]
    pub minutes: u32,
}

const fn read_only() -> PlaceModeWord {
    PlaceModeWord::ReadOnly
}

const fn an_hour() -> u32 {
    60
}

/// A token for the tenant's place.
#[derive(Debug, Serialize, ToSchema)]
pub struct BegunView {
    pub id: Uuid,
    pub tenant_id: Uuid,
    pub mode: PlaceModeWord,
    pub expires_at: DateTime<Utc>,
    /// Good as long as the impersonation. `null` when the same request is answered again.
    pub access_token: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct ImpersonationView {
    pub id: Uuid,
    pub tenant_id: Uuid,
    pub actor_id: Uuid,
    /// `read_only` or `full`.
    pub mode: &'static str,
    pub reason: String,
    pub ticket: Option<String>,
    pub started_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
    pub ended_at: Option<DateTime<Utc>>,
    /// `ended`, `expired` or `revoked`.
    pub end_reason: Option<&'static str>,
}

impl From<ImpersonationRow> for ImpersonationView {
    fn from(row: ImpersonationRow) -> Self {
        Self {
            id: row.id.0,
            tenant_id: row.tenant.0,
            actor_id: row.actor.0,
            mode: row.mode.as_str(),
            reason: row.reason,
            ticket: row.ticket,
            started_at: row.started_at,
            expires_at: row.expires_at,
            ended_at: row.ended.map(|(at, _)| at),
            end_reason: row.ended.map(|(_, end)| end.as_str()),
        }
    }
}

/// Impersonations, running and past.
#[utoipa::path(
    get, path = "/admin/impersonations", tag = "Platform: impersonation", params(PageParams),
    responses((status = 200, description = "The latest first", body = Page<ImpersonationView>))
)]
pub async fn list_impersonations(
    who: Platform,
    Params(page): Params<PageParams>,
) -> Outcome<Json<Page<ImpersonationView>>> {
    let before = page.before()?.map(|(at, id)| (at, ImpersonationId(id)));
    let rows = who
        .begin()
        .await?
        .impersonations(before, page.fetch()?)
        .await?;
    let key = |row: &ImpersonationRow| (row.started_at, row.id.0);
    Ok(Json(page.page(rows, key, ImpersonationView::from)?))
}

/// Work in a tenant's place. It is in the tenant's log, and everything that is done carries it.
#[utoipa::path(
    post, path = "/admin/impersonations", tag = "Platform: impersonation", request_body = ImpersonationInput,
    responses((status = 201, description = "Begun", body = BegunView))
)]
pub async fn begin_impersonation(
    who: Platform,
    Body(input): Body<ImpersonationInput>,
) -> Outcome<Response> {
    let mut faults = Faults::default();
    let reason = faults.text("/reason", &input.reason, 500);
    if reason.chars().count() < 10 {
        faults.add("/reason", "too_short", "Say in at least 10 characters why.");
    }
    let ticket = faults.optional("/ticket", input.ticket.as_deref(), 100);
    let minutes = faults.within("/minutes", input.minutes, 1, 60);
    faults.none()?;
    let tenant = TenantId(input.tenant_id);
    let mut tx = who.begin().await?;
    // An unknown tenant is nothing to work in.
    tx.enter(tenant).await?.tenant_row().await?;
    let new = NewImpersonation {
        id: ImpersonationId(Uuid::now_v7()),
        tenant,
        mode: match input.mode {
            PlaceModeWord::ReadOnly => ImpersonationMode::ReadOnly,
            PlaceModeWord::Full => ImpersonationMode::Full,
        },
        reason,
        ticket,
        started_at: who.now(),
        lasts: TimeDelta::minutes(minutes.into()).min(LONGEST),
    };
    let begun = tx.start_impersonation(&new, &who.origin).await?;
    let bearer = Bearer {
        user: who.user,
        session: who.session,
        tenant: Some(tenant),
        act: Some(Act {
            sub: who.user,
            imp: begun.id(),
        }),
    };
    let token = who
        .api
        .tokens
        .in_place(&bearer, who.now(), begun.expires_at());
    let view = BegunView {
        id: begun.id().0,
        tenant_id: tenant.0,
        mode: input.mode,
        expires_at: begun.expires_at(),
        access_token: Some(token.map_err(|error| Problem::internal(&error))?),
    };
    let answer = Answer::made(&view, "/admin/impersonations/current")?.once(&["access_token"]);
    who.finish(tx, answer).await
}

/// Work in the tenant's place no longer. Asked with the impersonation's own token.
#[utoipa::path(
    delete, path = "/admin/impersonations/current", tag = "Platform: impersonation",
    responses((status = 204, description = "Ended"))
)]
pub async fn end_own_impersonation(
    State(api): State<ApiState>,
    who: SignedIn,
) -> Outcome<Response> {
    let running = who.impersonation.ok_or_else(Problem::not_found)?;
    let actor: Option<PlatformActor> = api.store.platform_actor(who.user).await?;
    let mut tx = api
        .store
        .platform(actor.ok_or_else(Problem::not_found)?)
        .await?;
    let now = api.clock.now();
    let ended = tx
        .end_impersonation(running.id(), ImpersonationEnd::Ended, now, &who.origin)
        .await?;
    if !ended {
        return Err(Problem::not_found());
    }
    tx.commit().await?;
    Ok(empty(StatusCode::NO_CONTENT))
}

/// End anybody's impersonation, at once.
#[utoipa::path(
    delete, path = "/admin/impersonations/{id}", tag = "Platform: impersonation", params(("id" = Uuid, Path)),
    responses((status = 204, description = "Ended"))
)]
pub async fn revoke_impersonation(who: Platform, Id(id): Id) -> Outcome<Response> {
    let mut tx = who.begin().await?;
    let ended = tx
        .end_impersonation(
            ImpersonationId(id),
            ImpersonationEnd::Revoked,
            who.now(),
            &who.origin,
        )
        .await?;
    if !ended {
        return Err(Problem::not_found());
    }
    who.finish(tx, Answer::done()).await
}
