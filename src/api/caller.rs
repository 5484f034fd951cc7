//! Who asks, once the guard has let them in: what handlers take.
//!
//! Each of these is put into the request by [`super::guard`] alone. The tenant comes out of a token
//! or a key that was verified, and from nowhere else.

use axum::{extract::FromRequestParts, http::request::Parts, response::Response};
use chrono::{DateTime, Utc};
use store::{
    Author, CustomerActor, CustomerTx, PlatformActor, PlatformTx, TenantScope, TenantTx, UserTx,
    api_key::KeyMode,
    audit::{self, AuditEntry},
    call::CallMode,
    idempotency::KeyedRequest,
    impersonation::Impersonation,
    membership::Role,
    platform::PlatformRole,
    seed::ROOT_TENANT,
};
use tenant_config::id::{SessionId, TenantId, UserId};

use super::{
    answer::Answer,
    guard::Pass,
    problem::{Outcome, Problem},
    state::ApiState,
};

/// Somebody with a session.
#[derive(Debug, Clone)]
pub struct SignedIn {
    pub user: UserId,
    pub session: SessionId,
    pub email: String,
    pub name: String,
    pub platform_role: Option<PlatformRole>,
    pub must_change_password: bool,
    /// The tenant that is worked in, and as what.
    pub tenant: Option<(TenantId, Role)>,
    /// The tenant is worked in in its people's place.
    pub impersonation: Option<Impersonation>,
    pub origin: audit::Origin,
}

/// Somebody, or a program, in a tenant.
#[derive(Clone)]
pub struct InTenant {
    pub api: ApiState,
    pub scope: TenantScope,
    /// A program's keys have scopes in place of a role.
    pub role: Option<Role>,
    pub key_mode: Option<KeyMode>,
    pub origin: audit::Origin,
    pub(super) keyed: Option<KeyedRequest>,
}

/// One of a tenant's own customers.
#[derive(Clone)]
pub struct Customer {
    pub api: ApiState,
    pub actor: CustomerActor,
}

/// One of the platform's people.
#[derive(Clone)]
pub struct Platform {
    pub api: ApiState,
    pub actor: PlatformActor,
    /// The session that asks.
    pub session: SessionId,
    pub user: UserId,
    pub origin: audit::Origin,
    pub(super) keyed: Option<KeyedRequest>,
}

impl SignedIn {
    /// The login's own transaction.
    pub async fn begin(&self, api: &ApiState) -> Outcome<UserTx> {
        Ok(api.store.user(self.user).await?)
    }

    /// Writes down what the login did to itself: in its tenant's log, or in root's.
    pub async fn audit(&self, tx: &mut UserTx, entry: &AuditEntry) -> Outcome<()> {
        let tenant = self.tenant.map_or(ROOT_TENANT, |(tenant, _)| tenant);
        tx.enter(tenant).await?.audit(entry, &self.origin).await?;
        Ok(())
    }

    /// Refuses what is for the login itself while it works in somebody's place.
    pub fn in_own_name(&self) -> Outcome<()> {
        match &self.impersonation {
            None => Ok(()),
            Some(_) => Err(Problem::new(
                super::problem::Code::NotWhileImpersonating,
                "End the impersonation first: this is your own login's.",
            )),
        }
    }
}

impl InTenant {
    pub fn now(&self) -> DateTime<Utc> {
        self.api.clock.now()
    }

    /// The login that acts, if it is one.
    pub const fn user(&self) -> Option<UserId> {
        match self.scope.actor {
            store::Actor::User(id) | store::Actor::Platform(id) => Some(id),
            store::Actor::System
            | store::Actor::Call(_)
            | store::Actor::Worker
            | store::Actor::ApiKey(_)
            | store::Actor::Operator => None,
        }
    }

    /// A test key sees what tests left, and nothing else.
    pub fn sees_only_tests(&self) -> bool {
        self.key_mode == Some(KeyMode::Test)
    }

