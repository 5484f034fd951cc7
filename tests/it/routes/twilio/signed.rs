//! Only the carrier is listened to.

use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};
use trunkline::twilio::signature::{HEADER, SETTINGS_HEADER};

use super::{AI, GATHER, INCOMING, NEXT, ORIGIN, Phone, RECORDING, STATUS, TOKEN, verifier};
use crate::harness::{AI_VOICE, Db};

#[tokio::test]
async fn unsigned_mis_signed_and_tampered_webhooks_are_refused() {
    let db = Db::seeded().await;
    let phone = Phone::dials(&db, AI_VOICE);
    for path in [INCOMING, AI, GATHER, NEXT, STATUS, RECORDING] {
        only_the_carrier_is_answered(&phone, path).await;
    }
    assert_eq!(
        phone.stored(&db, "status").await,
        None,
        "nothing was stored"
    );
}

async fn only_the_carrier_is_answered(phone: &Phone, path: &str) {
    let params = phone.params(&[]);
    let good = phone.signer.sign_form(path, &params);
    let mut tampered = params.clone();
    "+19185550102".clone_into(&mut tampered[3].1);
    let mut added = params.clone();
    added.push(("Digits".to_owned(), "1".to_owned()));
    let other_token = verifier(ORIGIN, "another").sign_form(path, &params);
    let other_host = verifier("https://10.0.0.7", TOKEN).sign_form(path, &params);
    let other_path = phone.signer.sign_form("/twilio/other", &params);
    for (what, params, signature) in [
        ("unsigned", &params, None),
        ("empty", &params, Some("")),
        ("no base64", &params, Some("?")),
        ("tampered", &tampered, Some(good.as_str())),
        ("field added", &added, Some(&good)),
        ("another token", &params, Some(&other_token)),
        ("the Host header's host", &params, Some(&other_host)),
        ("another path", &params, Some(&other_path)),
    ] {
        let answer = phone.sends(path, params, signature).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{what}");
        assert_eq!(answer.body, "signature", "{what}");
    }
    let query = phone
        .sends(&format!("{path}?leg=dial"), &params, Some(&good))
        .await;
    assert_eq!(query.status, StatusCode::FORBIDDEN, "query added");
    let get = Request::get(path)
        .header(HEADER, &good)
        .body(Body::empty())
        .unwrap();
    assert_eq!(
        phone.answer(get).await.status,
        StatusCode::METHOD_NOT_ALLOWED
    );
}

#[tokio::test]
async fn a_shared_key_is_refused_and_other_bodies_cannot_be_read() {
    let db = Db::seeded().await;
    let phone = Phone::dials(&db, AI_VOICE);
    let request = |content_type: &str, body: String| {
        Request::post(INCOMING)
            .header(header::CONTENT_TYPE, content_type)
            .body(Body::from(body))
    };
    let form = "application/x-www-form-urlencoded";
    let mut by_key = request(form, String::new()).unwrap();
    let settings = "key=SK1,algorithm=HMAC_SHA256".parse().unwrap();
    by_key.headers_mut().insert(SETTINGS_HEADER, settings);
    assert_eq!(phone.answer(by_key).await.status, StatusCode::FORBIDDEN);
    for (content_type, body) in [
        ("application/json", "{}".to_owned()),
        (form, "x".repeat(64 * 1024 + 1)),
    ] {
        let mut request = request(content_type, body).unwrap();
        let signature = phone.signer.sign_form(INCOMING, &[]).parse().unwrap();
        request.headers_mut().insert(HEADER, signature);
        let answer = phone.answer(request).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST);
        assert!(answer.body.starts_with("the body"), "{answer:?}");
    }
}

#[tokio::test]
async fn a_signed_form_that_cannot_be_read_names_its_field() {
    let db = Db::seeded().await;
    let phone = Phone::dials(&db, AI_VOICE);
    for (path, field, value) in [
        (INCOMING, "CallSid", ""),
        (INCOMING, "To", ""),
        (INCOMING, "AccountSid", "no name at all"),
        (GATHER, "CallSid", ""),
        (STATUS, "CallStatus", "singing"),
        (STATUS, "SequenceNumber", "first"),
        (RECORDING, "RecordingSid", ""),
        ("/twilio/voice/next?leg=arm", "leg", ""),
    ] {
        let answer = phone.asks(path, &[(field, value)]).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{answer:?}");
        assert!(
            answer.body.contains(&format!("field {field} ")),
            "{answer:?}"
        );
    }
}
