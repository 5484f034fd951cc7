//! The audit log of a tenant: append-only, each row chained to the one before it.
//!
//! Who acts, and for which impersonation, the database takes from the transaction; number and hashes
//! it writes itself (`app.chain_audit`). Append last: the tenant's other writers wait from then
//! until the commit. What the platform does to itself is in root's log,
//! and that it did something to a tenant.

mod read;
mod redact;
mod verify;
mod work;

use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use tenant_config::id::TenantId;
use uuid::Uuid;

use crate::{PlatformTx, StoreError, TenantTx, seed::ROOT_TENANT};
pub use read::{ActorKind, AuditFilter, AuditRow};
pub use redact::redact;
pub use verify::{AuditFault, AuditedTenant, ChainEnd, ChainWalk, FaultKind, Walked};
pub use work::{Work, WorkOn};

/// What was done, to what.
#[derive(Debug, Clone, PartialEq)]
pub struct AuditEntry {
    at: DateTime<Utc>,
    action: &'static str,
    object_kind: &'static str,
    object_id: Option<String>,
    before: Option<Value>,
    after: Option<Value>,
    reason: Option<String>,
}

/// Where a request came from, and its actor's name at that time.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Origin {
    pub actor_name: Option<String>,
    pub ip: Option<String>,
    pub user_agent: Option<String>,
    pub request_id: Option<String>,
}

impl AuditEntry {
    /// `action` such as `phone_config.edited`: words of small letters, with a dot between.
    pub const fn new(at: DateTime<Utc>, action: &'static str, object_kind: &'static str) -> Self {
        Self {
            at,
            action,
            object_kind,
            object_id: None,
            before: None,
            after: None,
            reason: None,
        }
    }

    #[must_use]
    pub fn of(self, object: &(impl ToString + ?Sized)) -> Self {
        Self {
            object_id: Some(object.to_string()),
            ..self
        }
    }

    /// How it was. Secrets are taken out ([`redact`]).
    #[must_use]
    pub fn before(self, value: Value) -> Self {
        Self {
            before: Some(redact(value)),
            ..self
        }
    }

    /// How it is since. Secrets are taken out ([`redact`]).
    #[must_use]
    pub fn after(self, value: Value) -> Self {
        Self {
            after: Some(redact(value)),
            ..self
        }
    }

    #[must_use]
    pub fn because(self, reason: &str) -> Self {
        Self {
            reason: Some(reason.to_owned()),
            ..self
        }
    }
}

impl TenantTx {
    /// Appends to the tenant's log; the row's number.
    pub async fn audit(&mut self, entry: &AuditEntry, origin: &Origin) -> Result<i64, StoreError> {
        let tenant = self.tenant();
        let seq = sqlx::query_scalar!(
            "INSERT INTO app.audit_log
               (tenant_id, id, at, actor_name, action, object_kind, object_id, before, after, reason,
                ip, user_agent, request_id)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) RETURNING seq",
            tenant,
            Uuid::now_v7(),
            entry.at,
            origin.actor_name,
            entry.action,
            entry.object_kind,
            entry.object_id,
            entry.before,
            entry.after,
            entry.reason,
            origin.ip,
            origin.user_agent,
            origin.request_id
        )
        .fetch_one(self.conn())
        .await?;
        Ok(seq)
    }
}

impl PlatformTx {
    /// Appends to the tenant's log and, that it was done and why, to root's. What was there before and
    /// since stays in the tenant's.
    pub async fn audit(
        &mut self,
        tenant: TenantId,
        entry: &AuditEntry,
        origin: &Origin,
    ) -> Result<(), StoreError> {
        self.enter(tenant).await?.audit(entry, origin).await?;
        if tenant == ROOT_TENANT {
            return Ok(());
        }
        let told = AuditEntry {
            before: None,
            after: Some(json!({"tenant_id": tenant})),
            ..entry.clone()
        };
        // Two who write both logs take their locks in the same order: root's last.
        self.enter(ROOT_TENANT).await?.audit(&told, origin).await?;
        Ok(())
    }
}
