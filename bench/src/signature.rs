//! Signs requests as Twilio does.
//!
//! Algorithm: Twilio's helper libraries (`webhooks.ts`, `request_validator.py`) and the vectors in
//! `tests/vectors`, on which both agree. Only signs; verifying is the server's work, and the two
//! share no code so that one mistake cannot hide in both.

use std::collections::BTreeSet;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha1::Sha1;

/// The name of the header that carries a signature.
pub const HEADER: &str = "X-Twilio-Signature";

/// The signature of a form post: the URL, then every distinct name and value, sorted, without any
/// separator; HMAC-SHA1 with the auth token; base64. `url` is the whole public URL without a
/// fragment, and the parameters are the decoded ones.
pub fn sign_form(auth_token: &str, url: &str, parameters: &[(String, String)]) -> String {
    let distinct: BTreeSet<_> = parameters.iter().collect();
    let text = distinct
        .iter()
        .fold(url.to_owned(), |text, (name, value)| text + name + value);
    sign(auth_token, &text)
}

/// The signature of a request without a form: a WebSocket upgrade (over its `wss://` URL) or a GET.
pub fn sign_url(auth_token: &str, url: &str) -> String {
    sign(auth_token, url)
}

fn sign(auth_token: &str, text: &str) -> String {
    let mut mac =
        Hmac::<Sha1>::new_from_slice(auth_token.as_bytes()).expect("HMAC takes keys of any length");
    mac.update(text.as_bytes());
    STANDARD.encode(mac.finalize().into_bytes())
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    #[test]
    fn every_vector_is_signed_as_both_official_libraries_do() {
        let text = include_str!("../../tests/vectors/twilio_signature_vectors.json");
        let vectors: Value = serde_json::from_str(text).unwrap();
        let token = vectors["auth_token"].as_str().unwrap();
        let cases = vectors["cases"].as_array().unwrap();
        assert!(cases.len() >= 7);
        for case in cases {
            let parameters: Vec<(String, String)> =
                case["params"].as_object().map_or(Vec::new(), |object| {
                    object
                        .iter()
                        .map(|(name, value)| (name.clone(), value.as_str().unwrap().to_owned()))
                        .collect()
                });
            let url = case["url"].as_str().unwrap();
            let signature = sign_form(token, url, &parameters);
            assert_eq!(signature, case["sig"].as_str().unwrap(), "{}", case["name"]);
            if parameters.is_empty() {
                assert_eq!(sign_url(token, url), signature);
            }
        }
    }

    #[test]
    fn a_value_given_twice_counts_once() {
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let once = sign_form("t", "https://a/b", &[pair("x", "1"), pair("x", "2")]);
        let twice = sign_form(
            "t",
            "https://a/b",
            &[pair("x", "2"), pair("x", "1"), pair("x", "1")],
        );
        assert_eq!(once, twice);
    }
}