    /// The calls that may be seen, where they are not all.
    pub fn mode(&self) -> Option<CallMode> {
        self.sees_only_tests().then_some(CallMode::Test)
    }

    /// Whoever writes what is kept.
    pub const fn author(&self) -> Option<Author> {
        Author::of(self.scope.actor)
    }

    /// As it is called beside what it writes.
    pub fn name(&self) -> String {
        self.origin.actor_name.clone().unwrap_or_default()
    }

    /// Refuses what takes a tenant's content out of the house, for somebody in its people's place.
    pub fn in_own_name(&self) -> Outcome<()> {
        match self.scope.impersonation() {
            None => Ok(()),
            Some(_) => Err(Problem::new(
                super::problem::Code::NotWhileImpersonating,
                "What leaves the house is for the tenant's own people to take.",
            )),
        }
    }

    pub async fn begin(&self) -> Outcome<TenantTx> {
        Ok(self.api.store.tenant(&self.scope).await?)
    }

    /// Writes down what was done; last, because others wait from here on.
    pub async fn audit(&self, tx: &mut TenantTx, entry: AuditEntry) -> Outcome<()> {
        tx.audit(&entry, &self.origin).await?;
        Ok(())
    }

    /// Keeps the answer for whoever asks again, commits, and answers.
    pub async fn finish(&self, mut tx: TenantTx, answer: Answer) -> Outcome<Response> {
        if let Some(keyed) = &self.keyed {
            tx.answer_key(keyed, &answer.kept()).await?;
        }
        tx.commit().await?;
        Ok(answer.respond(self.keyed.is_some()))
    }

    /// Writes down what was done, and [finishes](Self::finish).
    pub async fn record(
        &self,
        mut tx: TenantTx,
        entry: AuditEntry,
        answer: Answer,
    ) -> Outcome<Response> {
        self.audit(&mut tx, entry).await?;
        self.finish(tx, answer).await
    }
}

impl Customer {
    pub async fn begin(&self) -> Outcome<CustomerTx> {
        Ok(self.api.store.customer(self.actor).await?)
    }
}

impl Platform {
    pub fn now(&self) -> DateTime<Utc> {
        self.api.clock.now()
    }

    pub async fn begin(&self) -> Outcome<PlatformTx> {
        Ok(self.api.store.platform(self.actor).await?)
    }

    /// Writes down what was done to a tenant.
    pub async fn audit(
        &self,
        tx: &mut PlatformTx,
        tenant: TenantId,
        entry: AuditEntry,
    ) -> Outcome<()> {
        Ok(tx.audit(tenant, &entry, &self.origin).await?)
    }

    /// As [`InTenant::finish`]; what the platform is asked twice is kept in root.
    pub async fn finish(&self, mut tx: PlatformTx, answer: Answer) -> Outcome<Response> {
        if let Some(keyed) = &self.keyed {
            let root = tx.enter(ROOT_TENANT).await?;
            root.answer_key(keyed, &answer.kept()).await?;
        }
        tx.commit().await?;
        Ok(answer.respond(self.keyed.is_some()))
    }

    /// As [`InTenant::record`], of a tenant.
    pub async fn record(
        &self,
        mut tx: PlatformTx,
        tenant: TenantId,
        entry: AuditEntry,
        answer: Answer,
    ) -> Outcome<Response> {
        self.audit(&mut tx, tenant, entry).await?;
        self.finish(tx, answer).await
    }
}

macro_rules! put_by_the_guard {
    ($($name:ty),+) => {$(
        impl<S: Send + Sync> FromRequestParts<S> for $name {
            type Rejection = Problem;

            async fn from_request_parts(parts: &mut Parts, _: &S) -> Outcome<Self> {
                let found = parts.extensions.get::<Self>().cloned();
                found.ok_or_else(|| Problem::internal(&"a route is served to others than its rule says"))
            }
        }
    )+};
}
put_by_the_guard!(SignedIn, InTenant, Customer, Platform, Pass);
