//! Texts both ways: what came in, what goes out, and what the carrier says became of it.

use chrono::{DateTime, Utc};
use tenant_config::{
    id::{ContactId, MessageId, PhoneConfigId, TenantId},
    phone::E164,
};
use uuid::Uuid;

use crate::{
    Store, StoreError, TenantTx,
    call::{CallMode, Direction},
    error::{known, read},
    page::LATEST,
    word::words,
};

words! {
    /// Of a text.
    pub enum TextStatus {
        Received = "received",
        /// With us.
        Queued = "queued",
        /// With the carrier.
        Sending = "sending",
        Sent = "sent",
        Delivered = "delivered",
        Undelivered = "undelivered",
        Failed = "failed",
    }
}

impl TextStatus {
    /// A text only goes forward; the last three are final.
    const fn rank(self) -> u8 {
        match self {
            Self::Queued => 0,
            Self::Sending => 1,
            Self::Sent => 2,
            Self::Received | Self::Delivered | Self::Undelivered | Self::Failed => 3,
        }
    }

    /// Whether a text in this status may come into the next: reports arrive in any order.
    pub const fn may_become(self, next: Self) -> bool {
        self.rank() < next.rank()
    }
}

/// A text that is to be stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewText {
    pub id: MessageId,
    pub direction: Direction,
    pub contact: ContactId,
    pub line: Option<PhoneConfigId>,
    pub from: E164,
    pub to: E164,
    pub text: String,
    pub provider: &'static str,
    /// Such as a MessageSid; `None` until the carrier has taken it.
    pub provider_message_id: Option<String>,
    pub mode: CallMode,
    pub at: DateTime<Utc>,
}

/// A stored text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextRow {
    pub id: MessageId,
    pub direction: Direction,
    pub contact: Option<ContactId>,
    pub line: Option<PhoneConfigId>,
    pub from: E164,
    pub to: E164,
    pub text: String,
    pub provider_message_id: Option<String>,
    /// What the agent did and said for a text of its own.
    pub agent_turn: Option<serde_json::Value>,
    pub status: TextStatus,
    pub error_code: Option<String>,
    pub created_at: DateTime<Utc>,
}

impl TenantTx {
    /// Stores a text; `false`, and nothing is stored, when the carrier's id is known already.
    pub async fn store_text(&mut self, new: &NewText) -> Result<bool, StoreError> {
        let tenant = self.tenant();
        let status = match new.direction {
            Direction::Inbound => TextStatus::Received,
            Direction::Outbound => TextStatus::Queued,
        };
        let done = sqlx::query!(
            "INSERT INTO app.messages
               (id, tenant_id, channel, direction, contact_id, phone_config_id, from_e164, to_e164, text,
                provider, provider_message_id, status, mode, created_at, updated_at)
             VALUES ($1, $2, 'sms', $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $13)
             ON CONFLICT (tenant_id, provider, provider_message_id) DO NOTHING",
            new.id.0,
            tenant,
            new.direction.as_str(),
            new.contact.0,
            new.line.map(|line| line.0),
            new.from.as_str(),
            new.to.as_str(),
            new.text,
            new.provider,
            new.provider_message_id,
            status.as_str(),
            new.mode.as_str(),
            new.at
        )
        .execute(self.conn())
        .await?;
        Ok(done.rows_affected() == 1)
    }

    /// The carrier has taken a text and calls it so.
    pub async fn text_accepted(
        &mut self,
        id: MessageId,
        provider_message_id: &str,
        at: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let tenant = self.tenant();
        sqlx::query!(
            "UPDATE app.messages SET provider_message_id = $3, updated_at = $4,
                    status = CASE WHEN status = 'queued' THEN 'sending' ELSE status END
             WHERE tenant_id = $1 AND id = $2",
            tenant,
            id.0,
            provider_message_id,
            at
        )
        .execute(self.conn())
        .await?;
        Ok(())
    }

    /// What became of a text. Never backwards: `false` when it is further than that, or unknown.
    pub async fn text_status(
        &mut self,
        id: MessageId,
        status: TextStatus,
        error_code: Option<&str>,
        at: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let tenant = self.tenant();
        let from: Vec<String> = TextStatus::ALL
            .iter()
            .filter(|earlier| earlier.may_become(status))
            .map(|earlier| earlier.as_str().to_owned())
            .collect();
        let done = sqlx::query!(
            "UPDATE app.messages SET status = $3, error_code = COALESCE($4, error_code), updated_at = $5
             WHERE tenant_id = $1 AND id = $2 AND status = ANY ($6)",
            tenant,
            id.0,
            status.as_str(),
            error_code,
            at,
            &from
        )
        .execute(self.conn())
        .await?;
        Ok(done.rows_affected() == 1)
    }

