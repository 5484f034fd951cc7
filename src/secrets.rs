//! The node's keys: what signs its tokens, and what encrypts the secrets that it must read again.
//!
//! Each key of the ring is 32 random bytes with an id; what is signed or encrypted says which. The
//! first one is used, all are accepted, so that a key can be replaced without anybody being locked
//! out. From each two keys are derived, one for each purpose, so that neither can stand in for the
//! other.
//!
//! A ring may change while the node runs: its source is asked again before anything is signed or
//! encrypted, when something names a key that is not known, and otherwise once a second. What the
//! source is, is not known here ([`crate::boot::keyring`]).

use std::{
    sync::{Arc, PoisonError, RwLock},
    time::{Duration, Instant},
};

use chacha20poly1305::{
    KeyInit as _, XChaCha20Poly1305,
    aead::{Aead as _, Payload},
};
use hmac::{Hmac, Mac as _};
use rand::RngCore as _;
use sha2::Sha256;
use store::secret::SecretPlace;
use uuid::Uuid;

/// Cheap to clone. Nothing of it is printed.
#[derive(Clone)]
pub struct Keyring(Arc<Ring>);

struct Ring {
    state: RwLock<State>,
    source: Option<Box<dyn KeySource>>,
}

struct State {
    /// At least one; the first is used.
    keys: Arc<[Key]>,
    asked_at: Instant,
}

struct Key {
    id: String,
    tokens: [u8; 32],
    seals: [u8; 32],
}

/// A key as it is kept: its id and its bytes.
pub type MasterKey = (String, [u8; 32]);

/// Where a ring comes from. Asked often: it must be quick to say that nothing changed.
pub trait KeySource: Send + Sync {
    /// The keys, the one to use first, if they may be others than at the last question.
    fn changed(&self) -> Option<Vec<MasterKey>>;
}

/// How old an answer of the source may be.
#[derive(Clone, Copy)]
enum Age {
    None,
    ASecond,
}

/// What a sealed secret is bound to: it opens for this row alone.
pub fn place_of(place: SecretPlace, owner: Uuid) -> String {
    match place {
        SecretPlace::Mfa => format!("mfa {owner}"),
        SecretPlace::SipPassword => format!("sip {owner}"),
    }
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
            .entries(self.keys(Age::ASecond).iter().map(|key| &key.id))
            .finish()
    }
}

impl Keyring {
    /// A ring of keys by id, the one to use first; `None` without any.
    pub fn new(keys: impl IntoIterator<Item = MasterKey>) -> Option<Self> {
        Self::made(keys, None)
    }

    /// As [`Self::new`], and follows its source.
    pub fn following(
        keys: impl IntoIterator<Item = MasterKey>,
        source: impl KeySource + 'static,
    ) -> Option<Self> {
        Self::made(keys, Some(Box::new(source)))
    }

    fn made(
        keys: impl IntoIterator<Item = MasterKey>,
        source: Option<Box<dyn KeySource>>,
    ) -> Option<Self> {
        let state = RwLock::new(State {
            keys: derived_keys(keys)?,
            asked_at: Instant::now(),
        });
        Some(Self(Arc::new(Ring { state, source })))
    }

    /// 32 bytes for a key.
    pub fn fresh_key() -> [u8; 32] {
        let mut bytes = [0; 32];
        rand::rng().fill_bytes(&mut bytes);
        bytes
    }

    /// The id of the key that is used.
    pub fn current(&self) -> String {
        first(&self.keys(Age::None)).id.clone()
    }

    /// What signs tokens, with its id.
    pub(crate) fn signing_key(&self) -> (String, [u8; 32]) {
        let keys = self.keys(Age::None);
        let key = first(&keys);
        (key.id.clone(), key.tokens)
    }

    /// What signed a token, by the id of its key.
    pub(crate) fn token_key(&self, id: &str) -> Option<[u8; 32]> {
        self.with_key(id, |key| key.tokens)
    }

    /// Encrypts. `place` says whose secret it is and where it belongs; it opens nowhere else.
    pub fn seal(&self, place: &str, secret: &[u8]) -> Result<Sealed, SealError> {
        let keys = self.keys(Age::None);
        let key = first(&keys);
        let cipher = XChaCha20Poly1305::new(&key.seals.into());
        let mut nonce = [0; NONCE];
        rand::rng().fill_bytes(&mut nonce);
        let payload = Payload {
            msg: secret,
            aad: place.as_bytes(),
        };
        let encrypted = cipher.encrypt(&nonce.into(), payload);
        let mut bytes = nonce.to_vec();
        bytes.extend(encrypted.map_err(|_| SealError::Damaged)?);
        Ok(Sealed {
            key_id: key.id.clone(),
            bytes,
        })
    }

