//! Links that let somebody set a password, once and for a short time. Only hashes are stored.

use chrono::{DateTime, Utc};
use tenant_config::id::UserId;

use crate::{Store, StoreError, session::SecretHash, signed_in::UserTx};

impl UserTx {
    /// Stores the hash of a reset for this login. Who asked is not signed in: open the transaction
    /// for the login that the address belongs to, and say the same to everybody.
    pub async fn start_password_reset(
        &mut self,
        hash: &SecretHash,
        at: DateTime<Utc>,
        expires_at: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let id = self.id();
        sqlx::query!(
            "INSERT INTO app.password_resets (token_hash, user_id, created_at, expires_at)
             VALUES ($1, $2, $3, $4)",
            hash.as_slice(),
            id,
            at,
            expires_at
        )
        .execute(self.conn())
        .await?;
        Ok(())
    }
}

impl Store {
    /// Uses a reset up and signs in as its login, in one transaction: the reset is used when that is
    /// committed. `None` when it is unknown, used or expired.
    pub async fn redeem_password_reset(
        &self,
        hash: &SecretHash,
        now: DateTime<Utc>,
    ) -> Result<Option<UserTx>, StoreError> {
        let mut tx = self.nobody().await?;
        let user = sqlx::query_scalar!(
            "SELECT app.consume_password_reset($1, $2)",
            hash.as_slice(),
            now
        )
        .fetch_one(tx.conn())
        .await?;
        match user {
            Some(user) => Ok(Some(tx.sign_in(UserId(user)).await?)),
            None => Ok(None),
        }
    }
}
