//! Logins: who somebody is, apart from where they belong.
//!
//! [`Login`] has what it takes to check a password or a code, and is for that alone: its secrets are
//! read by functions of the database that no other query can see through.

mod account;
mod admin;
mod recovery;

use chrono::{DateTime, Utc};
use tenant_config::id::UserId;
use uuid::Uuid;

use crate::{Store, StoreError, error::known, platform::PlatformRole};
pub use account::{Account, NewUser};
pub use admin::{PlatformUser, UserFilter};

/// A login with what lets it in. Its secrets are not printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Login {
    pub user: UserId,
    pub email: String,
    pub name: String,
    /// A PHC string; `None` cannot log in with a password.
    pub password_hash: Option<String>,
    pub must_change_password: bool,
    pub mfa: Option<MfaSecret>,
    pub platform_role: Option<PlatformRole>,
    pub disabled: bool,
}

/// The second factor of a login.
#[derive(Clone, PartialEq, Eq)]
pub struct MfaSecret {
    pub encrypted: Vec<u8>,
    pub key_id: String,
    /// It counts once its owner has shown a code of it.
    pub confirmed: bool,
    /// The time step whose code was used last.
    pub last_step: Option<i64>,
}

impl std::fmt::Debug for Login {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Login")
            .field("user", &self.user)
            .field("disabled", &self.disabled)
            .finish_non_exhaustive()
    }
}

impl std::fmt::Debug for MfaSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MfaSecret")
            .field("key_id", &self.key_id)
            .field("confirmed", &self.confirmed)
            .finish_non_exhaustive()
    }
}

impl Store {
    /// The login of an address, in any case. Compare a made-up hash where there is none, so that the
    /// time tells nothing.
    pub async fn find_login(&self, email: &str) -> Result<Option<Login>, StoreError> {
        let row = sqlx::query_as!(
            LoginRow,
            r#"SELECT user_id AS "user_id!", email AS "email!", name AS "name!", password_hash,
                      must_change_password AS "must_change_password!", mfa_secret_enc, mfa_key_id,
                      mfa_confirmed_at, mfa_last_step, platform_role, disabled_at
               FROM app.auth_lookup($1)"#,
            email.trim()
        )
        .fetch_optional(self.app_pool())
        .await?;
        row.map(Login::try_from).transpose()
    }

    /// Makes the first owner of the platform, who has to change the password; `false` when there is
    /// an owner, and nothing was made.
    pub async fn create_first_owner(
        &self,
        id: UserId,
        email: &str,
        password_hash: &str,
        at: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let made = sqlx::query_scalar!(
            "SELECT app.create_first_owner($1, $2, $3, $4)",
            id.0,
            email,
            password_hash,
            at
        )
        .fetch_one(self.worker_pool())
        .await?;
        Ok(made.unwrap_or_default())
    }
}

struct LoginRow {
    user_id: Uuid,
    email: String,
    name: String,
    password_hash: Option<String>,
    must_change_password: bool,
    mfa_secret_enc: Option<Vec<u8>>,
    mfa_key_id: Option<String>,
    mfa_confirmed_at: Option<DateTime<Utc>>,
    mfa_last_step: Option<i64>,
    platform_role: Option<String>,
    disabled_at: Option<DateTime<Utc>>,
}

impl TryFrom<LoginRow> for Login {
    type Error = StoreError;

    fn try_from(row: LoginRow) -> Result<Self, StoreError> {
        let mfa = row.mfa_secret_enc.zip(row.mfa_key_id);
        Ok(Self {
            user: UserId(row.user_id),
            email: row.email,
            name: row.name,
            password_hash: row.password_hash,
            must_change_password: row.must_change_password,
            mfa: mfa.map(|(encrypted, key_id)| MfaSecret {
                encrypted,
                key_id,
                confirmed: row.mfa_confirmed_at.is_some(),
                last_step: row.mfa_last_step,
            }),
            platform_role: role(row.platform_role.as_deref())?,
            disabled: row.disabled_at.is_some(),
        })
    }
}

pub(crate) fn role(word: Option<&str>) -> Result<Option<PlatformRole>, StoreError> {
    let role = word.map(|word| known("users", "platform_role", PlatformRole::parse(word)));
    role.transpose()
}
