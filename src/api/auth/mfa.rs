//! The second step of signing in: a code of the second factor.

use axum::{Extension, extract::State, response::Response};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{
    login::{Attempt, has_second_factor},
    session::{self, Entrance, LoginView},
};
use crate::api::{
    body::Body,
    host::AtTenant,
    me::mfa::use_factor,
    problem::{Code, Outcome, Problem},
    request::Origin,
    state::ApiState,
};

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CodeInput {
    /// `mfa_token` of the login.
    pub mfa_token: String,
    /// Six digits of the authenticator app, or a recovery code. Each code works once.
    #[schema(example = "123456")]
    pub code: String,
}

/// Show the second factor.
#[utoipa::path(
    post, path = "/auth/mfa/verify", tag = "Signing in", request_body = CodeInput,
    responses((status = 200, description = "A session", body = LoginView))
)]
pub async fn verify_mfa(
    State(api): State<ApiState>,
    Extension(origin): Extension<Origin>,
    Extension(at): Extension<AtTenant>,
    Body(input): Body<CodeInput>,
) -> Outcome<Response> {
    let now = api.clock.now();
    let user = api.tokens.read_second_factor(&input.mfa_token, now);
    let (user, tenant) =
        user.ok_or_else(|| Problem::new(Code::SessionEnded, "Sign in again from the start."))?;
    // Six digits are soon tried out: failures are counted for the login, whatever token shows them.
    let attempt = Attempt::new(&format!("second factor of {user}"), &origin);
    attempt.refuse_blocked(&api, now).await?;
    let mut tx = api.store.user(user).await?;
    let login = tx.credentials().await?;
    // The tenant that was chosen with the first factor, where the login must still belong.
    let entrance = match at.holds(tenant) {
        Ok(()) => Entrance::of(&mut tx, AtTenant(tenant)).await?,
        Err(_) => Entrance::Strange,
    };
    let mut passed = None;
    if let Entrance::Open(tenant) = entrance
        && !login.disabled
        && has_second_factor(&login)
        && use_factor(&api, &mut tx, &login, &input.code).await?
    {
        passed = Some(tenant);
    }
    let Some(tenant) = passed else {
        drop(tx);
        attempt.failed(&api, now).await?;
        return Err(Problem::new(
            Code::InvalidCredentials,
            "The code is not right, or was used.",
        ));
    };
    attempt.succeeded(&api).await?;
    Attempt::new(&login.email, &origin).succeeded(&api).await?;
    session::begin(&api, tx, &origin, tenant, true, login.must_change_password).await
}
