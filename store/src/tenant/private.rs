//! What the platform notes about a tenant. No tenant's transaction can read it, and of the platform's
//! people only owners.

use chrono::{DateTime, Utc};
use serde_json::Value;
use tenant_config::id::TenantId;

use crate::{PlatformTx, StoreError};

/// Notes, and extras that were bought with the set-up.
#[derive(Debug, Clone, PartialEq)]
pub struct TenantNotes {
    pub internal_notes: String,
    /// A list.
    pub extras: Value,
}

impl PlatformTx {
    /// The notes about a tenant; empty ones where none were made, and for who is no owner.
    pub async fn tenant_notes(&mut self, tenant: TenantId) -> Result<TenantNotes, StoreError> {
        let row = sqlx::query!(
            "SELECT internal_notes, extras FROM app.tenant_private WHERE tenant_id = $1",
            tenant.0
        )
        .fetch_optional(self.conn())
        .await?;
        Ok(row.map_or_else(
            || TenantNotes {
                internal_notes: String::new(),
                extras: Value::Array(Vec::new()),
            },
            |row| TenantNotes {
                internal_notes: row.internal_notes,
                extras: row.extras,
            },
        ))
    }

    pub async fn save_tenant_notes(
        &mut self,
        tenant: TenantId,
        notes: &TenantNotes,
        at: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let tx = self.enter(tenant).await?;
        sqlx::query!(
            "INSERT INTO app.tenant_private (tenant_id, internal_notes, extras, updated_at)
             VALUES ($1, $2, $3, $4)
             ON CONFLICT (tenant_id) DO UPDATE SET internal_notes = excluded.internal_notes,
               extras = excluded.extras, updated_at = excluded.updated_at",
            tenant.0,
            notes.internal_notes,
            notes.extras,
            at
        )
        .execute(tx.conn())
        .await?;
        Ok(())
    }
}
