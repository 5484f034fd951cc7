//! Rows of the log, the latest first.

use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::QueryBuilder;
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
        // Only what is asked for stands in the query, so that its index is used.
        let mut query = QueryBuilder::new(
            "SELECT seq, id, at, actor_kind, actor_id, actor_name, impersonation_id, action, object_kind,
                    object_id, before, after, reason, ip, user_agent, request_id
             FROM app.audit_log WHERE tenant_id = ",
        );
        query
            .push_bind(tenant)
            .push(" AND seq < ")
            .push_bind(filter.before_seq.unwrap_or(i64::MAX));
        let words = [
            ("action", &filter.action),
            ("object_kind", &filter.object_kind),
            ("object_id", &filter.object_id),
        ];
        for (column, value) in words {
            if let Some(value) = value {
                query
                    .push(" AND ")
                    .push(column)
                    .push(" = ")
                    .push_bind(value);
            }
        }
        if let Some(actor) = filter.actor_id {
            query.push(" AND actor_id = ").push_bind(actor);
        }
        if let Some(impersonation) = filter.impersonation {
            query
                .push(" AND impersonation_id = ")
                .push_bind(impersonation.0);
        }
        if let Some(from) = filter.from {
            query.push(" AND at >= ").push_bind(from);
        }
        if let Some(until) = filter.until {
            query.push(" AND at < ").push_bind(until);
        }
        query
            .push(" ORDER BY seq DESC LIMIT ")
            .push_bind(i64::from(filter.at_most));
        let rows: Vec<Row> = query
            .build_query_as()
            .persistent(false)
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

#[derive(sqlx::FromRow)]
struct Row {
    seq: i64,
    id: Uuid,
    at: DateTime<Utc>,
    actor_kind: String,
    actor_id: Option<Uuid>,
    actor_name: Option<String>,
    impersonation_id: Option<Uuid>,
    action: String,
    object_kind: String,
    object_id: Option<String>,
    before: Option<Value>,
    after: Option<Value>,
    reason: Option<String>,
    ip: Option<String>,
    user_agent: Option<String>,
    request_id: Option<String>,
}
