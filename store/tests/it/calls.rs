//! A call from its first webhook to its end.

use call::record::{EndReason, Failure, Latency, NextAction, Speaker, TurnRecord, WordTime};
use chrono::Duration;
use sqlx::Row;
use store::{
    Actor, StoreError, TenantScope,
    call::{
        CallEnd, CallOutcome, CallStatus, ClosedBy, HangupBy, RecordingKind, RecordingRow,
        StatusChange, StatusReport, TokenVerdict,
    },
};

use crate::harness::{Db, new_call, noon};

pub(crate) fn turn(seq: u32) -> TurnRecord {
    TurnRecord {
        seq,
        speaker: Speaker::Agent,
        text: "We are open".to_owned(),
        generated: "We are open until five.".to_owned(),
        start_ms: 1000,
        end_ms: 1900,
        confidence: None,
        words: vec![WordTime {
            text: "We".to_owned(),
            start_ms: 1000,
            end_ms: 1120,
        }],
        interrupted: true,
        latency: Latency {
            speech_end_ms: Some(400),
            first_frame_ms: Some(1000),
            ..Latency::default()
        },
        tokens_in: 12,
        tokens_out: 5,
    }
}

fn end() -> CallEnd {
    CallEnd {
        closed_by: ClosedBy::Holder,
        ended_at: noon() + Duration::seconds(65),
        reason: EndReason::CallerHungUp,
        hangup_by: HangupBy::Caller,
        duration_ms: 65_000,
        latency_p50_ms: Some(620),
        latency_p95_ms: Some(900),
        interruptions: 2,
        outcome: Some(CallOutcome::AppointmentScheduled),
        failure: Some(Failure {
            provider: "local".to_owned(),
            stage: "tts".to_owned(),
            code: "timed_out".to_owned(),
        }),
        status: None,
    }
}

fn report(status: CallStatus, sequence: i32) -> StatusReport {
    StatusReport {
        status,
        sequence: Some(sequence),
        duration_s: status.is_final().then_some(66),
        at: noon() + Duration::seconds(sequence.into()),
    }
}

#[tokio::test]
async fn a_repeated_webhook_finds_the_same_call() {
    let db = Db::fresh().await;
    let tenant = db.seeded().await;
    let first = db.call(tenant, "CA1").await;
    let mut tx = db.tx(tenant).await;
    let mut again = new_call("CA1");
    again.started_at += Duration::seconds(3);
    let again = tx.begin_call(&again).await.unwrap();
    assert!(again.already_known);
    assert_eq!(again.call, first);
    assert_eq!(tx.call(&again.call).await.unwrap().provider_call_id, "CA1");
    assert_eq!(tx.live_calls().await.unwrap(), 1);
    assert_eq!(
        db.store.find_call("twilio", "CA1").await.unwrap(),
        Some(first)
    );
    assert_eq!(db.store.find_call("twilio", "CA2").await.unwrap(), None);
    assert_eq!(db.store.find_call("other", "CA1").await.unwrap(), None);
}

#[tokio::test]
async fn webhooks_at_once_make_one_call() {
    let db = Db::fresh().await;
    let tenant = db.seeded().await;
    let tasks: Vec<_> = (0..8)
        .map(|_| {
            let store = db.store.clone();
            tokio::spawn(async move {
                let scope = TenantScope::new(tenant, Actor::System);
                let mut tx = store.tenant(&scope).await.unwrap();
                let begun = tx.begin_call(&new_call("CA-race")).await.unwrap();
                tx.commit().await.unwrap();
                begun
            })
        })
        .collect();
    let mut begun = Vec::new();
    for task in tasks {
        begun.push(task.await.unwrap());
    }
    assert_eq!(begun.iter().filter(|b| !b.already_known).count(), 1);
    assert!(begun.iter().all(|b| b.call == begun[0].call));
}

#[tokio::test]
async fn another_tenants_call_id_is_a_conflict() {
    let db = Db::fresh().await;
    let (a, b) = (db.tenant("a").await, db.tenant("b").await);
    db.call(a, "CA1").await;
    let taken = db.tx(b).await.begin_call(&new_call("CA1")).await;
    assert!(
        matches!(taken, Err(StoreError::Conflict { .. })),
        "{taken:?}"
    );
}

