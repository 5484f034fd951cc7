//! Another place of the same business.

use axum::response::Response;
use serde_json::json;
use store::{audit::AuditEntry, tenant::CloneOf};
use tenant_config::id::TenantId;

use super::tenant_input::{NewTenantInput, TenantView, invite_owner};
use crate::api::{
    answer::Answer,
    body::{Body, Id},
    caller::Platform,
    problem::{Outcome, Problem},
};

/// Make a tenant with another one's settings, agents, hours, menus, knowledge and packs.
///
/// Its logo and colours are copied where `branding` says nothing else. Numbers, calls, people, keys and notes are not copied.
#[utoipa::path(
    post, path = "/admin/tenants/{id}/clone", tag = "Platform: tenants", params(("id" = Uuid, Path)),
    request_body = NewTenantInput,
    responses((status = 201, description = "Made", body = TenantView))
)]
pub async fn clone_tenant(
    who: Platform,
    Id(id): Id,
    Body(input): Body<NewTenantInput>,
) -> Outcome<Response> {
    let new = input.read(who.now())?;
    if input.pack.is_some() {
        return Err(Problem::field(
            "/pack",
            "unknown",
            "It has the packs of the tenant that it is made like. Leave this out.",
        ));
    }
    let source = TenantId(id);
    let mut tx = who.begin().await?;
    let clone = CloneOf { source, new };
    let tenant = tx.clone_tenant(&clone).await?;
    let new = &clone.new;
    invite_owner(&who, tenant, new).await?;
    let view = TenantView::load(tenant).await?;
    let entry = AuditEntry::new(who.now(), "tenant.cloned", "tenant")
        .of(&new.id)
        .after(json!({"source": source, "slug": new.slug}));
    who.record(
        tx,
        new.id,
        entry,
        Answer::made(&view, &format!("/admin/tenants/{}", new.id))?,
    )
    .await
}
