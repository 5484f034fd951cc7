//! Access tokens: JSON Web Tokens that live for minutes, signed with the node's key.
//!
//! A token says who and which session; what that may do is looked up for each request, so that a
//! revocation counts at once. The algorithm is HS256 and nothing else, whatever a token claims.

use chrono::{DateTime, TimeDelta, Utc};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use tenant_config::id::{ImpersonationId, SessionId, TenantId, UserId};

use crate::secrets::Keyring;

/// How long a token is good for.
pub const LIFETIME: TimeDelta = TimeDelta::minutes(10);

/// How long the last token is good that was signed: one for a tenant's place.
pub const LONGEST_LIFETIME: TimeDelta = store::impersonation::LONGEST;

/// How long there is to show the second factor.
const MFA_LIFETIME: TimeDelta = TimeDelta::minutes(5);

/// What a token says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Claims {
    iss: String,
    /// What the token is for.
    aud: Purpose,
    pub sub: UserId,
    /// The session; of a login that has not shown its second factor there is none.
    pub sid: Option<SessionId>,
    /// The tenant that is worked in.
    pub tid: Option<TenantId>,
    /// Who really acts, in a tenant's place (RFC 8693, 4.1).
    pub act: Option<Act>,
    iat: i64,
    exp: i64,
}

/// Somebody who acts in a tenant's place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Act {
    pub sub: UserId,
    pub imp: ImpersonationId,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Purpose {
    Api,
    SecondFactor,
}

/// Whom a token is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bearer {
    pub user: UserId,
    pub session: SessionId,
    pub tenant: Option<TenantId>,
    pub act: Option<Act>,
}

/// Cheap to clone.
#[derive(Debug, Clone)]
pub struct Tokens {
    keys: Keyring,
}

impl Tokens {
    pub const fn new(keys: Keyring) -> Self {
        Self { keys }
    }

    /// A token for the API, good for [`LIFETIME`].
    pub fn access(
        &self,
        bearer: &Bearer,
        at: DateTime<Utc>,
    ) -> Result<String, jsonwebtoken::errors::Error> {
        self.of_bearer(bearer, at, at + LIFETIME)
    }

