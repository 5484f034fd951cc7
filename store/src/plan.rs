//! The catalogue of plans. A price is never changed: another version replaces it.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use tenant_config::{id::PlanVersionId, plan::PlanTier};
use uuid::Uuid;

use crate::{PlatformTx, StoreError, TenantTx, error::known, word::words};

words! {
    pub enum BillingInterval {
        Month = "month",
        Year = "year",
    }
}

/// One version of a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanVersion {
    pub id: PlanVersionId,
    pub tier: PlanTier,
    /// Such as `Pro`.
    pub name: String,
    pub version: i32,
    /// In minor units of `currency`, for one `interval`.
    pub price_minor: i64,
    /// ISO 4217.
    pub currency: String,
    pub interval: BillingInterval,
    pub entitlements: Vec<Entitlement>,
    pub created_at: DateTime<Utc>,
}

/// Something that a plan includes or leaves out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entitlement {
    pub key: String,
    #[serde(flatten)]
    pub grants: Grants,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Grants {
    /// A feature.
    Flag { enabled: bool },
    /// An amount in a month.
    Limit {
        /// `None` is no limit.
        limit: Option<i64>,
        /// Millionths of the currency's major unit for each beyond it; `None` stops there.
        overage_unit_micro: Option<i64>,
    },
}

impl TenantTx {
    /// The latest version of each plan, smallest first.
    pub async fn plans(&mut self) -> Result<Vec<PlanVersion>, StoreError> {
        latest(self.conn()).await
    }

    /// The plan that the tenant has.
    pub async fn plan(&mut self) -> Result<PlanVersion, StoreError> {
        let id = self.profile().await?.plan_version;
        let found = load(self.conn(), Some(id.0)).await?.pop();
        found.ok_or(StoreError::NotFound { what: "plan" })
    }
}

impl PlatformTx {
    /// The latest version of each plan, smallest first.
    pub async fn plans(&mut self) -> Result<Vec<PlanVersion>, StoreError> {
        latest(self.conn()).await
    }

    /// Every version there ever was.
    pub async fn plan_versions(&mut self) -> Result<Vec<PlanVersion>, StoreError> {
        load(self.conn(), None).await
    }

    /// Adds the next version of a tier; `version` and `name` of `new` are not looked at. Tenants
    /// keep the version that they have.
    pub async fn add_plan_version(&mut self, new: &PlanVersion) -> Result<i32, StoreError> {
        let version = sqlx::query_scalar!(
            "INSERT INTO app.plan_versions
               (id, plan_key, version, price_minor, currency, billing_interval, created_at)
             SELECT $1, $2, COALESCE(max(version), 0) + 1, $3, $4, $5, $6
             FROM app.plan_versions WHERE plan_key = $2 RETURNING version",
            new.id.0,
            new.tier.as_str(),
            new.price_minor,
            new.currency,
            new.interval.as_str(),
            new.created_at
        )
        .fetch_one(self.conn())
        .await?;
        for entitlement in &new.entitlements {
            let (kind, enabled, limit, overage) = match entitlement.grants {
                Grants::Flag { enabled } => ("flag", Some(enabled), None, None),
                Grants::Limit {
                    limit,
                    overage_unit_micro,
                } => ("limit", None, limit, overage_unit_micro),
            };
            sqlx::query!(
                "INSERT INTO app.plan_entitlements
                   (plan_version_id, key, kind, enabled, limit_value, overage_unit_micro)
                 VALUES ($1, $2, $3, $4, $5, $6)",
                new.id.0,
                entitlement.key,
                kind,
                enabled,
                limit,
                overage
            )
            .execute(self.conn())
            .await?;
        }
        Ok(version)
    }
}

async fn latest(conn: &mut PgConnection) -> Result<Vec<PlanVersion>, StoreError> {
    let all = load(conn, None).await?;
    let mut latest: Vec<PlanVersion> = Vec::new();
    for version in all {
        latest.retain(|earlier| earlier.tier != version.tier);
        latest.push(version);
    }
    Ok(latest)
}

/// By plan, then by version.
async fn load(conn: &mut PgConnection, only: Option<Uuid>) -> Result<Vec<PlanVersion>, StoreError> {
    let rows = sqlx::query!(
        "SELECT v.id, v.plan_key, p.name, v.version, v.price_minor, v.currency, v.billing_interval,
                v.created_at
         FROM app.plan_versions v JOIN app.plans p ON p.key = v.plan_key
         WHERE $1::uuid IS NULL OR v.id = $1 ORDER BY p.position, v.version",
        only
    )
    .fetch_all(&mut *conn)
    .await?;
    let mut versions = Vec::new();
    for row in rows {
        let interval = BillingInterval::parse(&row.billing_interval);
        versions.push(PlanVersion {
            id: PlanVersionId(row.id),
            tier: known("plan_versions", "plan_key", PlanTier::parse(&row.plan_key))?,
            name: row.name,
            version: row.version,
            price_minor: row.price_minor,
            currency: row.currency,
            interval: known("plan_versions", "billing_interval", interval)?,
            entitlements: entitlements(conn, row.id).await?,
            created_at: row.created_at,
        });
    }
    Ok(versions)
}

async fn entitlements(
    conn: &mut PgConnection,
    version: Uuid,
) -> Result<Vec<Entitlement>, StoreError> {
    let rows = sqlx::query!(
        "SELECT key, enabled, limit_value, overage_unit_micro FROM app.plan_entitlements
         WHERE plan_version_id = $1 ORDER BY key",
        version
    )
    .fetch_all(conn)
    .await?;
    let row = rows.into_iter().map(|row| Entitlement {
        key: row.key,
        grants: match row.enabled {
            Some(enabled) => Grants::Flag { enabled },
            None => Grants::Limit {
                limit: row.limit_value,
                overage_unit_micro: row.overage_unit_micro,
            },
        },
    });
    Ok(row.collect())
}
