//! What came in and went out in writing: messages that callers left, and texts both ways.

use chrono::{DateTime, Utc};
use sqlx::QueryBuilder;
use tenant_config::id::{CallId, ContactId, MessageId};
use uuid::Uuid;

use super::TextStatus;
use crate::{
    StoreError, TenantTx,
    call::{CallMode, Direction},
    error::known,
    page::{LAST_ID, LATEST},
    word::words,
};

words! {
    /// How a message came.
    pub enum MessageChannel {
        /// Left with the agent in a call.
        Call = "call",
        Sms = "sms",
        Email = "email",
    }
}

/// Which messages, the latest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessageFilter {
    /// Those of one contact alone.
    pub contact: Option<ContactId>,
    /// `None`: all, as for the rest.
    pub mode: Option<CallMode>,
    pub channel: Option<MessageChannel>,
    pub before: Option<(DateTime<Utc>, MessageId)>,
    pub at_most: u16,
}

/// A message in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessageRow {
    pub id: MessageId,
    pub channel: MessageChannel,
    /// `None`: somebody's words, written down for the tenant.
    pub direction: Option<Direction>,
    pub contact_id: Option<ContactId>,
    pub sender_name: Option<String>,
    /// A number in E.164; of a caller's message, the one to call back.
    pub from: Option<String>,
    pub to: Option<String>,
    pub text: String,
    /// Of a text.
    pub status: Option<TextStatus>,
    pub error_code: Option<String>,
    pub call_id: Option<CallId>,
    pub created_at: DateTime<Utc>,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    channel: String,
    direction: Option<String>,
    contact_id: Option<Uuid>,
    sender_name: Option<String>,
    from_number: Option<String>,
    to_e164: Option<String>,
    text: String,
    status: Option<String>,
    error_code: Option<String>,
    call_id: Option<Uuid>,
    created_at: DateTime<Utc>,
}

impl TenantTx {
    /// The tenant's messages, the latest first.
    pub async fn messages(
        &mut self,
        filter: &MessageFilter,
    ) -> Result<Vec<MessageRow>, StoreError> {
        let tenant = self.tenant();
        let (before, before_id) = filter.before.unwrap_or((LATEST, MessageId(LAST_ID)));
        // Only what is asked for stands in the query, so that its index is used.
        let mut query = QueryBuilder::new(
            "SELECT id, channel, direction, contact_id, sender_name, COALESCE(from_e164, phone) AS from_number,
                    to_e164, text, status, error_code, call_id, created_at
             FROM app.messages WHERE tenant_id = ",
        );
        query.push_bind(tenant);
        if let Some(contact) = filter.contact {
            query.push(" AND contact_id = ").push_bind(contact.0);
        }
        let words = [
            ("channel", filter.channel.map(MessageChannel::as_str)),
            ("mode", filter.mode.map(CallMode::as_str)),
        ];
        for (column, value) in words {
            if let Some(value) = value {
                query
                    .push(" AND ")
                    .push(column)
                    .push(" = ")
                    .push_bind(value);
            }
        }
        query
            .push(" AND (created_at, id) < (")
            .push_bind(before)
            .push(", ")
            .push_bind(before_id.0)
            .push(") ORDER BY created_at DESC, id DESC LIMIT ")
            .push_bind(i64::from(filter.at_most));
        let rows: Vec<Row> = query
            .build_query_as()
            .persistent(false)
            .fetch_all(self.conn())
            .await?;
        rows.into_iter().map(MessageRow::try_from).collect()
    }
}

impl TryFrom<Row> for MessageRow {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        const TABLE: &str = "messages";
        let status = row.status.as_deref().map(TextStatus::parse);
        let direction = row.direction.as_deref().map(Direction::parse);
        Ok(Self {
            id: MessageId(row.id),
            channel: known(TABLE, "channel", MessageChannel::parse(&row.channel))?,
            direction: direction
                .map(|it| known(TABLE, "direction", it))
                .transpose()?,
            contact_id: row.contact_id.map(ContactId),
            sender_name: row.sender_name,
            from: row.from_number,
            to: row.to_e164,
            text: row.text,
            status: status.map(|it| known(TABLE, "status", it)).transpose()?,
            error_code: row.error_code,
            call_id: row.call_id.map(CallId),
            created_at: row.created_at,
        })
    }
}
