//! Mails and texts that are to be sent: written in the transaction of what they tell about, with the
//! job that sends them. One that nothing can send waits, and can be read.

use chrono::{DateTime, Utc};
use serde_json::json;
use tenant_config::id::{JobId, MessageId, OutboxId, TenantId};
use uuid::Uuid;

use crate::{
    PlatformTx, StoreError, TenantTx,
    error::known,
    job::NewJob,
    page::{LAST_ID, LATEST},
    word::words,
};

words! {
    pub enum Channel {
        Email = "email",
        Sms = "sms",
    }
}

impl Channel {
    /// The kind of job that sends it; its payload is `{"outbox_id": …}`. One for each channel, so that
    /// a node takes what it can send.
    pub const fn job_kind(self) -> &'static str {
        match self {
            Self::Email => "deliver_email",
            Self::Sms => "deliver_sms",
        }
    }

    /// Before it is given up. A mail may come late, a text had better not.
    const fn attempts(self) -> i32 {
        match self {
            Self::Email => 8,
            Self::Sms => 5,
        }
    }
}

words! {
    pub enum Delivery {
        Waiting = "waiting",
        Sent = "sent",
        Failed = "failed",
    }
}

/// Something that is to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewOutbox {
    pub id: OutboxId,
    pub channel: Channel,
    /// What it is for, such as `invite`.
    pub kind: &'static str,
    /// A mail address, or a number in E.164.
    pub recipient: String,
    pub subject: Option<String>,
    pub body: String,
    /// The message that a text is.
    pub message: Option<MessageId>,
    pub at: DateTime<Utc>,
}

/// Something that waits, was sent, or could not be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutboxRow {
    pub id: OutboxId,
    pub tenant: TenantId,
    pub channel: Channel,
    pub kind: String,
    pub recipient: String,
    pub subject: Option<String>,
    /// Gone once it was sent.
    pub body: Option<String>,
    pub message: Option<MessageId>,
    pub delivery: Delivery,
    pub attempts: i32,
    pub last_error: Option<String>,
    pub created_at: DateTime<Utc>,
    pub sent_at: Option<DateTime<Utc>>,
}

