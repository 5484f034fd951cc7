//! Signatures by the vectors that both official libraries agree on.

use rstest::rstest;
use serde_json::Value;

use super::*;

const VECTORS: &str = include_str!("../../../tests/vectors/twilio_signature_vectors.json");

fn verifier(origin: &str, tokens: &[&str]) -> Verifier {
    let tokens = tokens.iter().map(|t| SecretString::from(*t)).collect();
    Verifier::new(tokens, origin.parse().unwrap()).unwrap()
}

fn pairs(params: &[(&str, &str)]) -> Vec<(String, String)> {
    params
        .iter()
        .map(|(n, v)| ((*n).to_owned(), (*v).to_owned()))
        .collect()
}

#[test]
fn the_official_vectors_verify_and_break_when_touched() {
    let vectors: Value = serde_json::from_str(VECTORS).unwrap();
    let token = vectors["auth_token"].as_str().unwrap();
    let cases = vectors["cases"].as_array().unwrap();
    assert!(cases.len() >= 7);
    for case in cases {
        let name = case["name"].as_str().unwrap();
        let signature = case["sig"].as_str().unwrap();
        let url = url::Url::parse(case["url"].as_str().unwrap()).unwrap();
        let verifier = verifier(&format!("https://{}", url.host_str().unwrap()), &[token]);
        let path_and_query = match url.query() {
            Some(query) => format!("{}?{query}", url.path()),
            None => url.path().to_owned(),
        };
        let params: Vec<(String, String)> = case["params"]
            .as_object()
            .into_iter()
            .flatten()
            .map(|(n, v)| (n.clone(), v.as_str().unwrap().to_owned()))
            .collect();
        let body = case["body"].as_str().unwrap_or_default().as_bytes();
        let check = |path: &str, params: &[(String, String)], signature: &str| {
            let signed = Signed::plain(signature);
            match (case["kind"].as_str().unwrap(), url.scheme()) {
                ("json", _) => verifier.verify_json(path, body, signed),
                (_, "wss") => verifier.verify_upgrade(path, signed),
                (..) => verifier.verify_form(path, params, signed),
            }
        };
        assert_eq!(check(&path_and_query, &params, signature), Ok(()), "{name}");
        let other_path = format!("/x{path_and_query}");
        assert_eq!(
            check(&other_path, &params, signature),
            Err(Rejection::Mismatch),
            "{name}"
        );
        let flipped = signature.replacen(|c: char| c.is_ascii_digit(), "x", 1);
        assert_eq!(
            check(&path_and_query, &params, &flipped),
            Err(Rejection::Mismatch),
            "{name}"
        );
        if !params.is_empty() {
            let mut tampered = params.clone();
            tampered[0].1.push('1');
            assert_eq!(
                check(&path_and_query, &tampered, signature),
                Err(Rejection::Mismatch),
                "{name}"
            );
        }
    }
}

#[test]
fn a_json_body_must_be_the_signed_one() {
    let verifier = verifier("https://ex.com", &["12345"]);
    let path = "/json?bodySHA256=15fe936d5a5c4a564c8dc9002280009263c0cc0bd0f28e16652529a9f83b2d23";
    let signature = verifier.sign_form(path, &[]);
    let signed = Signed::plain(&signature);
    assert_eq!(
        verifier.verify_json(path, "{\"hello\":\"wörld\"}".as_bytes(), signed),
        Ok(())
    );
    assert_eq!(
        verifier.verify_json(path, b"{}", signed),
        Err(Rejection::Body)
    );
    let without = verifier.sign_form("/json", &[]);
    assert_eq!(
        verifier.verify_json("/json", b"{}", Signed::plain(&without)),
        Err(Rejection::Body)
    );
}

#[test]
fn equal_names_are_signed_once_for_each_distinct_value_in_order() {
    let params = pairs(&[
        ("To", "b"),
        ("To", "a"),
        ("To", "b"),
        ("From", "x"),
        ("Empty", ""),
    ]);
    assert_eq!(canonical(&params), "EmptyFromxToaTob");
}

#[test]
fn both_tokens_count_while_one_is_rotated() {
    let old = verifier("https://ex.com", &["old"]);
    let both = verifier("https://ex.com", &["new", "old"]);
    let new = verifier("https://ex.com", &["new"]);
    let params = pairs(&[("CallSid", "CA1")]);
    let by_old = old.sign_form("/v", &params);
    let by_new = new.sign_form("/v", &params);
    assert_eq!(
        both.verify_form("/v", &params, Signed::plain(&by_old)),
        Ok(())
    );
    assert_eq!(
        both.verify_form("/v", &params, Signed::plain(&by_new)),
        Ok(())
    );
    assert_eq!(
        new.verify_form("/v", &params, Signed::plain(&by_old)),
        Err(Rejection::Mismatch)
    );
}

