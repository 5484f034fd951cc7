//! Rows of a new tenant.

use chrono::{NaiveDate, NaiveTime};
use tenant_config::{
    id::{AgentId, AgentVersionId, IvrMenuId, PhoneConfigId, ServiceId},
    ivr::IvrMenu,
    knowledge::{Faq, Service},
    phone::{DialTarget, E164, PhoneConfig},
    voice::VoiceSettings,
};
use uuid::Uuid;

use crate::{StoreError, TenantTx, agent::AgentKind, error::to_json};

/// A tenant's own facts; its id is the transaction's.
pub(super) struct NewTenant<'a> {
    pub(super) slug: &'a str,
    pub(super) company_name: &'a str,
    pub(super) timezone: &'a str,
    pub(super) currency: &'a str,
    pub(super) address: Option<&'a str>,
}

/// An agent with its first settings.
pub(crate) struct NewAgent {
    pub(crate) id: AgentId,
    pub(crate) kind: AgentKind,
    pub(crate) name: String,
    pub(crate) settings: VoiceSettings,
    /// The industry pack whose words the settings have; `None` where they are the tenant's own.
    pub(crate) pack: Option<String>,
}

impl TenantTx {
    pub(super) async fn insert_tenant(&mut self, new: &NewTenant<'_>) -> Result<(), StoreError> {
        let tenant = self.tenant();
        sqlx::query!(
            "INSERT INTO app.tenants (id, slug, company_name, timezone, currency, address)
             VALUES ($1, $2, $3, $4, $5, $6)",
            tenant,
            new.slug,
            new.company_name,
            new.timezone,
            new.currency,
            new.address
        )
        .execute(self.conn())
        .await?;
        Ok(())
    }

    /// `weekday` 0 is Monday.
    pub(crate) async fn insert_hours(
        &mut self,
        weekday: i16,
        opens: NaiveTime,
        closes: NaiveTime,
    ) -> Result<(), StoreError> {
        let tenant = self.tenant();
        sqlx::query!(
            "INSERT INTO app.business_hours (tenant_id, weekday, opens, closes) VALUES ($1, $2, $3, $4)",
            tenant,
            weekday,
            opens,
            closes
        )
        .execute(self.conn())
        .await?;
        Ok(())
    }

    /// A part of a date that differs from its weekday; closed without times.
    pub(crate) async fn insert_exception(
        &mut self,
        date: NaiveDate,
        part: i16,
        times: Option<(NaiveTime, NaiveTime)>,
        reason: Option<&str>,
    ) -> Result<(), StoreError> {
        let tenant = self.tenant();
        sqlx::query!(
            "INSERT INTO app.hour_exceptions (tenant_id, on_date, part, opens, closes, reason)
             VALUES ($1, $2, $3, $4, $5, $6)",
            tenant,
            date,
            part,
            times.map(|(opens, _)| opens),
            times.map(|(_, closes)| closes),
            reason
        )
        .execute(self.conn())
        .await?;
        Ok(())
    }

    pub(crate) async fn insert_service(
        &mut self,
        position: i32,
        service: &Service,
    ) -> Result<ServiceId, StoreError> {
        let tenant = self.tenant();
        sqlx::query!(
            "INSERT INTO app.services_catalog
               (id, tenant_id, name, aliases, description, duration_min, price_minor, upsells, position)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            service.id.0,
            tenant,
            service.name,
            &service.aliases,
            service.description,
            service.duration_min.cast_signed(),
            service.price_minor,
            &service.upsells,
            position
        )
        .execute(self.conn())
        .await?;
        Ok(service.id)
    }

    pub(crate) async fn insert_faq(&mut self, position: i32, faq: &Faq) -> Result<(), StoreError> {
        let tenant = self.tenant();
        sqlx::query!(
            "INSERT INTO app.faqs (id, tenant_id, question, answer, keywords, position)
             VALUES ($1, $2, $3, $4, $5, $6)",
            Uuid::now_v7(),
            tenant,
            faq.question,
            faq.answer,
            &faq.keywords,
            position
        )
        .execute(self.conn())
        .await?;
        Ok(())
    }

