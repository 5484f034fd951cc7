//! What is counted for whatever is hashed, an address or an account, on all nodes together: failed
//! logins, and requests.
//!
//! Whether an account exists makes no difference: what is counted is what was typed.

use std::time::Duration;

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

/// A request that was counted, or was one too many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RequestCount {
    /// All that was asked takes as long as this at the steady rate.
    Taken {
        ahead: Duration,
    },
    Refused {
        wait: Duration,
    },
}

impl Store {
    /// Counts a request by GCRA: it moves its key on by `step`, and is refused where the key would lie
    /// further ahead than `reach`. By the database's clock.
    pub async fn take_request(
        &self,
        key: &SecretHash,
        step: Duration,
        reach: Duration,
    ) -> Result<RequestCount, StoreError> {
        let row = sqlx::query!(
            "SELECT ahead_us, wait_us FROM app.take_request($1, $2, $3)",
            key.as_slice(),
            micros(step),
            micros(reach)
        )
        .fetch_one(self.app_pool())
        .await?;
        let span = |us: i64| Duration::from_micros(u64::try_from(us).unwrap_or_default());
        Ok(match row.ahead_us {
            Some(ahead) => RequestCount::Taken { ahead: span(ahead) },
            None => RequestCount::Refused {
                wait: span(row.wait_us.unwrap_or_default()),
            },
        })
    }

    /// Forgets keys that owe nothing any more; how many.
    pub async fn purge_request_counts(&self) -> Result<u64, StoreError> {
        let gone = sqlx::query_scalar!("SELECT app.purge_request_counts()")
            .fetch_one(self.worker_pool())
            .await?;
        Ok(gone.unwrap_or_default().unsigned_abs())
    }

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

fn micros(span: Duration) -> i64 {
    i64::try_from(span.as_micros()).unwrap_or(i64::MAX)
}
