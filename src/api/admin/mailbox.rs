//! Mails that were to be sent: those that nothing could send wait here and can be read.

use axum::Json;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use store::outbox::{Delivery, OutboxRow};
use tenant_config::id::OutboxId;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::api::{
    body::Params,
    caller::Platform,
    check::word,
    page::{Page, PageParams},
    problem::Outcome,
};

/// Which mails.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct MailParams {
    /// So many at most, 1 to 200; 50 if nothing is said.
    #[param(minimum = 1, maximum = 200)]
    pub limit: Option<u16>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
    /// `waiting`, `sent` or `failed`.
    pub state: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct MailView {
    pub id: Uuid,
    pub tenant_id: Uuid,
    /// What it is for, such as `invite`.
    pub kind: String,
    pub recipient: String,
    pub subject: Option<String>,
    /// Forgotten once it was sent.
    pub body: Option<String>,
    /// `waiting`, `sent` or `failed`.
    pub state: &'static str,
    pub attempts: i32,
    pub last_error: Option<String>,
    pub created_at: DateTime<Utc>,
    pub sent_at: Option<DateTime<Utc>>,
}

impl From<OutboxRow> for MailView {
    fn from(row: OutboxRow) -> Self {
        Self {
            id: row.id.0,
            tenant_id: row.tenant.0,
            kind: row.kind,
            recipient: row.recipient,
            subject: row.subject,
            body: row.body,
            state: row.delivery.as_str(),
            attempts: row.attempts,
            last_error: row.last_error,
            created_at: row.created_at,
            sent_at: row.sent_at,
        }
    }
}

/// The installation's mails. They may hold links that let somebody in: for owners.
#[utoipa::path(
    get, path = "/admin/mailbox", tag = "Platform: people", params(MailParams),
    responses((status = 200, description = "The latest first", body = Page<MailView>))
)]
pub async fn list_mails(
    who: Platform,
    Params(params): Params<MailParams>,
) -> Outcome<Json<Page<MailView>>> {
    let page = PageParams {
        limit: params.limit,
        cursor: params.cursor,
    };
    let delivery = word("?state", params.state.as_deref(), Delivery::parse)?;
    let before = page.before()?.map(|(at, id)| (at, OutboxId(id)));
    let mails = who
        .begin()
        .await?
        .mailbox(delivery, before, page.fetch()?)
        .await?;
    let key = |mail: &OutboxRow| (mail.created_at, mail.id.0);
    Ok(Json(page.page(mails, key, MailView::from)?))
}
