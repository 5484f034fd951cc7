//! Signing in with a link that an owner of the platform has made for an administrator of a tenant.
//!
//! Whatever is wrong with a link, the answer is the same.

use axum::{Extension, extract::State, response::Response};
use serde::Deserialize;
use store::audit::AuditEntry;
use utoipa::ToSchema;

use super::{
    login::has_second_factor,
    session::{self, LoginView},
};
use crate::api::{
    body::Body,
    host::AtTenant,
    identity::secret,
    problem::{Code, Outcome, Problem},
    request::Origin,
    state::ApiState,
};

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LinkInput {
    /// Out of the link.
    pub token: String,
}

/// Sign in with a link of POST /admin/tenants/{id}/login-link.
///
/// It works once, and for minutes. Where a second factor is set up, it is still wanted.
#[utoipa::path(
    post, path = "/auth/login-link", tag = "Signing in", request_body = LinkInput,
    responses((status = 200, description = "A session, or the wish for a second factor", body = LoginView))
)]
pub async fn login_by_link(
    State(api): State<ApiState>,
    Extension(origin): Extension<Origin>,
    Extension(at): Extension<AtTenant>,
    Body(input): Body<LinkInput>,
) -> Outcome<Response> {
    let now = api.clock.now();
    let redeemed = api
        .store
        .redeem_login_link(&secret::hash(&input.token), now)
        .await?;
    let redeemed = redeemed.filter(|(_, tenant)| at.holds(Some(*tenant)).is_ok());
    let (mut tx, tenant) = redeemed.ok_or_else(|| {
        Problem::new(
            Code::InvalidCredentials,
            "The link was used, is too old, or never was. Ask for another one.",
        )
    })?;
    let login = tx.credentials().await?;
    let entry = AuditEntry::new(now, "login_link.used", "login").of(&login.user);
    let told = origin.audited(Some(login.name.clone()));
    tx.enter(tenant).await?.audit(&entry, &told).await?;
    if has_second_factor(&login) {
        tx.commit().await?;
        return session::ask_second_factor(&api, login.user, Some(tenant));
    }
    let own_password = login.must_change_password;
    session::begin(&api, tx, &origin, Some(tenant), false, own_password).await
}
