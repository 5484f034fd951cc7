//! What the platform's people do with logins. Those of the platform's own people are an owner's to
//! change: anybody else gets a [`StoreError::Refused`].

use chrono::{DateTime, Utc};
use tenant_config::id::UserId;

use super::{NewUser, role};
use crate::{
    PlatformTx, StoreError,
    page::{LAST_ID, LATEST},
    platform::PlatformRole,
};

/// Which logins. Those of a page were made before `before`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UserFilter {
    /// A part of address or name, in any case.
    pub search: Option<String>,
    /// Only the platform's people.
    pub only_platform: bool,
    pub before: Option<(DateTime<Utc>, UserId)>,
    pub at_most: u16,
}

/// A login in the platform's list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlatformUser {
    pub user: UserId,
    pub email: String,
    pub name: String,
    pub platform_role: Option<PlatformRole>,
    pub is_simulated: bool,
    pub has_mfa: bool,
    pub tenants: i64,
    pub disabled_at: Option<DateTime<Utc>>,
    pub last_login_at: Option<DateTime<Utc>>,
    pub created_at: DateTime<Utc>,
}

impl PlatformTx {
    /// Logins, newest first.
    pub async fn users(&mut self, filter: &UserFilter) -> Result<Vec<PlatformUser>, StoreError> {
        self.load_users(filter, None).await
    }

    /// One login.
    pub async fn one_user(&mut self, user: UserId) -> Result<Option<PlatformUser>, StoreError> {
        let one = UserFilter {
            at_most: 1,
            ..UserFilter::default()
        };
        Ok(self.load_users(&one, Some(user)).await?.pop())
    }

    async fn load_users(
        &mut self,
        filter: &UserFilter,
        only: Option<UserId>,
    ) -> Result<Vec<PlatformUser>, StoreError> {
        let (before, before_id) = filter.before.unwrap_or((LATEST, UserId(LAST_ID)));
        let rows = sqlx::query!(
            r#"SELECT u.id, u.email, u.name, u.platform_role, u.is_simulated, u.disabled_at,
                      u.last_login_at, u.created_at, u.mfa_confirmed_at IS NOT NULL AS "has_mfa!",
                      (SELECT count(*) FROM app.memberships m WHERE m.user_id = u.id) AS "tenants!"
               FROM app.users u
               WHERE ($1::text IS NULL OR strpos(lower(u.email || ' ' || u.name), lower($1)) > 0)
                 AND (NOT $2 OR u.platform_role IS NOT NULL)
                 AND (u.created_at, u.id) < ($3, $4::uuid)
                 AND ($6::uuid IS NULL OR u.id = $6)
               ORDER BY u.created_at DESC, u.id DESC LIMIT $5"#,
            filter.search,
            filter.only_platform,
            before,
            before_id.0,
            i64::from(filter.at_most),
            only.map(|user| user.0)
        )
        .fetch_all(self.conn())
        .await?;
        let row = rows.into_iter().map(|row| {
            Ok(PlatformUser {
                user: UserId(row.id),
                email: row.email,
                name: row.name,
                platform_role: role(row.platform_role.as_deref())?,
                is_simulated: row.is_simulated,
                has_mfa: row.has_mfa,
                tenants: row.tenants,
                disabled_at: row.disabled_at,
                last_login_at: row.last_login_at,
                created_at: row.created_at,
            })
        });
        row.collect()
    }

    /// Makes a login, one of the platform's people where `platform_role` is given. A
    /// [`StoreError::Conflict`] when the address has one.
    pub async fn create_platform_user(
        &mut self,
        new: &NewUser,
        platform_role: Option<PlatformRole>,
    ) -> Result<(), StoreError> {
        sqlx::query!(
            "INSERT INTO app.users (id, email, name, password_hash, password_changed_at,
                                    must_change_password, platform_role, created_at)
             VALUES ($1, $2, $3, $4, CASE WHEN $4::text IS NOT NULL THEN $5::timestamptz END,
                     $4::text IS NOT NULL, $6, $5)",
            new.id.0,
            new.email.trim(),
            new.name.trim(),
            new.password_hash,
            new.created_at,
            platform_role.map(PlatformRole::as_str)
        )
        .execute(self.conn())
        .await?;
        Ok(())
    }

    /// Makes somebody one of the platform's people, or no longer. A [`StoreError::Refused`] for the
    /// last owner.
    pub async fn set_platform_role(
        &mut self,
        user: UserId,
        role: Option<PlatformRole>,
    ) -> Result<(), StoreError> {
        let done = sqlx::query!(
            "UPDATE app.users SET platform_role = $2 WHERE id = $1",
            user.0,
            role.map(PlatformRole::as_str)
        )
        .execute(self.conn())
        .await?;
        found(done.rows_affected())
    }

    /// Locks a login out and ends its sessions, or with `None` lets it in again. A
    /// [`StoreError::Refused`] for the last owner.
    pub async fn disable_user(
        &mut self,
        user: UserId,
        since: Option<DateTime<Utc>>,
    ) -> Result<(), StoreError> {
        let done = sqlx::query!(
            "UPDATE app.users SET disabled_at = $2 WHERE id = $1",
            user.0,
            since
        )
        .execute(self.conn())
        .await?;
        found(done.rows_affected())?;
        if let Some(at) = since {
            sqlx::query!(
                "UPDATE app.sessions SET revoked_at = $2, revoke_reason = 'login_disabled'
                 WHERE user_id = $1 AND revoked_at IS NULL",
                user.0,
                at
            )
            .execute(self.conn())
            .await?;
        }
        Ok(())
    }

    /// Takes the second factor away from somebody who has lost it.
    pub async fn clear_mfa(&mut self, user: UserId) -> Result<(), StoreError> {
        let done = sqlx::query!(
            "UPDATE app.users SET mfa_secret_enc = NULL, mfa_key_id = NULL, mfa_confirmed_at = NULL,
                    mfa_last_step = NULL
             WHERE id = $1",
            user.0
        )
        .execute(self.conn())
        .await?;
        found(done.rows_affected())
    }
}

const fn found(rows: u64) -> Result<(), StoreError> {
    if rows == 0 {
        return Err(StoreError::NotFound { what: "login" });
    }
    Ok(())
}
