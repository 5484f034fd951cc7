//! The queue as the platform sees it, and what it does with dead jobs.

use chrono::{DateTime, Utc};
use serde_json::Value;
use tenant_config::id::{JobId, TenantId};

use super::JobState;
use crate::{
    PlatformTx, StoreError,
    error::known,
    page::{LAST_ID, LATEST},
};

/// Which jobs. Those of a page were made before `before`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct JobFilter {
    pub state: Option<JobState>,
    pub kind: Option<String>,
    pub before: Option<(DateTime<Utc>, JobId)>,
    pub at_most: u16,
}

/// A job in the platform's list.
#[derive(Debug, Clone, PartialEq)]
pub struct JobRow {
    pub id: JobId,
    pub tenant: TenantId,
    pub kind: String,
    pub payload: Value,
    pub state: JobState,
    pub due_at: DateTime<Utc>,
    pub attempts: i32,
    pub max_attempts: i32,
    pub last_error: Option<String>,
    pub created_at: DateTime<Utc>,
    pub finished_at: Option<DateTime<Utc>>,
}

impl PlatformTx {
    /// Jobs of all tenants, latest first.
    pub async fn jobs(&mut self, filter: &JobFilter) -> Result<Vec<JobRow>, StoreError> {
        let (before, before_id) = filter.before.unwrap_or((LATEST, JobId(LAST_ID)));
        let rows = sqlx::query!(
            "SELECT id, tenant_id, kind, payload, state, due_at, attempts, max_attempts, last_error,
                    created_at, finished_at
             FROM app.jobs
             WHERE ($1::text IS NULL OR state = $1) AND ($2::text IS NULL OR kind = $2)
               AND (created_at, id) < ($3, $4::uuid)
             ORDER BY created_at DESC, id DESC LIMIT $5",
            filter.state.map(JobState::as_str),
            filter.kind,
            before,
            before_id.0,
            i64::from(filter.at_most)
        )
        .fetch_all(self.conn())
        .await?;
        let row = rows.into_iter().map(|row| {
            Ok(JobRow {
                id: JobId(row.id),
                tenant: TenantId(row.tenant_id),
                kind: row.kind,
                payload: row.payload,
                state: known("jobs", "state", JobState::parse(&row.state))?,
                due_at: row.due_at,
                attempts: row.attempts,
                max_attempts: row.max_attempts,
                last_error: row.last_error,
                created_at: row.created_at,
                finished_at: row.finished_at,
            })
        });
        row.collect()
    }

    /// How many jobs are in each state, of each kind.
    pub async fn job_counts(&mut self) -> Result<Vec<(String, JobState, i64)>, StoreError> {
        let rows = sqlx::query!(
            r#"SELECT kind, state, count(*) AS "count!" FROM app.jobs GROUP BY kind, state ORDER BY kind, state"#
        )
        .fetch_all(self.conn())
        .await?;
        let row = rows.into_iter().map(|row| {
            let state = known("jobs", "state", JobState::parse(&row.state))?;
            Ok((row.kind, state, row.count))
        });
        row.collect()
    }

    /// Lets a dead job be tried from the beginning; `false` when it is not dead, or unknown. A
    /// [`StoreError::Conflict`] when another with its dedupe key waits.
    pub async fn revive_job(&mut self, job: JobId, at: DateTime<Utc>) -> Result<bool, StoreError> {
        let Some(tenant) = self.tenant_of_dead(job).await? else {
            return Ok(false);
        };
        let tx = self.enter(tenant).await?;
        let done = sqlx::query!(
            "UPDATE app.jobs SET state = 'ready', due_at = $3, attempts = 0, finished_at = NULL
             WHERE tenant_id = $1 AND id = $2 AND state = 'dead'",
            tenant.0,
            job.0,
            at
        )
        .execute(tx.conn())
        .await?;
        Ok(done.rows_affected() == 1)
    }

    /// Gives a dead job up: it counts as done, with its last error; `false` as above.
    pub async fn discard_job(&mut self, job: JobId, at: DateTime<Utc>) -> Result<bool, StoreError> {
        let Some(tenant) = self.tenant_of_dead(job).await? else {
            return Ok(false);
        };
        let tx = self.enter(tenant).await?;
        let done = sqlx::query!(
            "UPDATE app.jobs SET state = 'done', finished_at = $3
             WHERE tenant_id = $1 AND id = $2 AND state = 'dead'",
            tenant.0,
            job.0,
            at
        )
        .execute(tx.conn())
        .await?;
        Ok(done.rows_affected() == 1)
    }

    async fn tenant_of_dead(&mut self, job: JobId) -> Result<Option<TenantId>, StoreError> {
        let tenant = sqlx::query_scalar!(
            "SELECT tenant_id FROM app.jobs WHERE id = $1 AND state = 'dead'",
            job.0
        )
        .fetch_optional(self.conn())
        .await?;
        Ok(tenant.map(TenantId))
    }
}
