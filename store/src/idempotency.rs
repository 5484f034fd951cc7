//! Answers to requests that may come again, by the key that their sender chose.
//!
//! [`claim`](TenantTx::claim_key) in a transaction of its own, so that a second request sees at once
//! that the first is under way; [`answer_key`](TenantTx::answer_key) in the transaction of the work, so
//! that answer and effect are kept together or not at all.

use chrono::{DateTime, Utc};

use crate::{Store, StoreError, TenantTx};

/// A request with a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyedRequest {
    /// Such as `POST /api/v1/phone-configs`.
    pub route: String,
    /// 1 to 255 characters.
    pub key: String,
    pub body_sha256: [u8; 32],
}

/// What to do with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyClaim {
    /// Do the work.
    Mine,
    /// Another request with the key is under way.
    InFlight,
    /// The key was used for another body.
    Mismatch,
    /// The work was done; say this again.
    Answered(KeptAnswer),
}

/// An answer to be said again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptAnswer {
    /// The HTTP status.
    pub status: u16,
    pub content_type: Option<String>,
    pub body: Vec<u8>,
}

impl TenantTx {
    /// Claims a key until `in_flight_until`; kept until `expires_at`. A claim that ran out without
    /// an answer (its node was lost) may be taken up by the next.
    pub async fn claim_key(
        &mut self,
        request: &KeyedRequest,
        now: DateTime<Utc>,
        in_flight_until: DateTime<Utc>,
        expires_at: DateTime<Utc>,
    ) -> Result<KeyClaim, StoreError> {
        let tenant = self.tenant();
        let claimed = sqlx::query!(
            "INSERT INTO app.idempotency_keys AS k
               (tenant_id, route, key, body_sha256, in_flight_until, created_at, expires_at)
             VALUES ($1, $2, $3, $4, $6, $5, $7)
             ON CONFLICT (tenant_id, route, key) DO UPDATE SET
               body_sha256 = excluded.body_sha256, in_flight_until = excluded.in_flight_until,
               status = NULL, content_type = NULL, response = NULL, created_at = excluded.created_at,
               expires_at = excluded.expires_at
             WHERE k.expires_at <= $5 OR (k.in_flight_until <= $5 AND k.body_sha256 = excluded.body_sha256)",
            tenant,
            request.route,
            request.key,
            request.body_sha256.as_slice(),
            now,
            in_flight_until,
            expires_at
        )
        .execute(self.conn())
        .await?;
        if claimed.rows_affected() == 1 {
            return Ok(KeyClaim::Mine);
        }
        let kept = sqlx::query!(
            "SELECT body_sha256, status, content_type, response FROM app.idempotency_keys
             WHERE tenant_id = $1 AND route = $2 AND key = $3",
            tenant,
            request.route,
            request.key
        )
        .fetch_one(self.conn())
        .await?;
        if kept.body_sha256 != request.body_sha256 {
            return Ok(KeyClaim::Mismatch);
        }
        Ok(kept.status.map_or(KeyClaim::InFlight, |status| {
            KeyClaim::Answered(KeptAnswer {
                status: status.unsigned_abs(),
                content_type: kept.content_type,
                body: kept.response.unwrap_or_default(),
            })
        }))
    }

    /// Keeps the answer of a claimed key.
    pub async fn answer_key(
        &mut self,
        request: &KeyedRequest,
        answer: &KeptAnswer,
    ) -> Result<(), StoreError> {
        let tenant = self.tenant();
        sqlx::query!(
            "UPDATE app.idempotency_keys SET in_flight_until = NULL, status = $4, content_type = $5, response = $6
             WHERE tenant_id = $1 AND route = $2 AND key = $3",
            tenant,
            request.route,
            request.key,
            answer.status.cast_signed(),
            answer.content_type,
            answer.body
        )
        .execute(self.conn())
        .await?;
        Ok(())
    }

    /// Gives a claimed key back: nothing was done, and the request may be tried again.
    pub async fn release_key(&mut self, request: &KeyedRequest) -> Result<(), StoreError> {
        let tenant = self.tenant();
        sqlx::query!(
            "DELETE FROM app.idempotency_keys
             WHERE tenant_id = $1 AND route = $2 AND key = $3 AND status IS NULL",
            tenant,
            request.route,
            request.key
        )
        .execute(self.conn())
        .await?;
        Ok(())
    }
}

impl Store {
    /// Forgets answers that expired before `now` and jobs that were done before `done_before`; how many.
    pub async fn purge_finished(
        &self,
        now: DateTime<Utc>,
        done_before: DateTime<Utc>,
    ) -> Result<u64, StoreError> {
        let gone = sqlx::query_scalar!("SELECT app.purge_finished($1, $2)", now, done_before)
            .fetch_one(self.worker_pool())
            .await?;
        Ok(gone.unwrap_or_default().unsigned_abs())
    }
}
