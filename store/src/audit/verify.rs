//! Whether a tenant's chain is whole.

use tenant_config::id::TenantId;

use crate::{PlatformTx, StoreError, TenantTx, error::known, word::words};

words! {
    /// What is wrong with a row.
    pub enum FaultKind {
        /// Rows before it are missing.
        Gap = "gap",
        /// It was chained to another row than the one before it.
        PrevHash = "prev_hash",
        /// It says something else than when it was written.
        Hash = "hash",
        /// The rows at the end are missing.
        Tail = "tail",
    }
}

/// The first row that does not follow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AuditFault {
    pub tenant: TenantId,
    pub seq: i64,
    pub kind: FaultKind,
}

impl TenantTx {
    /// Walks the tenant's chain; `None` when it is whole. Reads all of it.
    pub async fn verify_audit(&mut self) -> Result<Option<AuditFault>, StoreError> {
        let tenant = self.tenant();
        let row = sqlx::query!(
            r#"SELECT seq AS "seq!", fault AS "fault!" FROM app.audit_verify($1)"#,
            tenant
        )
        .fetch_optional(self.conn())
        .await?;
        let fault = row.map(|row| {
            Ok(AuditFault {
                tenant: TenantId(tenant),
                seq: row.seq,
                kind: known("audit_verify", "fault", FaultKind::parse(&row.fault))?,
            })
        });
        fault.transpose()
    }
}

impl PlatformTx {
    /// The tenants that have a log, with their rows' number.
    pub async fn audited_tenants(&mut self) -> Result<Vec<(TenantId, i64)>, StoreError> {
        let rows = sqlx::query!("SELECT tenant_id, seq FROM app.audit_heads ORDER BY tenant_id")
            .fetch_all(self.conn())
            .await?;
        let row = rows.into_iter();
        Ok(row.map(|row| (TenantId(row.tenant_id), row.seq)).collect())
    }
}
