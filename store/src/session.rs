//! Sessions: a login's stay, kept alive by refresh tokens that each work once.
//!
//! A session is the family of its tokens. One that is shown a second time was stolen, then or now,
//! and ends the session. Only hashes are stored; times come from the caller.

mod refresh;

use chrono::{DateTime, Utc};
use tenant_config::{
    id::{SessionId, TenantId, UserId},
    plan::TenantStatus,
};

use crate::{
    Store, StoreError,
    membership::{Role, role, status},
    platform::PlatformRole,
    signed_in::UserTx,
    user,
    word::words,
};
pub use refresh::{RefreshVerdict, Rotation, SecretHash};

words! {
    /// Why a session was ended before its time.
    pub enum RevokeReason {
        Logout = "logout",
        /// From the list of sessions.
        Revoked = "revoked",
        TokenReused = "token_reused",
        PasswordChanged = "password_changed",
        LoginDisabled = "login_disabled",
    }
}

/// A session that begins, with its first token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSession {
    pub id: SessionId,
    /// Where the login works at first; it must belong there.
    pub tenant: Option<TenantId>,
    pub at: DateTime<Utc>,
    /// The session ends then, whatever is refreshed.
    pub expires_at: DateTime<Utc>,
    pub mfa_passed: bool,
    pub refresh_hash: SecretHash,
    pub refresh_expires_at: DateTime<Utc>,
    pub user_agent: Option<String>,
    pub ip: Option<String>,
}

/// A session in its owner's list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionRow {
    pub id: SessionId,
    pub created_at: DateTime<Utc>,
    pub last_seen_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
    pub revoked_at: Option<DateTime<Utc>>,
    pub user_agent: Option<String>,
    pub ip: Option<String>,
}

/// What a session may do at this moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Access {
    pub user: UserId,
    pub email: String,
    pub name: String,
    pub platform_role: Option<PlatformRole>,
    pub must_change_password: bool,
    pub mfa_passed: bool,
    /// Where the session works unless it says otherwise.
    pub current_tenant: Option<TenantId>,
    /// The role in the tenant that was asked for, and how that stands; `None` where the login does
    /// not belong.
    pub in_tenant: Option<(Role, TenantStatus)>,
}

impl Store {
    /// What a session may do, and in a tenant; `None` when it is unknown, over or revoked, or its
    /// login disabled. Ask for each request: roles and revocations count at once.
    pub async fn session_access(
        &self,
        session: SessionId,
        tenant: Option<TenantId>,
        now: DateTime<Utc>,
    ) -> Result<Option<Access>, StoreError> {
        let row = sqlx::query!(
            r#"SELECT user_id AS "user_id!", email AS "email!", name AS "name!", platform_role,
                      must_change_password AS "must_change_password!", disabled_at,
                      expires_at AS "expires_at!", revoked_at, mfa_passed_at, current_tenant_id, role,
                      tenant_status
               FROM app.session_lookup($1, $2)"#,
            session.0,
            tenant.map(|id| id.0)
        )
        .fetch_optional(self.app_pool())
        .await?;
        let live = row.filter(|row| {
            row.disabled_at.is_none() && row.revoked_at.is_none() && row.expires_at > now
        });
        let Some(row) = live else { return Ok(None) };
        let in_tenant = match (row.role, row.tenant_status) {
            (Some(word), Some(standing)) => Some((role(&word)?, status(&standing)?)),
            _ => None,
        };
        Ok(Some(Access {
            user: UserId(row.user_id),
            email: row.email,
            name: row.name,
            platform_role: user::role(row.platform_role.as_deref())?,
            must_change_password: row.must_change_password,
            mfa_passed: row.mfa_passed_at.is_some(),
            current_tenant: row.current_tenant_id.map(TenantId),
            in_tenant,
        }))
    }
}

