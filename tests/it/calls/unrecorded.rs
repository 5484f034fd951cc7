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
    let stored = "SELECT concat_ws(' ', complete, bytes IS NULL, sha256 IS NULL)
                  FROM app.recordings WHERE written_by IS NULL";
    for _ in 0..100 {
        if node.db.value(stored).await.is_some() {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    assert_eq!(node.db.value(stored).await.as_deref(), Some("f t t"));
}
