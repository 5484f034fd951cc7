//! C10: however the stream ends, the call is closed and has its record: `stop` and a close, `stop`
//! alone, a close without `stop`, an abrupt TCP reset.

use super::{line::Line, node, record::Record};
use crate::node::Node;

/// The record of a call whose stream is over: complete, with a turn for what was heard.
async fn assert_closed(node: &Node, call: &Record<'_>, reason: &str) {
    node.settled().await;
    let record = "concat_ws(' ', end_reason, ended_at IS NOT NULL, duration_ms > 0, next_action IS NOT NULL)";
    assert_eq!(
        call.value(record).await,
        Some(format!("{reason} t t t")),
        "how the call ended"
    );
    let turns = call.turns().await;
    assert!(
        turns.len() == 1 && turns[0].starts_with("agent: Thank you"),
        "{turns:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_and_a_close_are_a_caller_who_hung_up() {
    let node = node().await;
    let mut line = Line::answered(&node).await;
    line.hear_audio(20).await;
    line.stop().await;
    let call = line.close().await;
    assert_closed(&node, &call, "caller_hung_up").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_is_enough() {
    let node = node().await;
    let mut line = Line::answered(&node).await;
    line.hear_audio(20).await;
    line.stop().await;
    assert_eq!(line.closed().await, Some(1000));
    assert_closed(&node, &line.record, "caller_hung_up").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_close_without_stop_is_a_lost_stream() {
    let node = node().await;
    let mut line = Line::answered(&node).await;
    line.hear_audio(20).await;
    let call = line.close().await;
    assert_closed(&node, &call, "stream_lost").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tcp_reset_is_a_lost_stream() {
    let node = node().await;
    let mut line = Line::answered(&node).await;
    line.hear_audio(20).await;
    let call = line.reset();
    assert_closed(&node, &call, "stream_lost").await;
    // The caller may still be there: the carrier asks, and is told more than to hang up.
    let next = call.next_verbs().await;
    assert!(next.contains(&"Say") || next.contains(&"Dial"), "{next:?}");
}
