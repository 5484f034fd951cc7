//! The echo line of a stand.

use bench::Step;
use trunkline::session::line::Line;

use crate::node::{Node, speak};

#[tokio::test(flavor = "multi_thread")]
async fn callers_of_an_echo_hear_themselves_and_their_call_is_closed() {
    let node = Node::start(Line::Echo).await;
    let report = node.place(vec![speak(1_000), Step::HangUp]).await;
    node.settled().await;
    let stream = &report.streams[0];
    assert_eq!(stream.violations, []);
    let loud = |samples: &[i16]| samples.iter().filter(|s| s.unsigned_abs() > 4_000).count();
    let (said, heard) = (loud(&stream.caller_samples), loud(&stream.agent.samples));
    assert!(
        // What was on its way at the hang-up is not heard; a busy machine may hold some of it.
        heard > said / 2 && heard < said + said / 10,
        "{heard} loud samples came back of {said}"
    );
    let end = "SELECT end_reason FROM app.calls WHERE finalized_at IS NOT NULL";
    assert_eq!(node.db.value(end).await.as_deref(), Some("caller_hung_up"));
}
