//! Tenants, and which of them an inbound call or message is for.

mod admin;
mod clone;
mod domain;
mod list;
mod logo;
mod private;
mod profile;
mod settings;

use chrono_tz::Tz;
use sqlx::PgPool;
use tenant_config::{
    id::{PhoneConfigId, TenantId},
    phone::{E164, PhoneConfig},
    plan::TenantStatus,
};
use uuid::Uuid;

use crate::{
    Actor, Store, StoreError, TenantScope, TenantTx,
    error::{known, read},
};

pub use admin::{NewTenant, StatusMove};
pub use clone::CloneOf;
pub use domain::TenantDomain;
pub use list::{TenantFilter, TenantSummary};
pub use logo::Logo;
pub use private::TenantNotes;
pub use profile::{Retention, TenantEdit, TenantProfile};
pub use settings::TenantSettings;

/// A paying customer, or root.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TenantRow {
    pub id: TenantId,
    pub slug: String,
    pub company_name: String,
    pub status: TenantStatus,
    pub timezone: Tz,
    /// ISO 4217, such as `USD`.
    pub currency: String,
    pub address: Option<String>,
    pub is_root: bool,
    /// Root's words for callers of a number that belongs to nobody.
    pub unassigned_number: Option<String>,
    /// Conversations that may be held at once, on all nodes together; `None` is no limit.
    pub max_calls: Option<u32>,
    /// A sandbox: what happens is marked as a test and counts nowhere.
    pub is_test_mode: bool,
}

/// What a webhook says about whom it is for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct InboundAddress {
    pub messaging_service_sid: Option<String>,
    pub to: Option<E164>,
}

/// Which tier of [`Store::resolve_inbound`] found the tenant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ResolutionMethod {
    MessagingServiceSid,
    ToNumber,
    /// Nobody's number: root answers with its `unassigned_number` words.
    FallbackRoot,
}

impl ResolutionMethod {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::MessagingServiceSid => "messaging_service_sid",
            Self::ToNumber => "to_number",
            Self::FallbackRoot => "fallback_root",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        [
            Self::MessagingServiceSid,
            Self::ToNumber,
            Self::FallbackRoot,
        ]
        .into_iter()
        .find(|m| m.as_str() == text)
    }
}

/// Whom an inbound call is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resolution {
    pub tenant: TenantRow,
    pub phone: Option<PhoneConfig>,
    pub method: ResolutionMethod,
    /// Messaging service and number belong to two tenants; the messaging service won.
    pub conflict: bool,
}

impl Store {
    /// The tenant behind an address: messaging service, then dialled number, then root.
    pub async fn resolve_inbound(
        &self,
        address: &InboundAddress,
    ) -> Result<Resolution, StoreError> {
        let found = sqlx::query!(
            r#"SELECT tenant_id AS "tenant_id!", phone_config_id, method AS "method!", conflict AS "conflict!"
               FROM app.resolve_inbound($1, $2)"#,
            address.messaging_service_sid,
            address.to.as_ref().map(E164::as_str),
        )
        .fetch_optional(self.app_pool())
        .await?
        .ok_or(StoreError::NotFound { what: "root tenant" })?;
        let scope = TenantScope::new(TenantId(found.tenant_id), Actor::System);
        let mut tx = self.tenant(&scope).await?;
        let tenant = tx.tenant_row().await?;
        let phone = match found.phone_config_id {
            Some(id) => tx.phone_config(PhoneConfigId(id)).await?,
            None => None,
        };
        tx.commit().await?;
        Ok(Resolution {
            tenant,
            phone,
            method: known(
                "resolve_inbound",
                "method",
                ResolutionMethod::parse(&found.method),
            )?,
            conflict: found.conflict,
        })
    }

    /// The tenant of a host that its owner has shown to be theirs.
    pub async fn tenant_by_host(&self, host: &str) -> Result<Option<TenantId>, StoreError> {
        let id = sqlx::query_scalar!("SELECT app.host_lookup($1)", host)
            .fetch_one(self.app_pool())
            .await?;
        Ok(id.map(TenantId))
    }

    /// The tenant of a slug, such as `bright-dental`.
    pub async fn tenant_by_slug(&self, slug: &str) -> Result<Option<TenantId>, StoreError> {
        Ok(id_of_slug(self.app_pool(), slug).await?.map(TenantId))
    }
}

impl TenantTx {
    /// The tenant itself.
    pub async fn tenant_row(&mut self) -> Result<TenantRow, StoreError> {
        let id = self.tenant();
        let row = sqlx::query!(
            "SELECT id, slug, company_name, status, timezone, currency, address, is_root, unassigned_number,
                    max_calls, is_test_mode
             FROM app.tenants WHERE id = $1",
            id
        )
        .fetch_optional(self.conn())
        .await?
        .ok_or(StoreError::NotFound { what: "tenant" })?;
        Ok(TenantRow {
            id: TenantId(row.id),
            slug: row.slug,
            company_name: row.company_name,
            status: known("tenants", "status", TenantStatus::parse(&row.status))?,
            timezone: read("tenants", "timezone", row.timezone.parse::<Tz>())?,
            currency: row.currency,
            address: row.address,
            is_root: row.is_root,
            unassigned_number: row.unassigned_number,
            max_calls: row.max_calls.map(i32::unsigned_abs),
            is_test_mode: row.is_test_mode,
        })
    }
}

async fn id_of_slug(pool: &PgPool, slug: &str) -> Result<Option<Uuid>, StoreError> {
    Ok(sqlx::query_scalar!("SELECT app.tenant_by_slug($1)", slug)
        .fetch_one(pool)
        .await?)
}
