//! The login's sessions, here and elsewhere.

use axum::{Json, extract::State, http::StatusCode, response::Response};
use chrono::{DateTime, Utc};
use serde::Serialize;
use store::session::{RevokeReason, SessionRow};
use tenant_config::id::SessionId;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::api::{
    body::Id,
    caller::SignedIn,
    page::Page,
    problem::{Outcome, Problem},
    request::empty,
    state::ApiState,
};

#[derive(Debug, Serialize, ToSchema)]
pub struct OwnSessionView {
    pub id: Uuid,
    /// The one that asks.
    pub is_this: bool,
    pub created_at: DateTime<Utc>,
    pub last_seen_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
    pub user_agent: Option<String>,
    pub ip: Option<String>,
}

impl OwnSessionView {
    fn of(row: SessionRow, this: SessionId) -> Self {
        Self {
            id: row.id.0,
            is_this: row.id == this,
            created_at: row.created_at,
            last_seen_at: row.last_seen_at,
            expires_at: row.expires_at,
            user_agent: row.user_agent,
            ip: row.ip,
        }
    }
}

/// One's sessions that are not over.
#[utoipa::path(
    get, path = "/me/sessions", tag = "Oneself",
    responses((status = 200, description = "The latest first", body = Page<OwnSessionView>))
)]
pub async fn list_sessions(
    State(api): State<ApiState>,
    who: SignedIn,
) -> Outcome<Json<Page<OwnSessionView>>> {
    let rows = who.begin(&api).await?.sessions(api.clock.now()).await?;
    let views = rows
        .into_iter()
        .map(|row| OwnSessionView::of(row, who.session));
    Ok(Json(Page::whole(views.collect())))
}

/// End a session, at once.
#[utoipa::path(
    delete, path = "/me/sessions/{id}", tag = "Oneself", params(("id" = Uuid, Path)),
    responses((status = 204, description = "Ended"))
)]
pub async fn end_session(
    State(api): State<ApiState>,
    who: SignedIn,
    Id(id): Id,
) -> Outcome<Response> {
    who.in_own_name()?;
    let mut tx = who.begin(&api).await?;
    let ended = tx
        .revoke_session(SessionId(id), RevokeReason::Revoked, api.clock.now())
        .await?;
    if !ended {
        return Err(Problem::not_found());
    }
    tx.commit().await?;
    Ok(empty(StatusCode::NO_CONTENT))
}
