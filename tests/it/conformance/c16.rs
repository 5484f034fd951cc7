//! C16: closing the socket leads to the next verb. The carrier goes on after `<Connect>` when *we*
//! close; it cannot be told to hang up on the stream, so what follows must stand in the document
//! and be decided before the close.

use std::time::Duration;

use bench::{DialOutcome, Ending, StreamEnd, place_call};

use crate::{
    harness::TEAM,
    node::{Minds, Node, speak},
};

#[tokio::test(flavor = "multi_thread")]
async fn after_the_goodbye_the_stream_is_closed_and_the_next_verb_hangs_up() {
    let node = Node::start(Minds::hearing(&["Thanks, goodbye."]).providers()).await;
    let report = node.place(vec![speak(900)]).await;
    node.settled().await;
    assert_eq!(
        report.streams[0].end,
        StreamEnd::ByServer { code: Some(1000) }
    );
    assert_eq!(report.ending, Ending::AgentHungUp, "{:?}", report.verbs);
    let verbs: Vec<&str> = report.verbs.iter().map(|verb| verb.verb).collect();
    assert_eq!(verbs, ["Connect", "Redirect", "Hangup"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_transfer_closes_the_stream_and_the_next_verb_dials() {
    let node = Node::start(Minds::hearing(&["I want to speak to a person."]).providers()).await;
    let mut options = node.call(vec![speak(900)]);
    options.dial_outcomes = vec![DialOutcome::Answered(Duration::from_secs(1))];
    let report = place_call(&options).await.unwrap();
    node.settled().await;
    assert_eq!(
        report.streams[0].end,
        StreamEnd::ByServer { code: Some(1000) }
    );
    let dialled = report.verbs.iter().find(|verb| verb.verb == "Dial");
    assert!(
        dialled.is_some_and(|dial| dial.what.contains(TEAM)),
        "{:?}",
        report.verbs
    );
    let reason = node.db.value("SELECT end_reason FROM app.calls").await;
    assert_eq!(reason.as_deref(), Some("transferred"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_answer_stands_before_the_stream_is_closed() {
    let node = super::node().await;
    let mut line = super::line::Line::answered(&node).await;
    line.hear_audio(5).await;
    line.stop().await;
    assert_eq!(line.closed().await, Some(1000));
    assert!(line.record.value("next_action").await.is_some());
    assert_eq!(line.record.next_verbs().await, ["Hangup"]);
}
