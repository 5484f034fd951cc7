//! Twilio's request signature: HMAC-SHA1 over the address and the sorted parameters.
//!
//! Contract: Twilio's webhook security documentation; the vectors in `tests/vectors/` agree with
//! its official helper libraries. Everything is checked against the configured [`PublicOrigin`],
//! and every candidate is always compared, in constant time, so that a wrong signature teaches
//! nothing. There is no switch that turns verification off.
//!
//! Knows no HTTP framework; [`super::webhook`] reads requests.

mod origin;

use std::collections::BTreeSet;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit, Mac};
pub(crate) use origin::is_loopback;
pub use origin::{NotAnOrigin, PublicOrigin};
use secrecy::{ExposeSecret, SecretString};
use sha1::Sha1;
use sha2::{Digest, Sha256};
use subtle::{Choice, ConstantTimeEq};
use url::form_urlencoded;

/// The header of a signature, on webhooks and on the upgrade of a media stream.
pub const HEADER: &str = "x-twilio-signature";

/// Present when the account signs with a shared key (`key=...,algorithm=HMAC_SHA256`) instead of
/// its auth token.
pub const SETTINGS_HEADER: &str = "x-twilio-webhooks-signature-settings";

/// Knows our auth tokens and our address.
#[derive(Debug)]
pub struct Verifier {
    tokens: Vec<SecretString>,
    origin: PublicOrigin,
}

/// No signature could ever be checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadTokens {
    #[error("at least one Twilio auth token is needed to verify signatures")]
    None,
    /// Anyone can sign with an empty key.
    #[error("Twilio auth token {number} is empty")]
    Empty {
        /// From 1.
        number: usize,
    },
}

/// Why a request is not from the carrier. Senders are told none of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Rejection {
    #[error("the request is not signed")]
    Unsigned,
    #[error(
        "the signature is none of our tokens' over the configured public origin; check the auth \
         token and the origin"
    )]
    Mismatch,
    #[error(
        "the request is signed with a shared key (HMAC_SHA256), which is not supported; let the \
         account sign with its auth token"
    )]
    SharedKey,
    #[error("the body is not the one whose bodySHA256 was signed")]
    Body,
}

impl Rejection {
    /// The label of the counter.
    pub const fn reason(self) -> &'static str {
        match self {
            Self::Unsigned => "unsigned",
            Self::Mismatch => "mismatch",
            Self::SharedKey => "shared_key",
            Self::Body => "body",
        }
    }
}

/// The signature headers of a request, as sent.
#[derive(Debug, Clone, Copy, Default)]
pub struct Signed<'a> {
    /// [`HEADER`].
    pub signature: Option<&'a str>,
    /// [`SETTINGS_HEADER`] is there.
    pub by_shared_key: bool,
}

impl<'a> Signed<'a> {
    /// What a plain signature header says.
    pub const fn plain(signature: &'a str) -> Self {
        Self {
            signature: Some(signature),
            by_shared_key: false,
        }
    }
}

impl Verifier {
    /// `tokens`: the account's auth tokens, the primary first, others while one is rotated.
    pub fn new(tokens: Vec<SecretString>, origin: PublicOrigin) -> Result<Self, BadTokens> {
        if tokens.is_empty() {
            return Err(BadTokens::None);
        }
        if let Some(empty) = tokens
            .iter()
            .position(|t| t.expose_secret().trim().is_empty())
        {
            return Err(BadTokens::Empty { number: empty + 1 });
        }
        Ok(Self { tokens, origin })
    }

    pub const fn origin(&self) -> &PublicOrigin {
        &self.origin
    }

    /// Checks a form POST. `path_and_query` as requested, still percent-encoded; `params` decoded,
    /// in any order, duplicates included.
    pub fn verify_form(
        &self,
        path_and_query: &str,
        params: &[(String, String)],
        signed: Signed<'_>,
    ) -> Result<(), Rejection> {
        self.verify(
            &self.origin.signed_urls(path_and_query),
            &canonical(params),
            signed,
        )
    }

    /// Checks a POST with another body, whose hash stands in the signed query as `bodySHA256`.
    pub fn verify_json(
        &self,
        path_and_query: &str,
        body: &[u8],
        signed: Signed<'_>,
    ) -> Result<(), Rejection> {
        self.verify(&self.origin.signed_urls(path_and_query), "", signed)?;
        let query = path_and_query
            .split_once('?')
            .map_or("", |(_, query)| query);
        let claimed = form_urlencoded::parse(query.as_bytes())
            .find_map(|(name, value)| (name == "bodySHA256").then_some(value))
            .ok_or(Rejection::Body)?;
        let actual = hex::encode(Sha256::digest(body));
        let is_same = actual
            .as_bytes()
            .ct_eq(claimed.to_ascii_lowercase().as_bytes());
        if bool::from(is_same) {
            Ok(())
        } else {
            Err(Rejection::Body)
        }
    }

    /// Checks the upgrade of a WebSocket. Signers use the `wss` or the `https` form of the address,
    /// with or without a trailing slash.
    pub fn verify_upgrade(&self, path: &str, signed: Signed<'_>) -> Result<(), Rejection> {
        self.verify(&self.origin.signed_websocket_urls(path), "", signed)
    }

    /// What Twilio would send with a form POST, by the primary token.
    pub fn sign_form(&self, path_and_query: &str, params: &[(String, String)]) -> String {
        sign(
            self.primary(),
            &self.origin.url(path_and_query),
            &canonical(params),
        )
    }

    /// What Twilio would send with the upgrade of a WebSocket, by the primary token.
    pub fn sign_upgrade(&self, path: &str) -> String {
        sign(self.primary(), &self.origin.websocket_url(path), "")
    }

    fn primary(&self) -> &SecretString {
        &self.tokens[0] // `new` refuses an empty list
    }

    fn verify(&self, urls: &[String], params: &str, signed: Signed<'_>) -> Result<(), Rejection> {
        let otherwise = if signed.by_shared_key {
            Rejection::SharedKey
        } else {
            Rejection::Mismatch
        };
        let Some(signature) = signed.signature else {
            return Err(if signed.by_shared_key {
                otherwise
            } else {
                Rejection::Unsigned
            });
        };
        let mut is_ours = Choice::from(0);
        for token in &self.tokens {
            for url in urls {
                is_ours |= sign(token, url, params)
                    .as_bytes()
                    .ct_eq(signature.as_bytes());
            }
        }
        if bool::from(is_ours) {
            Ok(())
        } else {
            Err(otherwise)
        }
    }
}

/// Base64 of HMAC-SHA1 over the address followed by the canonical parameters.
fn sign(token: &SecretString, url: &str, params: &str) -> String {
    let mut mac = Hmac::<Sha1>::new_from_slice(token.expose_secret().as_bytes())
        .expect("HMAC takes a key of any length");
    mac.update(url.as_bytes());
    mac.update(params.as_bytes());
    STANDARD.encode(mac.finalize().into_bytes())
}

/// Each distinct pair once, by name and then by value in byte order, without a separator.
fn canonical(params: &[(String, String)]) -> String {
    let distinct: BTreeSet<_> = params.iter().collect();
    distinct
        .into_iter()
        .flat_map(|(name, value)| [name.as_str(), value])
        .collect()
}

#[cfg(test)]
mod tests;