#[test]
fn another_host_is_another_address() {
    let theirs = verifier("https://evil.example", &["t"]);
    let ours = verifier("https://ex.com", &["t"]);
    let signature = theirs.sign_form("/v", &[]);
    assert_eq!(
        ours.verify_form("/v", &[], Signed::plain(&signature)),
        Err(Rejection::Mismatch)
    );
}

#[rstest]
#[case("https://ex.com", "https://ex.com/v", true)]
#[case("https://ex.com", "https://ex.com:443/v", true)]
#[case("https://ex.com:443", "https://ex.com/v", true)]
#[case("https://ex.com:8443", "https://ex.com:8443/v", true)]
#[case("https://ex.com:8443", "https://ex.com/v", true)]
#[case("https://ex.com", "https://ex.com:8443/v", false)]
#[case("https://ex.com", "http://ex.com/v", false)]
#[case("https://ex.com", "https://ex.com/v/", false)]
#[case("https://ex.com", "https://ex.com/v?x=1", false)]
#[case("http://127.0.0.1:8080", "http://127.0.0.1:8080/v", true)]
fn ports_may_be_left_out_and_nothing_else(
    #[case] origin: &str,
    #[case] signed_url: &str,
    #[case] expected: bool,
) {
    let signature = sign(&SecretString::from("t"), signed_url, "");
    let verdict = verifier(origin, &["t"]).verify_form("/v", &[], Signed::plain(&signature));
    assert_eq!(verdict.is_ok(), expected, "{signed_url} at {origin}");
}

#[rstest]
#[case("https://ex.com", "wss://ex.com/m", true)]
#[case("https://ex.com", "wss://ex.com/m/", true)]
#[case("https://ex.com", "https://ex.com/m", true)]
#[case("https://ex.com", "https://ex.com/m/", true)]
#[case("https://ex.com", "wss://ex.com:443/m", true)]
#[case("https://ex.com:8443", "wss://ex.com:8443/m/", true)]
#[case("https://ex.com", "ws://ex.com/m", false)]
#[case("https://ex.com", "http://ex.com/m", false)]
#[case("https://ex.com", "wss://ex.com/m?token=x", false)]
#[case("http://127.0.0.1:8080", "ws://127.0.0.1:8080/m", true)]
#[case("http://127.0.0.1:8080", "wss://127.0.0.1:8080/m/", true)]
fn an_upgrade_is_signed_in_any_form_of_its_own_address(
    #[case] origin: &str,
    #[case] signed_url: &str,
    #[case] expected: bool,
) {
    let signature = sign(&SecretString::from("t"), signed_url, "");
    let verifier = verifier(origin, &["t"]);
    for path in ["/m", "/m/"] {
        let verdict = verifier.verify_upgrade(path, Signed::plain(&signature));
        assert_eq!(verdict.is_ok(), expected, "{signed_url} at {origin}{path}");
    }
    let own = verifier.sign_upgrade("/m");
    assert_eq!(verifier.verify_upgrade("/m", Signed::plain(&own)), Ok(()));
}

#[test]
fn missing_and_foreign_schemes_say_why() {
    let verifier = verifier("https://ex.com", &["t"]);
    let good = verifier.sign_form("/v", &[]);
    let check = |signature, by_shared_key| {
        verifier.verify_form(
            "/v",
            &[],
            Signed {
                signature,
                by_shared_key,
            },
        )
    };
    assert_eq!(check(None, false), Err(Rejection::Unsigned));
    assert_eq!(check(None, true), Err(Rejection::SharedKey));
    assert_eq!(check(Some("c2hhMjU2"), true), Err(Rejection::SharedKey));
    assert_eq!(check(Some(&good), true), Ok(()));
    assert_eq!(check(Some(""), false), Err(Rejection::Mismatch));
    assert_eq!(
        check(Some("not base64 \u{1f600}"), false),
        Err(Rejection::Mismatch)
    );
}

#[test]
fn tokens_are_needed_and_never_printed() {
    let origin: PublicOrigin = "https://ex.com".parse().unwrap();
    let refused = |tokens: &[&str]| {
        let tokens = tokens.iter().map(|t| SecretString::from(*t)).collect();
        Verifier::new(tokens, origin.clone()).unwrap_err()
    };
    assert_eq!(refused(&[]), BadTokens::None);
    assert_eq!(refused(&["t", " "]), BadTokens::Empty { number: 2 });
    let verifier = verifier("https://ex.com", &["hush-hush"]);
    assert!(!format!("{verifier:?}").contains("hush"));
}
