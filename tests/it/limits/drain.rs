//! A node that is told to stop: its conversations end by themselves, go on at another node, or get
//! the line's fallback; each leaves one true record.

use std::{future::pending, sync::Arc, time::Duration};

use agents::scripted::{ScriptedAnswer, ScriptedChat};
use bench::{CallOptions, Ending, Step, place_call};
use call::conversation::Message;
use trunkline::session::drain::drain;

use super::balancer::Balancer;
use crate::{
    harness::Db,
    node::{Minds, Node, speak},
};

async fn node(db: &Arc<Db>, minds: Minds, balancer: &Balancer) -> Node {
    Node::start_beside(Arc::clone(db), minds.providers(), &balancer.url).await
}

fn call(balancer: &Balancer, node: &Node, steps: Vec<Step>) -> CallOptions {
    CallOptions {
        base_url: balancer.url.clone(),
        ..node.call(steps)
    }
}

/// Waits until this text was heard.
async fn is_heard(db: &Db, text: &str) {
    let sql = format!("SELECT count(*)::text FROM app.call_turns WHERE text = '{text}'");
    for _ in 0..600 {
        if db.value(&sql).await.as_deref() == Some("1") {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("nobody heard {text:?}");
}

async fn one(db: &Db, sql: &str) -> String {
    db.value(sql).await.unwrap_or_default()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_conversation_goes_on_at_another_node_and_knows_what_was_said() {
    let db = Arc::new(Db::seeded().await);
    let balancer = Balancer::start().await;
    let first = Minds::hearing(&["My name is Ann."]).saying(&["Hello Ann."]);
    let first = node(&db, first, &balancer).await;
    let chat = Arc::new(ScriptedChat::new([ScriptedAnswer::say("You are Ann.")]));
    let mut second = Minds::hearing(&["Who am I?"]);
    second.thinks = Arc::clone(&chat) as _;
    let second = node(&db, second, &balancer).await;

    balancer.point_to(&first.url);
    let steps = vec![
        speak(900),
        // The node stops meanwhile; shorter than the agent waits before it asks who is there.
        Step::Wait(Duration::from_secs(5)),
        speak(900),
        Step::WaitForAgent {
            quiet: Duration::from_millis(700),
            at_most: Duration::from_secs(20),
        },
        Step::HangUp,
    ];
    let options = call(&balancer, &first, steps);
    let placed = tokio::spawn(async move { place_call(&options).await.unwrap() });
    is_heard(&db, "Hello Ann.").await;
    balancer.point_to(&second.url);
    drain(&first.admission, &first.registry, Duration::ZERO, pending()).await;
    let report = placed.await.unwrap();
    second.settled().await;

    assert_eq!(report.streams.len(), 2, "{:?}", report.verbs);
    assert_eq!(report.ending, Ending::CallerHungUp);
    let turns = "SELECT string_agg(speaker || ': ' || text, ' | ' ORDER BY seq)
                 FROM app.call_turns WHERE seq > 0";
    assert_eq!(
        one(&db, turns).await,
        "caller: My name is Ann. | agent: Hello Ann. | agent: Sorry, I'm back. \
         | caller: Who am I? | agent: You are Ann."
    );
    let told = &chat.asked()[0].messages;
    let said = |text: &str| {
        told.iter().any(|message| match message {
            Message::Caller { text: said } | Message::Agent { text: said, .. } => said == text,
            Message::Digits { .. }
            | Message::ToolCall(_)
            | Message::ToolResult { .. }
            | Message::NoInput { .. } => false,
        })
    };
    assert!(said("My name is Ann.") && said("Hello Ann."), "{told:?}");

    let cdr = "SELECT count(*) || ' ' || min(end_reason) || ' ' || min(status) FROM app.calls";
    assert_eq!(one(&db, cdr).await, "1 caller_hung_up completed");
    let order = "SELECT bool_and(start_ms >= before)::text FROM
        (SELECT start_ms, lag(start_ms) OVER (ORDER BY seq) AS before FROM app.call_turns) t";
    assert_eq!(one(&db, order).await, "true", "times count on");
    let recordings = "SELECT count(DISTINCT storage_key)::text FROM app.recordings WHERE complete";
    for _ in 0..100 {
        if one(&db, recordings).await == "2" {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(one(&db, recordings).await, "2", "one of each stream");
    for node in [&first, &second] {
        assert_eq!(node.admission.taken(std::time::Instant::now()), 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn with_one_node_a_conversation_that_is_left_gets_the_fallback() {
    let minds = Minds::hearing(&["Hello?"]).saying(&["Good day."]);
    let node = Node::start(minds.providers()).await;
    let options = node.call(vec![speak(900), Step::Wait(Duration::from_secs(30))]);
    let placed = tokio::spawn(async move { place_call(&options).await.unwrap() });
    is_heard(&node.db, "Good day.").await;
    drain(&node.admission, &node.registry, Duration::ZERO, pending()).await;
    let report = placed.await.unwrap();
    node.settled().await;
    let verbs: Vec<_> = report.verbs.iter().map(|verb| verb.verb).collect();
    assert!(verbs.contains(&"Dial"), "{verbs:?}");
    assert_eq!(verbs.iter().filter(|verb| **verb == "Connect").count(), 1);
    let cdr = "SELECT count(*) || ' ' || min(end_reason) FROM app.calls";
    assert_eq!(one(&node.db, cdr).await, "1 node_draining");
    let limit = "SELECT payload->>'limit' FROM app.call_events WHERE kind = 'not_resumed'";
    assert_eq!(one(&node.db, limit).await, "draining");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draining_node_says_so_and_lets_live_conversations_finish() {
    let minds = Minds::hearing(&["Hello?", "Bye."]).saying(&["Good day.", "Bye."]);
    let node = Node::start(minds.providers()).await;
    let options = node.call(vec![speak(900), speak(900), Step::HangUp]);
    let placed = tokio::spawn(async move { place_call(&options).await.unwrap() });
    is_heard(&node.db, "Good day.").await;
    let patience = Duration::from_mins(1);
    let (admission, registry) = (node.admission.clone(), node.registry.clone());
    let draining =
        tokio::spawn(async move { drain(&admission, &registry, patience, pending()).await });
    while !node.admission.is_draining() {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let ready = reqwest::get(format!("{}/ready", node.url)).await.unwrap();
    assert_eq!(ready.status().as_u16(), 503);
    assert!(ready.text().await.unwrap().contains("draining"));
    let report = placed.await.unwrap();
    draining.await.unwrap();
    node.settled().await;
    assert_eq!(
        (report.streams.len(), report.ending),
        (1, Ending::CallerHungUp)
    );
    let cdr = "SELECT end_reason FROM app.calls";
    assert_eq!(one(&node.db, cdr).await, "caller_hung_up");
}
