//! Recovery codes of a login: told once, counted, renewed.

use axum::{Extension, Json, extract::State};
use chrono::{DateTime, Utc};
use serde::Serialize;
use store::{UserTx, audit::AuditEntry};
use utoipa::ToSchema;

use super::mfa::{ProofInput, both_proven};
use crate::api::{
    body::Body, caller::SignedIn, identity::recovery, problem::Outcome, request::Origin,
    state::ApiState,
};

/// Codes to write down. Each works once, in place of a code of the app.
#[derive(Debug, Serialize, ToSchema)]
pub struct RecoveryCodesView {
    #[schema(example = json!(["ABCD-EFGH-IJKL-MNOP"]))]
    pub recovery_codes: Vec<String>,
}

/// Get other recovery codes; those that there were count no longer.
#[utoipa::path(
    post, path = "/me/mfa/recovery-codes", tag = "Oneself", request_body = ProofInput,
    responses((status = 200, description = "The codes, told this once", body = RecoveryCodesView))
)]
pub async fn renew_recovery_codes(
    State(api): State<ApiState>,
    Extension(origin): Extension<Origin>,
    who: SignedIn,
    Body(input): Body<ProofInput>,
) -> Outcome<Json<RecoveryCodesView>> {
    let now = api.clock.now();
    let mut tx = both_proven(&api, &origin, &who, &input).await?;
    let codes = fresh_codes(&mut tx, now).await?;
    let entry = AuditEntry::new(now, "login.recovery_codes_renewed", "login").of(&who.user);
    who.audit(&mut tx, &entry).await?;
    tx.commit().await?;
    Ok(Json(codes))
}

/// Gives the login other codes in place of all it had.
pub(super) async fn fresh_codes(tx: &mut UserTx, now: DateTime<Utc>) -> Outcome<RecoveryCodesView> {
    let fresh = (0..recovery::CODES).map(|_| recovery::fresh());
    let (recovery_codes, hashes): (Vec<_>, Vec<_>) = fresh.unzip();
    tx.replace_recovery_codes(&hashes, now).await?;
    Ok(RecoveryCodesView { recovery_codes })
}

/// Uses a recovery code up; `false` when it is not one, or was used before.
pub(super) async fn use_recovery_code(
    api: &ApiState,
    tx: &mut UserTx,
    typed: &str,
) -> Outcome<bool> {
    let Some(code) = recovery::hash(typed) else {
        return Ok(false);
    };
    let used = tx.use_recovery_code(&code, api.clock.now()).await?;
    if used {
        tracing::info!(user = %tx.user_id(), "a recovery code was used in place of a second factor");
    }
    Ok(used)
}
