//! Phone lines of a tenant: what a call needs of one, and what is set up.
//!
//! The SIP password is stored encrypted and is never read here; what is told is that there is one.

mod edit;

use std::time::Duration;

use chrono::{DateTime, Utc};
use tenant_config::{
    id::{AgentId, IvrMenuId, PhoneConfigId, TenantId},
    phone::{DialTarget, E164, IvrMode, PhoneConfig},
};
use uuid::Uuid;

use crate::{
    StoreError, TenantTx,
    error::{known, read},
};
pub use edit::{SecretEdit, SipEdit};

const TABLE: &str = "tenant_phone_config";

/// A line as it is set up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineRow {
    pub config: PhoneConfig,
    pub sip_domain: Option<String>,
    pub sip_username: Option<String>,
    pub has_sip_password: bool,
    /// The carrier's name for the number, where it was bought through us.
    pub carrier_number_sid: Option<String>,
    /// Root's, which answers for every number that is nobody's: it cannot be deleted.
    pub is_root_protected: bool,
    pub created_at: DateTime<Utc>,
}

impl TenantTx {
    /// One line of the tenant.
    pub async fn phone_config(
        &mut self,
        id: PhoneConfigId,
    ) -> Result<Option<PhoneConfig>, StoreError> {
        let line = self.load_lines(Some(id)).await?.pop();
        Ok(line.map(|line| line.config))
    }

    /// One line as it is set up.
    pub async fn line(&mut self, id: PhoneConfigId) -> Result<Option<LineRow>, StoreError> {
        Ok(self.load_lines(Some(id)).await?.pop())
    }

    /// All lines of the tenant, oldest first.
    pub async fn lines(&mut self) -> Result<Vec<LineRow>, StoreError> {
        self.load_lines(None).await
    }

    async fn load_lines(
        &mut self,
        only: Option<PhoneConfigId>,
    ) -> Result<Vec<LineRow>, StoreError> {
        let tenant = self.tenant();
        let rows = sqlx::query_as!(
            Row,
            r#"SELECT id, tenant_id, phone_number, messaging_service_sid, ivr_mode, agent_id, ivr_menu_id,
                      closed_menu_id, forward_to, dial_timeout_s, fallback, overflow, record, sip_domain,
                      sip_username, sip_password_key_id IS NOT NULL AS "has_sip_password!",
                      carrier_number_sid, is_root_protected, created_at
               FROM app.tenant_phone_config WHERE tenant_id = $1 AND ($2::uuid IS NULL OR id = $2)
               ORDER BY created_at, id"#,
            tenant,
            only.map(|id| id.0)
        )
        .fetch_all(self.conn())
        .await?;
        rows.into_iter().map(LineRow::try_from).collect()
    }
}

struct Row {
    id: Uuid,
    tenant_id: Uuid,
    phone_number: Option<String>,
    messaging_service_sid: Option<String>,
    ivr_mode: String,
    agent_id: Option<Uuid>,
    ivr_menu_id: Option<Uuid>,
    closed_menu_id: Option<Uuid>,
    forward_to: Option<String>,
    dial_timeout_s: i32,
    fallback: serde_json::Value,
    overflow: Option<serde_json::Value>,
    record: bool,
    sip_domain: Option<String>,
    sip_username: Option<String>,
    has_sip_password: bool,
    carrier_number_sid: Option<String>,
    is_root_protected: bool,
    created_at: DateTime<Utc>,
}

impl TryFrom<Row> for LineRow {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        let number = row.phone_number.map(E164::try_from).transpose();
        let forward_to = row.forward_to.as_deref().map(DialTarget::parse).transpose();
        let overflow = row.overflow.map(serde_json::from_value).transpose();
        Ok(Self {
            config: PhoneConfig {
                id: PhoneConfigId(row.id),
                tenant_id: TenantId(row.tenant_id),
                phone_number: read(TABLE, "phone_number", number)?,
                messaging_service_sid: row.messaging_service_sid,
                ivr_mode: known(TABLE, "ivr_mode", IvrMode::parse(&row.ivr_mode))?,
                agent_id: row.agent_id.map(AgentId),
                ivr_menu_id: row.ivr_menu_id.map(IvrMenuId),
                closed_menu_id: row.closed_menu_id.map(IvrMenuId),
                forward_to: read(TABLE, "forward_to", forward_to)?,
                dial_timeout: Duration::from_secs(row.dial_timeout_s.unsigned_abs().into()),
                fallback: read(TABLE, "fallback", serde_json::from_value(row.fallback))?,
                overflow: read(TABLE, "overflow", overflow)?,
                record: row.record,
            },
            sip_domain: row.sip_domain,
            sip_username: row.sip_username,
            has_sip_password: row.has_sip_password,
            carrier_number_sid: row.carrier_number_sid,
            is_root_protected: row.is_root_protected,
            created_at: row.created_at,
        })
    }
}
