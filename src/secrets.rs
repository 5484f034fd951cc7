//! The node's keys: what signs its tokens, and what encrypts the secrets that it must read again.
//!
//! Each key of the ring is 32 random bytes with an id; what is signed or encrypted says which. The
//! first one is used, all are accepted, so that a key can be replaced without anybody being locked
//! out. From each two keys are derived, one for each purpose, so that neither can stand in for the
//! other. Where the ring is kept is not known here ([`crate::boot::keyring`]).

use std::sync::Arc;

use chacha20poly1305::{
    KeyInit as _, XChaCha20Poly1305,
    aead::{Aead as _, Payload},
};
use hmac::{Hmac, Mac as _};
use rand::RngCore as _;
use sha2::Sha256;

/// Cheap to clone. Nothing of it is printed.
#[derive(Clone)]
pub struct Keyring(Arc<[Key]>);

struct Key {
    id: String,
    tokens: [u8; 32],
    seals: [u8; 32],
}

/// Something encrypted, and the key that it takes.
#[derive(Clone, PartialEq, Eq)]
pub struct Sealed {
    pub key_id: String,
    /// A nonce of 24 bytes, then XChaCha20-Poly1305's output.
    pub bytes: Vec<u8>,
}

/// Why something cannot be decrypted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    #[error("no key {key_id:?} on this node: every node of a database needs the same keys file")]
    UnknownKey { key_id: String },
    #[error("a stored secret is damaged, or was moved to another place")]
    Damaged,
}

impl std::fmt::Debug for Keyring {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list()
            .entries(self.0.iter().map(|key| &key.id))
            .finish()
    }
}

impl Keyring {
    /// A ring of keys by id, the one to use first; `None` without any.
    pub fn new(keys: impl IntoIterator<Item = (String, [u8; 32])>) -> Option<Self> {
        let key = keys.into_iter().map(|(id, master)| Key {
            id,
            tokens: derived(&master, "tokens"),
            seals: derived(&master, "seals"),
        });
        let keys: Vec<Key> = key.collect();
        (!keys.is_empty()).then(|| Self(keys.into()))
    }

    /// 32 bytes for a key.
    pub fn fresh_key() -> [u8; 32] {
        let mut bytes = [0; 32];
        rand::rng().fill_bytes(&mut bytes);
        bytes
    }

    /// The id of the key that is used.
    pub fn current(&self) -> &str {
        self.0.first().map_or("", |key| &key.id)
    }

    /// What signs tokens, by the id of its key.
    pub(crate) fn token_key(&self, id: &str) -> Option<&[u8; 32]> {
        self.key(id).map(|key| &key.tokens)
    }

    /// Encrypts. `place` says whose secret it is and where it belongs; it opens nowhere else.
    pub fn seal(&self, place: &str, secret: &[u8]) -> Result<Sealed, SealError> {
        let key_id = self.current().to_owned();
        let cipher = self.cipher(&key_id)?;
        let mut nonce = [0; NONCE];
        rand::rng().fill_bytes(&mut nonce);
        let payload = Payload {
            msg: secret,
            aad: place.as_bytes(),
        };
        let encrypted = cipher.encrypt(&nonce.into(), payload);
        let mut bytes = nonce.to_vec();
        bytes.extend(encrypted.map_err(|_| SealError::Damaged)?);
        Ok(Sealed { key_id, bytes })
    }

    /// Decrypts what was sealed for the same place.
    pub fn open(&self, place: &str, sealed: &Sealed) -> Result<Vec<u8>, SealError> {
        let cipher = self.cipher(&sealed.key_id)?;
        let (nonce, encrypted) = sealed
            .bytes
            .split_first_chunk::<NONCE>()
            .ok_or(SealError::Damaged)?;
        let payload = Payload {
            msg: encrypted,
            aad: place.as_bytes(),
        };
        cipher
            .decrypt(&(*nonce).into(), payload)
            .map_err(|_| SealError::Damaged)
    }

    fn cipher(&self, id: &str) -> Result<XChaCha20Poly1305, SealError> {
        let key = self.key(id).ok_or_else(|| SealError::UnknownKey {
            key_id: id.to_owned(),
        })?;
        Ok(XChaCha20Poly1305::new(&key.seals.into()))
    }

    fn key(&self, id: &str) -> Option<&Key> {
        self.0.iter().find(|key| key.id == id)
    }
}

/// One key for one purpose: HMAC-SHA256 of the purpose, as HKDF expands (RFC 5869) for one block.
fn derived(master: &[u8; 32], purpose: &str) -> [u8; 32] {
    let mut mac = <Hmac<Sha256> as hmac::KeyInit>::new_from_slice(master)
        .expect("HMAC takes keys of any length");
    mac.update(b"trunkline ");
    mac.update(purpose.as_bytes());
    mac.update(&[1]);
    mac.finalize().into_bytes().into()
}

const NONCE: usize = 24;

#[cfg(test)]
mod tests {
    use super::*;

    fn ring(ids: &[&str]) -> Keyring {
        Keyring::new(
            ids.iter()
                .map(|id| ((*id).to_owned(), [id.as_bytes()[0]; 32])),
        )
        .unwrap()
    }

    #[test]
    fn what_was_sealed_opens_in_its_place_alone() {
        let keys = ring(&["a"]);
        let sealed = keys.seal("line 1", b"s3cret").unwrap();
        assert_eq!(keys.open("line 1", &sealed).unwrap(), b"s3cret");
        assert_eq!(keys.open("line 2", &sealed), Err(SealError::Damaged));
        let mut damaged = sealed.clone();
        damaged.bytes[30] ^= 1;
        assert_eq!(keys.open("line 1", &damaged), Err(SealError::Damaged));
        let again = keys.seal("line 1", b"s3cret").unwrap();
        assert_ne!(sealed.bytes, again.bytes, "a nonce is used once");
    }

    #[test]
    fn an_earlier_key_still_opens_and_an_unknown_one_is_named() {
        let sealed = ring(&["a"]).seal("x", b"s").unwrap();
        assert_eq!(ring(&["b", "a"]).open("x", &sealed).unwrap(), b"s");
        assert_eq!(ring(&["b", "a"]).seal("x", b"s").unwrap().key_id, "b");
        let error = ring(&["b"]).open("x", &sealed).unwrap_err();
        assert!(error.to_string().contains("\"a\""), "{error}");
    }

    #[test]
    fn a_short_secret_is_damaged_and_no_panic() {
        let sealed = Sealed {
            key_id: "a".to_owned(),
            bytes: vec![1; 23],
        };
        assert_eq!(ring(&["a"]).open("x", &sealed), Err(SealError::Damaged));
    }
}
