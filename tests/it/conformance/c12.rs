//! C12: a second `start` is refused, and with it the stream. A socket is one stream for its whole
//! life, begun once; who begins another on it is broken or not the carrier. Its token is not looked
//! at, and the caller gets what follows a lost stream.

use super::{line::Line, node};

#[tokio::test(flavor = "multi_thread")]
async fn a_repeated_start_closes_the_stream() {
    let node = node().await;
    let mut line = Line::answered(&node).await;
    line.hear_audio(5).await;
    let again = line.writer.start(&line.fields);
    line.send(again).await;
    assert_eq!(line.closed().await, Some(1008));
    node.settled().await;
    assert_eq!(
        line.record.value("end_reason").await.as_deref(),
        Some("stream_lost")
    );
    let next = line.record.next_verbs().await;
    assert!(next.contains(&"Say") || next.contains(&"Dial"), "{next:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_start_of_another_call_closes_the_stream_and_takes_nothing_from_that_call() {
    let node = node().await;
    let mut line = Line::answered(&node).await;
    let mut other = Line::dial(&node).await;
    line.hear_audio(5).await;
    let foreign = other.writer.clone().start(&other.fields);
    line.send(foreign).await;
    assert_eq!(line.closed().await, Some(1008));
    // Its token is unused: the other call begins as if nothing had been.
    other.begin().await;
    other.hear_audio(5).await;
    other.hang_up().await;
    node.settled().await;
}
