//! `POST /twilio/voice/status`

use super::{AFTER_DIAL, INCOMING, Phone, STATUS};
use crate::harness::{AI_VOICE, Db, IVR, SIMPLE};
use axum::http::StatusCode;

async fn tells(phone: &Phone, status: &str, sequence: &str) {
    let report = [
        ("CallStatus", status),
        ("SequenceNumber", sequence),
        ("CallDuration", "42"),
    ];
    let answer = phone.asks(STATUS, &report).await;
    assert_eq!(
        (answer.status, answer.body.as_str()),
        (StatusCode::NO_CONTENT, "")
    );
}

#[tokio::test]
async fn a_status_never_goes_backwards() {
    let db = Db::seeded().await;
    let phone = Phone::dials(&db, IVR);
    phone.hears(INCOMING, &[]).await;
    for (status, sequence, stored) in [
        ("in-progress", "2", "in-progress"),
        ("ringing", "1", "in-progress"), // overtaken
        ("in-progress", "2", "in-progress"),
        ("completed", "3", "completed"),
        ("in-progress", "2", "completed"),
        ("completed", "3", "completed"),
        ("busy", "4", "completed"),
    ] {
        tells(&phone, status, sequence).await;
        assert_eq!(
            phone.stored(&db, "status").await.as_deref(),
            Some(stored),
            "after {status}"
        );
    }
    for (column, expected) in [
        ("bill_sec", "42"),
        ("duration_ms", "42000"),
        ("end_reason", "caller_hung_up"),
        ("hangup_by", "caller"),
    ] {
        assert_eq!(
            phone.stored(&db, column).await.as_deref(),
            Some(expected),
            "{column}"
        );
    }
}

#[tokio::test]
async fn a_call_that_nobody_ended_ends_with_the_carriers_word() {
    let db = Db::seeded().await;
    for (status, reason, hangup_by) in [
        ("canceled", "caller_hung_up", "caller"),
        ("failed", "carrier_failed", "carrier"),
        ("no-answer", "unanswered", "carrier"),
    ] {
        let phone = Phone::dials(&db, IVR);
        phone.hears(INCOMING, &[]).await;
        tells(&phone, status, "1").await;
        assert_eq!(phone.stored(&db, "status").await.as_deref(), Some(status));
        assert_eq!(
            phone.stored(&db, "end_reason").await.as_deref(),
            Some(reason)
        );
        assert_eq!(
            phone.stored(&db, "hangup_by").await.as_deref(),
            Some(hangup_by)
        );
    }
}

#[tokio::test]
async fn the_end_that_another_webhook_writes_a_moment_later_counts() {
    let db = Db::seeded().await;
    let phone = Phone::dials(&db, SIMPLE);
    phone.hears(INCOMING, &[]).await;
    let dial_ends = async {
        tokio::time::sleep(std::time::Duration::from_millis(400)).await;
        phone
            .hears(AFTER_DIAL, &[("DialCallStatus", "completed")])
            .await;
    };
    tokio::join!(tells(&phone, "completed", "1"), dial_ends);
    assert_eq!(
        phone.stored(&db, "end_reason").await.as_deref(),
        Some("forwarded")
    );
    assert_eq!(
        phone.stored(&db, "status").await.as_deref(),
        Some("completed")
    );
    assert_eq!(phone.stored(&db, "bill_sec").await.as_deref(), Some("42"));
}

#[tokio::test]
async fn a_call_whose_driver_never_wrote_is_closed_all_the_same() {
    let db = Db::seeded().await;
    let phone = Phone::dials(&db, AI_VOICE);
    phone.hears(INCOMING, &[]).await;
    tells(&phone, "completed", "1").await;
    assert_eq!(
        phone.stored(&db, "end_reason").await.as_deref(),
        Some("caller_hung_up")
    );
}

#[tokio::test]
async fn a_call_that_we_do_not_know_changes_nothing() {
    let db = Db::seeded().await;
    tells(&Phone::dials(&db, SIMPLE), "completed", "0").await;
    assert_eq!(
        db.value("SELECT count(*)::text FROM app.calls")
            .await
            .unwrap(),
        "0"
    );
}
