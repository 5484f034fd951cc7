//! What the platform does to a tenant: makes it, moves it from one standing to another, limits it.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde_json::Value;
use tenant_config::{
    id::TenantId,
    phone::E164,
    plan::{PlanTier, TenantStatus},
};

use crate::{PlatformTx, StoreError, pack::Pack};

/// A tenant that is to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewTenant {
    pub id: TenantId,
    /// 1 to 63 small letters, digits and inner dashes: it is a host's first label.
    pub slug: String,
    pub company_name: String,
    /// `Trialing` or `Active`.
    pub status: TenantStatus,
    /// The latest version of the tier.
    pub tier: PlanTier,
    pub timezone: Tz,
    /// ISO 4217.
    pub currency: String,
    pub address: Option<String>,
    pub industry: Option<String>,
    pub city: Option<String>,
    pub contact_name: Option<String>,
    pub contact_email: Option<String>,
    pub contact_phone: Option<E164>,
    pub is_test_mode: bool,
    /// An object; `None` is an empty one, and in a clone that of its source.
    pub branding: Option<Value>,
    pub created_at: DateTime<Utc>,
}

/// A tenant's way from where it stands to somewhere else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusMove {
    pub to: TenantStatus,
    pub reason: Option<String>,
    pub at: DateTime<Utc>,
    /// From when the rows may go; only with `Cancelled`. `None` keeps them.
    pub purge_after: Option<DateTime<Utc>>,
}

impl PlatformTx {
    /// Makes a tenant with its empty settings, and stays in it: what else it begins with goes into
    /// the same transaction. A [`StoreError::Conflict`] when the slug is taken.
    pub async fn create_tenant(
        &mut self,
        new: &NewTenant,
    ) -> Result<&mut crate::TenantTx, StoreError> {
        let tx = self.enter(new.id).await?;
        sqlx::query!(
            "INSERT INTO app.tenants
               (id, slug, company_name, status, plan_tier, plan_version_id, timezone, currency, address,
                industry, city, contact_name, contact_email, contact_phone, is_test_mode, created_at,
                status_since, branding)
             VALUES ($1, $2, $3, $4, $5,
               (SELECT v.id FROM app.plan_versions v WHERE v.plan_key = $5 ORDER BY v.version DESC LIMIT 1),
               $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $15, COALESCE($16, '{}'::jsonb))",
            new.id.0,
            new.slug,
            new.company_name.trim(),
            new.status.as_str(),
            new.tier.as_str(),
            new.timezone.name(),
            new.currency,
            new.address,
            new.industry,
            new.city,
            new.contact_name,
            new.contact_email,
            new.contact_phone.as_ref().map(E164::as_str),
            new.is_test_mode,
            new.created_at,
            new.branding
        )
        .execute(tx.conn())
        .await?;
        sqlx::query!(
            "INSERT INTO app.tenant_config (tenant_id, updated_at) VALUES ($1, $2)",
            new.id.0,
            new.created_at
        )
        .execute(tx.conn())
        .await?;
        sqlx::query!(
            "INSERT INTO app.tenant_private (tenant_id, updated_at) VALUES ($1, $2)",
            new.id.0,
            new.created_at
        )
        .execute(tx.conn())
        .await?;
        let pack = Pack::general();
        tx.begin_automations(&pack.texts, &pack.key, new.created_at)
            .await?;
        Ok(tx)
    }

    /// Moves a tenant. A [`StoreError::Refused`] for a way that there is not
    /// ([`TenantStatus::may_become`]), and for root, which stays active.
    pub async fn move_tenant(
        &mut self,
        tenant: TenantId,
        change: &StatusMove,
    ) -> Result<(), StoreError> {
        let purge_after = change
            .purge_after
            .filter(|_| change.to == TenantStatus::Cancelled);
        let tx = self.enter(tenant).await?;
        let done = sqlx::query!(
            "UPDATE app.tenants SET status = $2, status_reason = $3, status_since = $4, purge_after = $5,
                    updated_at = $4
             WHERE id = $1",
            tenant.0,
            change.to.as_str(),
            change.reason,
            change.at,
            purge_after
        )
        .execute(tx.conn())
        .await?;
        found(done.rows_affected())
    }

    /// How many conversations a tenant may hold at once; `None` is no limit.
    pub async fn limit_calls(
        &mut self,
        tenant: TenantId,
        max_calls: Option<u32>,
        at: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let max_calls = max_calls.map(i32::try_from).transpose();
        let max_calls = max_calls.map_err(|_| StoreError::Invalid {
            what: "max_calls".to_owned(),
        })?;
        let tx = self.enter(tenant).await?;
        let done = sqlx::query!(
            "UPDATE app.tenants SET max_calls = $2, updated_at = $3 WHERE id = $1",
            tenant.0,
            max_calls,
            at
        )
        .execute(tx.conn())
        .await?;
        found(done.rows_affected())
    }

    /// Gives a tenant the latest version of a tier.
    pub async fn set_tier(
        &mut self,
        tenant: TenantId,
        tier: PlanTier,
        at: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let tx = self.enter(tenant).await?;
        let done = sqlx::query!(
            "UPDATE app.tenants SET plan_tier = $2, updated_at = $3, plan_version_id =
               (SELECT v.id FROM app.plan_versions v WHERE v.plan_key = $2 ORDER BY v.version DESC LIMIT 1)
             WHERE id = $1",
            tenant.0,
            tier.as_str(),
            at
        )
        .execute(tx.conn())
        .await?;
        found(done.rows_affected())
    }
}

const fn found(rows: u64) -> Result<(), StoreError> {
    if rows == 0 {
        return Err(StoreError::NotFound { what: "tenant" });
    }
    Ok(())
}
