//! Who has a call's stream: one node at a time, and late words about it change nothing.

use call::{
    Resume,
    record::{EndReason, NextAction},
};
use chrono::Duration;
use serde_json::json;
use store::{
    StoreError,
    call::{
        CallEnd, CallRef, CallRow, ClosedBy, EventFact, Fact, HangupBy, PlaceTaken, RecordingKind,
        RecordingRow, What,
    },
    node::{LifeId, OpenRecording},
};
use tenant_config::id::TenantId;
use uuid::Uuid;

use crate::{
    calls::turn,
    harness::{Db, noon},
};

const FIRST: LifeId = LifeId(Uuid::from_u128(1));
const SECOND: LifeId = LifeId(Uuid::from_u128(2));

fn end(closed_by: ClosedBy) -> What {
    What::End {
        next: None,
        end: Box::new(CallEnd {
            closed_by,
            ended_at: noon() + Duration::seconds(90),
            reason: EndReason::NodeLost,
            hangup_by: HangupBy::System,
            duration_ms: 90_000,
            latency_p50_ms: None,
            latency_p95_ms: None,
            interruptions: 0,
            outcome: None,
            failure: None,
            status: None,
        }),
    }
}

/// A fact of the call, so many seconds after it began.
fn fact(call: CallRef, seconds: i64, what: What) -> Fact {
    Fact::new(call, noon() + Duration::seconds(seconds), what)
}

async fn hold(db: &Db, call: &CallRef, life: LifeId, seconds: i64) -> bool {
    let mut tx = db.tx(call.tenant_id).await;
    let since = noon() + Duration::seconds(seconds);
    let held = tx.hold_call(call, life, since).await.unwrap();
    tx.commit().await.unwrap();
    held
}

/// Whether the fact was news.
async fn keep(db: &Db, fact: &Fact) -> bool {
    let mut tx = db.tx(fact.call.tenant_id).await;
    let is_news = tx.keep_fact(fact).await.unwrap();
    tx.commit().await.unwrap();
    is_news
}

async fn row(db: &Db, call: &CallRef) -> CallRow {
    db.tx(call.tenant_id).await.call(call).await.unwrap()
}

async fn place(db: &Db, call: &CallRef) -> PlaceTaken {
    let mut tx = db.tx(call.tenant_id).await;
    let until = noon() + Duration::seconds(60);
    let taken = tx.take_place(call, Some(5), noon(), until).await.unwrap();
    tx.commit().await.unwrap();
    taken
}

/// The carrier was told to open a stream.
fn streaming(call: CallRef, seconds: i64) -> Fact {
    let what = What::Place {
        state: json!({ "at": "streaming" }),
        quiet_until: noon() + Duration::seconds(seconds + 120),
    };
    fact(call, seconds, what)
}

async fn call(db: &Db) -> (TenantId, CallRef) {
    let tenant = db.tenant("a").await;
    (tenant, db.call(tenant, "CA1").await)
}

#[tokio::test]
async fn one_node_has_a_call_until_the_carrier_is_told_otherwise() {
    let db = Db::fresh().await;
    let (tenant, call) = call(&db).await;
    assert_eq!(place(&db, &call).await, PlaceTaken::Yes);
    assert!(hold(&db, &call, FIRST, 1).await);
    assert!(!hold(&db, &call, SECOND, 2).await, "the first one has it");
    assert_eq!(place(&db, &call).await, PlaceTaken::StreamOpen);
    assert!(keep(&db, &streaming(call, 5)).await);
    assert!(hold(&db, &call, SECOND, 6).await);
    let unknown = CallRef {
        call_id: tenant_config::id::CallId(Uuid::from_u128(9)),
        ..call
    };
    let mut tx = db.tx(tenant).await;
    for error in [
        tx.hold_call(&unknown, FIRST, noon()).await.unwrap_err(),
        tx.take_place(&unknown, None, noon(), noon())
            .await
            .unwrap_err(),
        tx.hand_over(&unknown, &Resume::default(), noon())
            .await
            .unwrap_err(),
    ] {
        assert!(matches!(error, StoreError::NotFound { .. }), "{error}");
    }
}

#[tokio::test]
async fn of_nodes_that_want_a_call_at_once_one_gets_it() {
    let db = Db::fresh().await;
    let (_, call) = call(&db).await;
    let wish = |n| hold(&db, &call, LifeId(Uuid::from_u128(n)), 1);
    let (a, b, c, d) = tokio::join!(wish(1), wish(2), wish(3), wish(4));
    assert_eq!([a, b, c, d].iter().filter(|got| **got).count(), 1);
}

