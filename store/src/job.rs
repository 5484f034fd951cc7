//! The queue of work: written in the transaction of what it follows from, taken by one worker at a
//! time, tried again, and dead when nothing helps.
//!
//! A worker's word counts while its lease lasts: `attempt` is its proof, since the next worker has
//! another. Knows no kind of job; what a payload's ids mean is for who carries the job out.

mod dead;

use chrono::{DateTime, Utc};
use serde_json::Value;
use tenant_config::id::{JobId, TenantId};

use crate::{Store, StoreError, TenantTx, error::known, word::words};
pub use dead::{JobFilter, JobRow};

words! {
    pub enum JobState {
        Ready = "ready",
        /// With a worker.
        Leased = "leased",
        Done = "done",
        /// Every attempt failed.
        Dead = "dead",
    }
}

/// A job that is to be queued.
#[derive(Debug, Clone, PartialEq)]
pub struct NewJob {
    pub id: JobId,
    /// Small letters, digits and underscores, such as `deliver_mail`.
    pub kind: &'static str,
    /// Ids, no content.
    pub payload: Value,
    /// Of two that wait with the same key, the second is not made.
    pub dedupe_key: Option<String>,
    pub due_at: DateTime<Utc>,
    /// 1 to 100.
    pub max_attempts: i32,
    pub created_at: DateTime<Utc>,
}

/// A job in a worker's hands.
#[derive(Debug, Clone, PartialEq)]
pub struct LeasedJob {
    pub id: JobId,
    pub tenant: TenantId,
    pub kind: String,
    pub payload: Value,
    /// 1 for the first.
    pub attempt: i32,
    pub max_attempts: i32,
}

impl TenantTx {
    /// Queues a job; `false` when one with its dedupe key waits already.
    pub async fn enqueue(&mut self, job: &NewJob) -> Result<bool, StoreError> {
        let tenant = self.tenant();
        let done = sqlx::query!(
            "INSERT INTO app.jobs
               (id, tenant_id, kind, payload, dedupe_key, due_at, max_attempts, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
             ON CONFLICT (tenant_id, kind, dedupe_key)
               WHERE state IN ('ready', 'leased') AND dedupe_key IS NOT NULL DO NOTHING",
            job.id.0,
            tenant,
            job.kind,
            job.payload,
            job.dedupe_key,
            job.due_at,
            job.max_attempts,
            job.created_at
        )
        .execute(self.conn())
        .await?;
        Ok(done.rows_affected() == 1)
    }

    /// The job was carried out. Call it in the transaction of the work; `false` when its lease was
    /// over and another has it: then let the work be undone.
    pub async fn finish_job(
        &mut self,
        job: &LeasedJob,
        at: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let tenant = self.tenant();
        let done = sqlx::query!(
            "UPDATE app.jobs SET state = 'done', finished_at = $4, last_error = NULL
             WHERE tenant_id = $1 AND id = $2 AND state = 'leased' AND attempts = $3",
            tenant,
            job.id.0,
            job.attempt,
            at
        )
        .execute(self.conn())
        .await?;
        Ok(done.rows_affected() == 1)
    }

    /// The attempt failed: again at `retry_at`, or dead after the last one. The state it is in then;
    /// `None` when its lease was over.
    pub async fn fail_job(
        &mut self,
        job: &LeasedJob,
        error: &str,
        at: DateTime<Utc>,
        retry_at: DateTime<Utc>,
    ) -> Result<Option<JobState>, StoreError> {
        let tenant = self.tenant();
        let state = sqlx::query_scalar!(
            "UPDATE app.jobs SET last_error = $4,
               state = CASE WHEN attempts >= max_attempts THEN 'dead' ELSE 'ready' END,
               due_at = CASE WHEN attempts >= max_attempts THEN due_at ELSE $6 END,
               finished_at = CASE WHEN attempts >= max_attempts THEN $5::timestamptz END
             WHERE tenant_id = $1 AND id = $2 AND state = 'leased' AND attempts = $3
             RETURNING state",
            tenant,
            job.id.0,
            job.attempt,
            error,
            at,
            retry_at
        )
        .fetch_optional(self.conn())
        .await?;
        let state = state.map(|word| known("jobs", "state", JobState::parse(&word)));
        state.transpose()
    }
}

impl Store {
    /// Takes jobs of these kinds that are due, of all tenants, oldest first. Each is taken by one
    /// worker until `lease_until`; carry it out in a transaction of its tenant.
    pub async fn claim_jobs(
        &self,
        kinds: &[&str],
        now: DateTime<Utc>,
        lease_until: DateTime<Utc>,
        at_most: u16,
    ) -> Result<Vec<LeasedJob>, StoreError> {
        let kinds: Vec<String> = kinds.iter().map(|&kind| kind.to_owned()).collect();
        let rows = sqlx::query!(
            r#"SELECT tenant_id AS "tenant_id!", id AS "id!", kind AS "kind!", payload AS "payload!",
                      attempt AS "attempt!", max_attempts AS "max_attempts!"
               FROM app.claim_jobs($1, $2, $3, $4)"#,
            &kinds,
            now,
            lease_until,
            i32::from(at_most)
        )
        .fetch_all(self.worker_pool())
        .await?;
        let row = rows.into_iter().map(|row| LeasedJob {
            id: JobId(row.id),
            tenant: TenantId(row.tenant_id),
            kind: row.kind,
            payload: row.payload,
            attempt: row.attempt,
            max_attempts: row.max_attempts,
        });
        Ok(row.collect())
    }
}
