//! The load tool against a whole node: what it reports, and what the node keeps of it.

use serde_json::Value;
use trunkline::session::line::Line;

use crate::node::{Node, TOKEN};

#[tokio::test(flavor = "multi_thread")]
async fn five_calls_at_once_are_timed_and_each_leaves_one_record() {
    let node = Node::start(Line::Echo).await;
    let report = node.data.path().join("run.json");
    let words = [
        "trunkline-bench",
        "run",
        "echo",
        "--calls",
        "5",
        "--total",
        "5",
        "--length",
        "3s",
        "--late-limit",
        "60s",
        "--server",
        &node.url,
        "--auth-token",
        TOKEN,
        "--json",
        report.to_str().unwrap(),
    ];
    let words = words.map(str::to_owned).to_vec();
    tokio::task::spawn_blocking(|| bench::load::main_with(words))
        .await
        .unwrap();
    node.settled().await;

    let run: Value = serde_json::from_slice(&std::fs::read(&report).unwrap()).unwrap();
    assert_eq!(run["calls"]["completed"], 5, "{}", run["calls"]);
    assert!(run["times"]["round_trip"]["n"].as_u64().unwrap() > 100);
    assert!(run["frames"]["echo"]["pulses_heard"].as_u64().unwrap() >= 5);
    assert_eq!(run["violations"], serde_json::json!({}));
    for call in run["call_list"].as_array().unwrap() {
        let sid = call["call_sid"].as_str().unwrap();
        let records = format!(
            "SELECT count(*)::text FROM app.calls WHERE provider_call_id = '{sid}' \
             AND finalized_at IS NOT NULL AND status = 'completed'"
        );
        assert_eq!(node.db.value(&records).await.as_deref(), Some("1"), "{sid}");
    }
}
