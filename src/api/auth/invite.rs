//! Accepting an invitation into a tenant.

use axum::{Extension, extract::State, response::Response};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{
    Actor, TenantScope,
    audit::AuditEntry,
    invite::OpenInvite,
    user::{Login, NewUser},
};
use tenant_config::id::UserId;
use utoipa::ToSchema;
use uuid::Uuid;

use super::login::Attempt;
use crate::api::{
    body::Body,
    check::Faults,
    identity::{
        password::{self, Verdict},
        secret,
    },
    problem::{Code, Outcome, Problem},
    request::Origin,
    state::ApiState,
};

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AcceptInput {
    /// Out of the link in the mail.
    pub token: String,
    /// Whoever has a login of this address already shows its password; others choose one.
    pub password: String,
    /// How you are called; for who has no login yet.
    #[serde(default)]
    pub name: String,
}

/// Where somebody belongs from here on.
#[derive(Debug, Serialize, ToSchema)]
pub struct AcceptedView {
    pub tenant_id: Uuid,
    pub company_name: String,
    /// The address to sign in with.
    pub email: String,
    #[schema(example = "user")]
    pub role: &'static str,
}

/// Accept an invitation. Sign in after it.
#[utoipa::path(
    post, path = "/auth/invites/accept", tag = "Signing in", request_body = AcceptInput,
    responses((status = 200, description = "You belong to the tenant", body = AcceptedView))
)]
pub async fn accept_invite(
    State(api): State<ApiState>,
    Extension(origin): Extension<Origin>,
    Body(input): Body<AcceptInput>,
) -> Outcome<Response> {
    let now = api.clock.now();
    let invite = api
        .store
        .find_invite(&secret::hash(&input.token), now)
        .await?;
    let invite = invite.ok_or_else(gone)?;
    let (user, new) = if let Some(login) = api.store.find_login(&invite.email).await? {
        (known(&api, &origin, &login, &input.password).await?, None)
    } else {
        let new = newcomer(&api, &invite, &input).await?;
        (new.id, Some(new))
    };
    let scope = TenantScope::new(invite.tenant, Actor::User(user));
    let mut tx = api.store.tenant(&scope).await?;
    if let Some(new) = &new {
        tx.create_user(new).await?;
    }
    if !tx.accept_invite(invite.id, user, now).await? {
        return Err(gone());
    }
    let entry = AuditEntry::new(now, "invite.accepted", "invite")
        .of(&invite.id)
        .after(json!({"user_id": user, "email": invite.email, "role": invite.role}));
    let name = new.map_or_else(|| invite.email.clone(), |new| new.name);
    tx.audit(&entry, &origin.audited(Some(name))).await?;
    tx.commit().await?;
    crate::api::etag::tagged(AcceptedView {
        tenant_id: invite.tenant.0,
        company_name: invite.company_name,
        email: invite.email,
        role: invite.role.as_str(),
    })
}

/// Whoever has a login must be its owner: the link came by mail, and mails go astray.
async fn known(api: &ApiState, origin: &Origin, login: &Login, password: &str) -> Outcome<UserId> {
    let now = api.clock.now();
    let attempt = Attempt::new(&login.email, origin);
    attempt.refuse_blocked(api, now).await?;
    let verdict = api
        .passwords
        .verify(password, login.password_hash.as_deref())
        .await?;
    if login.disabled || verdict == Verdict::Wrong {
        return Err(attempt.failed(api, now).await?);
    }
    Ok(login.user)
}

async fn newcomer(api: &ApiState, invite: &OpenInvite, input: &AcceptInput) -> Outcome<NewUser> {
    let mut faults = Faults::default();
    let name = faults.text("/name", &input.name, 200);
    faults.none()?;
    password::check("/password", &input.password)?;
    Ok(NewUser {
        id: UserId(Uuid::now_v7()),
        email: invite.email.clone(),
        name,
        password_hash: Some(api.passwords.hash(&input.password).await?),
        created_at: api.clock.now(),
    })
}

fn gone() -> Problem {
    Problem::new(
        Code::InvalidCredentials,
        "The invitation was accepted, taken back, or is too old. Ask for another one.",
    )
}
