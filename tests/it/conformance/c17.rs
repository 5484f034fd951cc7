//! C17: whoever is not the carrier gets no call. A bad signature is refused with 403 before the
//! upgrade; a bad token, which only `start` shows, closes the stream before any audio is looked at.

use std::time::Duration;

use bench::{StreamError, new_call_sid, signature::sign_url};
use media::twilio::CallSid;

use super::{
    line::{Line, connected, open},
    node,
};
use crate::node::{Node, TOKEN};

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_without_a_good_signature_is_403() {
    let node = node().await;
    let stream = connected(&node, &new_call_sid()).await;
    let url = stream.url.as_str();
    for (what, signature) in [
        ("none", String::new()),
        ("another token's", sign_url("another", url)),
        ("another path's", sign_url(TOKEN, &format!("{url}x"))),
        (
            "one with a query",
            sign_url(TOKEN, &format!("{url}?token=x")),
        ),
        (
            "a webhook's",
            sign_url(TOKEN, &format!("{}/twilio/voice/incoming", node.origin)),
        ),
        ("no base64", "?".to_owned()),
    ] {
        let refused = open(&node, &stream.url, &signature).await;
        assert!(
            matches!(refused, Err(StreamError::Refused { status: 403, .. })),
            "{what}: {refused:?}"
        );
    }
    let good = sign_url(TOKEN, url);
    assert!(open(&node, &stream.url, &good).await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_webhook_without_a_good_signature_is_403_and_leaves_nothing() {
    use bench::SignatureFault::{Missing, WrongToken, WrongUrl};
    let node = node().await;
    for webhook_signature in [Missing, WrongToken, WrongUrl] {
        let mut options = node.call(Vec::new());
        options.faults.webhook_signature = webhook_signature;
        let error = bench::place_call(&options).await.expect_err("refused");
        assert!(error.to_string().contains("signature refused"), "{error}");
    }
    let calls = "SELECT count(*)::text FROM app.calls";
    assert_eq!(node.db.value(calls).await.as_deref(), Some("0"));
}

/// Begins a stream with what stands in `line`, audio right behind it; nothing may come of it.
async fn assert_closed_unheard(node: &Node, mut line: Line<'_>, what: &str) {
    line.begin().await;
    for n in 0..50 {
        let loud = line.writer.media(&[0x00; 160], n * 20);
        // The node may be gone already, which is right.
        if line.try_send(loud).await.is_err() {
            break;
        }
    }
    assert_eq!(line.closed().await, Some(1008), "{what}");
    assert!(line.record.turns().await.is_empty(), "{what}");
    assert!(node.registry.is_empty(), "{what}");
    let recordings = "SELECT count(*)::text FROM app.recordings";
    assert_eq!(node.db.value(recordings).await.as_deref(), Some("0"));
    assert!(!node.data.path().join("recordings").exists(), "{what}");
}

/// Another stream with the same parameters for the same call, as somebody who overheard it opens.
async fn same_again<'a>(node: &'a Node, fields: &bench::StartFields) -> Line<'a> {
    let mut line = Line::dial(node).await;
    line.fields = fields.clone();
    line
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guessed_or_missing_token_is_closed_before_any_audio() {
    let node = node().await;
    for parameters in [
        vec![],
        vec![("token".to_owned(), String::new())],
        vec![("token".to_owned(), "guessed".to_owned())],
        vec![("Token".to_owned(), "guessed".to_owned())],
    ] {
        let mut line = Line::dial(&node).await;
        let what = format!("{parameters:?}");
        line.fields.parameters = parameters;
        assert_closed_unheard(&node, line, &what).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_good_for_its_own_call_only_and_not_for_long() {
    let node = node().await;
    let mut line = Line::dial(&node).await;
    let foreign: CallSid = new_call_sid();
    line.fields.call_sid = foreign;
    assert_closed_unheard(&node, line, "of another call").await;

    let line = Line::dial(&node).await;
    node.db
        .arrange("UPDATE app.stream_tokens SET expires_at = now() - interval '1 second'")
        .await;
    assert_closed_unheard(&node, line, "expired").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_good_once() {
    let node = node().await;
    let mut line = Line::answered(&node).await;
    line.hear_audio(3).await;
    // A second stream of a call is refused for other reasons, too: it is the token that must do it.
    let by_token = (Some(1008), "token".to_owned());
    let mut again = same_again(&node, &line.fields).await;
    again.begin().await;
    assert_eq!(again.closed_because().await, by_token, "while it is live");
    line.hear_audio(3).await;
    let fields = line.fields.clone();
    line.hang_up().await;
    while !node.registry.is_empty() {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let mut again = same_again(&node, &fields).await;
    again.begin().await;
    assert_eq!(again.closed_because().await, by_token, "after it");
}
