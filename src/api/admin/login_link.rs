//! A link that lets an administrator of a tenant in without a password: made for a reason, good once,
//! for minutes, in everybody's sight.

use axum::{http::StatusCode, response::Response};
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{
    PlatformTx,
    audit::AuditEntry,
    login_link::NewLoginLink,
    membership::{Member, Role},
};
use tenant_config::id::TenantId;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::api::{
    answer::Answer,
    body::{Body, Id},
    caller::Platform,
    check::Faults,
    identity::secret,
    problem::{Code, Outcome, Problem},
};

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LoginLinkInput {
    /// Of a `tenant_owner` or `admin` of the tenant.
    #[schema(example = "ann@example.com")]
    pub email: String,
    /// At least 10 characters; the tenant reads it in its log.
    #[schema(example = "Ann asked for it on the phone")]
    pub reason: String,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct LoginLinkView {
    pub user_id: Uuid,
    pub email: String,
    pub expires_at: DateTime<Utc>,
    /// Hand it to them. `null` when the same request is answered again.
    pub link: Option<String>,
}

/// Make a link that signs an administrator of the tenant in, once, within 15 minutes.
///
/// It is in the tenant's log and in the platform's, and so is its use. A second factor is still asked
/// for.
#[utoipa::path(
    post, path = "/admin/tenants/{id}/login-link", tag = "Platform: tenants", params(("id" = Uuid, Path)),
    request_body = LoginLinkInput,
    responses((status = 201, description = "Made", body = LoginLinkView))
)]
pub async fn make_login_link(
    who: Platform,
    Id(id): Id,
    Body(input): Body<LoginLinkInput>,
) -> Outcome<Response> {
    let mut faults = Faults::default();
    let email = faults.email("/email", &input.email);
    let reason = faults.text("/reason", &input.reason, 500);
    if reason.chars().count() < 10 {
        faults.add("/reason", "too_short", "Say in at least 10 characters why.");
    }
    faults.none()?;
    let (tenant, now) = (TenantId(id), who.now());
    let mut tx = who.begin().await?;
    let member = administrator(&mut tx, tenant, &email).await?;
    let token = secret::fresh();
    let new = NewLoginLink {
        tenant,
        user: member.user,
        made_by: who.user,
        hash: secret::hash(&token),
        at: now,
        expires_at: now + GOOD_FOR,
    };
    tx.make_login_link(&new).await?;
    let entry = AuditEntry::new(now, "login_link.made", "login")
        .of(&member.user)
        .after(json!({"email": member.email, "expires_at": new.expires_at}))
        .because(&reason);
    let link = who.api.origin.url(&format!("/login-link?token={token}"));
    let view = LoginLinkView {
        user_id: member.user.0,
        email: member.email,
        expires_at: new.expires_at,
        link: Some(link),
    };
    let answer = Answer::of(StatusCode::CREATED, &view)?.once(&["link"]);
    who.record(tx, tenant, entry, answer).await
}

/// Who the link is for, where it would let them in.
async fn administrator(tx: &mut PlatformTx, tenant: TenantId, email: &str) -> Outcome<Member> {
    let entered = tx.enter(tenant).await?;
    let row = entered.tenant_row().await?;
    if row.is_root || !row.status.allows_changes() {
        let detail = "Root's people sign in by themselves, and nobody signs in to a tenant by a link \
                      that is suspended or cancelled.";
        return Err(Problem::new(Code::Refused, detail));
    }
    let unknown = || {
        let detail = "This must be a tenant_owner's or admin's of the tenant.";
        Problem::field("/email", "unknown", detail)
    };
    let is_administrator = |member: &Member| match member.role {
        Role::TenantOwner | Role::Admin => member.email.eq_ignore_ascii_case(email),
        Role::User | Role::Viewer | Role::Customer => false,
    };
    let members = entered.members().await?;
    let member = members.into_iter().find(is_administrator);
    let member = member.ok_or_else(unknown)?;
    let login = tx.one_user(member.user).await?.ok_or_else(unknown)?;
    if login.disabled_at.is_some() || login.platform_role.is_some() {
        let detail = "This login is locked out, or one of the platform's people: they sign in by themselves.";
        return Err(Problem::new(Code::Refused, detail));
    }
    Ok(member)
}

/// The database allows no longer.
const GOOD_FOR: TimeDelta = TimeDelta::minutes(15);
