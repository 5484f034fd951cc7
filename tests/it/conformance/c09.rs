//! C9: events and fields that are not known are passed over, and so is what is no message at all:
//! the carrier adds to its protocol without notice.

use std::time::Duration;

use super::{line::Line, node};

/// None of these is a message that the protocol documents.
const STRANGE: &[&str] = &[
    "",
    "hello",
    "null",
    "[]",
    "{}",
    r#"{"event":7}"#,
    r#"{"event":"ping"}"#,
    r#"{"event":"transcription","media":[],"start":3,"mark":"x"}"#,
    r#"{"event":"media"}"#,
    r#"{"event":"media","media":{"timestamp":"soon","payload":"////"}}"#,
    r#"{"event":"media","media":{"timestamp":"0","track":"sideways","payload":"////"}}"#,
    r#"{"event":"mark"}"#,
    r#"{"event":"dtmf","dtmf":{"digit":"Z"}}"#,
    r#"{"event":"connected","protocol":"Call","version":"2.0.0"}"#,
];

#[tokio::test(flavor = "multi_thread")]
async fn unknown_events_fields_and_frames_are_passed_over() {
    let node = node().await;
    let mut line = Line::dial(&node).await;
    for text in STRANGE {
        line.send(*text).await;
    }
    line.begin().await;
    line.hear_audio(5).await;
    for text in STRANGE {
        line.send(*text).await;
    }
    line.send_binary(&[0, 1, 2]).await;
    line.send("[".repeat(10_000)).await;
    // Known events with fields from the future.
    for key in ["7", "#"] {
        let dtmf = format!(
            r#"{{"event":"dtmf","new":[{{}}],"dtmf":{{"digit":"{key}","held_ms":{{"a":1}}}}}}"#
        );
        line.send(dtmf).await;
    }
    line.echo_all_for(Duration::from_secs(3)).await;
    let turns = line.record.turns().await;
    assert_eq!(
        turns.last().map(String::as_str),
        Some("agent: Seven it is."),
        "{turns:?}"
    );
    line.hang_up().await;
    node.settled().await;
}
