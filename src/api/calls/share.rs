//! Links that show a call to somebody without a login, for a time. A link's token is said once; only
//! its hash is kept.

use axum::{Extension, Json, extract::State, response::Response};
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{
    Actor, TenantScope,
    audit::AuditEntry,
    call::{NewShare, ShareRow, SharedCall},
};
use tenant_config::{id::ShareId, phone::E164};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    call::one_call,
    record::TurnView,
    recording::{LinkView, link},
};
use crate::api::{
    answer::Answer,
    body::{Body, Id, TwoIds, Word},
    caller::InTenant,
    check::Faults,
    host::AtTenant,
    identity::{
        listening::{Listener, Listening},
        secret,
    },
    page::Page,
    problem::{Code, Outcome, Problem},
    state::ApiState,
};

/// How a call is shared.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ShareInput {
    /// 1 to 168.
    #[schema(minimum = 1, maximum = 168, example = 24)]
    pub expires_in_hours: i64,
    /// Whoever has the link may listen to it as well.
    #[serde(default)]
    pub with_recording: bool,
}

/// A share.
#[derive(Debug, Serialize, ToSchema)]
pub struct ShareView {
    pub id: Uuid,
    pub with_recording: bool,
    /// As whoever made it was called then.
    pub created_by: String,
    pub created_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
    pub revoked_at: Option<DateTime<Utc>>,
}

/// A share that was made.
#[derive(Debug, Serialize, ToSchema)]
pub struct MadeShareView {
    #[serde(flatten)]
    pub share: ShareView,
    /// For GET /shared/{token}. It is said this once.
    pub token: Option<String>,
}

/// A call as whoever has its link sees it.
#[derive(Debug, Serialize, ToSchema)]
pub struct SharedCallView {
    pub company_name: String,
    /// Of the company, by IANA's name.
    pub timezone: String,
    pub started_at: DateTime<Utc>,
    pub direction: &'static str,
    pub status: &'static str,
    /// The last four digits of a number; the others are dots.
    #[schema(example = "•••••••0142")]
    pub from: Option<String>,
    pub to: Option<String>,
    pub duration_ms: Option<i64>,
    pub ended_at: Option<DateTime<Utc>>,
    pub turns: Vec<SharedTurnView>,
    /// Where to listen, if that is allowed and there is sound of it.
    pub recording: Option<LinkView>,
    /// The link shows nothing from then on.
    pub expires_at: DateTime<Utc>,
}

/// What one party said.
#[derive(Debug, Serialize, ToSchema)]
pub struct SharedTurnView {
    pub seq: i32,
    /// `caller` or `agent`.
    pub speaker: String,
    pub text: String,
    /// Milliseconds since the call's sound began.
    pub start_ms: i64,
    pub end_ms: i64,
}

impl From<ShareRow> for ShareView {
    fn from(row: ShareRow) -> Self {
        Self {
            id: row.id.0,
            with_recording: row.with_recording,
            created_by: row.created_by,
            created_at: row.created_at,
            expires_at: row.expires_at,
            revoked_at: row.revoked_at,
        }
    }
}

impl From<TurnView> for SharedTurnView {
    fn from(turn: TurnView) -> Self {
        Self {
            seq: turn.seq,
            speaker: turn.speaker,
            text: turn.text,
            start_ms: turn.start_ms,
            end_ms: turn.end_ms,
        }
    }
}

/// Share a call with whoever gets the link.
#[utoipa::path(
    post, path = "/calls/{id}/shares", tag = "Calls", params(("id" = Uuid, Path)),
    request_body = ShareInput,
    responses((status = 201, description = "Made; the token is said this once", body = MadeShareView))
)]
pub async fn share_call(
    who: InTenant,
    Id(id): Id,
    Body(input): Body<ShareInput>,
) -> Outcome<Response> {
    let mut tx = who.begin().await?;
    let (call, _) = one_call(&who, &mut tx, id).await?;
    who.in_own_name()?;
    let mut faults = Faults::default();
    let hours = faults.within("/expires_in_hours", input.expires_in_hours, 1, 168);
    faults.none()?;
    let token = secret::fresh();
    let share = NewShare {
        id: ShareId(Uuid::now_v7()),
        hash: secret::hash(&token),
        with_recording: input.with_recording,
        created_by: who.name(),
        at: who.now(),
        expires_at: who.now() + TimeDelta::hours(hours),
    };
    tx.share_call(&call, &share).await?;
    let view = MadeShareView {
        share: ShareView {
            id: share.id.0,
            with_recording: share.with_recording,
            created_by: share.created_by,
            created_at: share.at,
            expires_at: share.expires_at,
            revoked_at: None,
        },
        token: Some(token),
    };
    let entry = AuditEntry::new(who.now(), "call.shared", "call")
        .of(&call.call_id)
        .after(json!(view.share));
    let place = format!("/calls/{}/shares/{}", call.call_id, share.id);
    let answer = Answer::made(&view, &place)?.once(&["token"]);
    who.record(tx, entry, answer).await
}