    /// Keeps what the agent did and said for a text of its own.
    pub async fn keep_agent_turn(
        &mut self,
        id: MessageId,
        turn: &serde_json::Value,
    ) -> Result<(), StoreError> {
        let tenant = self.tenant();
        sqlx::query!(
            "UPDATE app.messages SET agent_turn = $3 WHERE tenant_id = $1 AND id = $2",
            tenant,
            id.0,
            turn
        )
        .execute(self.conn())
        .await?;
        Ok(())
    }

    /// One text.
    pub async fn text(&mut self, id: MessageId) -> Result<Option<TextRow>, StoreError> {
        let tenant = self.tenant();
        let row = sqlx::query_as!(
            Row,
            r#"SELECT id, direction AS "direction!", contact_id, phone_config_id, from_e164 AS "from_e164!",
                      to_e164 AS "to_e164!", text, provider_message_id, agent_turn, status AS "status!",
                      error_code, created_at
               FROM app.messages
               WHERE tenant_id = $1 AND id = $2 AND direction IS NOT NULL AND from_e164 IS NOT NULL
                 AND to_e164 IS NOT NULL"#,
            tenant,
            id.0
        )
        .fetch_optional(self.conn())
        .await?;
        row.map(TextRow::try_from).transpose()
    }

    /// The latest texts with a contact, latest first.
    pub async fn conversation(
        &mut self,
        contact: ContactId,
        before: Option<DateTime<Utc>>,
        at_most: u16,
    ) -> Result<Vec<TextRow>, StoreError> {
        let tenant = self.tenant();
        let rows = sqlx::query_as!(
            Row,
            r#"SELECT id, direction AS "direction!", contact_id, phone_config_id, from_e164 AS "from_e164!",
                      to_e164 AS "to_e164!", text, provider_message_id, agent_turn, status AS "status!",
                      error_code, created_at
               FROM app.messages
               WHERE tenant_id = $1 AND contact_id = $2 AND direction IS NOT NULL AND from_e164 IS NOT NULL
                 AND to_e164 IS NOT NULL AND created_at < $3
               ORDER BY created_at DESC, id DESC LIMIT $4"#,
            tenant,
            contact.0,
            before.unwrap_or(LATEST),
            i64::from(at_most)
        )
        .fetch_all(self.conn())
        .await?;
        rows.into_iter().map(TextRow::try_from).collect()
    }
}

impl Store {
    /// Whose a text is that a carrier reports on.
    pub async fn find_text(
        &self,
        provider: &str,
        provider_message_id: &str,
    ) -> Result<Option<(TenantId, MessageId)>, StoreError> {
        let row = sqlx::query!(
            r#"SELECT tenant_id AS "tenant_id!", message_id AS "message_id!" FROM app.message_lookup($1, $2)"#,
            provider,
            provider_message_id
        )
        .fetch_optional(self.app_pool())
        .await?;
        Ok(row.map(|row| (TenantId(row.tenant_id), MessageId(row.message_id))))
    }
}

struct Row {
    id: Uuid,
    direction: String,
    contact_id: Option<Uuid>,
    phone_config_id: Option<Uuid>,
    from_e164: String,
    to_e164: String,
    text: String,
    provider_message_id: Option<String>,
    agent_turn: Option<serde_json::Value>,
    status: String,
    error_code: Option<String>,
    created_at: DateTime<Utc>,
}

impl TryFrom<Row> for TextRow {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        const TABLE: &str = "messages";
        Ok(Self {
            id: MessageId(row.id),
            direction: known(TABLE, "direction", Direction::parse(&row.direction))?,
            contact: row.contact_id.map(ContactId),
            line: row.phone_config_id.map(PhoneConfigId),
            from: read(TABLE, "from_e164", E164::try_from(row.from_e164))?,
            to: read(TABLE, "to_e164", E164::try_from(row.to_e164))?,
            text: row.text,
            provider_message_id: row.provider_message_id,
            agent_turn: row.agent_turn,
            status: known(TABLE, "status", TextStatus::parse(&row.status))?,
            error_code: row.error_code,
            created_at: row.created_at,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_never_goes_back() {
        assert!(TextStatus::Queued.may_become(TextStatus::Delivered));
        assert!(!TextStatus::Delivered.may_become(TextStatus::Sent));
        assert!(!TextStatus::Delivered.may_become(TextStatus::Failed));
        assert!(!TextStatus::Sent.may_become(TextStatus::Sent));
    }
}
