//! The secret that lets one media stream in, once.
//!
//! It travels as a `<Parameter>` of the stream; only its hash is stored.

use std::{fmt, time::Duration};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};
use store::call::TokenHash;

/// The name of the `<Parameter>` that carries the token.
pub const PARAMETER: &str = "token";

/// How long a token waits for its stream. The carrier connects within seconds.
pub const LIFETIME: Duration = Duration::from_mins(1);

/// 32 random bytes, as text: 43 characters of unpadded URL-safe base64.
#[derive(Clone, PartialEq, Eq)]
pub struct StreamToken(String);

impl StreamToken {
    pub fn generate() -> Self {
        Self(URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>()))
    }

    /// The token as it goes over the wire.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    pub fn hash(&self) -> TokenHash {
        hash_of(&self.0)
    }
}

/// SHA-256 of a token's text, as it is stored; for a token that a stream shows.
pub fn hash_of(shown: &str) -> TokenHash {
    Sha256::digest(shown.as_bytes()).into()
}

impl fmt::Debug for StreamToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("StreamToken(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_differ_fit_a_parameter_and_are_not_printed() {
        let (one, other) = (StreamToken::generate(), StreamToken::generate());
        assert_ne!(one, other);
        assert_eq!(one.reveal().len(), 43);
        assert_eq!(one.hash(), hash_of(one.reveal()));
        assert_ne!(one.hash(), other.hash());
        assert!(!format!("{one:?}").contains(one.reveal()));
    }
}
