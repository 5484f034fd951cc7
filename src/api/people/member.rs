//! The people who belong to a tenant, and as what.

use axum::{Json, http::StatusCode, response::Response};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{
    audit::AuditEntry,
    membership::{Member, Role},
};
use tenant_config::id::UserId;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::api::{
    answer::Answer,
    body::{Id, Patch},
    caller::InTenant,
    check::Faults,
    etag::{IfMatch, tagged},
    page::Page,
    problem::{Code, Outcome, Problem},
};

#[derive(Debug, Serialize, ToSchema)]
pub struct MemberView {
    pub id: Uuid,
    pub email: String,
    pub name: String,
    /// `tenant_owner`, `admin`, `user`, `viewer` or `customer`.
    pub role: &'static str,
    pub has_mfa: bool,
    pub last_login_at: Option<DateTime<Utc>>,
    /// Since they belong here.
    pub since: DateTime<Utc>,
}

impl From<&Member> for MemberView {
    fn from(member: &Member) -> Self {
        Self {
            id: member.user.0,
            email: member.email.clone(),
            name: member.name.clone(),
            role: member.role.as_str(),
            has_mfa: member.has_mfa,
            last_login_at: member.last_login_at,
            since: member.since,
        }
    }
}

#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MemberInput {
    /// `tenant_owner`, `admin`, `user`, `viewer` or `customer`.
    #[schema(example = "user")]
    pub role: String,
}

/// The tenant's people.
#[utoipa::path(
    get, path = "/users", tag = "People",
    responses((status = 200, description = "By address", body = Page<MemberView>))
)]
pub async fn list_members(who: InTenant) -> Outcome<Json<Page<MemberView>>> {
    let members = who.begin().await?.members().await?;
    Ok(Json(Page::whole(
        members.iter().map(MemberView::from).collect(),
    )))
}

/// One of them.
#[utoipa::path(
    get, path = "/users/{id}", tag = "People", params(("id" = Uuid, Path)),
    responses((status = 200, description = "They", body = MemberView))
)]
pub async fn get_member(who: InTenant, Id(id): Id) -> Outcome<Response> {
    let member = who.begin().await?.member(UserId(id)).await?;
    tagged(MemberView::from(&member.ok_or_else(Problem::not_found)?))
}

/// Give somebody another role, at once. The last administrator stays one.
#[utoipa::path(
    patch, path = "/users/{id}", tag = "People", params(("id" = Uuid, Path)), request_body = MemberInput,
    responses((status = 200, description = "Changed", body = MemberView))
)]
pub async fn edit_member(
    who: InTenant,
    Id(id): Id,
    seen: IfMatch,
    patch: Patch,
) -> Outcome<Response> {
    let user = UserId(id);
    let mut tx = who.begin().await?;
    tx.take_turns(id).await?;
    let was = tx.member(user).await?.ok_or_else(Problem::not_found)?;
    let before = MemberView::from(&was);
    seen.check(&before)?;
    let input: MemberInput = patch.onto(&MemberInput {
        role: was.role.as_str().to_owned(),
    })?;
    let mut faults = Faults::default();
    let role = faults.role("/role", &input.role);
    if role == Role::Customer && was.role != Role::Customer {
        faults.add(
            "/role",
            "customer",
            "A customer is invited, as one of your contacts.",
        );
    }
    faults.none()?;
    may_give(&who, was.role)?;
    may_give(&who, role)?;
    tx.set_role(user, role).await?;
    let is = tx.member(user).await?.ok_or_else(Problem::not_found)?;
    let after = MemberView::from(&is);
    let entry = AuditEntry::new(who.now(), "member.role_changed", "member")
        .of(&user)
        .before(json!({"role": was.role}))
        .after(json!({"role": role}));
    who.record(tx, entry, Answer::of(StatusCode::OK, &after)?)
        .await
}

/// Let somebody belong here no longer, at once. Their login stays.
#[utoipa::path(
    delete, path = "/users/{id}", tag = "People", params(("id" = Uuid, Path)),
    responses((status = 204, description = "They belong here no longer"))
)]
pub async fn remove_member(who: InTenant, Id(id): Id) -> Outcome<Response> {
    let user = UserId(id);
    let mut tx = who.begin().await?;
    let was = tx.member(user).await?.ok_or_else(Problem::not_found)?;
    may_give(&who, was.role)?;
    tx.remove_member(user).await?;
    let entry = AuditEntry::new(who.now(), "member.removed", "member")
        .of(&user)
        .before(json!({"email": was.email, "role": was.role}));
    who.record(tx, entry, Answer::done()).await
}

/// Nobody makes others more than they are themselves, or takes from them what they have not.
pub(super) fn may_give(who: &InTenant, role: Role) -> Outcome<()> {
    if role == Role::TenantOwner && who.role != Some(Role::TenantOwner) {
        return Err(Problem::new(
            Code::Forbidden,
            "Only a tenant_owner makes or unmakes a tenant_owner.",
        ));
    }
    Ok(())
}
