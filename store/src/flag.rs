//! Features of a tenant, with the reason why each is on or off.
//!
//! In order: what the platform killed is off; what the plan does not include is off; what the tenant
//! has otherwise; what the plan includes is on; the tenant's default, then the feature's. Read from
//! the database each time, so that a change counts at once.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{PlatformTx, StoreError, TenantTx};

/// Who decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FlagReason {
    PlatformKill,
    Plan,
    Tenant,
    Default,
}

/// A feature as it holds for a tenant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flag {
    pub key: String,
    pub description: String,
    pub enabled: bool,
    pub reason: FlagReason,
}

/// A feature as the platform keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeatureFlag {
    pub key: String,
    pub description: String,
    pub default_on: bool,
    /// Off for everybody.
    pub killed: bool,
    pub updated_at: DateTime<Utc>,
}

/// What is said about a feature.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Said {
    killed: bool,
    /// `None`: the plan does not speak of it.
    plan: Option<bool>,
    tenant: Option<bool>,
    default_on: bool,
}

impl Said {
    const fn decide(self) -> (bool, FlagReason) {
        if self.killed {
            return (false, FlagReason::PlatformKill);
        }
        match (self.plan, self.tenant) {
            (Some(false), _) => (false, FlagReason::Plan),
            (_, Some(tenant)) => (tenant, FlagReason::Tenant),
            (Some(true), None) => (true, FlagReason::Plan),
            (None, None) => (self.default_on, FlagReason::Default),
        }
    }
}

impl TenantTx {
    /// All features of the tenant, by key.
    pub async fn flags(&mut self) -> Result<Vec<Flag>, StoreError> {
        let tenant = self.tenant();
        let rows = sqlx::query!(
            r#"SELECT f.key, f.description, f.killed, e.enabled AS "plan?", o.enabled AS "tenant?",
                      COALESCE((t.features ->> f.key)::boolean, f.default_on) AS "default_on!"
               FROM app.tenants t CROSS JOIN app.feature_flags f
               LEFT JOIN app.plan_entitlements e
                 ON e.plan_version_id = t.plan_version_id AND e.key = f.key AND e.kind = 'flag'
               LEFT JOIN app.tenant_flag_overrides o ON o.tenant_id = t.id AND o.key = f.key
               WHERE t.id = $1 ORDER BY f.key"#,
            tenant
        )
        .fetch_all(self.conn())
        .await?;
        let flag = rows.into_iter().map(|row| {
            let said = Said {
                killed: row.killed,
                plan: row.plan,
                tenant: row.tenant,
                default_on: row.default_on,
            };
            let (enabled, reason) = said.decide();
            Flag {
                key: row.key,
                description: row.description,
                enabled,
                reason,
            }
        });
        Ok(flag.collect())
    }

    /// Whether the tenant has a feature; one that nobody knows it has not.
    pub async fn has_feature(&mut self, key: &str) -> Result<bool, StoreError> {
        let flags = self.flags().await?;
        Ok(flags.iter().any(|flag| flag.key == key && flag.enabled))
    }

    /// Has a feature otherwise than plan or default say. A [`StoreError::Conflict`] for a feature
    /// that there is not.
    pub async fn override_flag(
        &mut self,
        key: &str,
        enabled: bool,
        reason: &str,
        at: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let tenant = self.tenant();
        sqlx::query!(
            "INSERT INTO app.tenant_flag_overrides (tenant_id, key, enabled, reason, updated_at)
             VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (tenant_id, key) DO UPDATE SET enabled = excluded.enabled,
               reason = excluded.reason, updated_at = excluded.updated_at",
            tenant,
            key,
            enabled,
            reason,
            at
        )
        .execute(self.conn())
        .await?;
        Ok(())
    }

    /// Goes back to what plan and default say; `false` when nothing else was said.
    pub async fn clear_flag_override(&mut self, key: &str) -> Result<bool, StoreError> {
        let tenant = self.tenant();
        let done = sqlx::query!(
            "DELETE FROM app.tenant_flag_overrides WHERE tenant_id = $1 AND key = $2",
            tenant,
            key
        )
        .execute(self.conn())
        .await?;
        Ok(done.rows_affected() == 1)
    }

    /// What the tenant has otherwise: key, on or off, why.
    pub async fn flag_overrides(&mut self) -> Result<Vec<(String, bool, String)>, StoreError> {
        let tenant = self.tenant();
        let rows = sqlx::query!(
            "SELECT key, enabled, reason FROM app.tenant_flag_overrides WHERE tenant_id = $1 ORDER BY key",
            tenant
        )
        .fetch_all(self.conn())
        .await?;
        let row = rows.into_iter();
        Ok(row.map(|row| (row.key, row.enabled, row.reason)).collect())
    }
}

impl PlatformTx {
    /// All features, by key.
    pub async fn feature_flags(&mut self) -> Result<Vec<FeatureFlag>, StoreError> {
        Ok(sqlx::query_as!(
            FeatureFlag,
            "SELECT key, description, default_on, killed, updated_at FROM app.feature_flags ORDER BY key"
        )
        .fetch_all(self.conn())
        .await?)
    }

    /// Writes a feature, new or not.
    pub async fn save_feature_flag(&mut self, flag: &FeatureFlag) -> Result<(), StoreError> {
        sqlx::query!(
            "INSERT INTO app.feature_flags (key, description, default_on, killed, updated_at)
             VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (key) DO UPDATE SET description = excluded.description,
               default_on = excluded.default_on, killed = excluded.killed, updated_at = excluded.updated_at",
            flag.key,
            flag.description,
            flag.default_on,
            flag.killed,
            flag.updated_at
        )
        .execute(self.conn())
        .await?;
        Ok(())
    }

    /// Tenants that have features otherwise: of each feature how many have it on, and off.
    pub async fn override_counts(&mut self) -> Result<HashMap<String, (i64, i64)>, StoreError> {
        let rows = sqlx::query!(
            r#"SELECT key, count(*) FILTER (WHERE enabled) AS "on!", count(*) FILTER (WHERE NOT enabled) AS "off!"
               FROM app.tenant_flag_overrides GROUP BY key"#
        )
        .fetch_all(self.conn())
        .await?;
        let row = rows.into_iter();
        Ok(row.map(|row| (row.key, (row.on, row.off))).collect())
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case(true, Some(true), Some(true), true, (false, FlagReason::PlatformKill))]
    #[case(false, Some(false), Some(true), true, (false, FlagReason::Plan))]
    #[case(false, Some(true), None, false, (true, FlagReason::Plan))]
    #[case(false, Some(true), Some(false), true, (false, FlagReason::Tenant))]
    #[case(false, None, Some(true), false, (true, FlagReason::Tenant))]
    #[case(false, None, None, true, (true, FlagReason::Default))]
    #[case(false, None, None, false, (false, FlagReason::Default))]
    fn kill_then_plan_then_tenant_then_default(
        #[case] killed: bool,
        #[case] plan: Option<bool>,
        #[case] tenant: Option<bool>,
        #[case] default_on: bool,
        #[case] expected: (bool, FlagReason),
    ) {
        let said = Said {
            killed,
            plan,
            tenant,
            default_on,
        };
        assert_eq!(said.decide(), expected);
    }
}
