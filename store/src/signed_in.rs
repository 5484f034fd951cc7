//! The transaction of a login: its own rows, wherever it belongs.
//!
//! It comes after a password, a session or a reset was verified; that is its caller's to do. It sees
//! one login's account, sessions and memberships. To write to a tenant's log or queue it enters that
//! tenant.

use tenant_config::id::{TenantId, UserId};

use crate::{Store, StoreError, TenantTx, scope::Settings};

/// A transaction of one login. Dropping it without [`commit`](UserTx::commit) undoes everything.
#[derive(Debug)]
pub struct UserTx {
    tx: TenantTx,
    user: UserId,
}

impl UserTx {
    pub const fn user_id(&self) -> UserId {
        self.user
    }

    /// Goes on in a tenant as well, until another is entered. Whether the login belongs there is in
    /// [`memberships`](Self::memberships); what concerns no tenant is root's.
    pub async fn enter(&mut self, tenant: TenantId) -> Result<&mut TenantTx, StoreError> {
        self.tx.enter(tenant).await?;
        Ok(&mut self.tx)
    }

    pub async fn commit(self) -> Result<(), StoreError> {
        self.tx.commit().await
    }

    pub(crate) fn conn(&mut self) -> &mut sqlx::PgConnection {
        self.tx.conn()
    }

    /// The tenant that was entered last, or none.
    pub(crate) const fn entered(&self) -> TenantId {
        self.tx.tenant_id()
    }

    pub(crate) const fn id(&self) -> uuid::Uuid {
        self.user.0
    }
}

impl Store {
    /// Begins a transaction of a login that was verified.
    pub async fn user(&self, user: UserId) -> Result<UserTx, StoreError> {
        let settings = Settings::signed_in(user);
        Ok(UserTx {
            tx: TenantTx::without_tenant(
                settings.begin(self.app_pool()).await?,
                self.watchers().clone(),
            ),
            user,
        })
    }

    /// A transaction that becomes a login's once a token of it was used up within.
    pub(crate) async fn nobody(&self) -> Result<TenantTx, StoreError> {
        let settings = Settings::platform(crate::Actor::System);
        Ok(TenantTx::without_tenant(
            settings.begin(self.app_pool()).await?,
            self.watchers().clone(),
        ))
    }
}

impl TenantTx {
    /// Becomes the transaction of a login that its own rows have vouched for.
    pub(crate) async fn sign_in(mut self, user: UserId) -> Result<UserTx, StoreError> {
        sqlx::query!(
            "SELECT set_config('app.user_id', $1, true) AS user_id,
                    set_config('app.actor_id', $1, true) AS actor_id, set_config('app.role', 'user', true) AS role",
            user.to_string()
        )
        .fetch_one(self.conn())
        .await?;
        Ok(UserTx { tx: self, user })
    }
}
