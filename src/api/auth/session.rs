//! A session as it begins and goes on: an access token to say, a refresh token in a cookie.

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use chrono::TimeDelta;
use serde::Serialize;
use store::{UserTx, session::NewSession};
use tenant_config::id::{SessionId, TenantId, UserId};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::api::{
    host::AtTenant,
    identity::{
        cookie, secret,
        token::{Bearer, LIFETIME},
    },
    problem::{Outcome, Problem},
    request::Origin,
    state::ApiState,
};

/// Somebody was let in.
#[derive(Debug, Serialize, ToSchema)]
pub struct SessionView {
    /// Send it as `Authorization: Bearer …`.
    pub access_token: String,
    /// Always `Bearer`.
    pub token_type: &'static str,
    /// Seconds until another one is needed; POST /auth/refresh has it.
    pub expires_in: i64,
    /// The tenant that this token works in; another with POST /me/switch-tenant.
    pub tenant_id: Option<Uuid>,
    /// Nothing else is served until it is changed with POST /me/password.
    pub must_change_password: bool,
}

/// What a login ends with.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub enum LoginView {
    In(SessionView),
    SecondFactor(SecondFactorView),
}

/// The password was right; the second factor is wanted.
#[derive(Debug, Serialize, ToSchema)]
pub struct SecondFactorView {
    /// Always `true`.
    pub mfa_required: bool,
    /// For POST /auth/mfa/verify, within five minutes.
    pub mfa_token: String,
}

/// What is answered to who has shown the first of two factors. The session will begin in `tenant`.
pub(super) fn ask_second_factor(
    api: &ApiState,
    user: UserId,
    tenant: Option<TenantId>,
) -> Outcome<Response> {
    let token = api.tokens.second_factor(user, tenant, api.clock.now());
    let view = LoginView::SecondFactor(SecondFactorView {
        mfa_required: true,
        mfa_token: token.map_err(|error| Problem::internal(&error))?,
    });
    Ok(axum::Json(view).into_response())
}

/// Where a session would work at first.
pub(super) enum Entrance {
    /// In the tenant whose address was used; else in the login's first, if it has one.
    Open(Option<TenantId>),
    /// Another tenant's address was used: here the login is nobody.
    Strange,
}

impl Entrance {
    pub(super) async fn of(tx: &mut UserTx, at: AtTenant) -> Outcome<Self> {
        let memberships = tx.memberships().await?;
        let mut tenants = memberships.iter().map(|member| member.tenant);
        Ok(match at.0 {
            None => Self::Open(tenants.next()),
            Some(here) if tenants.any(|tenant| tenant == here) => Self::Open(Some(here)),
            Some(_) => Self::Strange,
        })
    }
}

/// A session that begins in this transaction, in a tenant where the login belongs, and its answer.
/// Commits.
pub(super) async fn begin(
    api: &ApiState,
    mut tx: UserTx,
    origin: &Origin,
    tenant: Option<TenantId>,
    mfa_passed: bool,
    must_change_password: bool,
) -> Outcome<Response> {
    let now = api.clock.now();
    let user = tx.user_id();
    let refresh = secret::fresh();
    let session = SessionId(Uuid::now_v7());
    tx.begin_session(&NewSession {
        id: session,
        tenant,
        at: now,
        expires_at: now + LONGEST,
        mfa_passed,
        refresh_hash: secret::hash(&refresh),
        refresh_expires_at: now + UNUSED,
        user_agent: origin.user_agent.clone(),
        ip: origin.ip.map(|ip| ip.to_string()),
    })
    .await?;
    tx.commit().await?;
    let bearer = Bearer {
        user,
        session,
        tenant,
        act: None,
    };
    let view = view(api, &bearer, must_change_password)?;
    Ok(with_cookie(api, LoginView::In(view), &refresh))
}

/// A token and what there is to say about it.
pub fn view(api: &ApiState, bearer: &Bearer, must_change_password: bool) -> Outcome<SessionView> {
    let token = api.tokens.access(bearer, api.clock.now());
    Ok(SessionView {
        access_token: token.map_err(|error| Problem::internal(&error))?,
        token_type: "Bearer",
        expires_in: LIFETIME.num_seconds(),
        tenant_id: bearer.tenant.map(|TenantId(id)| id),
        must_change_password,
    })
}

pub(super) fn with_cookie(api: &ApiState, body: impl Serialize, refresh: &str) -> Response {
    let mut response = (StatusCode::OK, axum::Json(body)).into_response();
    let cookie = cookie::set(&api.origin, refresh, UNUSED.num_seconds());
    add_cookie(&mut response, cookie);
    response
}

pub(super) fn add_cookie(response: &mut Response, cookie: Option<HeaderValue>) {
    if let Some(cookie) = cookie {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
}

/// A session that nobody comes back to ends after this.
pub(super) const UNUSED: TimeDelta = TimeDelta::days(14);
/// However often it is refreshed.
const LONGEST: TimeDelta = TimeDelta::days(60);
