//! Conformance with the carrier's media streams and webhooks: one file for each item of
//! `docs/CONFORMANCE.md`, asked of a serving node from outside, over real sockets.
//!
//! What the carrier does is Twilio's documentation of Media Streams and of its webhooks; facts that
//! an item rests on stand in its file. `scripts/mutants` shows that each of them fails when what it
//! guards is taken out.

mod c01;
mod c02;
mod c03;
mod c04;
mod c05;
mod c06;
mod c07;
mod c08;
mod c09;
mod c10;
mod c11;
mod c12;
mod c13;
mod c14;
mod c15;
mod c16;
mod c17;
mod c18;
mod c19;
mod c20;
mod line;
mod mutants;

mod record;
mod tls;

use std::{num::NonZeroU32, time::Duration};

use bench::{CallReport, Faults, Step, StreamReport, place_call};

use crate::node::{Minds, Node, speak};

/// A node whose agent greets, answers twice and hears as often.
async fn node() -> Node {
    let minds = Minds::hearing(&["Hello?", "Bye."]).saying(&["Seven it is.", "Goodbye."]);
    Node::start(minds.providers()).await
}

/// A call whose carrier or network does this wrong: the caller speaks once and hangs up.
async fn call_with(node: &Node, faults: Faults) -> CallReport {
    let mut options = node.call(vec![
        speak(1_200),
        Step::Wait(Duration::from_millis(600)),
        Step::HangUp,
    ]);
    options.faults = faults;
    let report = place_call(&options).await.unwrap();
    node.settled().await;
    report
}

/// The only stream of a call, in which the agent kept the protocol and was heard to answer.
fn answered(report: &CallReport) -> &StreamReport {
    let [stream] = report.streams.as_slice() else {
        panic!("one stream is expected: {:?}", report.verbs);
    };
    assert_eq!(stream.violations, []);
    assert!(
        stream.agent_segments().len() >= 2,
        "a greeting and an answer"
    );
    stream
}

const fn every(n: u32) -> NonZeroU32 {
    NonZeroU32::new(n).expect("not zero")
}
