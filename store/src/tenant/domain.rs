//! Hosts that a tenant is reached by. One counts ([`crate::Store::tenant_by_host`]) once its owner has
//! shown that it is theirs.

use chrono::{DateTime, Utc};

use crate::{StoreError, TenantTx};

/// A host of a tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TenantDomain {
    /// In small letters, such as `calls.example.com`.
    pub host: String,
    pub created_at: DateTime<Utc>,
    pub verified_at: Option<DateTime<Utc>>,
}

impl TenantTx {
    /// Claims a host; a [`StoreError::Conflict`] when somebody has it.
    pub async fn add_domain(&mut self, host: &str, at: DateTime<Utc>) -> Result<(), StoreError> {
        let tenant = self.tenant();
        sqlx::query!(
            "INSERT INTO app.tenant_domains (tenant_id, host, created_at) VALUES ($1, lower($2), $3)",
            tenant,
            host,
            at
        )
        .execute(self.conn())
        .await?;
        Ok(())
    }

    /// The tenant's hosts, by name.
    pub async fn domains(&mut self) -> Result<Vec<TenantDomain>, StoreError> {
        let tenant = self.tenant();
        Ok(sqlx::query_as!(
            TenantDomain,
            "SELECT host, created_at, verified_at FROM app.tenant_domains WHERE tenant_id = $1 ORDER BY host",
            tenant
        )
        .fetch_all(self.conn())
        .await?)
    }

    /// The host was shown to be the tenant's. As a worker or the platform; `false` for another's.
    pub async fn verify_domain(
        &mut self,
        host: &str,
        at: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let tenant = self.tenant();
        let done = sqlx::query!(
            "UPDATE app.tenant_domains SET verified_at = $3 WHERE tenant_id = $1 AND host = lower($2)",
            tenant,
            host,
            at
        )
        .execute(self.conn())
        .await?;
        Ok(done.rows_affected() == 1)
    }

    /// Gives a host up; `false` for another's.
    pub async fn remove_domain(&mut self, host: &str) -> Result<bool, StoreError> {
        let tenant = self.tenant();
        let done = sqlx::query!(
            "DELETE FROM app.tenant_domains WHERE tenant_id = $1 AND host = lower($2)",
            tenant,
            host
        )
        .execute(self.conn())
        .await?;
        Ok(done.rows_affected() == 1)
    }
}