#[tokio::test]
async fn a_call_in_a_month_without_partition_makes_it_and_an_absurd_month_is_refused() {
    let db = Db::fresh().await;
    let tenant = db.tenant("a").await;
    let mut old = new_call("CA-old");
    old.started_at = "2021-03-31T23:59:59.999999Z".parse().unwrap();
    let mut tx = db.tx(tenant).await;
    let call = tx.begin_call(&old).await.unwrap().call;
    tx.add_turn(&call, &turn(0)).await.unwrap();
    tx.commit().await.unwrap();
    let mut conn = db.connect_as("postgres").await;
    let stored: i64 = sqlx::query_scalar("SELECT count(*) FROM app.call_turns_2021_03")
        .fetch_one(&mut conn)
        .await
        .unwrap();
    assert_eq!(stored, 1);

    let mut absurd = new_call("CA-absurd");
    absurd.started_at = "1999-01-01T00:00:00Z".parse().unwrap();
    assert!(db.tx(tenant).await.begin_call(&absurd).await.is_err());
}

#[tokio::test]
async fn a_start_time_finer_than_microseconds_still_finds_its_call() {
    let db = Db::fresh().await;
    let tenant = db.tenant("a").await;
    let mut new = new_call("CA1");
    new.started_at += Duration::nanoseconds(1_999);
    let mut tx = db.tx(tenant).await;
    let call = tx.begin_call(&new).await.unwrap().call;
    tx.set_next_action(&call, &NextAction::HangUp)
        .await
        .unwrap();
    assert_eq!(
        tx.call(&call).await.unwrap().next_action,
        Some(NextAction::HangUp)
    );
}

#[tokio::test]
async fn status_callbacks_out_of_order_never_move_a_call_back() {
    let db = Db::fresh().await;
    let tenant = db.tenant("a").await;
    let call = db.call(tenant, "CA1").await;
    let mut tx = db.tx(tenant).await;
    let order = [
        (report(CallStatus::Ringing, 1), StatusChange::Applied),
        (report(CallStatus::Ringing, 1), StatusChange::Duplicate),
        (report(CallStatus::InProgress, 2), StatusChange::Applied),
        (report(CallStatus::Initiated, 0), StatusChange::Stale),
        (report(CallStatus::Completed, 3), StatusChange::Applied),
        (report(CallStatus::InProgress, 2), StatusChange::Stale),
        (report(CallStatus::Failed, 4), StatusChange::Stale),
        (report(CallStatus::Completed, 3), StatusChange::Duplicate),
    ];
    for (report, expected) in order {
        assert_eq!(
            tx.apply_status(&call, &report).await.unwrap(),
            expected,
            "{report:?}"
        );
    }
    let row = tx.call(&call).await.unwrap();
    assert_eq!(row.status, CallStatus::Completed);
    assert_eq!(row.answered_at, Some(noon() + Duration::seconds(2)));
    assert_eq!(row.ended_at, Some(noon() + Duration::seconds(3)));
}

#[tokio::test]
async fn state_between_webhooks_is_kept() {
    let db = Db::fresh().await;
    let tenant = db.tenant("a").await;
    let call = db.call(tenant, "CA1").await;
    let mut tx = db.tx(tenant).await;
    let state = serde_json::json!({"menu": "x", "attempts": 2});
    tx.set_ivr_state(&call, &state, noon()).await.unwrap();
    tx.append_digits(&call, "9").await.unwrap();
    tx.append_digits(&call, "1#").await.unwrap();
    tx.set_next_action(&call, &NextAction::Fallback { apologise: true })
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let row = db.tx(tenant).await.call(&call).await.unwrap();
    assert_eq!(row.ivr_state, Some(state));
    assert_eq!(row.digits, "91#");
    assert_eq!(
        row.next_action,
        Some(NextAction::Fallback { apologise: true })
    );
}