    /// Decrypts what was sealed for the same place.
    pub fn open(&self, place: &str, sealed: &Sealed) -> Result<Vec<u8>, SealError> {
        let key = self.with_key(&sealed.key_id, |key| key.seals);
        let key = key.ok_or_else(|| SealError::UnknownKey {
            key_id: sealed.key_id.clone(),
        })?;
        let (nonce, encrypted) = sealed
            .bytes
            .split_first_chunk::<NONCE>()
            .ok_or(SealError::Damaged)?;
        let payload = Payload {
            msg: encrypted,
            aad: place.as_bytes(),
        };
        XChaCha20Poly1305::new(&key.into())
            .decrypt(&(*nonce).into(), payload)
            .map_err(|_| SealError::Damaged)
    }

    /// A key that is not known may have come since.
    fn with_key(&self, id: &str, of: impl Fn(&Key) -> [u8; 32]) -> Option<[u8; 32]> {
        let find = |age| {
            let keys = self.keys(age);
            keys.iter().find(|key| key.id == id).map(&of)
        };
        find(Age::ASecond).or_else(|| find(Age::None))
    }

    fn keys(&self, age: Age) -> Arc<[Key]> {
        let ring = &*self.0;
        let patience = match age {
            Age::None => Duration::ZERO,
            Age::ASecond => Duration::from_secs(1),
        };
        let state = ring.state.read().unwrap_or_else(PoisonError::into_inner);
        let Some(source) = ring
            .source
            .as_ref()
            .filter(|_| state.asked_at.elapsed() >= patience)
        else {
            return Arc::clone(&state.keys);
        };
        drop(state);
        // Whoever asks holds the ring: an answer is never overtaken by an older one.
        let mut state = ring.state.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(keys) = source.changed().and_then(derived_keys) {
            state.keys = keys;
        }
        state.asked_at = Instant::now();
        Arc::clone(&state.keys)
    }
}

/// A ring is never empty.
fn first(keys: &[Key]) -> &Key {
    keys.first()
        .expect("a ring has a key: derived_keys makes no empty one")
}

fn derived_keys(keys: impl IntoIterator<Item = MasterKey>) -> Option<Arc<[Key]>> {
    let key = keys.into_iter().map(|(id, master)| Key {
        id,
        tokens: derived(&master, "tokens"),
        seals: derived(&master, "seals"),
    });
    let keys: Vec<Key> = key.collect();
    (!keys.is_empty()).then(|| keys.into())
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
    use std::sync::Mutex;

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

    /// Each question is answered with the next ring.
    struct Script(Mutex<Vec<Option<Vec<MasterKey>>>>);

    impl KeySource for Script {
        fn changed(&self) -> Option<Vec<MasterKey>> {
            let mut answers = self.0.lock().unwrap();
            (!answers.is_empty()).then(|| answers.remove(0)).flatten()
        }
    }

    #[test]
    fn a_ring_follows_its_source() {
        let key = |id: &str| (id.to_owned(), [id.as_bytes()[0]; 32]);
        let by_b = ring(&["b"]).seal("x", b"s").unwrap();
        let answers = vec![
            Some(vec![key("b"), key("a")]),
            None,
            Some(vec![]),
            Some(vec![key("b")]),
        ];
        let keys = Keyring::following([key("a")], Script(Mutex::new(answers))).unwrap();
        let by_a = ring(&["a"]).seal("x", b"s").unwrap();
        assert_eq!(
            keys.open("x", &by_a).unwrap(),
            b"s",
            "known: nobody is asked"
        );
        assert_eq!(
            keys.open("x", &by_b).unwrap(),
            b"s",
            "unknown: the source has it"
        );
        assert_eq!(keys.seal("x", b"s").unwrap().key_id, "b", "nothing changed");
        assert_eq!(keys.current(), "b", "an empty ring is none");
        assert_eq!(keys.signing_key().0, "b");
        assert_eq!(
            keys.open("x", &by_a),
            Err(SealError::UnknownKey {
                key_id: "a".to_owned()
            }),
            "thrown away"
        );
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
