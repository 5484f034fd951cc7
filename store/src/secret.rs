//! Encrypted secrets, for the rotation of their keys. Knows no cipher: the house decrypts and
//! encrypts.

use uuid::Uuid;

use crate::{Store, StoreError, error::known, word::words};

words! {
    /// What a secret is.
    pub enum SecretPlace {
        /// A login's second factor.
        Mfa = "mfa",
        /// A line's SIP password.
        SipPassword = "sip_password",
    }
}

/// A secret as it is stored.
#[derive(Clone, PartialEq, Eq)]
pub struct StoredSecret {
    pub place: SecretPlace,
    /// Of the row that has it.
    pub owner: Uuid,
    pub key_id: String,
    pub encrypted: Vec<u8>,
}

/// How many secrets of one place a key encrypted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyUse {
    pub place: SecretPlace,
    pub key_id: String,
    pub secrets: i64,
}

impl std::fmt::Debug for StoredSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("StoredSecret")
            .field("place", &self.place)
            .field("owner", &self.owner)
            .field("key_id", &self.key_id)
            .finish_non_exhaustive()
    }
}

impl Store {
    /// Secrets that another key than `current_key` encrypted, those after `after` in the order of
    /// place and owner; none at all when the rotation is complete.
    pub async fn secrets_of_other_keys(
        &self,
        current_key: &str,
        after: Option<(SecretPlace, Uuid)>,
        at_most: u16,
    ) -> Result<Vec<StoredSecret>, StoreError> {
        let (after_place, after_owner) =
            after.map_or(("", Uuid::nil()), |(place, owner)| (place.as_str(), owner));
        let rows = sqlx::query!(
            r#"SELECT place AS "place!", owner AS "owner!", key_id AS "key_id!", secret AS "secret!"
               FROM app.secrets_of_other_keys($1, $2, $3, $4)"#,
            current_key,
            after_place,
            after_owner,
            i32::from(at_most)
        )
        .fetch_all(self.worker_pool())
        .await?;
        let row = rows.into_iter().map(|row| {
            Ok(StoredSecret {
                place: known(
                    "secrets_of_other_keys",
                    "place",
                    SecretPlace::parse(&row.place),
                )?,
                owner: row.owner,
                key_id: row.key_id,
                encrypted: row.secret,
            })
        });
        row.collect()
    }

    /// How much each key encrypted.
    pub async fn secrets_by_key(&self) -> Result<Vec<KeyUse>, StoreError> {
        let rows = sqlx::query!(
            r#"SELECT place AS "place!", key_id AS "key_id!", secrets AS "secrets!"
               FROM app.secrets_by_key() ORDER BY key_id, place"#
        )
        .fetch_all(self.worker_pool())
        .await?;
        let row = rows.into_iter().map(|row| {
            Ok(KeyUse {
                place: known("secrets_by_key", "place", SecretPlace::parse(&row.place))?,
                key_id: row.key_id,
                secrets: row.secrets,
            })
        });
        row.collect()
    }

    /// Puts a secret under another key; `false` when it was changed since it was read.
    pub async fn replace_secret(
        &self,
        was: &StoredSecret,
        new_key: &str,
        encrypted: &[u8],
    ) -> Result<bool, StoreError> {
        let replaced = sqlx::query_scalar!(
            "SELECT app.replace_secret($1, $2, $3, $4, $5)",
            was.place.as_str(),
            was.owner,
            was.encrypted,
            new_key,
            encrypted
        )
        .fetch_one(self.worker_pool())
        .await?;
        Ok(replaced.unwrap_or_default())
    }
}