#[tokio::test]
async fn a_turn_is_stored_once_with_its_times() {
    let db = Db::fresh().await;
    let tenant = db.tenant("a").await;
    let call = db.call(tenant, "CA1").await;
    let mut tx = db.tx(tenant).await;
    assert!(tx.add_turn(&call, &turn(0)).await.unwrap());
    let changed = TurnRecord {
        text: "Other".to_owned(),
        ..turn(0)
    };
    assert!(!tx.add_turn(&call, &changed).await.unwrap());
    tx.commit().await.unwrap();
    let mut conn = db.connect_as("postgres").await;
    let row = sqlx::query(
        "SELECT text, generated_text, played_until_ms, total_ms, words, mark_ms FROM app.call_turns",
    )
    .fetch_one(&mut conn)
    .await
    .unwrap();
    assert_eq!(row.get::<String, _>("text"), "We are open");
    assert_eq!(
        row.get::<String, _>("generated_text"),
        "We are open until five."
    );
    assert_eq!(row.get::<i64, _>("played_until_ms"), 1900);
    assert_eq!(row.get::<i64, _>("total_ms"), 600);
    assert_eq!(row.get::<Option<i64>, _>("mark_ms"), None);
    let words: serde_json::Value = row.get("words");
    assert_eq!(
        words,
        serde_json::json!([{"text": "We", "start_ms": 1000, "end_ms": 1120}])
    );
}

#[tokio::test]
async fn the_end_is_written_once_and_beside_what_the_carrier_said() {
    let db = Db::fresh().await;
    let tenant = db.tenant("a").await;
    let call = db.call(tenant, "CA1").await;
    let mut tx = db.tx(tenant).await;
    tx.apply_status(&call, &report(CallStatus::Busy, 1))
        .await
        .unwrap();
    assert!(tx.end_call(&call, &end()).await.unwrap());
    let second = CallEnd {
        reason: EndReason::StreamLost,
        outcome: None,
        status: Some(CallStatus::Failed),
        ..end()
    };
    assert!(!tx.end_call(&call, &second).await.unwrap());
    let row = tx.call(&call).await.unwrap();
    assert_eq!(row.status, CallStatus::Busy);
    assert_eq!(row.ended_at, Some(noon() + Duration::seconds(1)));
    assert_eq!(row.end_reason.as_deref(), Some("caller_hung_up"));
    assert_eq!(row.outcome.as_deref(), Some("appointment_scheduled"));
    tx.commit().await.unwrap();
    let mut conn = db.connect_as("postgres").await;
    let stored = sqlx::query(
        "SELECT failed_provider, failed_stage, failed_code, duration_ms FROM app.calls",
    )
    .fetch_one(&mut conn)
    .await
    .unwrap();
    assert_eq!(stored.get::<String, _>(0), "local");
    assert_eq!(stored.get::<String, _>(1), "tts");
    assert_eq!(stored.get::<String, _>(2), "timed_out");
    assert_eq!(stored.get::<i64, _>(3), 65_000);

    let mut nowhere = call;
    nowhere.call_id.0 = uuid::Uuid::now_v7();
    let missing = db.tx(tenant).await.end_call(&nowhere, &end()).await;
    assert!(
        matches!(missing, Err(StoreError::NotFound { .. })),
        "{missing:?}"
    );
}

#[tokio::test]
async fn open_calls_are_found_across_tenants_until_they_end() {
    let db = Db::fresh().await;
    let (a, b) = (db.tenant("a").await, db.tenant("b").await);
    let (call_a, call_b) = (db.call(a, "CA1").await, db.call(b, "CA2").await);
    let later = noon() + Duration::hours(1);
    let mut open = db.store.open_calls_older_than(later, 10).await.unwrap();
    open.sort_by_key(|c| c.call_id);
    assert_eq!(open, [call_a, call_b]);
    assert_eq!(
        db.store.open_calls_older_than(noon(), 10).await.unwrap(),
        []
    );
    assert_eq!(
        db.store
            .open_calls_older_than(later, 1)
            .await
            .unwrap()
            .len(),
        1
    );

    let mut tx = db
        .store
        .tenant(&TenantScope::new(a, Actor::Worker))
        .await
        .unwrap();
    let reaped = CallEnd {
        status: Some(CallStatus::Failed),
        ..end()
    };
    assert!(tx.end_call(&call_a, &reaped).await.unwrap());
    tx.commit().await.unwrap();
    assert_eq!(
        db.store.open_calls_older_than(later, 10).await.unwrap(),
        [call_b]
    );
    assert_eq!(db.store.live_calls().await.unwrap(), 1);
    assert_eq!(
        db.tx(a).await.call(&call_a).await.unwrap().status,
        CallStatus::Failed
    );
}

