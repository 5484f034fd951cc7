//! A call whose recording fails.

use bench::Ending;

use crate::node::{Minds, Node, speak};

#[tokio::test(flavor = "multi_thread")]
async fn a_recording_that_cannot_be_made_costs_the_recording_alone() {
    let minds = Minds::hearing(&["What are your hours?", "Thanks, goodbye."]);
    let node = Node::start(minds.providers()).await;
    std::fs::write(node.data.path().join("recordings"), "in its place").unwrap();
    let report = node.place(vec![speak(1_200), speak(900)]).await;
    node.settled().await;
    assert_eq!(report.ending, Ending::AgentHungUp);
    assert_eq!(report.streams[0].violations, []);
    let turns = "SELECT count(*)::text FROM app.call_turns WHERE speaker = 'caller'";
    assert_eq!(node.db.value(turns).await.as_deref(), Some("2"));
    let kept = "SELECT count(*)::text FROM app.recordings WHERE complete";
    assert_eq!(node.db.value(kept).await.as_deref(), Some("0"));
}
