//! The whole installation in numbers: what an operator looks at first. Counts and standings alone;
//! tests, sandboxes' included, count nowhere, and root is no tenant here.

use chrono::{DateTime, Utc};
use tenant_config::{
    id::TenantId,
    plan::{PlanTier, TenantStatus},
};

use crate::{PlatformTx, Store, StoreError, error::known, outbox::Channel};

/// How many tenants stand so, on this plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TenantCount {
    pub status: TenantStatus,
    pub tier: PlanTier,
    pub tenants: i64,
}

/// A tenant that somebody should look after.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TroubledTenant {
    pub id: TenantId,
    pub slug: String,
    pub company_name: String,
    pub status: TenantStatus,
    pub since: DateTime<Utc>,
}

/// What happened from an instant on, at all tenants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Traffic {
    pub calls: i64,
    /// What the carrier counted of them, in whole seconds.
    pub billed_s: i64,
    pub texts_received: i64,
    pub texts_sent: i64,
}

/// The jobs of one kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobStanding {
    pub kind: String,
    /// Due or not yet.
    pub ready: i64,
    /// With a worker.
    pub leased: i64,
    pub dead: i64,
    /// Since when the oldest one has been due and not taken.
    pub overdue_since: Option<DateTime<Utc>>,
}

/// Mails or texts that have not left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PostStanding {
    pub channel: Channel,
    pub waiting: i64,
    pub failed: i64,
    pub oldest_waiting: Option<DateTime<Utc>>,
}

/// Connections of one of the store's pools.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PoolStanding {
    /// `app`, `worker` or `platform`.
    pub name: &'static str,
    pub open: u32,
    pub idle: u32,
    pub most: u32,
}

impl Store {
    /// How many connections there are.
    pub fn pools(&self) -> [PoolStanding; 3] {
        let pool = |name, pool: &sqlx::PgPool| PoolStanding {
            name,
            open: pool.size(),
            idle: u32::try_from(pool.num_idle()).unwrap_or(u32::MAX),
            most: pool.options().get_max_connections(),
        };
        [
            pool("app", self.app_pool()),
            pool("worker", self.worker_pool()),
            pool("platform", self.platform_pool()),
        ]
    }
}

impl PlatformTx {
    /// Tenants by where they stand and what they pay for.
    pub async fn count_tenants(&mut self) -> Result<Vec<TenantCount>, StoreError> {
        let rows = sqlx::query!(
            r#"SELECT status, plan_tier, count(*) AS "tenants!" FROM app.tenants WHERE NOT is_root
               GROUP BY status, plan_tier ORDER BY status, plan_tier"#
        )
        .fetch_all(self.conn())
        .await?;
        let row = rows.into_iter().map(|row| {
            Ok(TenantCount {
                status: known("tenants", "status", TenantStatus::parse(&row.status))?,
                tier: known("tenants", "plan_tier", PlanTier::parse(&row.plan_tier))?,
                tenants: row.tenants,
            })
        });
        row.collect()
    }

    /// Tenants that do not pay or are locked, the longest first.
    pub async fn troubled_tenants(
        &mut self,
        at_most: u16,
    ) -> Result<Vec<TroubledTenant>, StoreError> {
        let rows = sqlx::query!(
            r#"SELECT id, slug, company_name, status, COALESCE(status_since, created_at) AS "since!"
               FROM app.tenants WHERE status IN ('past_due', 'suspended') AND NOT is_root
               ORDER BY 5, id LIMIT $1"#,
            i64::from(at_most)
        )
        .fetch_all(self.conn())
        .await?;
        let row = rows.into_iter().map(|row| {
            Ok(TroubledTenant {
                id: TenantId(row.id),
                slug: row.slug,
                company_name: row.company_name,
                status: known("tenants", "status", TenantStatus::parse(&row.status))?,
                since: row.since,
            })
        });
        row.collect()
    }

    /// Calls and texts since an instant.
    pub async fn traffic_since(&mut self, since: DateTime<Utc>) -> Result<Traffic, StoreError> {
        let row = sqlx::query!(
            r#"SELECT c.calls AS "calls!", c.billed_s AS "billed_s!", t.received AS "received!", t.sent AS "sent!"
               FROM (SELECT count(*) AS calls, COALESCE(sum(bill_sec), 0)::bigint AS billed_s
                     FROM app.calls WHERE mode = 'live' AND started_at >= $1) c,
                    app.texts_since($1) t"#,
            since
        )
        .fetch_one(self.conn())
        .await?;
        Ok(Traffic {
            calls: row.calls,
            billed_s: row.billed_s,
            texts_received: row.received,
            texts_sent: row.sent,
        })
    }

    /// Calls without an end.
    pub async fn calls_going_on(&mut self) -> Result<i64, StoreError> {
        let count = sqlx::query_scalar!(
            r#"SELECT count(*) AS "count!" FROM app.calls WHERE mode = 'live' AND ended_at IS NULL"#
        )
        .fetch_one(self.conn())
        .await?;
        Ok(count)
    }

    /// Requests for a tenant that nobody has decided.
    pub async fn pending_setup_requests(&mut self) -> Result<i64, StoreError> {
        let count = sqlx::query_scalar!(
            r#"SELECT count(*) AS "count!" FROM app.setup_requests WHERE status = 'pending'"#
        )
        .fetch_one(self.conn())
        .await?;
        Ok(count)
    }

    /// The queue by kind, without what is done.
    pub async fn job_standings(
        &mut self,
        now: DateTime<Utc>,
    ) -> Result<Vec<JobStanding>, StoreError> {
        let rows = sqlx::query_as!(
            JobStanding,
            r#"SELECT kind, count(*) FILTER (WHERE state = 'ready') AS "ready!",
                      count(*) FILTER (WHERE state = 'leased') AS "leased!",
                      count(*) FILTER (WHERE state = 'dead') AS "dead!",
                      min(due_at) FILTER (WHERE state = 'ready' AND due_at <= $1) AS overdue_since
               FROM app.jobs WHERE state IN ('ready', 'leased', 'dead') GROUP BY kind ORDER BY kind"#,
            now
        )
        .fetch_all(self.conn())
        .await?;
        Ok(rows)
    }

    /// Mails and texts that have not left; nothing for a channel that has none.
    pub async fn unsent_post(&mut self) -> Result<Vec<PostStanding>, StoreError> {
        let rows = sqlx::query!(
            r#"SELECT channel AS "channel!", waiting AS "waiting!", failed AS "failed!", oldest_waiting
               FROM app.unsent_post()"#
        )
        .fetch_all(self.conn())
        .await?;
        let row = rows.into_iter().map(|row| {
            Ok(PostStanding {
                channel: known("outbox", "channel", Channel::parse(&row.channel))?,
                waiting: row.waiting,
                failed: row.failed,
                oldest_waiting: row.oldest_waiting,
            })
        });
        row.collect()
    }
}
