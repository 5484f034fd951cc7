//! What somebody is told at the dashboard.

use axum::{Json, http::StatusCode, response::Response};
use chrono::{DateTime, Utc};
use serde::Serialize;
use store::{membership::Role, notification::NotificationRow};
use tenant_config::id::{NotificationId, UserId};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::api::{
    body::{Id, Params},
    caller::InTenant,
    page::{Page, PageParams},
    problem::{Code, Outcome, Problem},
    request::empty,
};

#[derive(Debug, Serialize, ToSchema)]
pub struct NotificationView {
    pub id: Uuid,
    #[schema(example = "setup_request")]
    pub kind: String,
    pub title: String,
    pub body: String,
    /// A path of the dashboard.
    pub link: Option<String>,
    /// For everybody who administers the tenant; read by one, it is read.
    pub for_all: bool,
    pub created_at: DateTime<Utc>,
    pub read_at: Option<DateTime<Utc>>,
}

impl From<NotificationRow> for NotificationView {
    fn from(row: NotificationRow) -> Self {
        Self {
            id: row.id.0,
            kind: row.kind,
            title: row.title,
            body: row.body,
            link: row.link,
            for_all: row.user.is_none(),
            created_at: row.created_at,
            read_at: row.read_at,
        }
    }
}

/// What you are told.
#[utoipa::path(
    get, path = "/notifications", tag = "Front desk", params(PageParams),
    responses((status = 200, description = "The latest first", body = Page<NotificationView>))
)]
pub async fn list_notifications(
    who: InTenant,
    Params(page): Params<PageParams>,
) -> Outcome<Json<Page<NotificationView>>> {
    let (user, administers) = reader(&who)?;
    let before = page.before()?.map(|(at, id)| (at, NotificationId(id)));
    let at_most = page.fetch()?;
    let mut tx = who.begin().await?;
    let rows = tx.notifications(user, administers, before, at_most).await?;
    let key = |row: &NotificationRow| (row.created_at, row.id.0);
    Ok(Json(page.page(rows, key, NotificationView::from)?))
}

/// You have read it.
#[utoipa::path(
    post, path = "/notifications/{id}/read", tag = "Front desk", params(("id" = Uuid, Path)),
    responses((status = 204, description = "Noted"))
)]
pub async fn read_notification(who: InTenant, Id(id): Id) -> Outcome<Response> {
    let (user, administers) = reader(&who)?;
    let mut tx = who.begin().await?;
    let id = NotificationId(id);
    if !tx
        .read_notification(id, user, administers, who.now())
        .await?
    {
        return Err(Problem::not_found());
    }
    tx.commit().await?;
    Ok(empty(StatusCode::NO_CONTENT))
}

/// Who reads, and whether they administer the tenant.
fn reader(who: &InTenant) -> Outcome<(UserId, bool)> {
    let user = who
        .user()
        .ok_or_else(|| Problem::new(Code::Forbidden, "This is for people, not for keys."))?;
    let administers = matches!(who.role, Some(Role::Admin | Role::TenantOwner));
    Ok((user, administers))
}
