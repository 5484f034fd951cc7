//! A call shown to whoever has a link, for a time. Only the hash of the link's token is kept.

use chrono::{DateTime, Utc};
use tenant_config::id::{CallId, ShareId, TenantId};

use super::CallRef;
use crate::{Store, StoreError, TenantTx, session::SecretHash};

/// A share that is to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewShare {
    pub id: ShareId,
    pub hash: SecretHash,
    pub with_recording: bool,
    pub created_by: String,
    pub at: DateTime<Utc>,
    /// Within 168 hours.
    pub expires_at: DateTime<Utc>,
}

/// A share as its tenant sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShareRow {
    pub id: ShareId,
    pub with_recording: bool,
    /// As whoever made it was called then.
    pub created_by: String,
    pub created_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
    pub revoked_at: Option<DateTime<Utc>>,
}

/// What a token shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SharedCall {
    pub share: ShareId,
    pub call: CallRef,
    pub with_recording: bool,
    pub expires_at: DateTime<Utc>,
}

impl Store {
    /// The call that a token shows; `None` when it is unknown, revoked or over, or when its call was
    /// deleted or its tenant is suspended or cancelled.
    pub async fn shared_call(
        &self,
        hash: &SecretHash,
        now: DateTime<Utc>,
    ) -> Result<Option<SharedCall>, StoreError> {
        let row = sqlx::query!(
            r#"SELECT tenant_id AS "tenant_id!", share_id AS "share_id!", call_started_at AS "call_started_at!",
                      call_id AS "call_id!", with_recording AS "with_recording!", expires_at AS "expires_at!"
               FROM app.shared_call($1, $2)"#,
            hash.as_slice(),
            now
        )
        .fetch_optional(self.app_pool())
        .await?;
        Ok(row.map(|row| SharedCall {
            share: ShareId(row.share_id),
            call: CallRef {
                tenant_id: TenantId(row.tenant_id),
                call_id: CallId(row.call_id),
                started_at: row.call_started_at,
            },
            with_recording: row.with_recording,
            expires_at: row.expires_at,
        }))
    }
}

impl TenantTx {
    pub async fn share_call(&mut self, call: &CallRef, new: &NewShare) -> Result<(), StoreError> {
        let tenant = self.tenant();
        sqlx::query!(
            "INSERT INTO app.call_shares
               (tenant_id, id, call_started_at, call_id, token_hash, with_recording, created_by, created_at,
                expires_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            tenant,
            new.id.0,
            call.started_at,
            call.call_id.0,
            new.hash.as_slice(),
            new.with_recording,
            new.created_by,
            new.at,
            new.expires_at
        )
        .execute(self.conn())
        .await?;
        Ok(())
    }

    /// The shares of a call, the latest first, with those that are over; at most 200.
    pub async fn shares(&mut self, call: &CallRef) -> Result<Vec<ShareRow>, StoreError> {
        let tenant = self.tenant();
        let rows = sqlx::query!(
            "SELECT id, with_recording, created_by, created_at, expires_at, revoked_at FROM app.call_shares
             WHERE tenant_id = $1 AND call_started_at = $2 AND call_id = $3
             ORDER BY created_at DESC, id DESC LIMIT 200",
            tenant,
            call.started_at,
            call.call_id.0
        )
        .fetch_all(self.conn())
        .await?;
        let row = rows.into_iter().map(|row| ShareRow {
            id: ShareId(row.id),
            with_recording: row.with_recording,
            created_by: row.created_by,
            created_at: row.created_at,
            expires_at: row.expires_at,
            revoked_at: row.revoked_at,
        });
        Ok(row.collect())
    }

    /// Ends a share; `false` when there is none of this id that is not revoked.
    pub async fn revoke_share(
        &mut self,
        call: &CallRef,
        id: ShareId,
        at: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let tenant = self.tenant();
        let done = sqlx::query!(
            "UPDATE app.call_shares SET revoked_at = $5
             WHERE tenant_id = $1 AND call_started_at = $2 AND call_id = $3 AND id = $4 AND revoked_at IS NULL",
            tenant,
            call.started_at,
            call.call_id.0,
            id.0,
            at
        )
        .execute(self.conn())
        .await?;
        Ok(done.rows_affected() == 1)
    }

    /// Whether a share of a call lets listen at this moment.
    pub async fn share_lets_listen(
        &mut self,
        call: CallId,
        id: ShareId,
        now: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let tenant = self.tenant();
        let found = sqlx::query_scalar!(
            "SELECT s.id FROM app.call_shares s JOIN app.tenants t ON t.id = s.tenant_id
             WHERE s.tenant_id = $1 AND s.id = $2 AND s.call_id = $3 AND s.with_recording
               AND s.revoked_at IS NULL AND s.expires_at > $4 AND t.status NOT IN ('suspended', 'cancelled')",
            tenant,
            id.0,
            call.0,
            now
        )
        .fetch_optional(self.conn())
        .await?;
        Ok(found.is_some())
    }
}
