//! Invitations into the tenant, by a link in a mail.

use axum::{Json, response::Response};
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{
    audit::AuditEntry,
    invite::{InviteRow, NewInvite},
    membership::Role,
    outbox::{Channel, NewOutbox},
};
use tenant_config::id::{ContactId, InviteId, OutboxId};
use utoipa::ToSchema;
use uuid::Uuid;

use super::member::may_give;
use crate::api::{
    answer::Answer,
    body::{Body, Id},
    caller::InTenant,
    check::Faults,
    identity::secret,
    page::Page,
    problem::{Code, Outcome, Problem},
};

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct InviteInput {
    #[schema(example = "ann@example.com")]
    pub email: String,
    /// `tenant_owner`, `admin`, `user`, `viewer` or `customer`.
    #[schema(example = "user")]
    pub role: String,
    /// Which of the tenant's contacts a `customer` is; for nobody else. They see what is booked under
    /// its number.
    #[serde(default)]
    pub contact_id: Option<Uuid>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct InviteView {
    pub id: Uuid,
    pub email: String,
    pub role: &'static str,
    pub invited_by: Option<Uuid>,
    pub created_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
    pub accepted_at: Option<DateTime<Utc>>,
    pub revoked_at: Option<DateTime<Utc>>,
}

impl From<&InviteRow> for InviteView {
    fn from(row: &InviteRow) -> Self {
        Self {
            id: row.id.0,
            email: row.email.clone(),
            role: row.role.as_str(),
            invited_by: row.invited_by.map(|id| id.0),
            created_at: row.created_at,
            expires_at: row.expires_at,
            accepted_at: row.accepted_at,
            revoked_at: row.revoked_at,
        }
    }
}

/// The tenant's invitations.
#[utoipa::path(
    get, path = "/invites", tag = "People",
    responses((status = 200, description = "The latest first", body = Page<InviteView>))
)]
pub async fn list_invites(who: InTenant) -> Outcome<Json<Page<InviteView>>> {
    let rows = who.begin().await?.invites().await?;
    Ok(Json(Page::whole(
        rows.iter().map(InviteView::from).collect(),
    )))
}

/// Invite somebody, by mail. An open invitation of the same address is taken back.
#[utoipa::path(
    post, path = "/invites", tag = "People", request_body = InviteInput,
    responses((status = 201, description = "Invited", body = InviteView))
)]
pub async fn create_invite(who: InTenant, Body(input): Body<InviteInput>) -> Outcome<Response> {
    let mut faults = Faults::default();
    let email = faults.email("/email", &input.email);
    let role = faults.role("/role", &input.role);
    match (role, input.contact_id) {
        (Role::Customer, None) => faults.add(
            "/contact_id",
            "required",
            "Say which of your contacts they are.",
        ),
        (Role::TenantOwner | Role::Admin | Role::User | Role::Viewer, Some(_)) => {
            faults.add(
                "/contact_id",
                "role",
                "Only a customer is one of your contacts.",
            );
        }
        (_, _) => {}
    }
    faults.none()?;
    may_give(&who, role)?;
    let mut tx = who.begin().await?;
    let belongs = tx
        .members()
        .await?
        .iter()
        .any(|member| member.email.eq_ignore_ascii_case(&email));
    if belongs {
        return Err(
            Problem::new(Code::Duplicate, "They belong to this tenant already.").at(
                "/email",
                "duplicate",
                "They belong to this tenant already.",
            ),
        );
    }
    let contact = input.contact_id.map(ContactId);
    if let Some(contact) = contact
        && tx.contact(contact).await?.is_none()
    {
        return Err(Problem::field(
            "/contact_id",
            "unknown",
            "You have no such contact.",
        ));
    }
    let token = secret::fresh();
    let now = who.now();
    let new = NewInvite {
        contact,
        id: InviteId(Uuid::now_v7()),
        email: email.clone(),
        role,
        hash: secret::hash(&token),
        invited_by: who.user(),
        at: now,
        expires_at: now + OPEN,
    };
    tx.invite(&new).await?;
    let company = tx.tenant_row().await?.company_name;
    let link = who.api.origin.url(&format!("/accept-invite?token={token}"));
    tx.post(&mail(&new, &company, &link)).await?;
    let view = InviteView {
        id: new.id.0,
        email,
        role: role.as_str(),
        invited_by: new.invited_by.map(|id| id.0),
        created_at: now,
        expires_at: new.expires_at,
        accepted_at: None,
        revoked_at: None,
    };
    let entry = AuditEntry::new(now, "invite.created", "invite")
        .of(&new.id)
        .after(json!(view));
    who.record(
        tx,
        entry,
        Answer::made(&view, &format!("/invites/{}", new.id))?,
    )
    .await
}

/// Take an invitation back.
#[utoipa::path(
    delete, path = "/invites/{id}", tag = "People", params(("id" = Uuid, Path)),
    responses((status = 204, description = "Taken back"))
)]
pub async fn revoke_invite(who: InTenant, Id(id): Id) -> Outcome<Response> {
    let id = InviteId(id);
    let mut tx = who.begin().await?;
    if !tx.revoke_invite(id, who.now()).await? {
        return Err(Problem::not_found());
    }
    let entry = AuditEntry::new(who.now(), "invite.revoked", "invite").of(&id);
    who.record(tx, entry, Answer::done()).await
}

/// The mail with the link; the link is nowhere else.
pub(in crate::api) fn mail(new: &NewInvite, company: &str, link: &str) -> NewOutbox {
    NewOutbox {
        id: OutboxId(Uuid::now_v7()),
        channel: Channel::Email,
        kind: "invite",
        recipient: new.email.clone(),
        subject: Some(format!("{company} invites you")),
        body: format!(
            "You are invited to work with {company} on Trunkline.\n\n{link}\n\n\
             The link works once, within {} days.",
            OPEN.num_days()
        ),
        message: None,
        at: new.at,
    }
}

/// How long an invitation can be accepted.
pub(in crate::api) const OPEN: TimeDelta = TimeDelta::days(7);
