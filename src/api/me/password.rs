//! Another password.

use axum::{Extension, extract::State, http::StatusCode, response::Response};
use serde::Deserialize;
use store::{audit::AuditEntry, session::RevokeReason};
use utoipa::ToSchema;

use super::account::own_password;
use crate::api::{
    auth::login::Attempt,
    body::Body,
    caller::SignedIn,
    identity::password,
    problem::{Outcome, Problem},
    request::{Origin, empty},
    state::ApiState,
};

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PasswordInput {
    pub current_password: String,
    /// At least 10 characters.
    pub new_password: String,
}

/// Change one's password. All other sessions end.
#[utoipa::path(
    post, path = "/me/password", tag = "Oneself", request_body = PasswordInput,
    responses((status = 204, description = "Changed"))
)]
pub async fn change_password(
    State(api): State<ApiState>,
    Extension(origin): Extension<Origin>,
    who: SignedIn,
    Body(input): Body<PasswordInput>,
) -> Outcome<Response> {
    who.in_own_name()?;
    password::check("/new_password", &input.new_password)?;
    if input.new_password == input.current_password {
        return Err(Problem::field(
            "/new_password",
            "same",
            "Choose another one than before.",
        ));
    }
    let now = api.clock.now();
    // Whoever holds somebody's session must not try out their password.
    let attempt = Attempt::new(&format!("password of {}", who.user), &origin);
    attempt.refuse_blocked(&api, now).await?;
    let login = who.begin(&api).await?.credentials().await?;
    if let Err(wrong) =
        own_password(&api, &login, &input.current_password, "/current_password").await
    {
        attempt.failed(&api, now).await?;
        return Err(wrong);
    }
    let hash = api.passwords.hash(&input.new_password).await?;
    let mut tx = who.begin(&api).await?;
    tx.set_password(&hash, now).await?;
    tx.revoke_sessions(Some(who.session), RevokeReason::PasswordChanged, now)
        .await?;
    let entry = AuditEntry::new(now, "login.password_changed", "login").of(&who.user);
    who.audit(&mut tx, &entry).await?;
    tx.commit().await?;
    attempt.succeeded(&api).await?;
    Ok(empty(StatusCode::NO_CONTENT))
}
