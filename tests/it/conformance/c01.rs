//! C1: only TEXT frames are sent. The carrier answers a binary frame with its error 31950.

use bench::Received;

use super::{line::Line, node};
use crate::node::Node;

/// Everything that a node sends in a call that makes it send all it can: audio, marks, a clear.
pub(super) async fn everything_sent(line: &mut Line<'_>) -> Vec<Received> {
    line.begin().await;
    let mut sent = Vec::new();
    read_until(line, &mut sent, "media").await;
    read_until(line, &mut sent, "mark").await;
    // The key interrupts the greeting; the second one ends the input, which is answered.
    line.press("7").await;
    read_until(line, &mut sent, "clear").await;
    line.press("#").await;
    read_until(line, &mut sent, "mark").await;
    line.stop().await;
    loop {
        match line.receive().await {
            Received::Closed { .. } => return sent,
            other @ (Received::Text(_) | Received::Binary(_)) => sent.push(other),
        }
    }
}

/// The text of the messages, for the items that look into them.
pub(super) async fn every_text(node: &Node, line: &mut Line<'_>) -> Vec<String> {
    let sent = everything_sent(line).await;
    node.settled().await;
    sent.iter().map(as_text).collect()
}

async fn read_until(line: &mut Line<'_>, sent: &mut Vec<Received>, event: &str) {
    let wanted = format!("\"event\":\"{event}\"");
    loop {
        let received = line.receive().await;
        let is_it = as_text(&received).contains(&wanted);
        assert!(
            !matches!(received, Received::Closed { .. }),
            "closed before a {event}"
        );
        sent.push(received);
        if is_it {
            return;
        }
    }
}

/// A message's bytes as text, whatever frame they came in.
fn as_text(received: &Received) -> String {
    match received {
        Received::Text(text) => text.clone(),
        Received::Binary(bytes) => String::from_utf8_lossy(bytes).into_owned(),
        Received::Closed { .. } => String::new(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_message_is_a_text_frame() {
    let node = node().await;
    let mut line = Line::dial(&node).await;
    let sent = everything_sent(&mut line).await;
    let others: Vec<_> = sent
        .iter()
        .filter(|message| !matches!(message, Received::Text(_)))
        .collect();
    assert!(others.is_empty(), "{others:?}");
}
