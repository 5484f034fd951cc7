//! Failed logins, counted for whatever is hashed: an address, an account. Shared by all nodes.
//!
//! Whether an account exists makes no difference: what is counted is what was typed.

use chrono::{DateTime, Utc};

use crate::{Store, StoreError, session::SecretHash};

/// When a key is blocked, and for how long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ThrottleRule {
    /// Failures count together while they lie within this, in seconds.
    pub window_s: i32,
    /// Failures before the key is blocked.
    pub allowed: i32,
    /// The first block, in seconds; each further failure doubles it, up to an hour.
    pub block_s: i32,
}

impl Store {
    /// Until when a login with any of these keys is refused; `None` when it is not.
    pub async fn login_blocked(
        &self,
        keys: &[SecretHash],
        now: DateTime<Utc>,
    ) -> Result<Option<DateTime<Utc>>, StoreError> {
        let keys: Vec<Vec<u8>> = keys.iter().map(|key| key.to_vec()).collect();
        Ok(
            sqlx::query_scalar!("SELECT app.login_blocked($1, $2)", &keys, now)
                .fetch_one(self.app_pool())
                .await?,
        )
    }

    /// Counts a failed login; until when its key is blocked by it.
    pub async fn login_failed(
        &self,
        key: &SecretHash,
        rule: ThrottleRule,
        now: DateTime<Utc>,
    ) -> Result<Option<DateTime<Utc>>, StoreError> {
        Ok(sqlx::query_scalar!(
            "SELECT app.login_failed($1, $2, $3, $4, $5)",
            key.as_slice(),
            now,
            rule.window_s,
            rule.allowed,
            rule.block_s
        )
        .fetch_one(self.app_pool())
        .await?)
    }

    /// Forgets the failures of a key whose owner got in.
    pub async fn login_succeeded(&self, key: &SecretHash) -> Result<(), StoreError> {
        sqlx::query!("SELECT app.login_succeeded($1)", key.as_slice())
            .execute(self.app_pool())
            .await?;
        Ok(())
    }
}
