//! The platform's first owner: made at the first start, with a random password that is shown once
//! and must be changed at the first login.

use anyhow::Context;
use chrono::{DateTime, Utc};
use rand::RngCore as _;
use secrecy::{ExposeSecret as _, SecretString};
use store::Store;
use tenant_config::id::UserId;
use uuid::Uuid;

use crate::{api::identity::password::hash_now, config::Config};

/// How the first owner gets in.
#[derive(Debug)]
pub struct FirstOwner {
    pub email: String,
    pub password: SecretString,
}

/// Makes the first owner; `None` when there is one.
pub async fn make_first(
    store: &Store,
    config: &Config,
    now: DateTime<Utc>,
) -> anyhow::Result<Option<FirstOwner>> {
    let mut bytes = [0; 12];
    rand::rng().fill_bytes(&mut bytes);
    let password = SecretString::from(hex::encode(bytes));
    let hash = tokio::task::block_in_place(|| hash_now(password.expose_secret()));
    let hash = hash.context("a password cannot be hashed")?;
    let email = config.owner_email.clone();
    let made = store
        .create_first_owner(UserId(Uuid::now_v7()), &email, &hash, now)
        .await
        .with_context(|| {
            format!("the first owner cannot be made (TRUNKLINE_OWNER_EMAIL={email})")
        })?;
    Ok(made.then_some(FirstOwner { email, password }))
}
