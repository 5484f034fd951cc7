//! Who acts for which tenant, and the transaction that carries it.
//!
//! Row-level security compares every row with the tenant of the transaction. The setting is local to
//! the transaction: a connection that goes back to its pool, after a commit, an error or a drop,
//! carries none, and a query without a tenant sees no row.

use sqlx::{AssertSqlSafe, PgConnection, Postgres, Transaction};
use tenant_config::id::{CallId, TenantId};
use uuid::Uuid;

use crate::{Store, StoreError};

/// On whose behalf something is read or written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Actor {
    /// The server itself: webhooks, seeding, boot.
    System,
    /// The agent of a call.
    Call(CallId),
    /// A background job.
    Worker,
    /// Someone at the dashboard.
    User(Uuid),
}

impl Actor {
    fn role(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Call(_) => "call",
            Self::Worker => "worker",
            Self::User(_) => "user",
        }
    }

    fn id(self) -> String {
        match self {
            Self::System | Self::Worker => String::new(),
            Self::Call(id) => id.to_string(),
            Self::User(id) => id.to_string(),
        }
    }
}

/// One tenant, and who acts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TenantScope {
    pub tenant_id: TenantId,
    pub actor: Actor,
}

impl TenantScope {
    pub const fn new(tenant_id: TenantId, actor: Actor) -> Self {
        Self { tenant_id, actor }
    }
}

/// A transaction that sees and writes one tenant's rows. Dropping it without
/// [`commit`](TenantTx::commit) undoes everything.
#[derive(Debug)]
pub struct TenantTx {
    tx: Transaction<'static, Postgres>,
    tenant_id: TenantId,
}

impl TenantTx {
    pub const fn tenant_id(&self) -> TenantId {
        self.tenant_id
    }

    pub async fn commit(self) -> Result<(), StoreError> {
        Ok(self.tx.commit().await?)
    }

    /// The tenant's id as queries bind it.
    pub(crate) const fn tenant(&self) -> Uuid {
        self.tenant_id.0
    }

    pub(crate) fn conn(&mut self) -> &mut PgConnection {
        &mut self.tx
    }
}

impl Store {
    /// Begins a transaction for one tenant, in one round trip.
    pub async fn tenant(&self, scope: &TenantScope) -> Result<TenantTx, StoreError> {
        let pool = match scope.actor {
            Actor::Worker => self.worker_pool(),
            Actor::System | Actor::Call(_) | Actor::User(_) => self.app_pool(),
        };
        // Only UUIDs and our own words go into this text; a simple query takes no parameters.
        let begin = format!(
            "BEGIN; SELECT set_config('app.tenant_id', '{}', true), \
             set_config('app.actor_id', '{}', true), set_config('app.role', '{}', true)",
            scope.tenant_id,
            scope.actor.id(),
            scope.actor.role()
        );
        let tx = pool.begin_with(AssertSqlSafe(begin)).await?;
        Ok(TenantTx {
            tx,
            tenant_id: scope.tenant_id,
        })
    }
}
