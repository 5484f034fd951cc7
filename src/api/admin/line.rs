//! Lines of any tenant, as the platform sets them up, and what they can lead to. Taking one down unlinks
//! its calls, which are the tenant's: that is done in the tenant's place.

use axum::{Json, response::Response};
use store::TenantTx;
use tenant_config::id::{PhoneConfigId, TenantId};

use crate::api::{
    agents::agent::AgentView,
    answer::Answer,
    body::{Body, Id, Patch, TwoIds},
    caller::Platform,
    etag::{IfMatch, tagged},
    page::Page,
    problem::{Outcome, Problem},
    telephony::{
        line::{change, set_up},
        line_input::{LineInput, LineView},
        menu_input::MenuView,
    },
};

/// A tenant's lines.
#[utoipa::path(
    get, path = "/admin/tenants/{id}/phone-configs", tag = "Platform: tenants", params(("id" = Uuid, Path)),
    responses((status = 200, description = "The oldest first", body = Page<LineView>))
)]
pub async fn list_tenant_lines(who: Platform, Id(id): Id) -> Outcome<Json<Page<LineView>>> {
    let mut tx = who.begin().await?;
    let lines = known(tx.enter(TenantId(id)).await?).await?.lines().await?;
    Ok(Json(Page::whole(
        lines.iter().map(LineView::from).collect(),
    )))
}

/// Set up a line for a tenant. It is in the tenant's own log.
#[utoipa::path(
    post, path = "/admin/tenants/{id}/phone-configs", tag = "Platform: tenants", params(("id" = Uuid, Path)),
    request_body = LineInput,
    responses((status = 201, description = "Made", body = LineView))
)]
pub async fn create_tenant_line(
    who: Platform,
    Id(id): Id,
    Body(input): Body<LineInput>,
) -> Outcome<Response> {
    let tenant = TenantId(id);
    let mut tx = who.begin().await?;
    let entered = known(tx.enter(tenant).await?).await?;
    let (view, entry) = set_up(&who.api, entered, tenant, &input).await?;
    let place = format!("/admin/tenants/{id}/phone-configs/{}", view.id);
    let answer = Answer::made(&view, &place)?;
    who.record(tx, tenant, entry, answer).await
}

/// One line of a tenant's.
#[utoipa::path(
    get, path = "/admin/tenants/{id}/phone-configs/{line_id}", tag = "Platform: tenants",
    params(("id" = Uuid, Path), ("line_id" = Uuid, Path)),
    responses((status = 200, description = "The line", body = LineView))
)]
pub async fn get_tenant_line(who: Platform, TwoIds(id, line): TwoIds) -> Outcome<Response> {
    let mut tx = who.begin().await?;
    let line = tx
        .enter(TenantId(id))
        .await?
        .line(PhoneConfigId(line))
        .await?;
    tagged(LineView::from(&line.ok_or_else(Problem::not_found)?))
}

/// Change a tenant's line. It is in the tenant's own log.
#[utoipa::path(
    patch, path = "/admin/tenants/{id}/phone-configs/{line_id}", tag = "Platform: tenants",
    params(("id" = Uuid, Path), ("line_id" = Uuid, Path)), request_body = LineInput,
    responses((status = 200, description = "Changed", body = LineView))
)]
pub async fn edit_tenant_line(
    who: Platform,
    TwoIds(id, line): TwoIds,
    seen: IfMatch,
    patch: Patch,
) -> Outcome<Response> {
    let tenant = TenantId(id);
    let line = PhoneConfigId(line);
    let mut tx = who.begin().await?;
    let entered = tx.enter(tenant).await?;
    let (view, entry) = change(&who.api, entered, tenant, line, &seen, &patch).await?;
    who.record(tx, tenant, entry, Answer::ok(&view)?).await
}

/// A tenant's agents, that a line may lead to.
#[utoipa::path(
    get, path = "/admin/tenants/{id}/agents", tag = "Platform: tenants", params(("id" = Uuid, Path)),
    responses((status = 200, description = "By name", body = Page<AgentView>))
)]
pub async fn list_tenant_agents(who: Platform, Id(id): Id) -> Outcome<Json<Page<AgentView>>> {
    let mut tx = who.begin().await?;
    let agents = known(tx.enter(TenantId(id)).await?).await?.agents().await?;
    Ok(Json(Page::whole(
        agents.iter().map(AgentView::from).collect(),
    )))
}

/// A tenant's menus, that a line may lead to.
#[utoipa::path(
    get, path = "/admin/tenants/{id}/ivr-menus", tag = "Platform: tenants", params(("id" = Uuid, Path)),
    responses((status = 200, description = "By name", body = Page<MenuView>))
)]
pub async fn list_tenant_menus(who: Platform, Id(id): Id) -> Outcome<Json<Page<MenuView>>> {
    let mut tx = who.begin().await?;
    let menus = known(tx.enter(TenantId(id)).await?).await?.menus().await?;
    Ok(Json(Page::whole(
        menus.iter().map(MenuView::from).collect(),
    )))
}

/// An unknown tenant is not one without lines.
async fn known(tx: &mut TenantTx) -> Outcome<&mut TenantTx> {
    tx.tenant_row().await?;
    Ok(tx)
}
