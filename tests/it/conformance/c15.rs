//! C15: a frame of a megabyte is refused with close code 1009 (message too big, RFC 6455), before
//! `start` and in a call, and without reading it into memory. The node goes on.

use super::{line::Line, node};

/// The node may be gone before all is sent; what counts is what it said.
async fn send_a_megabyte(line: &mut Line<'_>) {
    let _ = line.try_send("x".repeat(1 << 20)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_megabyte_in_a_call_closes_its_stream_with_1009() {
    let node = node().await;
    let mut line = Line::answered(&node).await;
    line.hear_audio(5).await;
    send_a_megabyte(&mut line).await;
    assert_eq!(line.closed().await, Some(1009));
    node.settled().await;
    assert_eq!(
        line.record.value("end_reason").await.as_deref(),
        Some("stream_lost")
    );
    let next = line.record.next_verbs().await;
    assert!(next.contains(&"Say") || next.contains(&"Dial"), "{next:?}");

    let mut other = Line::answered(&node).await;
    other.hear_audio(5).await;
    other.hang_up().await;
    node.settled().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_megabyte_before_start_closes_the_stream_with_1009() {
    let node = node().await;
    let mut line = Line::dial(&node).await;
    send_a_megabyte(&mut line).await;
    assert_eq!(line.closed().await, Some(1009));
    assert!(line.record.turns().await.is_empty());
}
