//! Signing out.

use axum::{extract::State, http::StatusCode, response::Response};
use store::session::RevokeReason;

use super::session;
use crate::api::{
    caller::SignedIn, identity::cookie, problem::Outcome, request::empty, state::ApiState,
};

/// Sign out: the session ends, with every token of it.
#[utoipa::path(
    post, path = "/auth/logout", tag = "Signing in",
    responses((status = 204, description = "Signed out"))
)]
pub async fn logout(State(api): State<ApiState>, who: SignedIn) -> Outcome<Response> {
    let mut tx = who.begin(&api).await?;
    tx.revoke_session(who.session, RevokeReason::Logout, api.clock.now())
        .await?;
    tx.commit().await?;
    let mut response = empty(StatusCode::NO_CONTENT);
    session::add_cookie(&mut response, cookie::clear(&api.origin));
    Ok(response)
}