#[tokio::test]
async fn a_recording_that_is_finished_again_stays_one() {
    let db = Db::fresh().await;
    let tenant = db.tenant("a").await;
    let call = db.call(tenant, "CA1").await;
    let partial = RecordingRow {
        kind: RecordingKind::Conversation,
        provider_recording_id: None,
        storage_key: "recordings/CA1.wav".to_owned(),
        channels: 2,
        sample_rate: Some(8000),
        bytes: Some(44),
        sha256: None,
        duration_ms: Some(0),
        complete: false,
    };
    let mut tx = db.tx(tenant).await;
    let first = tx.finish_recording(&call, &partial).await.unwrap();
    let whole = RecordingRow {
        bytes: Some(32_044),
        sha256: Some([3; 32]),
        complete: true,
        ..partial
    };
    assert_eq!(tx.finish_recording(&call, &whole).await.unwrap(), first);
    tx.commit().await.unwrap();
    let mut conn = db.connect_as("postgres").await;
    let row = sqlx::query("SELECT bytes, complete, octet_length(sha256) FROM app.recordings")
        .fetch_one(&mut conn)
        .await
        .unwrap();
    assert_eq!(row.get::<i64, _>(0), 32_044);
    assert!(row.get::<bool, _>(1));
    assert_eq!(row.get::<i32, _>(2), 32);
}

#[tokio::test]
async fn a_stream_token_opens_one_stream_of_its_own_call_in_time() {
    let db = Db::fresh().await;
    let tenant = db.tenant("a").await;
    let call = db.call(tenant, "CA1").await;
    let expires = noon() + Duration::seconds(60);
    let mut tx = db.tx(tenant).await;
    tx.create_stream_token(&call, &[1; 32], expires)
        .await
        .unwrap();
    tx.create_stream_token(&call, &[2; 32], expires)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let consume = async |hash: [u8; 32], sid: &str, now| {
        db.store
            .consume_stream_token(&hash, sid, now)
            .await
            .unwrap()
    };
    assert_eq!(consume([9; 32], "CA1", noon()).await, TokenVerdict::Unknown);
    assert_eq!(
        consume([1; 32], "CA1", noon()).await,
        TokenVerdict::Expired,
        "the newer token takes its place"
    );
    assert_eq!(
        consume([2; 32], "CA-other", noon()).await,
        TokenVerdict::Foreign
    );
    assert_eq!(
        consume([2; 32], "CA1", expires).await,
        TokenVerdict::Expired
    );
    assert_eq!(
        consume([2; 32], "CA1", noon()).await,
        TokenVerdict::Accepted(call)
    );
    assert_eq!(consume([2; 32], "CA1", noon()).await, TokenVerdict::Used);
    let purged = async |before| db.store.purge_stream_tokens(before).await.unwrap();
    assert_eq!(purged(expires).await, 1, "the one that was replaced");
    assert_eq!(purged(expires + Duration::seconds(1)).await, 1);
}

#[tokio::test]
async fn of_streams_at_once_with_one_token_one_is_accepted() {
    let db = Db::fresh().await;
    let tenant = db.tenant("a").await;
    let call = db.call(tenant, "CA1").await;
    let mut tx = db.tx(tenant).await;
    tx.create_stream_token(&call, &[1; 32], noon() + Duration::seconds(60))
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let tasks: Vec<_> = (0..12)
        .map(|_| {
            let store = db.store.clone();
            tokio::spawn(async move { store.consume_stream_token(&[1; 32], "CA1", noon()).await })
        })
        .collect();
    let mut accepted = 0;
    for task in tasks {
        match task.await.unwrap().unwrap() {
            TokenVerdict::Accepted(_) => accepted += 1,
            TokenVerdict::Used => {}
            verdict @ (TokenVerdict::Expired | TokenVerdict::Foreign | TokenVerdict::Unknown) => {
                panic!("{verdict:?}")
            }
        }
    }
    assert_eq!(accepted, 1);
}
