//! What was left for the tenant in writing: callers' messages, and texts both ways.

use axum::Json;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use store::{
    call::{CallMode, Direction},
    message::{MessageChannel, MessageFilter, MessageRow, TextStatus},
};
use tenant_config::id::{ContactId, MessageId};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::api::{
    body::Params,
    caller::InTenant,
    check::word,
    page::{Page, PageParams},
    problem::Outcome,
};

/// Which messages.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct MessageParams {
    /// So many at most, 1 to 200; 50 if nothing is said.
    #[param(minimum = 1, maximum = 200)]
    pub limit: Option<u16>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
    /// `call`, `sms` or `email`.
    pub channel: Option<String>,
    /// With one contact alone.
    pub contact_id: Option<Uuid>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct MessageView {
    pub id: Uuid,
    /// `call`: left with the agent in a call; `sms`; `email`.
    pub channel: &'static str,
    /// `inbound` or `outbound`; `null` for what was left in a call.
    pub direction: Option<&'static str>,
    pub contact_id: Option<Uuid>,
    pub sender_name: Option<String>,
    /// Who sent it, or who is to be called back.
    pub from: Option<String>,
    pub to: Option<String>,
    pub text: String,
    /// Of a text: `received`, `queued`, `sending`, `sent`, `delivered`, `undelivered` or `failed`.
    pub status: Option<&'static str>,
    /// The carrier's, of a text that did not arrive.
    pub error_code: Option<String>,
    pub call_id: Option<Uuid>,
    pub created_at: DateTime<Utc>,
}

impl From<MessageRow> for MessageView {
    fn from(row: MessageRow) -> Self {
        Self {
            id: row.id.0,
            channel: row.channel.as_str(),
            direction: row.direction.map(Direction::as_str),
            contact_id: row.contact_id.map(|id| id.0),
            sender_name: row.sender_name,
            from: row.from,
            to: row.to,
            text: row.text,
            status: row.status.map(TextStatus::as_str),
            error_code: row.error_code,
            call_id: row.call_id.map(|id| id.0),
            created_at: row.created_at,
        }
    }
}

/// The tenant's messages.
#[utoipa::path(
    get, path = "/messages", tag = "Front desk", params(MessageParams),
    responses((status = 200, description = "The latest first", body = Page<MessageView>))
)]
pub async fn list_messages(
    who: InTenant,
    Params(params): Params<MessageParams>,
) -> Outcome<Json<Page<MessageView>>> {
    let page = PageParams {
        limit: params.limit,
        cursor: params.cursor,
    };
    let filter = MessageFilter {
        contact: params.contact_id.map(ContactId),
        mode: who.sees_only_tests().then_some(CallMode::Test),
        channel: word("?channel", params.channel.as_deref(), MessageChannel::parse)?,
        before: page.before()?.map(|(at, id)| (at, MessageId(id))),
        at_most: page.fetch()?,
    };
    let rows = who.begin().await?.messages(&filter).await?;
    let key = |row: &MessageRow| (row.created_at, row.id.0);
    Ok(Json(page.page(rows, key, MessageView::from)?))
}
