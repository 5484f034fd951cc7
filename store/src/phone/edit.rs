//! Lines as they are set up and changed.

use chrono::{DateTime, Utc};
use tenant_config::{
    id::PhoneConfigId,
    phone::{DialTarget, E164, PhoneConfig},
};

use crate::{StoreError, TenantTx, error::to_json};

/// How a line is registered at a SIP server.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SipEdit {
    pub domain: Option<String>,
    pub username: Option<String>,
    pub password: SecretEdit,
}

/// What becomes of a secret that cannot be read back.
#[derive(Clone, Default, PartialEq, Eq)]
pub enum SecretEdit {
    #[default]
    Keep,
    Clear,
    Set {
        encrypted: Vec<u8>,
        key_id: String,
    },
}

impl std::fmt::Debug for SecretEdit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Keep => "Keep",
            Self::Clear => "Clear",
            Self::Set { .. } => "Set",
        })
    }
}

impl TenantTx {
    /// Sets a line up. A [`StoreError::Conflict`] for a number or a messaging service that some line
    /// has, of whatever tenant, and for an agent or a menu that is not the tenant's.
    pub async fn create_line(
        &mut self,
        config: &PhoneConfig,
        sip: &SipEdit,
        at: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        self.insert_line(config).await?;
        let tenant = self.tenant();
        sqlx::query!(
            "UPDATE app.tenant_phone_config SET created_at = $3 WHERE tenant_id = $1 AND id = $2",
            tenant,
            config.id.0,
            at
        )
        .execute(self.conn())
        .await?;
        self.save_sip(config.id, sip).await
    }

    /// Writes a line anew; `false` for an id that is not the tenant's. Errors as for
    /// [`create_line`](Self::create_line).
    pub async fn save_line(
        &mut self,
        config: &PhoneConfig,
        sip: &SipEdit,
    ) -> Result<bool, StoreError> {
        let tenant = self.tenant();
        let ring_s = i32::try_from(config.dial_timeout.as_secs());
        let overflow = config.overflow.as_ref();
        let overflow = overflow.map(|overflow| to_json("line.overflow", overflow));
        let done = sqlx::query!(
            "UPDATE app.tenant_phone_config SET phone_number = $3, messaging_service_sid = $4, ivr_mode = $5,
                    agent_id = $6, ivr_menu_id = $7, closed_menu_id = $8, forward_to = $9,
                    dial_timeout_s = $10, fallback = $11, overflow = $12, record = $13
             WHERE tenant_id = $1 AND id = $2",
            tenant,
            config.id.0,
            config.phone_number.as_ref().map(E164::as_str),
            config.messaging_service_sid,
            config.ivr_mode.as_str(),
            config.agent_id.map(|id| id.0),
            config.ivr_menu_id.map(|id| id.0),
            config.closed_menu_id.map(|id| id.0),
            config.forward_to.as_ref().map(DialTarget::as_str),
            ring_s.map_err(|_| StoreError::Invalid {
                what: "line.dial_timeout".to_owned()
            })?,
            to_json("line.fallback", &config.fallback)?,
            overflow.transpose()?,
            config.record
        )
        .execute(self.conn())
        .await?;
        if done.rows_affected() == 0 {
            return Ok(false);
        }
        self.save_sip(config.id, sip).await?;
        Ok(true)
    }

    /// Notes the carrier's name for a line's number, which was bought through us.
    pub async fn name_carrier_number(
        &mut self,
        id: PhoneConfigId,
        sid: &str,
    ) -> Result<(), StoreError> {
        let tenant = self.tenant();
        sqlx::query!(
            "UPDATE app.tenant_phone_config SET carrier_number_sid = $3 WHERE tenant_id = $1 AND id = $2",
            tenant,
            id.0,
            sid
        )
        .execute(self.conn())
        .await?;
        Ok(())
    }

    /// Takes a line down; its calls stay, without it. `false` for an id that is not the tenant's, a
    /// [`StoreError::Refused`] for root's own.
    pub async fn delete_line(&mut self, id: PhoneConfigId) -> Result<bool, StoreError> {
        let tenant = self.tenant();
        // Its calls first: whoever writes to a call has locked it before the database looks at its
        // line, and would wait for us while we wait for them.
        sqlx::query!(
            "UPDATE app.calls SET phone_config_id = NULL WHERE tenant_id = $1 AND phone_config_id = $2",
            tenant,
            id.0
        )
        .execute(self.conn())
        .await?;
        let done = sqlx::query!(
            "DELETE FROM app.tenant_phone_config WHERE tenant_id = $1 AND id = $2",
            tenant,
            id.0
        )
        .execute(self.conn())
        .await?;
        Ok(done.rows_affected() == 1)
    }

    async fn save_sip(&mut self, id: PhoneConfigId, sip: &SipEdit) -> Result<(), StoreError> {
        let tenant = self.tenant();
        sqlx::query!(
            "UPDATE app.tenant_phone_config SET sip_domain = $3, sip_username = $4
             WHERE tenant_id = $1 AND id = $2",
            tenant,
            id.0,
            sip.domain,
            sip.username
        )
        .execute(self.conn())
        .await?;
        let (encrypted, key_id) = match &sip.password {
            SecretEdit::Keep => return Ok(()),
            SecretEdit::Clear => (None, None),
            SecretEdit::Set { encrypted, key_id } => (Some(encrypted), Some(key_id)),
        };
        sqlx::query!(
            "UPDATE app.tenant_phone_config SET sip_password_enc = $3, sip_password_key_id = $4
             WHERE tenant_id = $1 AND id = $2",
            tenant,
            id.0,
            encrypted,
            key_id
        )
        .execute(self.conn())
        .await?;
        Ok(())
    }
}
