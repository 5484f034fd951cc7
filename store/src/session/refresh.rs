//! Rotation of refresh tokens.

use chrono::{DateTime, Utc};
use tenant_config::id::{SessionId, TenantId, UserId};

use crate::{Store, StoreError, error::known};

/// SHA-256 of a secret with enough entropy of its own: a token or a key. Never of a password.
pub type SecretHash = [u8; 32];

/// A token that is shown, and the one that takes its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rotation {
    pub shown: SecretHash,
    pub next: SecretHash,
    /// Of the next one; not beyond the session's own end.
    pub next_expires_at: DateTime<Utc>,
}

/// What a refresh token is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefreshVerdict {
    /// Good; the next one is valid in its place.
    Accepted {
        user: UserId,
        session: SessionId,
        tenant: Option<TenantId>,
    },
    /// It had been rotated before: its session has ended with this.
    Reused {
        user: UserId,
        session: SessionId,
    },
    Expired,
    /// Its session was ended, or its login disabled.
    Revoked,
    Unknown,
}

impl Store {
    /// Puts the next token in the place of one that is shown. Atomic: of two that show the same one,
    /// the first is accepted, and the second ends the session.
    pub async fn rotate_refresh_token(
        &self,
        rotation: &Rotation,
        now: DateTime<Utc>,
    ) -> Result<RefreshVerdict, StoreError> {
        let row = sqlx::query!(
            r#"SELECT verdict AS "verdict!", user_id, session_id, current_tenant_id
               FROM app.rotate_refresh_token($1, $2, $3, $4)"#,
            rotation.shown.as_slice(),
            rotation.next.as_slice(),
            rotation.next_expires_at,
            now
        )
        .fetch_one(self.app_pool())
        .await?;
        let whose = row.user_id.map(UserId).zip(row.session_id.map(SessionId));
        let verdict = match (row.verdict.as_str(), whose) {
            ("accepted", Some((user, session))) => Some(RefreshVerdict::Accepted {
                user,
                session,
                tenant: row.current_tenant_id.map(TenantId),
            }),
            ("reused", Some((user, session))) => Some(RefreshVerdict::Reused { user, session }),
            ("expired", _) => Some(RefreshVerdict::Expired),
            ("revoked", _) => Some(RefreshVerdict::Revoked),
            ("unknown", _) => Some(RefreshVerdict::Unknown),
            _ => None,
        };
        known("rotate_refresh_token", "verdict", verdict)
    }

    /// Forgets sessions, resets and counts of failed logins that have been over since before
    /// `before`; how many.
    pub async fn purge_identity(&self, before: DateTime<Utc>) -> Result<u64, StoreError> {
        let gone = sqlx::query_scalar!("SELECT app.purge_identity($1)", before)
            .fetch_one(self.worker_pool())
            .await?;
        Ok(gone.unwrap_or_default().unsigned_abs())
    }
}