/// The shares of a call.
#[utoipa::path(
    get, path = "/calls/{id}/shares", tag = "Calls", params(("id" = Uuid, Path)),
    responses((status = 200, description = "The latest first, with those that are over", body = Page<ShareView>))
)]
pub async fn list_shares(who: InTenant, Id(id): Id) -> Outcome<Json<Page<ShareView>>> {
    let mut tx = who.begin().await?;
    let (call, _) = one_call(&who, &mut tx, id).await?;
    let shares = tx.shares(&call).await?.into_iter();
    Ok(Json(Page::whole(shares.map(ShareView::from).collect())))
}

/// End a share. Whoever has its link sees nothing any more, and hears nothing.
#[utoipa::path(
    delete, path = "/calls/{id}/shares/{share_id}", tag = "Calls",
    params(("id" = Uuid, Path), ("share_id" = Uuid, Path)),
    responses((status = 204, description = "Ended"))
)]
pub async fn revoke_share(who: InTenant, TwoIds(id, share): TwoIds) -> Outcome<Response> {
    let mut tx = who.begin().await?;
    let (call, _) = one_call(&who, &mut tx, id).await?;
    if !tx.revoke_share(&call, ShareId(share), who.now()).await? {
        return Err(Problem::not_found());
    }
    let entry = AuditEntry::new(who.now(), "call.share_revoked", "call")
        .of(&call.call_id)
        .before(json!({"share_id": share}));
    who.record(tx, entry, Answer::done()).await
}

/// A call that was shared. A link that is unknown, over or revoked shows nothing: which, nobody learns.
#[utoipa::path(
    get, path = "/shared/{token}", tag = "Calls", params(("token" = String, Path)),
    responses((status = 200, description = "The call", body = SharedCallView))
)]
pub async fn read_shared(
    State(api): State<ApiState>,
    Extension(at): Extension<AtTenant>,
    Word(token): Word,
) -> Outcome<Json<SharedCallView>> {
    let nothing = || {
        Problem::new(
            Code::NotFound,
            "The link shows nothing, or nothing any more.",
        )
    };
    let hash = secret::hash(&token);
    let shared = api.store.shared_call(&hash, api.clock.now()).await?;
    let shared = shared.ok_or_else(nothing)?;
    let call = shared.call;
    at.holds(Some(call.tenant_id)).map_err(|_| nothing())?;
    let scope = TenantScope::new(call.tenant_id, Actor::System);
    let mut tx = api.store.tenant(&scope).await?;
    let summary = tx.call_summary(&call).await?.ok_or_else(nothing)?;
    let tenant = tx.tenant_row().await?;
    let turns = tx.turns(&call).await?.into_iter();
    let turns = turns.map(|turn| SharedTurnView::from(TurnView::from(turn)));
    let sound = if shared.with_recording {
        let recordings = tx.recordings(&call).await?.into_iter();
        recordings
            .filter(|row| row.purged_at.is_none())
            .find(|row| row.complete)
    } else {
        None
    };
    let recording = sound.map(|row| listen(&api, &shared, row.id)).transpose()?;
    Ok(Json(SharedCallView {
        company_name: tenant.company_name,
        timezone: tenant.timezone.name().to_owned(),
        started_at: call.started_at,
        direction: summary.direction.as_str(),
        status: summary.status.as_str(),
        from: summary.from.as_ref().map(masked),
        to: summary.to.as_ref().map(masked),
        duration_ms: summary.duration_ms,
        ended_at: summary.ended_at,
        turns: turns.collect(),
        recording,
        expires_at: shared.expires_at,
    }))
}

fn listen(
    api: &ApiState,
    shared: &SharedCall,
    recording: tenant_config::id::RecordingId,
) -> Outcome<LinkView> {
    let listen = Listening {
        tenant: shared.call.tenant_id,
        call: shared.call.call_id,
        recording,
        by: Listener::Share(shared.share),
    };
    link(api, listen)
}

fn masked(number: &E164) -> String {
    let digits = number.as_str().trim_start_matches('+');
    let hidden = digits.len().saturating_sub(4);
    let last = digits.get(hidden..).unwrap_or_default();
    "•".repeat(hidden) + last
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_number_the_last_four_digits_are_seen() {
        let number: E164 = "+19185550142".to_owned().try_into().unwrap();
        assert_eq!(masked(&number), "•••••••0142");
    }
}
