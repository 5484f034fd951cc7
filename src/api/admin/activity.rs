//! What the platform's people did: root's log.

use axum::Json;
use store::seed::ROOT_TENANT;

use crate::api::{
    body::Params,
    caller::Platform,
    page::Page,
    problem::Outcome,
    tenant::audit::{AuditParams, AuditView},
};

/// What the platform's people did, to itself and to tenants.
///
/// Of what was done to a tenant, this says that, why and to whom (`after.tenant_id`); how it was before and is since is
/// in the tenant's own log.
#[utoipa::path(
    get, path = "/admin/activity", tag = "Platform: people", params(AuditParams),
    responses((status = 200, description = "The latest first", body = Page<AuditView>))
)]
pub async fn list_activity(
    who: Platform,
    Params(params): Params<AuditParams>,
) -> Outcome<Json<Page<AuditView>>> {
    let filter = params.filter()?;
    let mut tx = who.begin().await?;
    let rows = tx.enter(ROOT_TENANT).await?.audit_log(&filter).await?;
    Ok(Json(AuditParams::page(rows, &filter)))
}
