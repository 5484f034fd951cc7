//! The second factor of a login: proposed, shown once, then asked for at each login.

use axum::{Extension, Json, extract::State, http::StatusCode, response::Response};
use rand::RngCore as _;
use serde::{Deserialize, Serialize};
use store::{UserTx, audit::AuditEntry, secret::SecretPlace, user::Login};
use tenant_config::id::UserId;
use utoipa::ToSchema;

use super::{
    account::own_password,
    recovery::{RecoveryCodesView, fresh_codes, use_recovery_code},
};
use crate::{
    api::{
        auth::login::Attempt,
        body::Body,
        caller::SignedIn,
        identity::totp,
        problem::{Code, Outcome, Problem},
        request::{Origin, empty},
        state::ApiState,
    },
    secrets::{Sealed, place_of},
};

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProposeInput {
    pub password: String,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConfirmInput {
    /// Six digits that the app shows.
    #[schema(example = "123456")]
    pub code: String,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProofInput {
    pub password: String,
    /// Six digits that the app shows, or a recovery code.
    pub code: String,
}

/// A second factor for an authenticator app. It is told this once.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProposedView {
    /// To type into the app.
    pub secret: String,
    /// To show as a QR code.
    pub otpauth_url: String,
}

/// Set up a second factor. It counts once a code of it was shown (POST /me/mfa/confirm).
#[utoipa::path(
    post, path = "/me/mfa", tag = "Oneself", request_body = ProposeInput,
    responses((status = 200, description = "For the authenticator app", body = ProposedView))
)]
pub async fn propose_mfa(
    State(api): State<ApiState>,
    Extension(origin): Extension<Origin>,
    who: SignedIn,
    Body(input): Body<ProposeInput>,
) -> Outcome<Json<ProposedView>> {
    let login = proven(&api, &origin, &who, &input.password).await?;
    if login.mfa.is_some_and(|mfa| mfa.confirmed) {
        return Err(Problem::new(
            Code::Conflict,
            "There is a second factor. Disable it first with POST /api/v1/me/mfa/disable.",
        ));
    }
    let mut secret = [0; totp::SECRET_BYTES];
    rand::rng().fill_bytes(&mut secret);
    let sealed = api.keys.seal(&place(who.user), &secret);
    let sealed = sealed.map_err(|error| Problem::internal(&error))?;
    let mut tx = who.begin(&api).await?;
    tx.propose_mfa(&sealed.bytes, &sealed.key_id).await?;
    tx.commit().await?;
    Ok(Json(ProposedView {
        secret: totp::base32(&secret),
        otpauth_url: totp::address(&secret, "Trunkline", &login.email),
    }))
}

/// Show that the app has the second factor; it is asked for from here on. The answer has the recovery
/// codes for the day when the app is lost: it is the only time that they are told.
#[utoipa::path(
    post, path = "/me/mfa/confirm", tag = "Oneself", request_body = ConfirmInput,
    responses((status = 200, description = "It counts", body = RecoveryCodesView))
)]
pub async fn confirm_mfa(
    State(api): State<ApiState>,
    who: SignedIn,
    Body(input): Body<ConfirmInput>,
) -> Outcome<Json<RecoveryCodesView>> {
    who.in_own_name()?;
    let now = api.clock.now();
    let mut tx = who.begin(&api).await?;
    let login = tx.credentials().await?;
    if !use_code(&api, &mut tx, &login, &input.code).await? {
        return Err(wrong_code());
    }
    tx.confirm_mfa(now).await?;
    let codes = fresh_codes(&mut tx, now).await?;
    let entry = AuditEntry::new(now, "login.mfa_enabled", "login").of(&who.user);
    who.audit(&mut tx, &entry).await?;
    tx.commit().await?;
    Ok(Json(codes))
}

/// Do without the second factor.
#[utoipa::path(
    post, path = "/me/mfa/disable", tag = "Oneself", request_body = ProofInput,
    responses((status = 204, description = "It is asked for no longer"))
)]
pub async fn disable_mfa(
    State(api): State<ApiState>,
    Extension(origin): Extension<Origin>,
    who: SignedIn,
    Body(input): Body<ProofInput>,
) -> Outcome<Response> {
    let now = api.clock.now();
    let mut tx = both_proven(&api, &origin, &who, &input).await?;
    tx.remove_mfa().await?;
    let entry = AuditEntry::new(now, "login.mfa_disabled", "login").of(&who.user);
    who.audit(&mut tx, &entry).await?;
    tx.commit().await?;
    Ok(empty(StatusCode::NO_CONTENT))
}

/// Begins a transaction of a login that has said its password and shown its second factor again;
/// failures are counted.
pub(super) async fn both_proven(
    api: &ApiState,
    origin: &Origin,
    who: &SignedIn,
    proof: &ProofInput,
) -> Outcome<UserTx> {
    let login = proven(api, origin, who, &proof.password).await?;
    let attempt = attempt(who, origin);
    let mut tx = who.begin(api).await?;
    if !use_factor(api, &mut tx, &login, &proof.code).await? {
        drop(tx);
        attempt.failed(api, api.clock.now()).await?;
        return Err(wrong_code());
    }
    attempt.succeeded(api).await?;
    Ok(tx)
}

/// Uses a code of the app or a recovery code up; `false` when it is neither, or was used before.
pub(in crate::api) async fn use_factor(
    api: &ApiState,
    tx: &mut UserTx,
    login: &Login,
    code: &str,
) -> Outcome<bool> {
    Ok(use_code(api, tx, login, code).await? || use_recovery_code(api, tx, code).await?)
}

/// Uses a code of the app up; `false` when it is not one, or was used before.
async fn use_code(api: &ApiState, tx: &mut UserTx, login: &Login, code: &str) -> Outcome<bool> {
    let Some(mfa) = &login.mfa else {
        return Ok(false);
    };
    let sealed = Sealed {
        key_id: mfa.key_id.clone(),
        bytes: mfa.encrypted.clone(),
    };
    let secret = api.keys.open(&place(login.user), &sealed);
    let secret = secret.map_err(|error| Problem::internal(&error))?;
    let now = totp::step(api.clock.now().timestamp());
    match totp::matching_step(&secret, code, now, mfa.last_step) {
        Some(step) => Ok(tx.use_mfa_step(step).await?),
        None => Ok(false),
    }
}

/// The login, whose password was said again; failures are counted.
async fn proven(api: &ApiState, origin: &Origin, who: &SignedIn, password: &str) -> Outcome<Login> {
    who.in_own_name()?;
    let now = api.clock.now();
    let attempt = attempt(who, origin);
    attempt.refuse_blocked(api, now).await?;
    let login = who.begin(api).await?.credentials().await?;
    if let Err(wrong) = own_password(api, &login, password, "/password").await {
        attempt.failed(api, now).await?;
        return Err(wrong);
    }
    Ok(login)
}

fn attempt(who: &SignedIn, origin: &Origin) -> Attempt {
    Attempt::new(&format!("password of {}", who.user), origin)
}

fn wrong_code() -> Problem {
    Problem::field("/code", "wrong", "The code is not right, or was used.")
}

/// Where a sealed second factor belongs.
fn place(user: UserId) -> String {
    place_of(SecretPlace::Mfa, user.0)
}
