//! The platform's people, and the transaction that they work in.
//!
//! A [`PlatformActor`] is proof: the store makes one only for a login that it has just looked up
//! among the platform's people, or for whoever runs the server at its console. It opens a
//! [`PlatformTx`], which reads across tenants what it takes to run the platform, and writes to one
//! tenant at a time, after [`PlatformTx::enter`]. What callers said and wrote it never sees.

use tenant_config::id::{TenantId, UserId};

use crate::{Actor, Store, StoreError, TenantTx, error::known, scope::Settings};

/// What somebody may do on the platform.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PlatformRole {
    /// Everything, impersonation included.
    Owner,
    /// Runs tenants, plans and logins; works in no tenant's place.
    SuperAdmin,
}

impl PlatformRole {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::SuperAdmin => "super_admin",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        [Self::Owner, Self::SuperAdmin]
            .into_iter()
            .find(|r| r.as_str() == text)
    }
}

/// One of the platform's people, looked up. Look up again for each request: it may have ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PlatformActor {
    who: Option<UserId>,
    role: PlatformRole,
}

impl PlatformActor {
    /// Whoever runs the server and types at its console: may do what an owner may, and has no login.
    pub const fn operator() -> Self {
        Self {
            who: None,
            role: PlatformRole::Owner,
        }
    }

    /// `None` at the console.
    pub const fn user(&self) -> Option<UserId> {
        self.who
    }

    pub const fn role(&self) -> PlatformRole {
        self.role
    }

    fn actor(self) -> Actor {
        self.who.map_or(Actor::Operator, Actor::Platform)
    }
}

impl Store {
    /// Proof that a login is one of the platform's people; `None` when it is not, or was disabled.
    pub async fn platform_actor(&self, user: UserId) -> Result<Option<PlatformActor>, StoreError> {
        let role = sqlx::query_scalar!(
            r#"SELECT platform_role AS "platform_role!" FROM app.platform_lookup($1)"#,
            user.0
        )
        .fetch_optional(self.app_pool())
        .await?;
        let Some(role) = role else { return Ok(None) };
        Ok(Some(PlatformActor {
            who: Some(user),
            role: known("users", "platform_role", PlatformRole::parse(&role))?,
        }))
    }

    /// Begins a transaction of the platform.
    pub async fn platform(&self, actor: PlatformActor) -> Result<PlatformTx, StoreError> {
        let settings = Settings::platform(actor.actor());
        Ok(PlatformTx {
            tx: TenantTx::without_tenant(
                settings.begin(self.platform_pool()).await?,
                self.watchers().clone(),
            ),
            actor,
        })
    }
}

/// A transaction of the platform. Dropping it without [`commit`](PlatformTx::commit) undoes
/// everything.
#[derive(Debug)]
pub struct PlatformTx {
    tx: TenantTx,
    actor: PlatformActor,
}

impl PlatformTx {
    pub const fn actor(&self) -> PlatformActor {
        self.actor
    }

    /// Works on a tenant's settings from here on, until another is entered. Calls, messages and
    /// contacts stay out of reach: the database refuses them.
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
}
