//! Broken calls: whatever breaks, the caller is not left in silence and the CDR tells why.

use std::time::Duration;

use bench::{CallReport, Ending, Step, place_call};

use crate::node::{Minds, Node, speak};

fn verbs(report: &CallReport) -> Vec<&str> {
    report.verbs.iter().map(|verb| verb.verb).collect()
}

async fn cdr(node: &Node) -> String {
    let sql = "SELECT concat_ws(' ', end_reason, failed_stage, failed_provider, failed_code) FROM app.calls";
    node.db.value(sql).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broken_socket_leads_to_the_fallback_and_a_cdr() {
    let minds = Minds::hearing(&["Hello?"]).saying(&["One moment please."]);
    let node = Node::start(minds.providers()).await;
    let report = node
        .place(vec![
            speak(600),
            Step::Wait(Duration::from_millis(300)),
            Step::DropSocket,
        ])
        .await;
    node.settled().await;
    assert_eq!(verbs(&report)[0], "Connect");
    assert!(
        verbs(&report).len() > 2,
        "the carrier was told what to do: {:?}",
        report.verbs
    );
    assert_eq!(cdr(&node).await, "stream_lost");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_caller_who_hangs_up_leaves_a_complete_cdr() {
    let node = Node::start(Minds::hearing(&["Hello?"]).saying(&["Yes."]).providers()).await;
    let report = node
        .place(vec![
            speak(600),
            Step::Wait(Duration::from_millis(800)),
            Step::HangUp,
        ])
        .await;
    node.settled().await;
    assert_eq!(report.ending, Ending::CallerHungUp);
    assert_eq!(cdr(&node).await, "caller_hung_up");
    assert_eq!(
        node.db
            .value("SELECT status FROM app.calls")
            .await
            .as_deref(),
        Some("completed")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_webhook_without_a_good_signature_is_403_and_leaves_nothing() {
    use bench::SignatureFault::{Missing, WrongToken, WrongUrl};
    let node = Node::start(Minds::hearing(&[]).providers()).await;
    for webhook_signature in [Missing, WrongToken, WrongUrl] {
        let mut options = node.call(Vec::new());
        options.faults.webhook_signature = webhook_signature;
        let error = place_call(&options).await.expect_err("refused").to_string();
        assert!(error.contains("signature refused"), "{error}");
    }
    assert_eq!(
        node.db
            .value("SELECT count(*)::text FROM app.calls")
            .await
            .as_deref(),
        Some("0")
    );
}