impl UserTx {
    /// Begins a session, which is a login. A [`StoreError::Conflict`] for a tenant where the login
    /// does not belong.
    pub async fn begin_session(&mut self, new: &NewSession) -> Result<(), StoreError> {
        let id = self.id();
        sqlx::query!(
            "INSERT INTO app.sessions
               (id, user_id, current_tenant_id, created_at, last_seen_at, expires_at, mfa_passed_at,
                user_agent, ip)
             VALUES ($1, $2, $3, $4, $4, $5, CASE WHEN $6 THEN $4::timestamptz END, $7, $8)",
            new.id.0,
            id,
            new.tenant.map(|id| id.0),
            new.at,
            new.expires_at,
            new.mfa_passed,
            new.user_agent,
            new.ip
        )
        .execute(self.conn())
        .await?;
        sqlx::query!(
            "INSERT INTO app.refresh_tokens (token_hash, session_id, user_id, issued_at, expires_at)
             VALUES ($1, $2, $3, $4, $5)",
            new.refresh_hash.as_slice(),
            new.id.0,
            id,
            new.at,
            new.refresh_expires_at.min(new.expires_at)
        )
        .execute(self.conn())
        .await?;
        sqlx::query!(
            "UPDATE app.users SET last_login_at = $2 WHERE id = $1",
            id,
            new.at
        )
        .execute(self.conn())
        .await?;
        Ok(())
    }

    /// The login's sessions that are not over at `now`, latest first.
    pub async fn sessions(&mut self, now: DateTime<Utc>) -> Result<Vec<SessionRow>, StoreError> {
        let id = self.id();
        let rows = sqlx::query!(
            "SELECT id, created_at, last_seen_at, expires_at, revoked_at, user_agent, ip FROM app.sessions
             WHERE user_id = $1 AND revoked_at IS NULL AND expires_at > $2 ORDER BY created_at DESC",
            id,
            now
        )
        .fetch_all(self.conn())
        .await?;
        let row = rows.into_iter().map(|row| SessionRow {
            id: SessionId(row.id),
            created_at: row.created_at,
            last_seen_at: row.last_seen_at,
            expires_at: row.expires_at,
            revoked_at: row.revoked_at,
            user_agent: row.user_agent,
            ip: row.ip,
        });
        Ok(row.collect())
    }

    /// Ends a session of the login; `false` when it was over or is not its own.
    pub async fn revoke_session(
        &mut self,
        session: SessionId,
        reason: RevokeReason,
        at: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let id = self.id();
        let done = sqlx::query!(
            "UPDATE app.sessions SET revoked_at = $3, revoke_reason = $4
             WHERE user_id = $1 AND id = $2 AND revoked_at IS NULL",
            id,
            session.0,
            at,
            reason.as_str()
        )
        .execute(self.conn())
        .await?;
        Ok(done.rows_affected() == 1)
    }

    /// Ends the login's sessions except one; how many.
    pub async fn revoke_sessions(
        &mut self,
        except: Option<SessionId>,
        reason: RevokeReason,
        at: DateTime<Utc>,
    ) -> Result<u64, StoreError> {
        let id = self.id();
        let done = sqlx::query!(
            "UPDATE app.sessions SET revoked_at = $3, revoke_reason = $4
             WHERE user_id = $1 AND ($2::uuid IS NULL OR id <> $2) AND revoked_at IS NULL",
            id,
            except.map(|session| session.0),
            at,
            reason.as_str()
        )
        .execute(self.conn())
        .await?;
        Ok(done.rows_affected())
    }

    /// Works in another tenant from here on. A [`StoreError::Conflict`] where the login does not
    /// belong.
    pub async fn switch_tenant(
        &mut self,
        session: SessionId,
        tenant: Option<TenantId>,
    ) -> Result<(), StoreError> {
        let id = self.id();
        sqlx::query!(
            "UPDATE app.sessions SET current_tenant_id = $3 WHERE user_id = $1 AND id = $2",
            id,
            session.0,
            tenant.map(|id| id.0)
        )
        .execute(self.conn())
        .await?;
        Ok(())
    }

    /// Notes that the second factor was shown.
    pub async fn pass_mfa(
        &mut self,
        session: SessionId,
        at: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let id = self.id();
        sqlx::query!(
            "UPDATE app.sessions SET mfa_passed_at = $3 WHERE user_id = $1 AND id = $2",
            id,
            session.0,
            at
        )
        .execute(self.conn())
        .await?;
        Ok(())
    }
}