impl TenantTx {
    /// Writes something down to be sent, and queues the job that does it.
    pub async fn post(&mut self, new: &NewOutbox) -> Result<(), StoreError> {
        let tenant = self.tenant();
        sqlx::query!(
            "INSERT INTO app.outbox
               (id, tenant_id, channel, kind, recipient, subject, body, message_id, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            new.id.0,
            tenant,
            new.channel.as_str(),
            new.kind,
            new.recipient,
            new.subject,
            new.body,
            new.message.map(|id| id.0),
            new.at
        )
        .execute(self.conn())
        .await?;
        let job = NewJob {
            id: JobId(Uuid::now_v7()),
            kind: new.channel.job_kind(),
            payload: json!({"outbox_id": new.id}),
            dedupe_key: Some(new.id.to_string()),
            due_at: new.at,
            max_attempts: new.channel.attempts(),
            created_at: new.at,
        };
        self.enqueue(&job).await?;
        Ok(())
    }

    /// What a job is to send.
    pub async fn outbox_item(&mut self, id: OutboxId) -> Result<Option<OutboxRow>, StoreError> {
        let tenant = self.tenant();
        let row = sqlx::query_as!(
            Row,
            "SELECT id, tenant_id, channel, kind, recipient, subject, body, message_id, state, attempts,
                    last_error, created_at, sent_at
             FROM app.outbox WHERE tenant_id = $1 AND id = $2",
            tenant,
            id.0
        )
        .fetch_optional(self.conn())
        .await?;
        row.map(OutboxRow::try_from).transpose()
    }

    /// It was sent; its body is forgotten. As a worker.
    pub async fn outbox_sent(
        &mut self,
        id: OutboxId,
        provider_message_id: Option<&str>,
        at: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let tenant = self.tenant();
        sqlx::query!(
            "UPDATE app.outbox SET state = 'sent', sent_at = $3, provider_message_id = $4, body = NULL,
                    attempts = attempts + 1, last_error = NULL
             WHERE tenant_id = $1 AND id = $2",
            tenant,
            id.0,
            at,
            provider_message_id
        )
        .execute(self.conn())
        .await?;
        Ok(())
    }

    /// A carrier has reported on a text: it was taken, whatever became of our own word of it. As a
    /// worker.
    pub async fn outbox_taken(
        &mut self,
        message: MessageId,
        provider_message_id: &str,
        at: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let tenant = self.tenant();
        sqlx::query!(
            "UPDATE app.outbox SET state = 'sent', sent_at = $4, provider_message_id = $3, body = NULL,
                    last_error = NULL
             WHERE tenant_id = $1 AND message_id = $2 AND state <> 'sent'",
            tenant,
            message.0,
            provider_message_id,
            at
        )
        .execute(self.conn())
        .await?;
        Ok(())
    }

    /// It could not be sent; `for_good` when it will not be tried again. As a worker.
    pub async fn outbox_failed(
        &mut self,
        id: OutboxId,
        error: &str,
        for_good: bool,
    ) -> Result<(), StoreError> {
        let tenant = self.tenant();
        sqlx::query!(
            "UPDATE app.outbox SET state = CASE WHEN $4 THEN 'failed' ELSE 'waiting' END,
                    attempts = attempts + 1, last_error = $3
             WHERE tenant_id = $1 AND id = $2 AND state <> 'sent'",
            tenant,
            id.0,
            error,
            for_good
        )
        .execute(self.conn())
        .await?;
        Ok(())
    }
}

impl PlatformTx {
    /// The mails of all tenants, latest first: the mailbox where they wait that nothing can send. They
    /// may hold links that let somebody in: only an owner sees any. Further back with the last one's
    /// time and id.
    pub async fn mailbox(
        &mut self,
        delivery: Option<Delivery>,
        before: Option<(DateTime<Utc>, OutboxId)>,
        at_most: u16,
    ) -> Result<Vec<OutboxRow>, StoreError> {
        let (before, before_id) = before.unwrap_or((LATEST, OutboxId(LAST_ID)));
        let rows = sqlx::query_as!(
            Row,
            "SELECT id, tenant_id, channel, kind, recipient, subject, body, message_id, state, attempts,
                    last_error, created_at, sent_at
             FROM app.outbox
             WHERE channel = 'email' AND ($1::text IS NULL OR state = $1)
               AND (created_at, id) < ($2, $3::uuid)
             ORDER BY created_at DESC, id DESC LIMIT $4",
            delivery.map(Delivery::as_str),
            before,
            before_id.0,
            i64::from(at_most)
        )
        .fetch_all(self.conn())
        .await?;
        rows.into_iter().map(OutboxRow::try_from).collect()
    }
}

struct Row {
    id: Uuid,
    tenant_id: Uuid,
    channel: String,
    kind: String,
    recipient: String,
    subject: Option<String>,
    body: Option<String>,
    message_id: Option<Uuid>,
    state: String,
    attempts: i32,
    last_error: Option<String>,
    created_at: DateTime<Utc>,
    sent_at: Option<DateTime<Utc>>,
}

impl TryFrom<Row> for OutboxRow {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        Ok(Self {
            id: OutboxId(row.id),
            tenant: TenantId(row.tenant_id),
            channel: known("outbox", "channel", Channel::parse(&row.channel))?,
            kind: row.kind,
            recipient: row.recipient,
            subject: row.subject,
            body: row.body,
            message: row.message_id.map(MessageId),
            delivery: known("outbox", "state", Delivery::parse(&row.state))?,
            attempts: row.attempts,
            last_error: row.last_error,
            created_at: row.created_at,
            sent_at: row.sent_at,
        })
    }
}
