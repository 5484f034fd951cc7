//! Secrets that we make and know again by their hash: refresh tokens, links, keys.

use rand::RngCore as _;
use sha2::{Digest as _, Sha256};
use store::session::SecretHash;

/// 32 random bytes, as text.
pub fn fresh() -> String {
    let mut bytes = [0; 32];
    rand::rng().fill_bytes(&mut bytes);
    hex::encode(bytes)
}

/// What is kept of a secret with enough entropy of its own; never of a password.
pub fn hash(secret: &str) -> SecretHash {
    Sha256::digest(secret).into()
}
