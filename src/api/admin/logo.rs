//! A tenant's logo, as the platform's people set it up. It is in the tenant's own log.

use axum::response::Response;
use tenant_config::id::TenantId;

use crate::api::{
    answer::Answer,
    body::Id,
    caller::Platform,
    problem::Outcome,
    tenant::logo::{LogoView, Upload, clear, set},
};

/// Give a tenant a logo.
///
/// The body is the picture: PNG, JPEG or WebP, of at most 512 KiB and 4096 pixels on a side.
#[utoipa::path(
    put, path = "/admin/tenants/{id}/logo", tag = "Platform: tenants", params(("id" = Uuid, Path)),
    request_body(content((Vec<u8> = "image/png"), (Vec<u8> = "image/jpeg"), (Vec<u8> = "image/webp"))),
    responses((status = 200, description = "It is shown from then on", body = LogoView))
)]
pub async fn put_tenant_logo(who: Platform, Id(id): Id, upload: Upload) -> Outcome<Response> {
    let tenant = TenantId(id);
    let mut tx = who.begin().await?;
    let (view, entry) = set(tx.enter(tenant).await?, &upload, who.now()).await?;
    who.record(tx, tenant, entry, Answer::ok(&view)?).await
}

/// Take a tenant's logo away, uploaded or from elsewhere.
#[utoipa::path(
    delete, path = "/admin/tenants/{id}/logo", tag = "Platform: tenants", params(("id" = Uuid, Path)),
    responses((status = 204, description = "There is none"))
)]
pub async fn delete_tenant_logo(who: Platform, Id(id): Id) -> Outcome<Response> {
    let tenant = TenantId(id);
    let mut tx = who.begin().await?;
    match clear(tx.enter(tenant).await?, who.now()).await? {
        Some(entry) => who.record(tx, tenant, entry, Answer::done()).await,
        None => who.finish(tx, Answer::done()).await,
    }
}
