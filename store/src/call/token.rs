//! Tokens that let one media stream in, once.

use chrono::{DateTime, Utc};
use tenant_config::id::{CallId, TenantId};

use super::CallRef;
use crate::{Store, StoreError, TenantTx, error::known};

/// SHA-256 of a token; the token itself is never stored.
pub type TokenHash = [u8; 32];

/// What a token is worth. Only [`Accepted`](TokenVerdict::Accepted) opens a stream; the others are
/// told apart for the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenVerdict {
    /// Good, and now used.
    Accepted(CallRef),
    Used,
    Expired,
    /// Made for another call; it stays unused.
    Foreign,
    Unknown,
}

impl TenantTx {
    /// Stores the hash of a token for the stream of a call. It replaces the call's earlier tokens
    /// that were not used: they have expired. Call it behind another write to the call
    /// ([`take_place`](Self::take_place)), which makes two webhooks of one call follow one another.
    pub async fn create_stream_token(
        &mut self,
        call: &CallRef,
        hash: &TokenHash,
        expires_at: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let tenant = self.tenant();
        sqlx::query!(
            "UPDATE app.stream_tokens SET expires_at = '-infinity'
             WHERE tenant_id = $1 AND call_id = $2 AND used_at IS NULL",
            tenant,
            call.call_id.0
        )
        .execute(self.conn())
        .await?;
        let done = sqlx::query!(
            "INSERT INTO app.stream_tokens
               (token_hash, tenant_id, call_started_at, call_id, provider_call_id, expires_at)
             SELECT $4, tenant_id, started_at, id, provider_call_id, $5
             FROM app.calls WHERE tenant_id = $1 AND started_at = $2 AND id = $3",
            tenant,
            call.started_at,
            call.call_id.0,
            hash.as_slice(),
            expires_at
        )
        .execute(self.conn())
        .await?;
        super::progress::found(done.rows_affected())
    }
}

impl Store {
    /// Uses a token up for the call that a stream says it belongs to. Atomic: of two streams with
    /// one token, one is accepted.
    pub async fn consume_stream_token(
        &self,
        hash: &TokenHash,
        provider_call_id: &str,
        now: DateTime<Utc>,
    ) -> Result<TokenVerdict, StoreError> {
        let row = sqlx::query!(
            r#"SELECT verdict AS "verdict!", tenant_id, call_id, started_at
               FROM app.consume_stream_token($1, $2, $3)"#,
            hash.as_slice(),
            provider_call_id,
            now
        )
        .fetch_one(self.app_pool())
        .await?;
        let call = || {
            Some(CallRef {
                tenant_id: TenantId(row.tenant_id?),
                call_id: CallId(row.call_id?),
                started_at: row.started_at?,
            })
        };
        let verdict = match row.verdict.as_str() {
            "accepted" => call().map(TokenVerdict::Accepted),
            "used" => Some(TokenVerdict::Used),
            "expired" => Some(TokenVerdict::Expired),
            "foreign" => Some(TokenVerdict::Foreign),
            "unknown" => Some(TokenVerdict::Unknown),
            _ => None,
        };
        known("consume_stream_token", "verdict", verdict)
    }

    /// Forgets tokens that expired before `before`; how many.
    pub async fn purge_stream_tokens(&self, before: DateTime<Utc>) -> Result<u64, StoreError> {
        let gone = sqlx::query_scalar!("SELECT app.purge_stream_tokens($1)", before)
            .fetch_one(self.worker_pool())
            .await?;
        Ok(gone.unwrap_or_default().unsigned_abs())
    }
}