    /// A token for a tenant's place, good as long as the impersonation, which is looked up each time
    /// and can be ended at once. It cannot be refreshed.
    pub fn in_place(
        &self,
        bearer: &Bearer,
        at: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> Result<String, jsonwebtoken::errors::Error> {
        self.of_bearer(bearer, at, until)
    }

    fn of_bearer(
        &self,
        bearer: &Bearer,
        at: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> Result<String, jsonwebtoken::errors::Error> {
        self.sign(&Claims {
            iss: ISSUER.to_owned(),
            aud: Purpose::Api,
            sub: bearer.user,
            sid: Some(bearer.session),
            tid: bearer.tenant,
            act: bearer.act.clone(),
            iat: at.timestamp(),
            exp: until.timestamp(),
        })
    }

    /// A token that says that the password was right.
    pub fn second_factor(
        &self,
        user: UserId,
        tenant: Option<TenantId>,
        at: DateTime<Utc>,
    ) -> Result<String, jsonwebtoken::errors::Error> {
        self.sign(&Claims {
            iss: ISSUER.to_owned(),
            aud: Purpose::SecondFactor,
            sub: user,
            sid: None,
            tid: tenant,
            act: None,
            iat: at.timestamp(),
            exp: (at + MFA_LIFETIME).timestamp(),
        })
    }

    /// Whom an access token is for; `None` when it is not one of ours, or over.
    pub fn read_access(&self, token: &str, now: DateTime<Utc>) -> Option<Bearer> {
        let claims = self.read(token, Purpose::Api, now)?;
        Some(Bearer {
            user: claims.sub,
            session: claims.sid?,
            tenant: claims.tid,
            act: claims.act,
        })
    }

    /// Whose second factor is to be shown, and where the session is to begin.
    pub fn read_second_factor(
        &self,
        token: &str,
        now: DateTime<Utc>,
    ) -> Option<(UserId, Option<TenantId>)> {
        let claims = self.read(token, Purpose::SecondFactor, now)?;
        Some((claims.sub, claims.tid))
    }

    pub(super) fn sign(
        &self,
        claims: &impl Serialize,
    ) -> Result<String, jsonwebtoken::errors::Error> {
        let (id, key) = self.keys.signing_key();
        let mut header = Header::new(ALGORITHM);
        header.kid = Some(id);
        jsonwebtoken::encode(&header, claims, &EncodingKey::from_secret(&key))
    }

    fn read(&self, token: &str, purpose: Purpose, now: DateTime<Utc>) -> Option<Claims> {
        let claims: Claims = self.signed(token)?;
        let holds = claims.iss == ISSUER
            && claims.aud == purpose
            && claims.exp > now.timestamp()
            && claims.iat <= now.timestamp() + SKEW_S;
        holds.then_some(claims)
    }

    /// What a token says that one of our keys has signed, whatever it is for and however old it is.
    pub(super) fn signed<C: DeserializeOwned>(&self, token: &str) -> Option<C> {
        if token.len() > LONGEST {
            return None;
        }
        let id = jsonwebtoken::decode_header(token).ok()?.kid?;
        let key = self.keys.token_key(&id)?;
        let mut rules = Validation::new(ALGORITHM);
        // The library would read the system's clock; ours is the node's.
        rules.validate_exp = false;
        rules.validate_aud = false;
        rules.required_spec_claims.clear();
        let read = jsonwebtoken::decode::<C>(token, &DecodingKey::from_secret(&key), &rules);
        Some(read.ok()?.claims)
    }
}

const ALGORITHM: Algorithm = Algorithm::HS256;
const ISSUER: &str = "trunkline";
/// Bytes; ours have about 500.
const LONGEST: usize = 4096;
/// Clocks of nodes that share a database differ a little.
const SKEW_S: i64 = 60;

#[cfg(test)]
mod tests {
    use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
    use uuid::Uuid;

    use super::*;

    fn tokens(ids: &[&str]) -> Tokens {
        let key = |id: &&str| ((*id).to_owned(), [id.as_bytes()[0]; 32]);
        Tokens::new(Keyring::new(ids.iter().map(key)).unwrap())
    }

    fn bearer() -> Bearer {
        Bearer {
            user: UserId(Uuid::from_u128(1)),
            session: SessionId(Uuid::from_u128(2)),
            tenant: Some(TenantId(Uuid::from_u128(3))),
            act: None,
        }
    }

    fn at() -> DateTime<Utc> {
        "2026-11-18T18:00:00Z".parse().unwrap()
    }

    #[test]
    fn a_token_is_good_for_minutes_and_for_its_purpose() {
        let tokens = tokens(&["a"]);
        let token = tokens.access(&bearer(), at()).unwrap();
        assert_eq!(tokens.read_access(&token, at()), Some(bearer()));
        assert_eq!(tokens.read_access(&token, at() + LIFETIME), None);
        assert_eq!(tokens.read_second_factor(&token, at()), None);
        let soon = at() + TimeDelta::seconds(5);
        let short = tokens.in_place(&bearer(), at(), soon).unwrap();
        assert_eq!(tokens.read_access(&short, soon), None);
        let second = tokens
            .second_factor(bearer().user, bearer().tenant, at())
            .unwrap();
        assert_eq!(tokens.read_access(&second, at()), None);
        assert_eq!(
            tokens.read_second_factor(&second, at()),
            Some((bearer().user, bearer().tenant))
        );
    }

    #[test]
    fn a_token_of_an_earlier_key_counts_and_of_no_key_does_not() {
        let token = tokens(&["a"]).access(&bearer(), at()).unwrap();
        assert!(tokens(&["b", "a"]).read_access(&token, at()).is_some());
        assert!(tokens(&["b"]).read_access(&token, at()).is_none());
    }

    #[test]
    fn what_was_tampered_with_or_not_signed_is_refused() {
        let tokens = tokens(&["a"]);
        let token = tokens.access(&bearer(), at()).unwrap();
        let parts: Vec<&str> = token.split('.').collect();
        let none = URL_SAFE_NO_PAD.encode(r#"{"alg":"none","typ":"JWT","kid":"a"}"#);
        let other = URL_SAFE_NO_PAD.encode(r#"{"alg":"HS512","typ":"JWT","kid":"a"}"#);
        let claims = URL_SAFE_NO_PAD.decode(parts[1]).unwrap();
        let claims = String::from_utf8(claims)
            .unwrap()
            .replace("000000000001", "000000000009");
        let claims = URL_SAFE_NO_PAD.encode(claims);
        for forged in [
            format!("{none}.{}.", parts[1]),
            format!("{none}.{}.{}", parts[1], parts[2]),
            format!("{other}.{}.{}", parts[1], parts[2]),
            format!("{}.{claims}.{}", parts[0], parts[2]),
            format!("{}.{}.", parts[0], parts[1]),
            String::new(),
            "a.b.c".to_owned(),
            "x".repeat(10_000),
        ] {
            assert_eq!(tokens.read_access(&forged, at()), None, "{forged}");
        }
    }
}