    pub(crate) async fn insert_menu(&mut self, menu: &IvrMenu) -> Result<IvrMenuId, StoreError> {
        let tenant = self.tenant();
        let timeout_ms = i32::try_from(menu.timeout.as_millis());
        sqlx::query!(
            "INSERT INTO app.ivr_menus
               (id, tenant_id, name, prompt, no_input_prompt, no_match_prompt, timeout_ms,
                max_attempts, fallback)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            menu.id.0,
            tenant,
            menu.name,
            menu.prompt,
            menu.no_input_prompt,
            menu.no_match_prompt,
            timeout_ms.map_err(|_| StoreError::Invalid {
                what: "menu.timeout".to_owned()
            })?,
            menu.max_attempts.cast_signed(),
            to_json("menu.fallback", &menu.fallback)?
        )
        .execute(self.conn())
        .await?;
        self.insert_options(menu).await?;
        Ok(menu.id)
    }

    pub(crate) async fn insert_options(&mut self, menu: &IvrMenu) -> Result<(), StoreError> {
        let tenant = self.tenant();
        for option in &menu.options {
            sqlx::query!(
                "INSERT INTO app.ivr_options (tenant_id, menu_id, digit, label, action)
                 VALUES ($1, $2, $3, $4, $5)",
                tenant,
                menu.id.0,
                option.digit.to_string(),
                option.label,
                to_json("option.action", &option.action)?
            )
            .execute(self.conn())
            .await?;
        }
        Ok(())
    }

    /// An agent with its first version, published.
    pub(crate) async fn insert_agent(&mut self, new: &NewAgent) -> Result<AgentId, StoreError> {
        let tenant = self.tenant();
        let agent = new.id;
        let version = AgentVersionId(Uuid::now_v7());
        sqlx::query!(
            "INSERT INTO app.agents (id, tenant_id, kind, name) VALUES ($1, $2, $3, $4)",
            agent.0,
            tenant,
            new.kind.as_str(),
            new.name
        )
        .execute(self.conn())
        .await?;
        sqlx::query!(
            "INSERT INTO app.agent_versions (id, tenant_id, agent_id, version, settings, pack)
             VALUES ($1, $2, $3, 1, $4, $5)",
            version.0,
            tenant,
            agent.0,
            to_json("agent.settings", &new.settings)?,
            new.pack
        )
        .execute(self.conn())
        .await?;
        sqlx::query!(
            "UPDATE app.agents SET published_version_id = $3 WHERE tenant_id = $1 AND id = $2",
            tenant,
            agent.0,
            version.0
        )
        .execute(self.conn())
        .await?;
        Ok(agent)
    }

    pub(crate) async fn insert_line(
        &mut self,
        line: &PhoneConfig,
    ) -> Result<PhoneConfigId, StoreError> {
        let tenant = self.tenant();
        let ring_s = i32::try_from(line.dial_timeout.as_secs());
        sqlx::query!(
            "INSERT INTO app.tenant_phone_config
               (id, tenant_id, phone_number, messaging_service_sid, ivr_mode, agent_id, ivr_menu_id,
                closed_menu_id, forward_to, dial_timeout_s, fallback, overflow, record)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
            line.id.0,
            tenant,
            line.phone_number.as_ref().map(E164::as_str),
            line.messaging_service_sid,
            line.ivr_mode.as_str(),
            line.agent_id.map(|id| id.0),
            line.ivr_menu_id.map(|id| id.0),
            line.closed_menu_id.map(|id| id.0),
            line.forward_to.as_ref().map(DialTarget::as_str),
            ring_s.map_err(|_| StoreError::Invalid {
                what: "line.dial_timeout".to_owned()
            })?,
            to_json("line.fallback", &line.fallback)?,
            line.overflow
                .as_ref()
                .map(|overflow| to_json("line.overflow", overflow))
                .transpose()?,
            line.record
        )
        .execute(self.conn())
        .await?;
        Ok(line.id)
    }

    pub(super) async fn set_root_number(&mut self, number: &E164) -> Result<(), StoreError> {
        let tenant = self.tenant();
        sqlx::query!(
            "UPDATE app.tenant_phone_config SET phone_number = $2
             WHERE tenant_id = $1 AND is_root_protected",
            tenant,
            number.as_str()
        )
        .execute(self.conn())
        .await?;
        Ok(())
    }
}
