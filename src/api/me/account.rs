//! Who one is.

use axum::{extract::State, response::Response};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use store::{UserTx, audit::AuditEntry, platform::PlatformRole};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::api::{
    answer::Answer,
    body::Patch,
    caller::SignedIn,
    check::Faults,
    etag::{IfMatch, tagged},
    problem::{Outcome, Problem},
    state::ApiState,
};

/// The login that asks.
#[derive(Debug, Serialize, ToSchema)]
pub struct MeView {
    pub id: Uuid,
    pub email: String,
    pub name: String,
    /// `owner` or `super_admin`; `null` for who is none of the platform's people.
    pub platform_role: Option<&'static str>,
    /// The tenant that this token works in.
    pub tenant_id: Option<Uuid>,
    /// The role there: `tenant_owner`, `admin`, `user`, `viewer` or `customer`.
    pub role: Option<&'static str>,
    pub must_change_password: bool,
    pub has_mfa: bool,
    /// Recovery codes that were not used yet. With few left: POST /me/mfa/recovery-codes.
    pub recovery_codes_left: u32,
    /// Set while an owner of the platform works in the tenant's place.
    pub impersonation: Option<InPlaceView>,
    pub last_login_at: Option<DateTime<Utc>>,
    pub created_at: DateTime<Utc>,
}

/// Somebody works in a tenant's place.
#[derive(Debug, Serialize, ToSchema)]
pub struct InPlaceView {
    pub id: Uuid,
    pub tenant_id: Uuid,
    /// `read_only` or `full`.
    pub mode: &'static str,
    pub expires_at: DateTime<Utc>,
}

/// What one may change about oneself.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MeInput {
    pub name: String,
}

impl MeView {
    /// The login of a transaction as it is there.
    async fn read(tx: &mut UserTx, who: &SignedIn) -> Outcome<Self> {
        let account = tx.account().await?;
        Ok(Self {
            id: account.user.0,
            email: account.email,
            name: account.name,
            platform_role: account.platform_role.map(PlatformRole::as_str),
            tenant_id: who.tenant.map(|(tenant, _)| tenant.0),
            role: who.tenant.map(|(_, role)| role.as_str()),
            must_change_password: account.must_change_password,
            has_mfa: account.mfa_confirmed_at.is_some(),
            recovery_codes_left: tx.recovery_codes_left().await?,
            impersonation: who.impersonation.map(|i| InPlaceView {
                id: i.id().0,
                tenant_id: i.tenant().0,
                mode: i.mode().as_str(),
                expires_at: i.expires_at(),
            }),
            last_login_at: account.last_login_at,
            created_at: account.created_at,
        })
    }
}

/// Who am I?
#[utoipa::path(
    get, path = "/me", tag = "Oneself",
    responses((status = 200, description = "The login", body = MeView))
)]
pub async fn get_me(State(api): State<ApiState>, who: SignedIn) -> Outcome<Response> {
    let mut tx = who.begin(&api).await?;
    tagged(MeView::read(&mut tx, &who).await?)
}

/// Change one's name.
#[utoipa::path(
    patch, path = "/me", tag = "Oneself", request_body = MeInput,
    responses((status = 200, description = "The login", body = MeView))
)]
pub async fn edit_me(
    State(api): State<ApiState>,
    who: SignedIn,
    seen: IfMatch,
    patch: Patch,
) -> Outcome<Response> {
    who.in_own_name()?;
    let mut tx = who.begin(&api).await?;
    let was = MeView::read(&mut tx, &who).await?;
    seen.check(&was)?;
    let input: MeInput = patch.onto(&MeInput {
        name: was.name.clone(),
    })?;
    let mut faults = Faults::default();
    let name = faults.text("/name", &input.name, 200);
    faults.none()?;
    tx.rename(&name).await?;
    let is = MeView::read(&mut tx, &who).await?;
    let entry = AuditEntry::new(api.clock.now(), "login.renamed", "login")
        .of(&who.user)
        .before(serde_json::json!({"name": was.name}))
        .after(serde_json::json!({"name": name}));
    who.audit(&mut tx, &entry).await?;
    tx.commit().await?;
    Ok(Answer::ok(&is)?.respond(false))
}

/// A login must say its password again before it changes what lets it in.
pub(super) async fn own_password(
    api: &ApiState,
    login: &store::user::Login,
    password: &str,
    pointer: &str,
) -> Outcome<()> {
    use crate::api::identity::password::Verdict;
    let verdict = api
        .passwords
        .verify(password, login.password_hash.as_deref())
        .await?;
    if verdict == Verdict::Wrong {
        return Err(Problem::field(
            pointer,
            "wrong",
            "This is not your password.",
        ));
    }
    Ok(())
}
