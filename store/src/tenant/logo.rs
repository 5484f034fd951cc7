//! A tenant's logo: the picture itself, which everybody may see who knows its hash.
//!
//! Where it is served is said by the tenant's branding, which this does not know.

use chrono::{DateTime, Utc};

use crate::{Store, StoreError, TenantTx, error::read};

/// A picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Logo {
    /// Of its bytes: its name towards the world.
    pub sha256: [u8; 32],
    /// Such as `image/png`.
    pub media_type: String,
    /// At most 512 KiB.
    pub bytes: Vec<u8>,
}

impl Store {
    /// The logo of that hash, whosever it is.
    pub async fn logo(&self, sha256: &[u8; 32]) -> Result<Option<Logo>, StoreError> {
        let row = sqlx::query!(
            r#"SELECT media_type AS "media_type!", bytes AS "bytes!" FROM app.logo_lookup($1)"#,
            sha256.as_slice()
        )
        .fetch_optional(self.app_pool())
        .await?;
        Ok(row.map(|row| Logo {
            sha256: *sha256,
            media_type: row.media_type,
            bytes: row.bytes,
        }))
    }
}

impl TenantTx {
    /// The tenant's logo.
    pub async fn logo(&mut self) -> Result<Option<Logo>, StoreError> {
        let tenant = self.tenant();
        let row = sqlx::query!(
            "SELECT sha256, media_type, bytes FROM app.tenant_logos WHERE tenant_id = $1",
            tenant
        )
        .fetch_optional(self.conn())
        .await?;
        let logo = row.map(|row| {
            Ok(Logo {
                sha256: hash(&row.sha256)?,
                media_type: row.media_type,
                bytes: row.bytes,
            })
        });
        logo.transpose()
    }

    /// The hash of the tenant's logo.
    pub async fn logo_hash(&mut self) -> Result<Option<[u8; 32]>, StoreError> {
        let tenant = self.tenant();
        let sha256 = sqlx::query_scalar!(
            "SELECT sha256 FROM app.tenant_logos WHERE tenant_id = $1",
            tenant
        )
        .fetch_optional(self.conn())
        .await?;
        sha256.map(|bytes| hash(&bytes)).transpose()
    }

    /// The tenant has this logo and no other.
    pub async fn save_logo(&mut self, logo: &Logo, at: DateTime<Utc>) -> Result<(), StoreError> {
        let tenant = self.tenant();
        sqlx::query!(
            "INSERT INTO app.tenant_logos (tenant_id, sha256, media_type, bytes, uploaded_at)
             VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (tenant_id) DO UPDATE SET sha256 = excluded.sha256, media_type = excluded.media_type,
               bytes = excluded.bytes, uploaded_at = excluded.uploaded_at",
            tenant,
            logo.sha256.as_slice(),
            logo.media_type,
            logo.bytes,
            at
        )
        .execute(self.conn())
        .await?;
        Ok(())
    }

    /// The tenant has no logo, whether it had one or not.
    pub async fn remove_logo(&mut self) -> Result<(), StoreError> {
        let tenant = self.tenant();
        sqlx::query!("DELETE FROM app.tenant_logos WHERE tenant_id = $1", tenant)
            .execute(self.conn())
            .await?;
        Ok(())
    }
}

fn hash(bytes: &[u8]) -> Result<[u8; 32], StoreError> {
    read("tenant_logos", "sha256", bytes.try_into())
}
