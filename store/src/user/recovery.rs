//! Recovery codes: what lets a login in whose second factor is lost.

use chrono::{DateTime, Utc};

use crate::{StoreError, session::SecretHash, signed_in::UserTx};

impl UserTx {
    /// Gives the login these codes, by their hashes, in place of all it had.
    pub async fn replace_recovery_codes(
        &mut self,
        codes: &[SecretHash],
        at: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let id = self.id();
        let hashes: Vec<Vec<u8>> = codes.iter().map(|code| code.to_vec()).collect();
        sqlx::query!("DELETE FROM app.mfa_recovery_codes WHERE user_id = $1", id)
            .execute(self.conn())
            .await?;
        sqlx::query!(
            "INSERT INTO app.mfa_recovery_codes (user_id, code_hash, created_at)
             SELECT $1, hash, $3 FROM unnest($2::bytea[]) AS hash",
            id,
            &hashes,
            at
        )
        .execute(self.conn())
        .await?;
        Ok(())
    }

    /// Uses a code up; `false` when it is none of the login's, or was used before.
    pub async fn use_recovery_code(
        &mut self,
        code: &SecretHash,
        at: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let id = self.id();
        let done = sqlx::query!(
            "UPDATE app.mfa_recovery_codes SET used_at = $3
             WHERE user_id = $1 AND code_hash = $2 AND used_at IS NULL",
            id,
            code.as_slice(),
            at
        )
        .execute(self.conn())
        .await?;
        Ok(done.rows_affected() == 1)
    }

    /// How many codes are left.
    pub async fn recovery_codes_left(&mut self) -> Result<u32, StoreError> {
        let id = self.id();
        let left = sqlx::query_scalar!(
            r#"SELECT count(*) AS "left!" FROM app.mfa_recovery_codes WHERE user_id = $1 AND used_at IS NULL"#,
            id
        )
        .fetch_one(self.conn())
        .await?;
        Ok(u32::try_from(left).unwrap_or(u32::MAX))
    }
}
