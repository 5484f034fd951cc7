//! Who acts for which tenant, and the transaction that carries it.
//!
//! Row-level security compares every row with the tenant of the transaction. The setting is local to
//! the transaction: a connection that goes back to its pool, after a commit, an error or a drop,
//! carries none, and a query without a tenant sees no row.

use sqlx::{AssertSqlSafe, PgConnection, PgPool, Postgres, Transaction};
use tenant_config::id::{ApiKeyId, CallId, TenantId, UserId};
use uuid::Uuid;

use crate::{
    Store, StoreError,
    call::CallRef,
    impersonation::{Impersonation, ImpersonationMode},
    news::{CallChange, CallNews, Watchers},
};

/// On whose behalf something is read or written. The audit log takes it from the transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Actor {
    /// The server itself: webhooks, seeding, boot.
    System,
    /// The agent of a call.
    Call(CallId),
    /// A background job.
    Worker,
    /// Someone at the dashboard.
    User(UserId),
    /// A program of the tenant's.
    ApiKey(ApiKeyId),
    /// One of the platform's people.
    Platform(UserId),
    /// Whoever runs the server, at its console.
    Operator,
}

impl Actor {
    const fn role(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Call(_) => "call",
            Self::Worker => "worker",
            Self::User(_) => "user",
            Self::ApiKey(_) => "api_key",
            Self::Platform(_) => "platform",
            Self::Operator => "operator",
        }
    }

    fn id(self) -> String {
        match self {
            Self::System | Self::Worker | Self::Operator => String::new(),
            Self::Call(id) => id.to_string(),
            Self::User(id) | Self::Platform(id) => id.to_string(),
            Self::ApiKey(id) => id.to_string(),
        }
    }
}

/// One tenant, who acts, and whether that is in the tenant's place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TenantScope {
    pub tenant_id: TenantId,
    pub actor: Actor,
    impersonation: Option<Impersonation>,
}

impl TenantScope {
    pub const fn new(tenant_id: TenantId, actor: Actor) -> Self {
        Self {
            tenant_id,
            actor,
            impersonation: None,
        }
    }

    /// One of the platform's people in the tenant's place. Everything that is written carries the
    /// impersonation; one of mode `read_only` writes nothing.
    pub const fn impersonating(impersonation: Impersonation) -> Self {
        Self {
            tenant_id: impersonation.tenant,
            actor: Actor::Platform(impersonation.actor),
            impersonation: Some(impersonation),
        }
    }

    pub const fn impersonation(&self) -> Option<&Impersonation> {
        self.impersonation.as_ref()
    }

    pub(crate) fn settings(&self) -> Settings {
        let read_only = self
            .impersonation
            .is_some_and(|i| i.mode == ImpersonationMode::ReadOnly);
        Settings {
            read_only,
            tenant: self.tenant_id.to_string(),
            actor: self.actor,
            user: String::new(),
            impersonation: self
                .impersonation
                .map(|i| i.id.to_string())
                .unwrap_or_default(),
        }
    }
}

/// What a transaction says of itself when it begins.
pub(crate) struct Settings {
    read_only: bool,
    tenant: String,
    actor: Actor,
    user: String,
    impersonation: String,
}

impl Settings {
    /// Nobody's rows yet: those of the platform, and what will be entered.
    pub(crate) const fn platform(actor: Actor) -> Self {
        Self {
            read_only: false,
            tenant: String::new(),
            actor,
            user: String::new(),
            impersonation: String::new(),
        }
    }

    pub(crate) fn read_only(self) -> Self {
        Self {
            read_only: true,
            ..self
        }
    }

    /// The rows of a login.
    pub(crate) fn signed_in(user: UserId) -> Self {
        Self {
            user: user.to_string(),
            ..Self::platform(Actor::User(user))
        }
    }

    /// Begins in one round trip.
    pub(crate) async fn begin(
        &self,
        pool: &PgPool,
    ) -> Result<Transaction<'static, Postgres>, StoreError> {
        // Only UUIDs and our own words go into this text; a simple query takes no parameters.
        let begin = format!(
            "BEGIN{}; SELECT set_config('app.tenant_id', '{}', true), \
             set_config('app.actor_id', '{}', true), set_config('app.role', '{}', true), \
             set_config('app.user_id', '{}', true), set_config('app.impersonation_id', '{}', true)",
            if self.read_only { " READ ONLY" } else { "" },
            self.tenant,
            self.actor.id(),
            self.actor.role(),
            self.user,
            self.impersonation
        );
        Ok(pool.begin_with(AssertSqlSafe(begin)).await?)
    }
}

/// A transaction that sees and writes one tenant's rows. Dropping it without
/// [`commit`](TenantTx::commit) undoes everything.
#[derive(Debug)]
pub struct TenantTx {
    tx: Transaction<'static, Postgres>,
    tenant_id: TenantId,
    watchers: Watchers,
    /// To be told once it is committed.
    news: Vec<CallNews>,
}

impl TenantTx {
    pub const fn tenant_id(&self) -> TenantId {
        self.tenant_id
    }

    pub async fn commit(self) -> Result<(), StoreError> {
        self.tx.commit().await?;
        self.watchers.tell(&self.news);
        Ok(())
    }

    /// Waits until nobody else of the tenant changes `what`, an id or whatever stands for the thing;
    /// whoever asks next waits until this transaction ends. What is read after it is not changed by
    /// anybody in between.
    pub async fn take_turns(&mut self, what: Uuid) -> Result<(), StoreError> {
        let key = format!("app.take_turns {} {what}", self.tenant_id);
        sqlx::query!(
            "SELECT pg_advisory_xact_lock(hashtextextended($1, 0)) AS taken",
            key
        )
        .execute(self.conn())
        .await?;
        Ok(())
    }

    /// A transaction that has no tenant yet: no row is any of its.
    pub(crate) fn without_tenant(tx: Transaction<'static, Postgres>, watchers: Watchers) -> Self {
        Self {
            tx,
            tenant_id: TenantId(Uuid::nil()),
            watchers,
            news: Vec::new(),
        }
    }

    /// Goes on as another tenant. Only for the transactions that are allowed to choose.
    pub(crate) async fn enter(&mut self, tenant: TenantId) -> Result<(), StoreError> {
        sqlx::query_scalar!(
            "SELECT set_config('app.tenant_id', $1, true)",
            tenant.to_string()
        )
        .fetch_one(self.conn())
        .await?;
        self.tenant_id = tenant;
        Ok(())
    }

    /// The tenant's id as queries bind it.
    pub(crate) const fn tenant(&self) -> Uuid {
        self.tenant_id.0
    }

    pub(crate) fn conn(&mut self) -> &mut PgConnection {
        &mut self.tx
    }

    /// Lets it be known what becomes of a call, once it is committed.
    pub(crate) fn tell(&mut self, call: &CallRef, change: CallChange) {
        self.news.push(CallNews {
            call: *call,
            change,
        });
    }
}

impl Store {
    /// Begins a transaction for one tenant, in one round trip.
    pub async fn tenant(&self, scope: &TenantScope) -> Result<TenantTx, StoreError> {
        let pool = match scope.actor {
            Actor::Worker => self.worker_pool(),
            Actor::System
            | Actor::Call(_)
            | Actor::User(_)
            | Actor::ApiKey(_)
            | Actor::Platform(_)
            | Actor::Operator => self.app_pool(),
        };
        Ok(TenantTx {
            tx: scope.settings().begin(pool).await?,
            tenant_id: scope.tenant_id,
            watchers: self.watchers().clone(),
            news: Vec::new(),
        })
    }
}
