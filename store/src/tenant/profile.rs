//! Everything that a tenant is and may change about itself.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tenant_config::{
    id::{PlanVersionId, TenantId},
    phone::E164,
    plan::{PlanTier, TenantStatus},
};

use super::TenantRow;
use crate::{
    StoreError, TenantTx,
    error::{known, read, to_json},
};

/// Days that content is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Retention {
    pub audio_days: u32,
    pub transcript_days: u32,
    pub call_days: u32,
}

/// A tenant in full. Never what the platform notes about it.
#[derive(Debug, Clone, PartialEq)]
pub struct TenantProfile {
    pub row: TenantRow,
    pub tier: PlanTier,
    pub plan_version: PlanVersionId,
    /// 0 to 100.
    pub health_score: i16,
    /// What holds where neither kill, plan nor override decides: `{"key": bool}`.
    pub features: Value,
    pub branding: Value,
    pub industry: Option<String>,
    pub city: Option<String>,
    pub contact_name: Option<String>,
    pub contact_email: Option<String>,
    pub contact_phone: Option<E164>,
    pub retention: Retention,
    pub status_reason: Option<String>,
    pub status_since: Option<DateTime<Utc>>,
    pub purge_after: Option<DateTime<Utc>>,
    pub created_at: DateTime<Utc>,
    pub updated_at: Option<DateTime<Utc>>,
}

/// What a tenant's people may change. All of it is written: begin with [`TenantProfile::edit`] of a
/// [locked](TenantTx::lock_profile) profile.
#[derive(Debug, Clone, PartialEq)]
pub struct TenantEdit {
    pub company_name: String,
    pub timezone: Tz,
    pub address: Option<String>,
    pub branding: Value,
    pub industry: Option<String>,
    pub city: Option<String>,
    pub contact_name: Option<String>,
    pub contact_email: Option<String>,
    pub contact_phone: Option<E164>,
    pub retention: Retention,
    pub is_test_mode: bool,
}

impl TenantProfile {
    /// As it stands, to be changed.
    pub fn edit(&self) -> TenantEdit {
        TenantEdit {
            company_name: self.row.company_name.clone(),
            timezone: self.row.timezone,
            address: self.row.address.clone(),
            branding: self.branding.clone(),
            industry: self.industry.clone(),
            city: self.city.clone(),
            contact_name: self.contact_name.clone(),
            contact_email: self.contact_email.clone(),
            contact_phone: self.contact_phone.clone(),
            retention: self.retention,
            is_test_mode: self.row.is_test_mode,
        }
    }
}

impl TenantTx {
    /// The tenant in full.
    pub async fn profile(&mut self) -> Result<TenantProfile, StoreError> {
        let id = self.tenant();
        let row = sqlx::query_as!(
            Row,
            "SELECT id, slug, company_name, status, timezone, currency, address, is_root, unassigned_number,
                    max_calls, is_test_mode, plan_tier, plan_version_id, health_score, features, branding,
                    industry, city, contact_name, contact_email, contact_phone, retention, status_reason,
                    status_since, purge_after, created_at, updated_at
             FROM app.tenants WHERE id = $1",
            id
        )
        .fetch_optional(self.conn())
        .await?;
        row.ok_or(StoreError::NotFound { what: "tenant" })?
            .try_into()
    }

    /// As [`profile`](Self::profile); nobody else changes it until the transaction ends.
    pub async fn lock_profile(&mut self) -> Result<TenantProfile, StoreError> {
        let id = self.tenant();
        // Not the key: rows that refer to the tenant, such as those of the audit log, are written
        // meanwhile by others, and must not wait for it with the log's own lock in hand.
        sqlx::query!(
            "SELECT id FROM app.tenants WHERE id = $1 FOR NO KEY UPDATE",
            id
        )
        .fetch_optional(self.conn())
        .await?;
        self.profile().await
    }

    /// Writes what may be changed.
    pub async fn save_profile(
        &mut self,
        edit: &TenantEdit,
        at: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let id = self.tenant();
        sqlx::query!(
            "UPDATE app.tenants SET company_name = $2, timezone = $3, address = $4, branding = $5,
                    industry = $6, city = $7, contact_name = $8, contact_email = $9, contact_phone = $10,
                    retention = $11, is_test_mode = $12, updated_at = $13
             WHERE id = $1",
            id,
            edit.company_name.trim(),
            edit.timezone.name(),
            edit.address,
            edit.branding,
            edit.industry,
            edit.city,
            edit.contact_name,
            edit.contact_email,
            edit.contact_phone.as_ref().map(E164::as_str),
            to_json("retention", &edit.retention)?,
            edit.is_test_mode,
            at
        )
        .execute(self.conn())
        .await?;
        Ok(())
    }
}

struct Row {
    id: uuid::Uuid,
    slug: String,
    company_name: String,
    status: String,
    timezone: String,
    currency: String,
    address: Option<String>,
    is_root: bool,
    unassigned_number: Option<String>,
    max_calls: Option<i32>,
    is_test_mode: bool,
    plan_tier: String,
    plan_version_id: uuid::Uuid,
    health_score: i16,
    features: Value,
    branding: Value,
    industry: Option<String>,
    city: Option<String>,
    contact_name: Option<String>,
    contact_email: Option<String>,
    contact_phone: Option<String>,
    retention: Value,
    status_reason: Option<String>,
    status_since: Option<DateTime<Utc>>,
    purge_after: Option<DateTime<Utc>>,
    created_at: DateTime<Utc>,
    updated_at: Option<DateTime<Utc>>,
}

impl TryFrom<Row> for TenantProfile {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        const TABLE: &str = "tenants";
        let phone = row.contact_phone.map(E164::try_from).transpose();
        Ok(Self {
            row: TenantRow {
                id: TenantId(row.id),
                slug: row.slug,
                company_name: row.company_name,
                status: known(TABLE, "status", TenantStatus::parse(&row.status))?,
                timezone: read(TABLE, "timezone", row.timezone.parse::<Tz>())?,
                currency: row.currency,
                address: row.address,
                is_root: row.is_root,
                unassigned_number: row.unassigned_number,
                max_calls: row.max_calls.map(i32::unsigned_abs),
                is_test_mode: row.is_test_mode,
            },
            tier: known(TABLE, "plan_tier", PlanTier::parse(&row.plan_tier))?,
            plan_version: PlanVersionId(row.plan_version_id),
            health_score: row.health_score,
            features: row.features,
            branding: row.branding,
            industry: row.industry,
            city: row.city,
            contact_name: row.contact_name,
            contact_email: row.contact_email,
            contact_phone: read(TABLE, "contact_phone", phone)?,
            retention: read(TABLE, "retention", serde_json::from_value(row.retention))?,
            status_reason: row.status_reason,
            status_since: row.status_since,
            purge_after: row.purge_after,
            created_at: row.created_at,
            updated_at: row.updated_at,
        })
    }
}
