//! Calls beyond a limit: the line's overflow answer, and exactly as many conversations as may be.

use std::sync::Arc;

use store::node::LifeId;
use trunkline::admission::{Admission, NodeLimit};

use super::{AFTER_DIAL, AFTER_VOICEMAIL, AI, GATHER, INCOMING, NEXT, Node, Phone};
use crate::harness::{AI_VOICE, Db, IVR, SIMPLE, TEAM, noon};

const ALL_BUSY: &str = "all our lines are busy";

fn node(calls: usize) -> Node {
    Node {
        admission: Admission::new(NodeLimit::Calls(calls)),
        ..Node::default()
    }
}

/// So many callers at once; how many are connected, and how many hear that all lines are busy.
async fn at_once(db: &Arc<Db>, callers: usize, nodes: &[Node]) -> (usize, usize) {
    let calls: Vec<_> = (0..callers)
        .map(|n| {
            let phone = Phone::dials_at(db, AI_VOICE, nodes[n % nodes.len()].clone());
            tokio::spawn(async move { phone.hears(INCOMING, &[]).await })
        })
        .collect();
    let (mut connected, mut busy) = (0, 0);
    for call in calls {
        let twiml = call.await.unwrap();
        connected += usize::from(twiml.contains("<Connect>"));
        busy += usize::from(twiml.contains(ALL_BUSY) && twiml.ends_with("<Hangup/></Response>"));
    }
    (connected, busy)
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_callers_at_once_a_node_admits_exactly_its_limit() {
    let db = Arc::new(Db::seeded().await);
    assert_eq!(at_once(&db, 20, &[node(7)]).await, (7, 13));
    let ended = "SELECT count(*)::text FROM app.calls WHERE end_reason = 'overflow'
                 AND finalized_at IS NOT NULL AND hangup_by = 'system'";
    assert_eq!(db.value(ended).await.as_deref(), Some("13"));
    let noted = "SELECT count(*)::text FROM app.call_events WHERE kind = 'overflow'
                 AND payload->>'limit' = 'node'";
    assert_eq!(db.value(noted).await.as_deref(), Some("13"));
    let tokens = "SELECT count(*)::text FROM app.stream_tokens";
    assert_eq!(db.value(tokens).await.as_deref(), Some("7"));
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_callers_at_once_a_tenant_gets_exactly_its_limit_from_all_nodes_together() {
    let db = Arc::new(Db::seeded().await);
    db.arrange("UPDATE app.tenants SET max_calls = 5").await;
    let nodes = [node(100), node(100)];
    assert_eq!(at_once(&db, 20, &nodes).await, (5, 15));
    let held: usize = nodes
        .iter()
        .map(|node| node.admission.taken(std::time::Instant::now()))
        .sum();
    assert_eq!(held, 5, "who was refused holds no place of the node either");
}

#[tokio::test]
async fn a_tenants_place_is_free_again_when_its_call_is_over_or_its_stream_never_came() {
    let db = Db::seeded().await;
    db.arrange("UPDATE app.tenants SET max_calls = 1").await;
    let first = Phone::dials(&db, AI_VOICE);
    assert!(first.hears(INCOMING, &[]).await.contains("<Connect>"));
    let connects = || async {
        let twiml = Phone::dials(&db, AI_VOICE).hears(INCOMING, &[]).await;
        twiml.contains("<Connect>")
    };
    assert!(!connects().await);
    assert!(
        first.hears(INCOMING, &[]).await.contains("<Connect>"),
        "it keeps its own"
    );
    db.arrange("UPDATE app.calls SET ended_at = now() WHERE ended_at IS NULL")
        .await;
    assert!(connects().await);
    assert!(!connects().await);
    // The last one's stream never came.
    let later = Node {
        now: noon() + chrono::Duration::minutes(2),
        ..Node::default()
    };
    let twiml = Phone::dials_at(&db, AI_VOICE, later)
        .hears(INCOMING, &[])
        .await;
    assert!(twiml.contains("<Connect>"), "{twiml}");
}

#[tokio::test]
async fn a_line_chooses_what_its_callers_get() {
    let db = Db::seeded().await;
    let full = || node(0);
    let choose = |overflow: &str| {
        format!(
            "UPDATE app.tenant_phone_config SET overflow = '{overflow}' WHERE tenant_id = '{}'",
            db.demo
        )
    };

    let forward = r#"{"kind": "forward", "to": {"number": "+19185550197"}}"#;
    db.arrange(&choose(forward)).await;
    let phone = Phone::dials_at(&db, AI_VOICE, full());
    let twiml = phone.hears(AI, &[]).await;
    assert!(twiml.contains("<Number>+19185550197</Number>"), "{twiml}");
    phone
        .hears(AFTER_DIAL, &[("DialCallStatus", "completed")])
        .await;
    let cdr = "end_reason || ' ' || outcome";
    assert_eq!(
        phone.stored(&db, cdr).await.as_deref(),
        Some("overflow transferred")
    );

    db.arrange(&choose(r#"{"kind": "voicemail"}"#)).await;
    let phone = Phone::dials_at(&db, AI_VOICE, full());
    assert!(phone.hears(INCOMING, &[]).await.contains("<Record "));
    let recorded = [("RecordingUrl", "https://x.example/RE1")];
    phone.hears(AFTER_VOICEMAIL, &recorded).await;
    assert_eq!(
        phone.stored(&db, cdr).await.as_deref(),
        Some("overflow voicemail")
    );

    db.arrange(&choose(
        r#"{"kind": "message", "text": "Back in a minute."}"#,
    ))
    .await;
    let phone = Phone::dials_at(&db, IVR, full());
    phone.hears(INCOMING, &[]).await;
    let twiml = phone.hears(GATHER, &[("Digits", "1")]).await;
    assert!(
        twiml.contains("Back in a minute.") && twiml.contains("<Hangup/>"),
        "{twiml}"
    );
    assert_eq!(
        phone.stored(&db, "end_reason").await.as_deref(),
        Some("overflow")
    );
}

#[tokio::test]
async fn what_costs_no_media_is_not_limited() {
    let db = Db::seeded().await;
    assert!(
        Phone::dials_at(&db, SIMPLE, node(0))
            .hears(INCOMING, &[])
            .await
            .contains(TEAM)
    );
    let menu = Phone::dials_at(&db, IVR, node(0))
        .hears(INCOMING, &[])
        .await;
    assert!(menu.contains("<Gather "), "{menu}");
}

#[tokio::test]
async fn a_draining_node_answers_new_callers_with_the_lines_fallback() {
    let db = Db::seeded().await;
    let draining = node(100);
    draining.admission.drain();
    let phone = Phone::dials_at(&db, AI_VOICE, draining);
    let twiml = phone.hears(INCOMING, &[]).await;
    assert!(
        twiml.contains("not available") && twiml.contains(TEAM),
        "{twiml}"
    );
    phone
        .hears(AFTER_DIAL, &[("DialCallStatus", "completed")])
        .await;
    assert_eq!(
        phone.stored(&db, "end_reason").await.as_deref(),
        Some("node_draining")
    );
}

#[tokio::test]
async fn a_second_webhook_of_a_call_replaces_its_token() {
    let db = Db::seeded().await;
    let phone = Phone::dials(&db, AI_VOICE);
    let (one, other) = tokio::join!(phone.hears(INCOMING, &[]), phone.hears(INCOMING, &[]));
    assert_ne!(one, other);
    phone.hears(AI, &[]).await;
    let valid = "SELECT count(*)::text FROM app.stream_tokens
                 WHERE used_at IS NULL AND expires_at > '2026-11-18 18:00+00'";
    assert_eq!(db.value(valid).await.as_deref(), Some("1"));
}

/// A call whose conversation was handed over.
async fn handed_over(db: &Db) -> Phone {
    let phone = Phone::dials(db, AI_VOICE);
    phone.hears(INCOMING, &[]).await;
    let call = phone.call(db).await;
    let mut tx = db.tx().await;
    tx.hold_call(&call, LifeId(uuid::Uuid::new_v4()), noon())
        .await
        .unwrap();
    let resume = call::Resume::default();
    assert!(tx.hand_over(&call, &resume, noon()).await.unwrap());
    tx.commit().await.unwrap();
    phone
}

#[tokio::test]
async fn a_webhook_that_comes_again_opens_no_second_stream() {
    let db = Db::seeded().await;
    let phone = Phone::dials(&db, AI_VOICE);
    phone.hears(INCOMING, &[]).await;
    let call = phone.call(&db).await;
    let life = uuid::Uuid::new_v4();
    let mut tx = db.tx().await;
    assert!(tx.hold_call(&call, LifeId(life), noon()).await.unwrap());
    tx.commit().await.unwrap();
    let other = phone.at_another_node(&db);
    for path in [INCOMING, AI] {
        let twiml = other.hears(path, &[]).await;
        assert!(
            twiml.contains("<Redirect") && twiml.contains(NEXT) && !twiml.contains("<Stream"),
            "{twiml}"
        );
    }
    assert_eq!(phone.events(&db).await, "asked_again asked_again");
    // Whose the call is, and that it is not quiet, stays as it was.
    assert_eq!(phone.stored(&db, "held_by").await, Some(life.to_string()));
    let since = "SELECT (quiet_until = '2026-11-18 18:00+00')::text FROM app.calls";
    assert_eq!(db.value(since).await.as_deref(), Some("true"));
    let tokens = "SELECT count(*)::text FROM app.stream_tokens";
    assert_eq!(db.value(tokens).await.as_deref(), Some("1"));
}

#[tokio::test]
async fn a_call_that_was_closed_meanwhile_has_nothing_to_go_on_with() {
    let db = Db::seeded().await;
    let phone = handed_over(&db).await;
    // As the reaper closes one that nobody asks for any more.
    db.arrange("UPDATE app.calls SET finalized_at = started_at, closed_by = 'reaper'")
        .await;
    let twiml = phone.hears(NEXT, &[]).await;
    assert!(!twiml.contains("<Stream"), "{twiml}");
    assert!(twiml.contains(TEAM), "the fallback: {twiml}");
}

#[tokio::test]
async fn a_conversation_that_was_handed_over_is_connected_again_by_a_node_that_takes_calls() {
    let db = Db::seeded().await;
    let phone = handed_over(&db).await.at_another_node(&db);
    let twiml = phone.hears(NEXT, &[]).await;
    assert!(twiml.contains("<Connect><Stream "), "{twiml}");
    assert_eq!(phone.events(&db).await, "resumed");
    assert_eq!(phone.stored(&db, "next_action").await, None);
    assert_eq!(
        phone.stored(&db, "end_reason").await,
        None,
        "the call goes on"
    );
}

#[tokio::test]
async fn a_conversation_that_nobody_goes_on_with_gets_the_fallback() {
    let db = Db::seeded().await;
    let phone = handed_over(&db).await;
    let draining = node(100);
    draining.admission.drain();
    let other = Phone {
        sid: phone.sid.clone(),
        ..Phone::dials_at(&db, AI_VOICE, draining)
    };
    let twiml = other.hears(NEXT, &[]).await;
    assert!(
        twiml.contains("not available") && twiml.contains(TEAM),
        "{twiml}"
    );
    other
        .hears(AFTER_DIAL, &[("DialCallStatus", "completed")])
        .await;
    assert_eq!(
        phone.stored(&db, "end_reason").await.as_deref(),
        Some("node_draining")
    );
}
