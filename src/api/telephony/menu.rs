//! Menus: what a caller hears, and where each key leads.

use axum::{Json, response::Response};
use serde_json::json;
use store::audit::AuditEntry;
use tenant_config::id::IvrMenuId;
use uuid::Uuid;

use super::menu_input::{MenuInput, MenuView};
use crate::api::{
    answer::Answer,
    body::{Body, Id, Patch},
    caller::InTenant,
    etag::{IfMatch, tagged},
    page::Page,
    problem::{Outcome, Problem},
};

/// The tenant's menus.
#[utoipa::path(
    get, path = "/ivr-menus", tag = "Menus",
    responses((status = 200, description = "By name", body = Page<MenuView>))
)]
pub async fn list_menus(who: InTenant) -> Outcome<Json<Page<MenuView>>> {
    let menus = who.begin().await?.menus().await?;
    Ok(Json(Page::whole(
        menus.iter().map(MenuView::from).collect(),
    )))
}

/// Make a menu.
#[utoipa::path(
    post, path = "/ivr-menus", tag = "Menus", request_body = MenuInput,
    responses((status = 201, description = "Made", body = MenuView))
)]
pub async fn create_menu(who: InTenant, Body(input): Body<MenuInput>) -> Outcome<Response> {
    let id = IvrMenuId(Uuid::now_v7());
    let mut tx = who.begin().await?;
    // Two menus that are made at once could lead into each other.
    tx.take_turns(ALL_MENUS).await?;
    let menu = input.read(id, &tx.menus().await?)?;
    tx.create_menu(&menu).await?;
    let view = MenuView::from(&menu);
    let entry = AuditEntry::new(who.now(), "ivr_menu.created", "ivr_menu")
        .of(&id)
        .after(json!(view));
    who.record(tx, entry, Answer::made(&view, &format!("/ivr-menus/{id}"))?)
        .await
}

/// One menu.
#[utoipa::path(
    get, path = "/ivr-menus/{id}", tag = "Menus", params(("id" = Uuid, Path)),
    responses((status = 200, description = "The menu", body = MenuView))
)]
pub async fn get_menu(who: InTenant, Id(id): Id) -> Outcome<Response> {
    let menu = who.begin().await?.menu(IvrMenuId(id)).await?;
    tagged(MenuView::from(&menu.ok_or_else(Problem::not_found)?))
}

/// Change a menu. `options` are replaced as a whole.
#[utoipa::path(
    patch, path = "/ivr-menus/{id}", tag = "Menus", params(("id" = Uuid, Path)), request_body = MenuInput,
    responses((status = 200, description = "Changed", body = MenuView))
)]
pub async fn edit_menu(
    who: InTenant,
    Id(id): Id,
    seen: IfMatch,
    patch: Patch,
) -> Outcome<Response> {
    let id = IvrMenuId(id);
    let mut tx = who.begin().await?;
    tx.take_turns(ALL_MENUS).await?;
    let was = tx.menu(id).await?.ok_or_else(Problem::not_found)?;
    let before = MenuView::from(&was);
    seen.check(&before)?;
    let menu = patch.onto(&before.menu)?.read(id, &tx.menus().await?)?;
    tx.save_menu(&menu).await?;
    let is = tx.menu(id).await?.ok_or_else(Problem::not_found)?;
    let after = MenuView::from(&is);
    let entry = AuditEntry::new(who.now(), "ivr_menu.edited", "ivr_menu")
        .of(&id)
        .before(json!(before))
        .after(json!(after));
    who.record(tx, entry, Answer::ok(&after)?).await
}

/// Take a menu away. Refused while a line or another menu leads to it.
#[utoipa::path(
    delete, path = "/ivr-menus/{id}", tag = "Menus", params(("id" = Uuid, Path)),
    responses((status = 204, description = "Taken away"))
)]
pub async fn delete_menu(who: InTenant, Id(id): Id) -> Outcome<Response> {
    let id = IvrMenuId(id);
    let mut tx = who.begin().await?;
    tx.take_turns(ALL_MENUS).await?;
    let menus = tx.menus().await?;
    let was = menus
        .iter()
        .find(|menu| menu.id == id)
        .ok_or_else(Problem::not_found)?;
    let from = menus
        .iter()
        .find(|menu| menu.id != id && leads_to(menu, id));
    if let Some(from) = from {
        return Err(Problem::new(
            crate::api::problem::Code::Conflict,
            format!("The menu {:?} leads to it. Change that first.", from.name),
        ));
    }
    if !tx.delete_menu(id).await? {
        return Err(Problem::not_found());
    }
    let entry = AuditEntry::new(who.now(), "ivr_menu.deleted", "ivr_menu")
        .of(&id)
        .before(json!(MenuView::from(was)));
    who.record(tx, entry, Answer::done()).await
}

fn leads_to(menu: &tenant_config::ivr::IvrMenu, id: IvrMenuId) -> bool {
    use tenant_config::ivr::IvrAction;
    let actions = menu
        .options
        .iter()
        .map(|option| &option.action)
        .chain([&menu.fallback]);
    let to = IvrAction::Submenu { menu: id };
    actions.into_iter().any(|action| *action == to)
}

/// All menus of a tenant are changed one at a time.
const ALL_MENUS: Uuid = Uuid::nil();
