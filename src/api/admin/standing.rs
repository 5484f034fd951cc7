//! Where a tenant stands: suspended, back again, cancelled. Nothing here deletes a row.

use axum::response::Response;
use chrono::TimeDelta;
use serde::Deserialize;
use serde_json::json;
use store::{audit::AuditEntry, tenant::StatusMove};
use tenant_config::{id::TenantId, plan::TenantStatus};
use utoipa::ToSchema;

use super::tenant_input::TenantView;
use crate::api::{
    answer::Answer,
    body::{Body, Id},
    caller::Platform,
    check::Faults,
    problem::{Outcome, Problem},
};

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReasonInput {
    /// For the log; the tenant reads it.
    #[schema(example = "Unpaid since March")]
    pub reason: String,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CancelInput {
    pub reason: String,
    /// The tenant's subdomain, typed: nobody cancels the wrong one by a click.
    pub confirm_slug: String,
    /// Days until its rows may go, 30 to 3650; without it they stay.
    #[serde(default)]
    pub purge_after_days: Option<u32>,
}

/// Suspend a tenant: its calls are refused politely, its settings are locked, its rows stay.
#[utoipa::path(
    post, path = "/admin/tenants/{id}/suspend", tag = "Platform: tenants", params(("id" = Uuid, Path)),
    request_body = ReasonInput,
    responses((status = 200, description = "Suspended", body = TenantView))
)]
pub async fn suspend_tenant(
    who: Platform,
    Id(id): Id,
    Body(input): Body<ReasonInput>,
) -> Outcome<Response> {
    let change = StatusMove {
        to: TenantStatus::Suspended,
        reason: Some(reason(&input.reason)?),
        at: who.now(),
        purge_after: None,
    };
    move_to(&who, TenantId(id), &change, "tenant.suspended", None).await
}

/// Let a suspended or cancelled tenant go on.
#[utoipa::path(
    post, path = "/admin/tenants/{id}/reactivate", tag = "Platform: tenants", params(("id" = Uuid, Path)),
    request_body = ReasonInput,
    responses((status = 200, description = "Active", body = TenantView))
)]
pub async fn reactivate_tenant(
    who: Platform,
    Id(id): Id,
    Body(input): Body<ReasonInput>,
) -> Outcome<Response> {
    let change = StatusMove {
        to: TenantStatus::Active,
        reason: Some(reason(&input.reason)?),
        at: who.now(),
        purge_after: None,
    };
    move_to(&who, TenantId(id), &change, "tenant.reactivated", None).await
}

/// Cancel a tenant. It can be taken back until its rows are gone.
#[utoipa::path(
    post, path = "/admin/tenants/{id}/cancel", tag = "Platform: tenants", params(("id" = Uuid, Path)),
    request_body = CancelInput,
    responses((status = 200, description = "Cancelled", body = TenantView))
)]
pub async fn cancel_tenant(
    who: Platform,
    Id(id): Id,
    Body(input): Body<CancelInput>,
) -> Outcome<Response> {
    let mut faults = Faults::default();
    let days = input.purge_after_days;
    let days = days.map(|days| faults.within("/purge_after_days", days, 30, 3650));
    faults.none()?;
    let change = StatusMove {
        to: TenantStatus::Cancelled,
        reason: Some(reason(&input.reason)?),
        at: who.now(),
        purge_after: days.map(|days| who.now() + TimeDelta::days(days.into())),
    };
    let slug = Some(input.confirm_slug.as_str());
    move_to(&who, TenantId(id), &change, "tenant.cancelled", slug).await
}

fn reason(text: &str) -> Outcome<String> {
    let mut faults = Faults::default();
    let reason = faults.text("/reason", text, 500);
    faults.none()?;
    Ok(reason)
}

async fn move_to(
    who: &Platform,
    id: TenantId,
    change: &StatusMove,
    action: &'static str,
    confirmed: Option<&str>,
) -> Outcome<Response> {
    let mut tx = who.begin().await?;
    let was = tx.enter(id).await?.lock_profile().await?;
    if confirmed.is_some_and(|slug| slug.trim() != was.row.slug) {
        return Err(Problem::field(
            "/confirm_slug",
            "wrong",
            "Type the tenant's subdomain to cancel it.",
        ));
    }
    tx.move_tenant(id, change).await?;
    let view = TenantView::load(tx.enter(id).await?).await?;
    let entry = AuditEntry::new(change.at, action, "tenant")
        .of(&id)
        .before(json!({"status": was.row.status}))
        .after(json!({"status": change.to, "purge_after": change.purge_after}))
        .because(change.reason.as_deref().unwrap_or_default());
    who.record(tx, id, entry, Answer::ok(&view)?).await
}
