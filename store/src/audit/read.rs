//! Rows of the log, the latest first.

use chrono::{DateTime, Utc};
use serde_json::Value;
use tenant_config::id::{ImpersonationId, TenantId};
use uuid::Uuid;

use crate::{StoreError, TenantTx, error::known, word::words};

words! {
    /// Who acted. The words of [`crate::Actor`].
    pub enum ActorKind {
        System = "system",
        Worker = "worker",
        Call = "call",
        User = "user",
        ApiKey = "api_key",
        Platform = "platform",
        Operator = "operator",
    }
}

/// Which rows. Those of a page are older than `before_seq`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuditFilter {
    pub before_seq: Option<i64>,
    pub actor_id: Option<Uuid>,
    pub impersonation: Option<ImpersonationId>,
    pub action: Option<String>,
    pub object_kind: Option<String>,
    pub object_id: Option<String>,
    pub from: Option<DateTime<Utc>>,
    /// Not included.
    pub until: Option<DateTime<Utc>>,
    pub at_most: u16,
}

/// One row.
#[derive(Debug, Clone, PartialEq)]
pub struct AuditRow {
    pub tenant: TenantId,
    pub seq: i64,
    pub id: Uuid,
    pub at: DateTime<Utc>,
    pub actor_kind: ActorKind,
    pub actor_id: Option<Uuid>,
    pub actor_name: Option<String>,
    pub impersonation: Option<ImpersonationId>,
    pub action: String,
    pub object_kind: String,
    pub object_id: Option<String>,
    pub before: Option<Value>,
    pub after: Option<Value>,
    pub reason: Option<String>,
    pub ip: Option<String>,
    pub user_agent: Option<String>,
    pub request_id: Option<String>,
}

impl TenantTx {
    /// The tenant's log; the latest first.
    pub async fn audit_log(&mut self, filter: &AuditFilter) -> Result<Vec<AuditRow>, StoreError> {
        let tenant = self.tenant();
        let rows = sqlx::query!(
            "SELECT seq, id, at, actor_kind, actor_id, actor_name, impersonation_id, action, object_kind,
                    object_id, before, after, reason, ip, user_agent, request_id
             FROM app.audit_log
             WHERE tenant_id = $1 AND seq < $2
               AND ($3::uuid IS NULL OR actor_id = $3) AND ($4::uuid IS NULL OR impersonation_id = $4)
               AND ($5::text IS NULL OR action = $5) AND ($6::text IS NULL OR object_kind = $6)
               AND ($7::text IS NULL OR object_id = $7)
               AND ($8::timestamptz IS NULL OR at >= $8) AND ($9::timestamptz IS NULL OR at < $9)
             ORDER BY seq DESC LIMIT $10",
            tenant,
            filter.before_seq.unwrap_or(i64::MAX),
            filter.actor_id,
            filter.impersonation.map(|id| id.0),
            filter.action,
            filter.object_kind,
            filter.object_id,
            filter.from,
            filter.until,
            i64::from(filter.at_most)
        )
        .fetch_all(self.conn())
        .await?;
        let row = rows.into_iter().map(|row| {
            Ok(AuditRow {
                tenant: TenantId(tenant),
                seq: row.seq,
                id: row.id,
                at: row.at,
                actor_kind: known("audit_log", "actor_kind", ActorKind::parse(&row.actor_kind))?,
                actor_id: row.actor_id,
                actor_name: row.actor_name,
                impersonation: row.impersonation_id.map(ImpersonationId),
                action: row.action,
                object_kind: row.object_kind,
                object_id: row.object_id,
                before: row.before,
                after: row.after,
                reason: row.reason,
                ip: row.ip,
                user_agent: row.user_agent,
                request_id: row.request_id,
            })
        });
        row.collect()
    }
}
