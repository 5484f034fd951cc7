//! Calls across tenants: the look-up by the provider's id, and what the reaper needs.

use chrono::{DateTime, Utc};
use tenant_config::id::{CallId, TenantId};

use super::CallRef;
use crate::{Store, StoreError, TenantTx};

impl Store {
    /// The stored call of a provider's id.
    pub async fn find_call(
        &self,
        provider: &str,
        provider_call_id: &str,
    ) -> Result<Option<CallRef>, StoreError> {
        let row = sqlx::query!(
            r#"SELECT tenant_id AS "tenant_id!", call_id AS "call_id!", started_at AS "started_at!"
               FROM app.call_lookup($1, $2)"#,
            provider,
            provider_call_id
        )
        .fetch_optional(self.app_pool())
        .await?;
        Ok(row.map(|r| CallRef {
            tenant_id: TenantId(r.tenant_id),
            call_id: CallId(r.call_id),
            started_at: r.started_at,
        }))
    }

    /// Calls that began before `before` and have no end, oldest first: what a reaper looks at.
    pub async fn open_calls_older_than(
        &self,
        before: DateTime<Utc>,
        at_most: u16,
    ) -> Result<Vec<CallRef>, StoreError> {
        let rows = sqlx::query!(
            r#"SELECT tenant_id AS "tenant_id!", call_id AS "call_id!", started_at AS "started_at!"
               FROM app.open_calls($1, $2)"#,
            before,
            i32::from(at_most)
        )
        .fetch_all(self.worker_pool())
        .await?;
        Ok(rows
            .into_iter()
            .map(|r| CallRef {
                tenant_id: TenantId(r.tenant_id),
                call_id: CallId(r.call_id),
                started_at: r.started_at,
            })
            .collect())
    }

    /// Calls of all tenants without an end.
    pub async fn live_calls(&self) -> Result<u64, StoreError> {
        let count = sqlx::query_scalar!("SELECT app.live_calls()")
            .fetch_one(self.worker_pool())
            .await?;
        Ok(count.unwrap_or_default().unsigned_abs())
    }
}

impl TenantTx {
    /// Calls of this tenant without an end.
    pub async fn live_calls(&mut self) -> Result<u64, StoreError> {
        let tenant = self.tenant();
        let count = sqlx::query_scalar!(
            "SELECT count(*) FROM app.calls WHERE tenant_id = $1 AND ended_at IS NULL",
            tenant
        )
        .fetch_one(self.conn())
        .await?;
        Ok(count.unwrap_or_default().unsigned_abs())
    }
}
