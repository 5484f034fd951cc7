//! What a tenant settled about its working place; each a JSON object that the house reads.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use crate::{StoreError, TenantTx};

/// The documents, each an object.
#[derive(Debug, Clone, PartialEq)]
pub struct TenantSettings {
    pub preferences: Value,
    pub notifications: Value,
    /// Steps that were done, by name.
    pub onboarding: Value,
}

impl TenantTx {
    /// The tenant's settings; empty ones where none were made. With `lock` nobody else changes them
    /// until the transaction ends.
    pub async fn settings(&mut self, lock: bool) -> Result<TenantSettings, StoreError> {
        let tenant = self.tenant();
        if lock {
            sqlx::query!(
                "SELECT tenant_id FROM app.tenant_config WHERE tenant_id = $1 FOR UPDATE",
                tenant
            )
            .fetch_optional(self.conn())
            .await?;
        }
        let row = sqlx::query_as!(
            TenantSettings,
            "SELECT preferences, notifications, onboarding FROM app.tenant_config WHERE tenant_id = $1",
            tenant
        )
        .fetch_optional(self.conn())
        .await?;
        Ok(row.unwrap_or_else(|| TenantSettings {
            preferences: json!({}),
            notifications: json!({}),
            onboarding: json!({}),
        }))
    }

    pub async fn save_settings(
        &mut self,
        settings: &TenantSettings,
        at: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let tenant = self.tenant();
        sqlx::query!(
            "INSERT INTO app.tenant_config (tenant_id, preferences, notifications, onboarding, updated_at)
             VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (tenant_id) DO UPDATE SET preferences = excluded.preferences,
               notifications = excluded.notifications, onboarding = excluded.onboarding,
               updated_at = excluded.updated_at",
            tenant,
            settings.preferences,
            settings.notifications,
            settings.onboarding,
            at
        )
        .execute(self.conn())
        .await?;
        Ok(())
    }
}
