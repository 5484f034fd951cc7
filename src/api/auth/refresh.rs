//! Another access token for a session that goes on.

use axum::{
    extract::State,
    http::HeaderMap,
    response::{IntoResponse as _, Response},
};
use store::session::{RefreshVerdict, Rotation};

use super::session::{self, SessionView, UNUSED};
use crate::api::{
    identity::{cookie, secret, token::Bearer},
    problem::{Code, Outcome, Problem},
    state::ApiState,
};

/// Go on with a session.
///
/// The refresh token in the cookie is used up and replaced. One that is shown a second time was
/// stolen, then or now: its session ends.
#[utoipa::path(
    post, path = "/auth/refresh", tag = "Signing in",
    responses((status = 200, description = "The next access token", body = SessionView))
)]
pub async fn refresh(State(api): State<ApiState>, headers: HeaderMap) -> Response {
    match rotate(&api, &headers).await {
        Ok(response) => response,
        Err(problem) => {
            let is_over = problem.code() == Code::SessionEnded;
            let mut response = problem.into_response();
            if is_over {
                session::add_cookie(&mut response, cookie::clear(&api.origin));
            }
            response
        }
    }
}

async fn rotate(api: &ApiState, headers: &HeaderMap) -> Outcome<Response> {
    let over = || Problem::new(Code::SessionEnded, "Sign in again.");
    let shown = cookie::read(headers).ok_or_else(over)?;
    let now = api.clock.now();
    let next = secret::fresh();
    let rotation = Rotation {
        shown: secret::hash(&shown),
        next: secret::hash(&next),
        next_expires_at: now + UNUSED,
    };
    let (user, session, tenant) = match api.store.rotate_refresh_token(&rotation, now).await? {
        RefreshVerdict::Accepted {
            user,
            session,
            tenant,
        } => (user, session, tenant),
        RefreshVerdict::Reused { user, session } => {
            tracing::warn!(%user, %session, "a refresh token was shown twice: its session has ended");
            metrics::counter!("trunkline_refresh_reused_total").increment(1);
            return Err(over());
        }
        RefreshVerdict::Expired | RefreshVerdict::Revoked | RefreshVerdict::Unknown => {
            return Err(over());
        }
    };
    let access = api
        .store
        .session_access(session, tenant, now)
        .await?
        .ok_or_else(over)?;
    let bearer = Bearer {
        user,
        session,
        tenant,
        act: None,
    };
    let view = session::view(api, &bearer, access.must_change_password)?;
    Ok(session::with_cookie(api, view, &next))
}
