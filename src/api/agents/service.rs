//! Services that callers can ask for and book.

use axum::{Json, response::Response};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{TenantTx, audit::AuditEntry, knowledge::ServiceRow};
use tenant_config::{id::ServiceId, knowledge::Service};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::api::{
    answer::Answer,
    body::{Body, Id, Patch},
    caller::InTenant,
    check::Faults,
    etag::{IfMatch, tagged},
    page::Page,
    problem::{Outcome, Problem},
};

#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ServiceInput {
    #[schema(example = "Teeth cleaning")]
    pub name: String,
    /// What callers call it.
    #[serde(default)]
    pub aliases: Vec<String>,
    #[serde(default)]
    pub description: String,
    /// 5 to 1440.
    #[schema(example = 45)]
    pub duration_min: u32,
    /// In minor units of the tenant's currency; `null` is said to depend.
    #[serde(default)]
    #[schema(example = 12900)]
    pub price_minor: Option<i64>,
    /// Services that are offered along with it, by name; one that there is not is not offered.
    #[serde(default)]
    pub upsells: Vec<String>,
    /// Callers hear of it and can book it.
    #[serde(default = "yes")]
    pub active: bool,
    /// Its place in the tenant's order.
    #[serde(default)]
    pub position: i32,
}

const fn yes() -> bool {
    true
}

#[derive(Debug, Serialize, ToSchema)]
pub struct ServiceView {
    pub id: Uuid,
    #[serde(flatten)]
    pub service: ServiceInput,
}

impl From<&ServiceRow> for ServiceInput {
    fn from(row: &ServiceRow) -> Self {
        let service = &row.service;
        Self {
            name: service.name.clone(),
            aliases: service.aliases.clone(),
            description: service.description.clone(),
            duration_min: service.duration_min,
            price_minor: service.price_minor,
            upsells: service.upsells.clone(),
            active: row.active,
            position: row.position,
        }
    }
}

impl From<&ServiceRow> for ServiceView {
    fn from(row: &ServiceRow) -> Self {
        Self {
            id: row.service.id.0,
            service: row.into(),
        }
    }
}

impl ServiceInput {
    pub(super) fn read(&self, id: ServiceId) -> Outcome<ServiceRow> {
        let mut faults = Faults::default();
        let alias = self.aliases.iter().enumerate();
        let alias = alias.map(|(n, alias)| faults.text(&format!("/aliases/{n}"), alias, 100));
        let aliases: Vec<String> = alias.collect();
        if aliases.len() > 20 {
            faults.add(
                "/aliases",
                "too_long",
                "A service has at most 20 other names.",
            );
        }
        let upsell = self.upsells.iter().enumerate();
        let upsell = upsell.map(|(n, name)| faults.text(&format!("/upsells/{n}"), name, 100));
        let upsells: Vec<String> = upsell.collect();
        if upsells.len() > 10 {
            faults.add(
                "/upsells",
                "too_long",
                "At most 10 services are offered along with one.",
            );
        }
        let row = ServiceRow {
            service: Service {
                id,
                name: faults.text("/name", &self.name, 100),
                aliases,
                description: self.description.trim().to_owned(),
                duration_min: faults.within("/duration_min", self.duration_min, 5, 1440),
                price_minor: self
                    .price_minor
                    .map(|price| faults.within("/price_minor", price, 0, 100_000_000_000)),
                upsells,
            },
            active: self.active,
            position: self.position,
        };
        faults.at_most("/description", &row.service.description, 2000);
        faults.none()?;
        Ok(row)
    }
}

/// The tenant's services.
#[utoipa::path(
    get, path = "/knowledge/services", tag = "Knowledge",
    responses((status = 200, description = "In the tenant's order", body = Page<ServiceView>))
)]
pub async fn list_services(who: InTenant) -> Outcome<Json<Page<ServiceView>>> {
    let rows = who.begin().await?.all_services().await?;
    Ok(Json(Page::whole(
        rows.iter().map(ServiceView::from).collect(),
    )))
}

/// Add a service.
#[utoipa::path(
    post, path = "/knowledge/services", tag = "Knowledge", request_body = ServiceInput,
    responses((status = 201, description = "Added", body = ServiceView))
)]
pub async fn create_service(who: InTenant, Body(input): Body<ServiceInput>) -> Outcome<Response> {
    let id = ServiceId(Uuid::now_v7());
    let row = input.read(id)?;
    let mut tx = who.begin().await?;
    tx.save_service(&row).await?;
    let view = ServiceView::from(&row);
    let entry = AuditEntry::new(who.now(), "service.created", "service")
        .of(&id)
        .after(json!(view));
    who.record(
        tx,
        entry,
        Answer::made(&view, &format!("/knowledge/services/{id}"))?,
    )
    .await
}

/// One service.
#[utoipa::path(
    get, path = "/knowledge/services/{id}", tag = "Knowledge", params(("id" = Uuid, Path)),
    responses((status = 200, description = "The service", body = ServiceView))
)]
pub async fn get_service(who: InTenant, Id(id): Id) -> Outcome<Response> {
    let mut tx = who.begin().await?;
    tagged(ServiceView::from(&service(&mut tx, ServiceId(id)).await?))
}

/// Change a service. Agents know it at the next call.
#[utoipa::path(
    patch, path = "/knowledge/services/{id}", tag = "Knowledge", params(("id" = Uuid, Path)),
    request_body = ServiceInput,
    responses((status = 200, description = "Changed", body = ServiceView))
)]
pub async fn edit_service(
    who: InTenant,
    Id(id): Id,
    seen: IfMatch,
    patch: Patch,
) -> Outcome<Response> {
    let id = ServiceId(id);
    let mut tx = who.begin().await?;
    tx.take_turns(id.0).await?;
    let before = ServiceView::from(&service(&mut tx, id).await?);
    seen.check(&before)?;
    let row = patch.onto(&before.service)?.read(id)?;
    tx.save_service(&row).await?;
    let after = ServiceView::from(&row);
    let entry = AuditEntry::new(who.now(), "service.edited", "service")
        .of(&id)
        .before(json!(before))
        .after(json!(after));
    who.record(tx, entry, Answer::ok(&after)?).await
}

/// Take a service away. One that was ever booked stays: make it inactive instead.
#[utoipa::path(
    delete, path = "/knowledge/services/{id}", tag = "Knowledge", params(("id" = Uuid, Path)),
    responses((status = 204, description = "Taken away"))
)]
pub async fn delete_service(who: InTenant, Id(id): Id) -> Outcome<Response> {
    let id = ServiceId(id);
    let mut tx = who.begin().await?;
    let was = service(&mut tx, id).await?;
    tx.delete_service(id).await?;
    let entry = AuditEntry::new(who.now(), "service.deleted", "service")
        .of(&id)
        .before(json!(ServiceView::from(&was)));
    who.record(tx, entry, Answer::done()).await
}

async fn service(tx: &mut TenantTx, id: ServiceId) -> Outcome<ServiceRow> {
    let rows = tx.all_services().await?;
    let found = rows.into_iter().find(|row| row.service.id == id);
    found.ok_or_else(Problem::not_found)
}