#[tokio::test]
async fn a_handing_over_that_is_told_late_changes_nothing() {
    let db = Db::fresh().await;
    let (_, call) = call(&db).await;
    assert!(hold(&db, &call, FIRST, 1).await);
    let told = fact(call, 10, What::HandOver(Box::default()));
    assert!(keep(&db, &told).await);
    assert!(keep(&db, &told).await, "again, with nothing in between");
    assert_eq!(
        row(&db, &call).await.next_action,
        Some(NextAction::Reconnect)
    );
    // The call goes on in another stream.
    assert_eq!(place(&db, &call).await, PlaceTaken::Yes);
    keep(&db, &streaming(call, 11)).await;
    assert!(!keep(&db, &told).await, "the carrier was told already");
    assert!(hold(&db, &call, SECOND, 12).await);
    let mut tx = db.tx(call.tenant_id).await;
    assert!(tx.take_resume(&call).await.unwrap().is_some());
    tx.commit().await.unwrap();
    assert!(!keep(&db, &told).await, "another stream has it");
    assert_eq!(row(&db, &call).await.next_action, None);
    // And then it is over.
    assert!(keep(&db, &fact(call, 90, end(ClosedBy::Holder))).await);
    let late = fact(call, 95, What::HandOver(Box::default()));
    assert!(!keep(&db, &late).await);
    assert_eq!(row(&db, &call).await.next_action, None);
    let mut tx = db.tx(call.tenant_id).await;
    assert_eq!(tx.take_resume(&call).await.unwrap(), None);
}

#[tokio::test]
async fn the_last_trace_of_a_call_is_the_latest_thing_it_left() {
    let db = Db::fresh().await;
    let (tenant, call) = call(&db).await;
    let trace = async || {
        let last = db.tx(tenant).await.last_trace(&call).await.unwrap();
        last.map(|at| (at - call.started_at).num_milliseconds())
    };
    assert_eq!(trace().await, None);
    hold(&db, &call, FIRST, 2).await;
    assert_eq!(trace().await, Some(2_000), "its stream began");
    let event = EventFact {
        kind: "dtmf".to_owned(),
        media_ms: Some(1),
        payload: json!({}),
        digits: None,
    };
    keep(&db, &fact(call, 3, What::Event(event))).await;
    assert_eq!(trace().await, Some(3_000));
    let mut said = turn(1);
    said.end_ms = 4_500;
    keep(&db, &fact(call, 4, What::Turn(Box::new(said)))).await;
    assert_eq!(trace().await, Some(4_500), "a turn ends in media time");
    // Two streams, one behind the other.
    for (key, duration_ms) in [("a", 4_000), ("b", 2_200)] {
        let recording = RecordingRow {
            kind: RecordingKind::Conversation,
            provider_recording_id: None,
            storage_key: key.to_owned(),
            channels: 2,
            sample_rate: Some(8_000),
            bytes: Some(44),
            sha256: None,
            duration_ms: Some(duration_ms),
            complete: false,
        };
        keep(&db, &fact(call, 9, What::Recording(Box::new(recording)))).await;
    }
    assert_eq!(trace().await, Some(6_200), "what was recorded was alive");
}

#[tokio::test]
async fn a_recording_is_open_until_it_is_finished() {
    let db = Db::fresh().await;
    let (tenant, call) = call(&db).await;
    let mut tx = db.tx(tenant).await;
    for (key, life) in [("a", FIRST), ("b", SECOND), ("c", FIRST)] {
        tx.begin_recording(&call, key, life).await.unwrap();
    }
    let whole = RecordingRow {
        kind: RecordingKind::Conversation,
        provider_recording_id: None,
        storage_key: "a".to_owned(),
        channels: 2,
        sample_rate: Some(8_000),
        bytes: Some(44),
        sha256: Some([3; 32]),
        duration_ms: Some(0),
        complete: true,
    };
    tx.finish_recording(&call, &whole).await.unwrap();
    tx.commit().await.unwrap();
    let open = |key: &str| OpenRecording {
        call,
        storage_key: key.to_owned(),
    };
    let left = async |life| db.store.open_recordings(life).await.unwrap();
    assert_eq!(left(FIRST).await, [open("c")]);
    assert_eq!(left(SECOND).await, [open("b")]);
}
