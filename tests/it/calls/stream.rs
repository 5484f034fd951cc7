//! Who may open a stream, and what a stream may send.

use std::time::Duration;

use bench::{CounterStyle, Delivery, Faults, SignatureFault, StartFault, Step, place_call};

use crate::node::{Minds, Node, speak};

async fn node() -> Node {
    Node::start(
        Minds::hearing(&["Hello?", "Bye."])
            .saying(&["Yes.", "Bye."])
            .providers(),
    )
    .await
}

async fn turns(node: &Node) -> String {
    node.db
        .value("SELECT count(*)::text FROM app.call_turns")
        .await
        .unwrap()
}

/// Places a call whose carrier does this wrong.
async fn call(node: &Node, faults: Faults) -> Result<bench::CallReport, bench::CallError> {
    let mut options = node.call(vec![speak(600), Step::HangUp]);
    options.script.manners.patience = Duration::from_secs(2);
    options.faults = faults;
    place_call(&options).await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unsigned_or_mis_signed_upgrade_is_refused_with_403() {
    let node = node().await;
    for fault in [
        SignatureFault::Missing,
        SignatureFault::WrongToken,
        SignatureFault::WrongUrl,
    ] {
        let refused = call(
            &node,
            Faults {
                stream_signature: fault,
                ..Faults::default()
            },
        )
        .await;
        let error = refused.expect_err("no stream is opened").to_string();
        assert!(error.contains("403"), "{error}");
    }
    assert_eq!(turns(&node).await, "0");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tampered_token_closes_the_stream_before_any_word() {
    let node = node().await;
    let parameters = vec![("token".to_owned(), "guessed".to_owned())];
    let report = call(
        &node,
        Faults {
            parameters,
            ..Faults::default()
        },
    )
    .await
    .unwrap();
    assert!(report.streams[0].agent_segments().is_empty());
    assert_eq!(turns(&node).await, "0");
    // The caller is not left in silence: the carrier asks what comes next and is told.
    assert!(
        report.verbs.iter().any(|verb| verb.verb != "Connect"),
        "{:?}",
        report.verbs
    );
}

/// A call whose stream never started: its token is still good.
async fn unused_token(node: &Node) -> (String, String) {
    let report = call(
        node,
        Faults {
            start: StartFault::Missing,
            ..Faults::default()
        },
    )
    .await
    .unwrap();
    let twiml = &report.documents[0].twiml;
    let token = twiml
        .split("value=\"")
        .nth(1)
        .and_then(|rest| rest.split('"').next())
        .unwrap();
    (token.to_owned(), report.call_sid.as_str().to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_good_once_for_its_own_call_and_not_for_long() {
    let node = node().await;
    let (token, call_sid) = unused_token(&node).await;
    let foreign = open_with(&node, &token, "CAffffffffffffffffffffffffffffffff").await;
    assert_eq!(foreign, None, "it is not good for another call");
    let greeting = open_with(&node, &token, &call_sid).await;
    assert!(
        greeting.is_some_and(|text| text.contains("media")),
        "it is good for its own"
    );
    assert_eq!(
        open_with(&node, &token, &call_sid).await,
        None,
        "it is not good twice"
    );

    let (token, call_sid) = unused_token(&node).await;
    node.db
        .arrange("UPDATE app.stream_tokens SET expires_at = now() - interval '1 second'")
        .await;
    assert_eq!(
        open_with(&node, &token, &call_sid).await,
        None,
        "it is not good for ever"
    );
}

/// Opens a signed stream with this token; the first instruction that comes back.
async fn open_with(node: &Node, token: &str, call_sid: &str) -> Option<String> {
    use bench::{MessageWriter, Received, StartFields, StreamClient};
    let url = format!("{}/twilio/media", node.url.replace("http://", "ws://"))
        .parse()
        .unwrap();
    let mut stream = StreamClient::connect_signed(&url, &url, crate::node::TOKEN)
        .await
        .unwrap();
    let mut writer = MessageWriter::new(bench::new_stream_sid(), CounterStyle::Strings);
    stream.send_text(writer.connected()).await.unwrap();
    let fields = StartFields {
        account_sid: "AC00000000000000000000000000000000".parse().unwrap(),
        call_sid: call_sid.parse().unwrap(),
        parameters: vec![("token".to_owned(), token.to_owned())],
    };
    let start = writer.start(&fields);
    stream.send_text(start).await.unwrap();
    let received = tokio::time::timeout(Duration::from_secs(3), stream.receive());
    let Received::Text(text) = received.await.expect("an answer or a close") else {
        return None;
    };
    Some(text)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_that_never_starts_is_closed() {
    let node = node().await;
    let report = call(
        &node,
        Faults {
            start: StartFault::Missing,
            ..Faults::default()
        },
    )
    .await
    .unwrap();
    assert!(report.streams[0].agent_segments().is_empty());
    assert_eq!(turns(&node).await, "0");
}

#[tokio::test(flavor = "multi_thread")]
async fn odd_streams_are_conversations_all_the_same() {
    let every = |n| std::num::NonZeroU32::new(n).unwrap();
    let odd = [
        Faults {
            start: StartFault::Twice,
            ..Faults::default()
        },
        Faults {
            counters: CounterStyle::Numbers,
            ..Faults::default()
        },
        Faults {
            delivery: Delivery::DuplicateEvery(every(5)),
            ..Faults::default()
        },
        Faults {
            delivery: Delivery::SwapEvery(every(7)),
            ..Faults::default()
        },
        Faults {
            delivery: Delivery::DropEvery(every(9)),
            ..Faults::default()
        },
        Faults {
            payload_sizes: vec![0, 1, 159, 160, 161, 319],
            ..Faults::default()
        },
        Faults {
            corrupt_every: Some(every(11)),
            ..Faults::default()
        },
    ];
    let node = node().await;
    for faults in odd {
        let report = call(&node, faults.clone()).await.unwrap();
        let stream = &report.streams[0];
        assert_eq!(stream.violations, [], "{faults:?}");
        assert!(!stream.agent_segments().is_empty(), "{faults:?}");
    }
    node.settled().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_frame_of_a_megabyte_ends_the_stream_and_nothing_else() {
    let node = node().await;
    let report = call(
        &node,
        Faults {
            huge_frame: Some(1 << 20),
            ..Faults::default()
        },
    )
    .await
    .unwrap();
    assert!(!report.verbs.is_empty());
    node.settled().await;
    assert!(
        call(&node, Faults::default()).await.is_ok(),
        "the node goes on"
    );
}
