//! `POST /twilio/recording`

use super::{INCOMING, Phone, RECORDING};
use crate::harness::{Db, SIMPLE};
use axum::http::StatusCode;

const FACTS: [(&str, &str); 5] = [
    ("RecordingSid", "RE00000000000000000000000000000001"),
    (
        "RecordingUrl",
        "https://api.example.com/Recordings/RE00000000000000000000000000000001",
    ),
    ("RecordingStatus", "completed"),
    ("RecordingDuration", "12"),
    ("RecordingChannels", "2"),
];

const STORED: &str = "SELECT string_agg(kind || ' ' || provider_recording_id || ' ' || channels || \
                      ' ' || duration_ms || ' ' || complete, ';') FROM app.recordings";

#[tokio::test]
async fn a_recording_of_the_carrier_is_kept_once() {
    let db = Db::seeded().await;
    let phone = Phone::dials(&db, SIMPLE);
    phone.hears(INCOMING, &[]).await;
    for _ in 0..2 {
        let answer = phone.asks("/twilio/recording?kind=voicemail", &FACTS).await;
        assert_eq!(answer.status, StatusCode::NO_CONTENT);
    }
    let stored = db.value(STORED).await.unwrap();
    assert_eq!(
        stored,
        "voicemail RE00000000000000000000000000000001 2 12000 true"
    );
}

#[tokio::test]
async fn what_is_not_there_is_an_event_and_what_is_not_ours_is_nothing() {
    let db = Db::seeded().await;
    let phone = Phone::dials(&db, SIMPLE);
    phone.hears(INCOMING, &[]).await;
    let absent = [("RecordingSid", "RE1"), ("RecordingStatus", "absent")];
    let answer = phone.asks("/twilio/recording?kind=forward", &absent).await;
    assert_eq!(answer.status, StatusCode::NO_CONTENT);
    assert_eq!(phone.events(&db).await, "carrier_recording");
    let unknown = Phone::dials(&db, SIMPLE).asks(RECORDING, &FACTS).await;
    assert_eq!(unknown.status, StatusCode::NO_CONTENT);
    assert_eq!(db.value(STORED).await, None);
}

#[tokio::test]
async fn facts_that_cannot_be_are_refused_by_name() {
    let db = Db::seeded().await;
    let phone = Phone::dials(&db, SIMPLE);
    phone.hears(INCOMING, &[]).await;
    for (field, value) in [
        ("RecordingChannels", "3"),
        ("RecordingDuration", "long"),
        ("RecordingUrl", ""),
    ] {
        let mut facts = FACTS.to_vec();
        facts.retain(|(name, _)| *name != field);
        facts.push((field, value));
        let answer = phone.asks(RECORDING, &facts).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST);
        assert!(answer.body.contains(field), "{answer:?}");
    }
}
