//! Events that a provider may deliver more than once.

use chrono::{DateTime, Utc};

use crate::{StoreError, TenantTx};

impl TenantTx {
    /// Notes an event in the transaction of its effects; `false` when it was noted before, and its
    /// effects are there. Two deliveries at once take turns.
    pub async fn first_delivery(
        &mut self,
        provider: &str,
        event_id: &str,
        kind: &str,
        at: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let tenant = self.tenant();
        let done = sqlx::query!(
            "INSERT INTO app.provider_events (tenant_id, provider, event_id, kind, received_at, processed_at)
             VALUES ($1, $2, $3, $4, $5, $5) ON CONFLICT DO NOTHING",
            tenant,
            provider,
            event_id,
            kind,
            at
        )
        .execute(self.conn())
        .await?;
        Ok(done.rows_affected() == 1)
    }
}
