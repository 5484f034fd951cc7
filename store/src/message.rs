//! Messages that callers leave for the tenant, and texts both ways.

mod list;
mod text;

use tenant_config::{id::MessageId, phone::E164};
use uuid::Uuid;

use crate::{StoreError, TenantTx, call::CallRef};
pub use list::{MessageChannel, MessageFilter, MessageRow};
pub use text::{NewText, TextRow, TextStatus};

/// What a caller wants passed on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewMessage {
    pub name: Option<String>,
    pub phone: Option<E164>,
    pub text: String,
    pub call: Option<CallRef>,
}

impl TenantTx {
    /// Writes a message down.
    pub async fn take_message(&mut self, message: &NewMessage) -> Result<MessageId, StoreError> {
        let id = Uuid::now_v7();
        let tenant = self.tenant();
        sqlx::query!(
            "INSERT INTO app.messages (id, tenant_id, sender_name, phone, text, call_id, call_started_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
            id,
            tenant,
            message.name,
            message.phone.as_ref().map(E164::as_str),
            message.text.trim(),
            message.call.map(|c| c.call_id.0),
            message.call.map(|c| c.started_at),
        )
        .execute(self.conn())
        .await?;
        Ok(MessageId(id))
    }
}
