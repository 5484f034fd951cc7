//! A login's own account: its name, password and second factor.

use chrono::{DateTime, Utc};
use tenant_config::id::UserId;

use super::{Login, LoginRow, role};
use crate::{StoreError, TenantTx, platform::PlatformRole, signed_in::UserTx};

/// What a login may know about itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    pub user: UserId,
    pub email: String,
    pub name: String,
    pub must_change_password: bool,
    pub password_changed_at: Option<DateTime<Utc>>,
    pub mfa_confirmed_at: Option<DateTime<Utc>>,
    pub platform_role: Option<PlatformRole>,
    pub last_login_at: Option<DateTime<Utc>>,
    pub created_at: DateTime<Utc>,
}

/// A login that is to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewUser {
    pub id: UserId,
    /// Kept as written; compared in any case.
    pub email: String,
    pub name: String,
    /// A PHC string; `None` has to set one by a reset.
    pub password_hash: Option<String>,
    pub created_at: DateTime<Utc>,
}

impl TenantTx {
    /// Makes a login; a [`StoreError::Conflict`] when the address has one. It belongs to nobody until
    /// it is made a member.
    pub async fn create_user(&mut self, new: &NewUser) -> Result<(), StoreError> {
        sqlx::query!(
            "INSERT INTO app.users (id, email, name, password_hash, password_changed_at, created_at)
             VALUES ($1, $2, $3, $4, CASE WHEN $4::text IS NOT NULL THEN $5::timestamptz END, $5)",
            new.id.0,
            new.email.trim(),
            new.name.trim(),
            new.password_hash,
            new.created_at
        )
        .execute(self.conn())
        .await?;
        Ok(())
    }
}

impl UserTx {
    pub async fn account(&mut self) -> Result<Account, StoreError> {
        let id = self.id();
        let row = sqlx::query!(
            "SELECT id, email, name, must_change_password, password_changed_at, mfa_confirmed_at,
                    platform_role, last_login_at, created_at
             FROM app.users WHERE id = $1",
            id
        )
        .fetch_optional(self.conn())
        .await?
        .ok_or(StoreError::NotFound { what: "login" })?;
        Ok(Account {
            user: UserId(row.id),
            email: row.email,
            name: row.name,
            must_change_password: row.must_change_password,
            password_changed_at: row.password_changed_at,
            mfa_confirmed_at: row.mfa_confirmed_at,
            platform_role: role(row.platform_role.as_deref())?,
            last_login_at: row.last_login_at,
            created_at: row.created_at,
        })
    }

    /// What lets this login in, for who has to show it again.
    pub async fn credentials(&mut self) -> Result<Login, StoreError> {
        let row = sqlx::query_as!(
            LoginRow,
            r#"SELECT user_id AS "user_id!", email AS "email!", name AS "name!", password_hash,
                      must_change_password AS "must_change_password!", mfa_secret_enc, mfa_key_id,
                      mfa_confirmed_at, mfa_last_step, platform_role, disabled_at
               FROM app.own_credentials()"#
        )
        .fetch_optional(self.conn())
        .await?;
        row.ok_or(StoreError::NotFound { what: "login" })?
            .try_into()
    }

    pub async fn rename(&mut self, name: &str) -> Result<(), StoreError> {
        let id = self.id();
        sqlx::query!(
            "UPDATE app.users SET name = $2 WHERE id = $1",
            id,
            name.trim()
        )
        .execute(self.conn())
        .await?;
        Ok(())
    }

    /// Sets a password that its owner chose. End the other sessions with it
    /// ([`revoke_sessions`](Self::revoke_sessions)).
    pub async fn set_password(
        &mut self,
        password_hash: &str,
        at: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let id = self.id();
        sqlx::query!(
            "UPDATE app.users SET password_hash = $2, password_changed_at = $3, must_change_password = false
             WHERE id = $1",
            id,
            password_hash,
            at
        )
        .execute(self.conn())
        .await?;
        Ok(())
    }

    /// Replaces the hash of the same password by a better one.
    pub async fn rehash_password(&mut self, password_hash: &str) -> Result<(), StoreError> {
        let id = self.id();
        sqlx::query!(
            "UPDATE app.users SET password_hash = $2 WHERE id = $1",
            id,
            password_hash
        )
        .execute(self.conn())
        .await?;
        Ok(())
    }

    /// Proposes a second factor; it counts after [`confirm_mfa`](Self::confirm_mfa). Replaces one
    /// that there was.
    pub async fn propose_mfa(
        &mut self,
        secret_encrypted: &[u8],
        key_id: &str,
    ) -> Result<(), StoreError> {
        let id = self.id();
        sqlx::query!(
            "UPDATE app.users SET mfa_secret_enc = $2, mfa_key_id = $3, mfa_confirmed_at = NULL,
                    mfa_last_step = NULL
             WHERE id = $1",
            id,
            secret_encrypted,
            key_id
        )
        .execute(self.conn())
        .await?;
        Ok(())
    }

    /// Makes the proposed second factor count, after a code of it was shown.
    pub async fn confirm_mfa(&mut self, at: DateTime<Utc>) -> Result<(), StoreError> {
        let id = self.id();
        sqlx::query!(
            "UPDATE app.users SET mfa_confirmed_at = $2 WHERE id = $1",
            id,
            at
        )
        .execute(self.conn())
        .await?;
        Ok(())
    }

    /// Takes the second factor away, and its recovery codes with it.
    pub async fn remove_mfa(&mut self) -> Result<(), StoreError> {
        let id = self.id();
        sqlx::query!("DELETE FROM app.mfa_recovery_codes WHERE user_id = $1", id)
            .execute(self.conn())
            .await?;
        sqlx::query!(
            "UPDATE app.users SET mfa_secret_enc = NULL, mfa_key_id = NULL, mfa_confirmed_at = NULL,
                    mfa_last_step = NULL
             WHERE id = $1",
            id
        )
        .execute(self.conn())
        .await?;
        Ok(())
    }

    /// Uses the code of a time step up; `false` when it, or a later one, was used before.
    pub async fn use_mfa_step(&mut self, step: i64) -> Result<bool, StoreError> {
        let id = self.id();
        let done = sqlx::query!(
            "UPDATE app.users SET mfa_last_step = $2
             WHERE id = $1 AND (mfa_last_step IS NULL OR mfa_last_step < $2)",
            id,
            step
        )
        .execute(self.conn())
        .await?;
        Ok(done.rows_affected() == 1)
    }
}
