//! What one person did in a tenant, counted from its log.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use tenant_config::id::UserId;

use crate::{StoreError, TenantTx};

/// What somebody did themselves; not what was done in a tenant's place or by their keys.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Work {
    /// Calendar days, where the tenant is, on which something was done.
    pub active_days: i64,
    pub deeds: i64,
    pub last_at: Option<DateTime<Utc>>,
    /// The most deeds first.
    pub kinds: Vec<WorkOn>,
}

/// What was done to things of one kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkOn {
    /// Such as `call` or `appointment`.
    pub object_kind: String,
    /// Different ones.
    pub objects: i64,
    pub deeds: i64,
    /// Such as `call.note_added`, how often; the most first.
    pub actions: Vec<(String, i64)>,
}

impl TenantTx {
    /// What `user` did from an instant on.
    pub async fn work_of(
        &mut self,
        user: UserId,
        since: DateTime<Utc>,
        zone: Tz,
    ) -> Result<Work, StoreError> {
        let tenant = self.tenant();
        // Whole before its parts: the sum of all, then of each kind, then of its actions.
        let rows = sqlx::query!(
            r#"SELECT object_kind AS "object_kind?", action AS "action?", count(*) AS "deeds!",
                      count(DISTINCT object_id) AS "objects!", max(at) AS last_at,
                      count(DISTINCT (at AT TIME ZONE $4)::date) AS "days!"
               FROM app.audit_log
               WHERE tenant_id = $1 AND actor_kind = 'user' AND actor_id = $2 AND at >= $3
               GROUP BY GROUPING SETS ((), (object_kind), (object_kind, action))
               ORDER BY grouping(object_kind, action) DESC, 3 DESC, 1, 2"#,
            tenant,
            user.0,
            since,
            zone.name()
        )
        .fetch_all(self.conn())
        .await?;
        let mut work = Work::default();
        for row in rows {
            match (row.object_kind, row.action) {
                (Some(kind), Some(action)) => {
                    let on = work.kinds.iter_mut().find(|on| on.object_kind == kind);
                    if let Some(on) = on {
                        on.actions.push((action, row.deeds));
                    }
                }
                (Some(object_kind), None) => work.kinds.push(WorkOn {
                    object_kind,
                    objects: row.objects,
                    deeds: row.deeds,
                    actions: Vec::new(),
                }),
                (None, _) => {
                    (work.active_days, work.deeds, work.last_at) =
                        (row.days, row.deeds, row.last_at);
                }
            }
        }
        Ok(work)
    }
}
