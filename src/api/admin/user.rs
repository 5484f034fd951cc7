//! Logins of the installation, and the platform's own people.

use axum::{Json, response::Response};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{
    audit::AuditEntry,
    platform::PlatformRole,
    seed::ROOT_TENANT,
    user::{NewUser, PlatformUser, UserFilter},
};
use tenant_config::id::UserId;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::api::{
    answer::Answer,
    body::{Body, Id, Params, Patch},
    caller::Platform,
    check::Faults,
    etag::IfMatch,
    identity::secret,
    page::{Page, PageParams},
    problem::{Outcome, Problem},
};

/// Which logins.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct UserParams {
    /// So many at most, 1 to 200; 50 if nothing is said.
    #[param(minimum = 1, maximum = 200)]
    pub limit: Option<u16>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
    /// A part of address or name.
    pub q: Option<String>,
    /// Only the platform's own people.
    #[serde(default)]
    pub only_platform: bool,
}

/// What somebody may do on the platform.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PlatformRoleWord {
    Owner,
    SuperAdmin,
}

impl From<PlatformRoleWord> for PlatformRole {
    fn from(word: PlatformRoleWord) -> Self {
        match word {
            PlatformRoleWord::Owner => Self::Owner,
            PlatformRoleWord::SuperAdmin => Self::SuperAdmin,
        }
    }
}

impl From<PlatformRole> for PlatformRoleWord {
    fn from(role: PlatformRole) -> Self {
        match role {
            PlatformRole::Owner => Self::Owner,
            PlatformRole::SuperAdmin => Self::SuperAdmin,
        }
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub struct UserView {
    pub id: Uuid,
    pub email: String,
    pub name: String,
    pub platform_role: Option<PlatformRoleWord>,
    pub has_mfa: bool,
    /// How many tenants they belong to.
    pub tenants: i64,
    pub disabled_at: Option<DateTime<Utc>>,
    pub last_login_at: Option<DateTime<Utc>>,
    pub created_at: DateTime<Utc>,
}

impl From<&PlatformUser> for UserView {
    fn from(user: &PlatformUser) -> Self {
        Self {
            id: user.user.0,
            email: user.email.clone(),
            name: user.name.clone(),
            platform_role: user.platform_role.map(PlatformRoleWord::from),
            has_mfa: user.has_mfa,
            tenants: user.tenants,
            disabled_at: user.disabled_at,
            last_login_at: user.last_login_at,
            created_at: user.created_at,
        }
    }
}

/// One of the platform's people who is to be.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPlatformUserInput {
    pub email: String,
    pub name: String,
    pub platform_role: PlatformRoleWord,
}

/// Their first password is told this once; they must choose another one.
#[derive(Debug, Serialize, ToSchema)]
pub struct NewPlatformUserView {
    pub id: Uuid,
    pub email: String,
    /// `null` when the same request is answered again.
    pub first_password: Option<String>,
}

/// What the platform changes of a login.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PlatformUserInput {
    /// `null`: none of the platform's people. Only an owner changes it.
    #[serde(default)]
    pub platform_role: Option<PlatformRoleWord>,
    /// Locked out, and all sessions ended.
    #[serde(default)]
    pub disabled: bool,
    /// `false` takes a lost second factor away; `true` changes nothing.
    #[serde(default)]
    pub has_mfa: bool,
}

/// Logins.
#[utoipa::path(
    get, path = "/admin/users", tag = "Platform: people", params(UserParams),
    responses((status = 200, description = "The newest first", body = Page<UserView>))
)]
pub async fn list_users(
    who: Platform,
    Params(params): Params<UserParams>,
) -> Outcome<Json<Page<UserView>>> {
    let page = PageParams {
        limit: params.limit,
        cursor: params.cursor,
    };
    let filter = UserFilter {
        search: params.q.filter(|q| !q.is_empty() && !q.contains('\0')),
        only_platform: params.only_platform,
        before: page.before()?.map(|(at, id)| (at, UserId(id))),
        at_most: page.fetch()?,
    };
    let users = who.begin().await?.users(&filter).await?;
    let key = |user: &PlatformUser| (user.created_at, user.user.0);
    Ok(Json(page.page(users, key, |user| UserView::from(&user))?))
}

/// Make somebody one of the platform's people.
#[utoipa::path(
    post, path = "/admin/users", tag = "Platform: people", request_body = NewPlatformUserInput,
    responses((status = 201, description = "Made", body = NewPlatformUserView))
)]
pub async fn create_platform_user(
    who: Platform,
    Body(input): Body<NewPlatformUserInput>,
) -> Outcome<Response> {
    let mut faults = Faults::default();
    let email = faults.email("/email", &input.email);
    let name = faults.text("/name", &input.name, 200);
    faults.none()?;
    let password = secret::fresh();
    let new = NewUser {
        id: UserId(Uuid::now_v7()),
        email: email.clone(),
        name,
        password_hash: Some(who.api.passwords.hash(&password).await?),
        created_at: who.now(),
    };
    let role = PlatformRole::from(input.platform_role);
    let mut tx = who.begin().await?;
    tx.create_platform_user(&new, Some(role)).await?;
    let entry = AuditEntry::new(who.now(), "platform_user.created", "login")
        .of(&new.id)
        .after(json!({"email": email, "platform_role": role.as_str()}));
    let view = NewPlatformUserView {
        id: new.id.0,
        email,
        first_password: Some(password),
    };
    let answer =
        Answer::made(&view, &format!("/admin/users/{}", new.id))?.once(&["first_password"]);
    who.record(tx, ROOT_TENANT, entry, answer).await
}

/// Lock a login out or let it in, take a lost second factor away, or change a platform role.
#[utoipa::path(
    patch, path = "/admin/users/{id}", tag = "Platform: people", params(("id" = Uuid, Path)),
    request_body = PlatformUserInput,
    responses((status = 200, description = "Changed", body = UserView))
)]
pub async fn edit_platform_user(
    who: Platform,
    Id(id): Id,
    seen: IfMatch,
    patch: Patch,
) -> Outcome<Response> {
    let user = UserId(id);
    let mut tx = who.begin().await?;
    tx.enter(ROOT_TENANT).await?.take_turns(id).await?;
    let was = tx.one_user(user).await?.ok_or_else(Problem::not_found)?;
    let before = UserView::from(&was);
    seen.check(&before)?;
    let old = PlatformUserInput {
        platform_role: before.platform_role,
        disabled: was.disabled_at.is_some(),
        has_mfa: was.has_mfa,
    };
    let new = patch.onto(&old)?;
    if new.platform_role != old.platform_role {
        tx.set_platform_role(user, new.platform_role.map(PlatformRole::from))
            .await?;
    }
    if new.disabled != old.disabled {
        tx.disable_user(user, new.disabled.then(|| who.now()))
            .await?;
    }
    if old.has_mfa && !new.has_mfa {
        tx.clear_mfa(user).await?;
    }
    let is = tx.one_user(user).await?.ok_or_else(Problem::not_found)?;
    let after = UserView::from(&is);
    let entry = AuditEntry::new(who.now(), "platform_user.edited", "login")
        .of(&user)
        .before(json!(before))
        .after(json!(after));
    who.record(tx, ROOT_TENANT, entry, Answer::ok(&after)?)
        .await
}
