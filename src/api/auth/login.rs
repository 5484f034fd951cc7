//! Signing in with address and password.
//!
//! Nobody learns whether an address has a login: what is answered, and how long that takes, is the
//! same. Failures are counted for what was typed and for where it came from.

use axum::{Extension, extract::State, response::Response};
use chrono::{DateTime, Utc};
use serde::Deserialize;
use store::{session::SecretHash, throttle::ThrottleRule, user::Login};
use utoipa::ToSchema;

use super::session::{self, Entrance, LoginView};
use crate::api::{
    body::Body,
    host::AtTenant,
    identity::{password::Verdict, secret},
    problem::{Code, Outcome, Problem},
    request::Origin,
    state::ApiState,
};

/// Who wants in.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LoginInput {
    #[schema(example = "ann@example.com")]
    pub email: String,
    pub password: String,
}

/// Sign in.
///
/// The answer is a session, or, where a second factor is set up, a token to show it with. The
/// refresh token comes in a cookie that no script can read.
#[utoipa::path(
    post, path = "/auth/login", tag = "Signing in", request_body = LoginInput,
    responses((status = 200, description = "A session, or the wish for a second factor", body = LoginView))
)]
pub async fn login(
    State(api): State<ApiState>,
    Extension(origin): Extension<Origin>,
    Extension(at): Extension<AtTenant>,
    Body(input): Body<LoginInput>,
) -> Outcome<Response> {
    let now = api.clock.now();
    let attempt = Attempt::new(&input.email, &origin);
    attempt.refuse_blocked(&api, now).await?;
    let found = api.store.find_login(&input.email).await?;
    let kept = found
        .as_ref()
        .and_then(|login| login.password_hash.as_deref());
    let verdict = api.passwords.verify(&input.password, kept).await?;
    let login = found.filter(|login| !login.disabled && verdict != Verdict::Wrong);
    let Some(login) = login else {
        return Err(attempt.failed(&api, now).await?);
    };
    if let Verdict::RightButHashedOldly(better) = &verdict {
        let mut tx = api.store.user(login.user).await?;
        tx.rehash_password(better).await?;
        tx.commit().await?;
    }
    let mut tx = api.store.user(login.user).await?;
    let Entrance::Open(tenant) = Entrance::of(&mut tx, at).await? else {
        drop(tx);
        return Err(attempt.failed(&api, now).await?);
    };
    if has_second_factor(&login) {
        return session::ask_second_factor(&api, login.user, tenant);
    }
    attempt.succeeded(&api).await?;
    session::begin(&api, tx, &origin, tenant, false, login.must_change_password).await
}

pub(super) fn has_second_factor(login: &Login) -> bool {
    login.mfa.as_ref().is_some_and(|mfa| mfa.confirmed)
}

/// An attempt to get in, as it is counted.
pub(in crate::api) struct Attempt {
    typed: SecretHash,
    address: Option<SecretHash>,
}

impl Attempt {
    pub(in crate::api) fn new(typed: &str, origin: &Origin) -> Self {
        let address = origin.ip.map(|ip| secret::hash(&format!("address {ip}")));
        Self {
            typed: secret::hash(&format!("login {}", typed.trim().to_lowercase())),
            address,
        }
    }

    fn keys(&self) -> Vec<SecretHash> {
        let keys = [Some(self.typed), self.address];
        keys.into_iter().flatten().collect()
    }

    pub(in crate::api) async fn refuse_blocked(
        &self,
        api: &ApiState,
        now: DateTime<Utc>,
    ) -> Outcome<()> {
        match api.store.login_blocked(&self.keys(), now).await? {
            Some(until) => Err(blocked(until, now)),
            None => Ok(()),
        }
    }

    /// Counts a failure; what to answer.
    pub(in crate::api) async fn failed(
        &self,
        api: &ApiState,
        now: DateTime<Utc>,
    ) -> Outcome<Problem> {
        metrics::counter!("trunkline_logins_failed_total").increment(1);
        api.store.login_failed(&self.typed, OF_A_LOGIN, now).await?;
        if let Some(address) = &self.address {
            api.store.login_failed(address, OF_AN_ADDRESS, now).await?;
        }
        Ok(Problem::new(
            Code::InvalidCredentials,
            "Address and password do not fit together.",
        ))
    }

    pub(in crate::api) async fn succeeded(&self, api: &ApiState) -> Outcome<()> {
        Ok(api.store.login_succeeded(&self.typed).await?)
    }
}

fn blocked(until: DateTime<Utc>, now: DateTime<Utc>) -> Problem {
    let wait = (until - now).to_std().unwrap_or_default();
    Problem::new(
        Code::TooManyRequests,
        "Too many attempts failed. Wait as `Retry-After` says.",
    )
    .retry_after(wait)
}

/// Somebody who mistypes is let try again; a list of passwords gets a few each hour.
const OF_A_LOGIN: ThrottleRule = ThrottleRule {
    window_s: 900,
    allowed: 6,
    block_s: 30,
};
/// An office behind one address mistypes more often.
const OF_AN_ADDRESS: ThrottleRule = ThrottleRule {
    window_s: 900,
    allowed: 60,
    block_s: 30,
};
