//! A password that was forgotten: a link by mail, and another password.

use axum::{Extension, extract::State, http::StatusCode, response::Response};
use chrono::TimeDelta;
use serde::Deserialize;
use store::{
    audit::AuditEntry,
    outbox::{Channel, NewOutbox},
    seed::ROOT_TENANT,
    session::RevokeReason,
};
use tenant_config::id::OutboxId;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::api::{
    body::Body,
    check::Faults,
    identity::{password, secret},
    limits::Counted,
    problem::{Code, Outcome, Problem},
    request::{Origin, empty},
    state::ApiState,
};

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ForgotInput {
    #[schema(example = "ann@example.com")]
    pub email: String,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ResetInput {
    /// Out of the link in the mail.
    pub token: String,
    /// At least 10 characters.
    pub password: String,
}

/// Ask for a link to set another password.
///
/// The answer is the same whether there is such a login or not; the mail goes out behind it.
#[utoipa::path(
    post, path = "/auth/password/forgot", tag = "Signing in", request_body = ForgotInput,
    responses((status = 202, description = "If there is such a login, a mail is on its way"))
)]
pub async fn forgot_password(
    State(api): State<ApiState>,
    Body(input): Body<ForgotInput>,
) -> Outcome<Response> {
    let mut faults = Faults::default();
    let email = faults.email("/email", &input.email);
    faults.none()?;
    let whose = Counted::MailTo(secret::hash(&email.to_lowercase()));
    // Beyond the limit nothing is sent, and the same is said: it would tell who asks for whom.
    match api.limits.take(whose).await {
        // Nobody waits for it: how long it takes would tell whether there is such a login.
        Ok(_) => {
            tokio::spawn(async move {
                if let Err(problem) = send_link(&api, &email).await {
                    tracing::error!(
                        code = problem.code().as_str(),
                        "a password reset was not sent"
                    );
                }
            });
        }
        Err(problem) if problem.code() == Code::TooManyRequests => {}
        Err(problem) => return Err(problem),
    }
    Ok(empty(StatusCode::ACCEPTED))
}

async fn send_link(api: &ApiState, email: &str) -> Outcome<()> {
    let login = api.store.find_login(email).await?;
    let Some(login) = login.filter(|login| !login.disabled) else {
        return Ok(());
    };
    let now = api.clock.now();
    let token = secret::fresh();
    let link = api.origin.url(&format!("/reset-password?token={token}"));
    let mut tx = api.store.user(login.user).await?;
    tx.start_password_reset(&secret::hash(&token), now, now + LINK_LIFETIME)
        .await?;
    let mail = NewOutbox {
        id: OutboxId(Uuid::now_v7()),
        channel: Channel::Email,
        kind: "password_reset",
        recipient: login.email,
        subject: Some("Set another password".to_owned()),
        body: format!(
            "Somebody, we hope you, wants to set another password for your login.\n\n{link}\n\n\
             The link works once, within an hour. If it was not you, nothing needs to be done."
        ),
        message: None,
        at: now,
    };
    tx.enter(ROOT_TENANT).await?.post(&mail).await?;
    Ok(tx.commit().await?)
}

/// Set another password with a link.
///
/// All sessions of the login end; sign in with the other password.
#[utoipa::path(
    post, path = "/auth/password/reset", tag = "Signing in", request_body = ResetInput,
    responses((status = 204, description = "The password is set"))
)]
pub async fn reset_password(
    State(api): State<ApiState>,
    Extension(origin): Extension<Origin>,
    Body(input): Body<ResetInput>,
) -> Outcome<Response> {
    password::check("/password", &input.password)?;
    let now = api.clock.now();
    // First the link, which is cheap, then the hash, which is not.
    let hash = secret::hash(&input.token);
    let unknown = || {
        Problem::new(
            Code::InvalidCredentials,
            "The link was used, is too old, or never was. Ask for another one.",
        )
    };
    drop(
        api.store
            .redeem_password_reset(&hash, now)
            .await?
            .ok_or_else(unknown)?,
    );
    let hashed = api.passwords.hash(&input.password).await?;
    let mut tx = api
        .store
        .redeem_password_reset(&hash, now)
        .await?
        .ok_or_else(unknown)?;
    tx.set_password(&hashed, now).await?;
    tx.revoke_sessions(None, RevokeReason::PasswordChanged, now)
        .await?;
    let user = tx.user_id();
    let entry = AuditEntry::new(now, "login.password_reset", "login").of(&user);
    let root = tx.enter(ROOT_TENANT).await?;
    root.audit(&entry, &origin.audited(None)).await?;
    tx.commit().await?;
    Ok(empty(StatusCode::NO_CONTENT))
}

const LINK_LIFETIME: TimeDelta = TimeDelta::hours(1);
