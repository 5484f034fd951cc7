//! Links that sign an administrator of a tenant in without a password, once and for a short time. An
//! owner of the platform makes one and hands it on; only its hash is kept.

use chrono::{DateTime, Utc};
use tenant_config::id::{TenantId, UserId};

use crate::{PlatformTx, Store, StoreError, session::SecretHash, signed_in::UserTx};

/// A link that is to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewLoginLink {
    pub tenant: TenantId,
    /// A `tenant_owner` or `admin` of the tenant.
    pub user: UserId,
    /// The owner of the platform who makes it.
    pub made_by: UserId,
    pub hash: SecretHash,
    pub at: DateTime<Utc>,
    /// At most 15 minutes later.
    pub expires_at: DateTime<Utc>,
}

impl PlatformTx {
    /// Stores a link and stays in its tenant. A [`StoreError::Conflict`] for a login that does not
    /// belong there.
    pub async fn make_login_link(&mut self, new: &NewLoginLink) -> Result<(), StoreError> {
        let tx = self.enter(new.tenant).await?;
        sqlx::query!(
            "INSERT INTO app.login_links (tenant_id, token_hash, user_id, created_by, created_at, expires_at)
             VALUES ($1, $2, $3, $4, $5, $6)",
            new.tenant.0,
            new.hash.as_slice(),
            new.user.0,
            new.made_by.0,
            new.at,
            new.expires_at
        )
        .execute(tx.conn())
        .await?;
        Ok(())
    }
}

impl Store {
    /// Uses a link up and signs in as its login, in one transaction: the link is used when that is
    /// committed. `None` when it is unknown, used or expired, or when its login, its maker or the
    /// tenant are no longer what they were.
    pub async fn redeem_login_link(
        &self,
        hash: &SecretHash,
        now: DateTime<Utc>,
    ) -> Result<Option<(UserTx, TenantId)>, StoreError> {
        let mut tx = self.nobody().await?;
        let found = sqlx::query!(
            r#"SELECT tenant_id AS "tenant_id!", user_id AS "user_id!" FROM app.consume_login_link($1, $2)"#,
            hash.as_slice(),
            now
        )
        .fetch_optional(tx.conn())
        .await?;
        let Some(found) = found else { return Ok(None) };
        let tx = tx.sign_in(UserId(found.user_id)).await?;
        Ok(Some((tx, TenantId(found.tenant_id))))
    }
}
