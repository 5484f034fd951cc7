//! Versions of what is shown, so that nobody writes over what they have not seen.
//!
//! A tag is a hash of the representation itself (RFC 9110, 8.8.3): it needs no column, and changes
//! exactly when what is shown does.

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, HeaderValue, header, request::Parts},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use super::problem::{Code, Outcome, Problem};

/// What `If-Match` says; nothing if it was not sent.
#[derive(Debug, Clone, Default)]
pub struct IfMatch(Option<String>);

impl<S: Send + Sync> FromRequestParts<S> for IfMatch {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Outcome<Self> {
        Ok(Self::of(&parts.headers))
    }
}

impl IfMatch {
    fn of(headers: &HeaderMap) -> Self {
        let said = headers.get_all(header::IF_MATCH).iter();
        let said: Vec<&str> = said.filter_map(|value| value.to_str().ok()).collect();
        Self((!said.is_empty()).then(|| said.join(",")))
    }

    /// Refuses where the thing has changed since the sender saw it.
    pub fn check(&self, shown: &impl Serialize) -> Outcome<()> {
        let Some(said) = &self.0 else { return Ok(()) };
        let tag = tag(shown)?;
        if said
            .split(',')
            .any(|one| one.trim() == "*" || one.trim() == tag)
        {
            return Ok(());
        }
        Err(Problem::new(
            Code::PreconditionFailed,
            "Read it again, look at what has changed, and send your change with the new ETag.",
        ))
    }
}

/// The tag of a representation, in its quotes.
pub fn tag(shown: &impl Serialize) -> Outcome<String> {
    let json = serde_json::to_vec(shown).map_err(|error| Problem::internal(&error))?;
    let hash = Sha256::digest(json);
    Ok(format!("\"{}\"", hex::encode(&hash[..12])))
}

/// A representation with its tag.
pub fn tagged<T: Serialize>(shown: T) -> Outcome<Response> {
    let tag = tag(&shown)?;
    let mut response = axum::Json(shown).into_response();
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        response.headers_mut().insert(header::ETAG, tag);
    }
    Ok(response)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(value: &str) -> IfMatch {
        let mut headers = HeaderMap::new();
        headers.insert(header::IF_MATCH, value.parse().unwrap());
        IfMatch::of(&headers)
    }

    #[test]
    fn a_change_is_let_through_for_what_was_seen() {
        let tag = tag(&"one").unwrap();
        assert!(said(&tag).check(&"one").is_ok());
        assert!(said(&format!("\"x\", {tag}")).check(&"one").is_ok());
        assert!(said("*").check(&"one").is_ok());
        assert!(IfMatch::default().check(&"one").is_ok());
        let refused = said(&tag).check(&"two").unwrap_err();
        assert_eq!(refused.code(), Code::PreconditionFailed);
        assert!(said("W/\"x\"").check(&"one").is_err());
    }
}
