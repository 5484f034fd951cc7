//! Keys of a tenant's programs. Only hashes are stored; the prefix lets its owner know a key again.

use chrono::{DateTime, TimeDelta, Utc};
use tenant_config::{
    id::{ApiKeyId, TenantId, UserId},
    plan::TenantStatus,
};

use crate::{
    Store, StoreError, TenantTx, error::known, membership::status, session::SecretHash, word::words,
};

words! {
    /// Which rows a key touches.
    pub enum KeyMode {
        Live = "live",
        Test = "test",
    }
}

/// A key that is to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewApiKey {
    pub id: ApiKeyId,
    pub name: String,
    /// The first 8 to 24 characters of the key.
    pub prefix: String,
    pub hash: SecretHash,
    pub scopes: Vec<String>,
    pub mode: KeyMode,
    pub created_by: Option<UserId>,
    pub at: DateTime<Utc>,
    pub expires_at: Option<DateTime<Utc>>,
}

/// A key in the tenant's list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiKeyRow {
    pub id: ApiKeyId,
    pub name: String,
    pub prefix: String,
    pub scopes: Vec<String>,
    pub mode: KeyMode,
    pub created_by: Option<UserId>,
    pub created_at: DateTime<Utc>,
    pub expires_at: Option<DateTime<Utc>>,
    pub last_used_at: Option<DateTime<Utc>>,
    pub revoked_at: Option<DateTime<Utc>>,
}

/// A key that may be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiKey {
    pub id: ApiKeyId,
    pub tenant: TenantId,
    pub tenant_status: TenantStatus,
    pub name: String,
    pub scopes: Vec<String>,
    pub mode: KeyMode,
    last_used_at: Option<DateTime<Utc>>,
}

impl ApiKey {
    /// Its last use is worth noting again; each time would be a write for each request.
    pub fn use_is_worth_noting(&self, now: DateTime<Utc>) -> bool {
        self.last_used_at
            .is_none_or(|last| now - last > TimeDelta::minutes(5))
    }
}

impl Store {
    /// The key of a hash; `None` when it is unknown, revoked or expired.
    pub async fn find_api_key(
        &self,
        hash: &SecretHash,
        now: DateTime<Utc>,
    ) -> Result<Option<ApiKey>, StoreError> {
        let row = sqlx::query!(
            r#"SELECT key_id AS "key_id!", tenant_id AS "tenant_id!", scopes AS "scopes!", mode AS "mode!",
                      name AS "name!", expires_at, revoked_at, last_used_at, tenant_status AS "tenant_status!"
               FROM app.api_key_lookup($1)"#,
            hash.as_slice()
        )
        .fetch_optional(self.app_pool())
        .await?;
        let live = row.filter(|row| {
            row.revoked_at.is_none() && row.expires_at.is_none_or(|expires| expires > now)
        });
        let Some(row) = live else { return Ok(None) };
        Ok(Some(ApiKey {
            id: ApiKeyId(row.key_id),
            tenant: TenantId(row.tenant_id),
            tenant_status: status(&row.tenant_status)?,
            name: row.name,
            scopes: row.scopes,
            mode: mode(&row.mode)?,
            last_used_at: row.last_used_at,
        }))
    }
}

impl TenantTx {
    pub async fn create_api_key(&mut self, new: &NewApiKey) -> Result<(), StoreError> {
        let tenant = self.tenant();
        sqlx::query!(
            "INSERT INTO app.api_keys
               (id, tenant_id, name, prefix, key_hash, scopes, mode, created_by, created_at, expires_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
            new.id.0,
            tenant,
            new.name.trim(),
            new.prefix,
            new.hash.as_slice(),
            &new.scopes,
            new.mode.as_str(),
            new.created_by.map(|user| user.0),
            new.at,
            new.expires_at
        )
        .execute(self.conn())
        .await?;
        Ok(())
    }

    /// What a key may do; `None` when it is unknown, revoked or expired.
    pub async fn api_key_scopes(
        &mut self,
        id: ApiKeyId,
        now: DateTime<Utc>,
    ) -> Result<Option<Vec<String>>, StoreError> {
        let tenant = self.tenant();
        Ok(sqlx::query_scalar!(
            "SELECT scopes FROM app.api_keys
             WHERE tenant_id = $1 AND id = $2 AND revoked_at IS NULL AND COALESCE(expires_at > $3, true)",
            tenant,
            id.0,
            now
        )
        .fetch_optional(self.conn())
        .await?)
    }

    /// The tenant's keys, latest first, with those that were revoked.
    pub async fn api_keys(&mut self) -> Result<Vec<ApiKeyRow>, StoreError> {
        let tenant = self.tenant();
        let rows = sqlx::query!(
            "SELECT id, name, prefix, scopes, mode, created_by, created_at, expires_at, last_used_at, revoked_at
             FROM app.api_keys WHERE tenant_id = $1 ORDER BY created_at DESC, id LIMIT 200",
            tenant
        )
        .fetch_all(self.conn())
        .await?;
        let row = rows.into_iter().map(|row| {
            Ok(ApiKeyRow {
                id: ApiKeyId(row.id),
                name: row.name,
                prefix: row.prefix,
                scopes: row.scopes,
                mode: mode(&row.mode)?,
                created_by: row.created_by.map(UserId),
                created_at: row.created_at,
                expires_at: row.expires_at,
                last_used_at: row.last_used_at,
                revoked_at: row.revoked_at,
            })
        });
        row.collect()
    }

    /// Revokes a key, at once; `false` when it was, or is unknown.
    pub async fn revoke_api_key(
        &mut self,
        key: ApiKeyId,
        at: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let tenant = self.tenant();
        let done = sqlx::query!(
            "UPDATE app.api_keys SET revoked_at = $3
             WHERE tenant_id = $1 AND id = $2 AND revoked_at IS NULL",
            tenant,
            key.0,
            at
        )
        .execute(self.conn())
        .await?;
        Ok(done.rows_affected() == 1)
    }

    /// Notes that a key was used.
    pub async fn note_api_key_use(
        &mut self,
        key: ApiKeyId,
        at: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let tenant = self.tenant();
        sqlx::query!(
            "UPDATE app.api_keys SET last_used_at = $3 WHERE tenant_id = $1 AND id = $2",
            tenant,
            key.0,
            at
        )
        .execute(self.conn())
        .await?;
        Ok(())
    }
}

fn mode(word: &str) -> Result<KeyMode, StoreError> {
    known("api_keys", "mode", KeyMode::parse(word))
}
