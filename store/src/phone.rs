//! Phone lines of a tenant.
//!
//! The SIP password is stored encrypted and is not among what a call needs, so it is never read
//! here.

use std::time::Duration;

use tenant_config::{
    id::{AgentId, IvrMenuId, PhoneConfigId, TenantId},
    phone::{DialTarget, E164, IvrMode, PhoneConfig},
};

use crate::{
    StoreError, TenantTx,
    error::{known, read},
};

const TABLE: &str = "tenant_phone_config";

impl TenantTx {
    /// One line of the tenant.
    pub async fn phone_config(
        &mut self,
        id: PhoneConfigId,
    ) -> Result<Option<PhoneConfig>, StoreError> {
        let tenant = self.tenant();
        let row = sqlx::query!(
            "SELECT id, tenant_id, phone_number, messaging_service_sid, ivr_mode, agent_id,
                    ivr_menu_id, closed_menu_id, forward_to, dial_timeout_s, fallback, overflow, record
             FROM app.tenant_phone_config WHERE tenant_id = $1 AND id = $2",
            tenant,
            id.0
        )
        .fetch_optional(self.conn())
        .await?;
        let Some(row) = row else { return Ok(None) };
        Ok(Some(PhoneConfig {
            id: PhoneConfigId(row.id),
            tenant_id: TenantId(row.tenant_id),
            phone_number: read(
                TABLE,
                "phone_number",
                row.phone_number.map(E164::try_from).transpose(),
            )?,
            messaging_service_sid: row.messaging_service_sid,
            ivr_mode: known(TABLE, "ivr_mode", IvrMode::parse(&row.ivr_mode))?,
            agent_id: row.agent_id.map(AgentId),
            ivr_menu_id: row.ivr_menu_id.map(IvrMenuId),
            closed_menu_id: row.closed_menu_id.map(IvrMenuId),
            forward_to: read(
                TABLE,
                "forward_to",
                row.forward_to.as_deref().map(DialTarget::parse).transpose(),
            )?,
            dial_timeout: Duration::from_secs(row.dial_timeout_s.unsigned_abs().into()),
            fallback: read(TABLE, "fallback", serde_json::from_value(row.fallback))?,
            overflow: read(
                TABLE,
                "overflow",
                row.overflow.map(serde_json::from_value).transpose(),
            )?,
            record: row.record,
        }))
    }
}
