//! `POST /twilio/voice/next`

use std::time::Duration;

use call::record::{EndReason, NextAction};
use store::call::{CallEnd, ClosedBy, HangupBy};

use super::{AFTER_DIAL, AFTER_VOICEMAIL, INCOMING, NEXT, Phone};
use crate::harness::{AI_VOICE, Db, SIMPLE, TEAM, noon};

/// A caller on `ai-voice`, with the stream open.
async fn streaming(db: &Db) -> Phone {
    let phone = Phone::dials(db, AI_VOICE);
    phone.hears(INCOMING, &[]).await;
    phone
}

/// What the driver writes when its stream closes.
async fn decides(db: &Db, phone: &Phone, next: &NextAction) {
    let call = phone.call(db).await;
    let mut tx = db.tx().await;
    tx.set_next_action(&call, next).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn the_stored_decision_is_carried_out() {
    let db = Db::seeded().await;
    let decisions: [(NextAction, &[&str]); 4] = [
        (NextAction::HangUp, &["<Response><Hangup/></Response>"]),
        (
            NextAction::Transfer,
            &["<Say>Please hold", "<Number>+19185550199</Number>"],
        ),
        (
            NextAction::Voicemail,
            &[
                "after the tone",
                "<Record ",
                "\"/twilio/recording?kind=voicemail\"",
            ],
        ),
        (
            NextAction::Fallback { apologise: true },
            &["assistant is not available", "<Dial "],
        ),
    ];
    for (next, parts) in decisions {
        let phone = streaming(&db).await;
        decides(&db, &phone, &next).await;
        let twiml = phone.at_another_node(&db).hears(NEXT, &[]).await;
        for part in parts {
            assert!(twiml.contains(part), "{part} in {twiml}");
        }
    }
}

#[tokio::test]
async fn a_fallback_after_our_own_apology_does_not_apologise_twice() {
    let db = Db::seeded().await;
    let phone = streaming(&db).await;
    decides(&db, &phone, &NextAction::Fallback { apologise: false }).await;
    let twiml = phone.hears(NEXT, &[]).await;
    assert!(!twiml.contains("<Say>") && twiml.contains(TEAM), "{twiml}");
}

#[tokio::test]
async fn a_transfer_without_a_target_takes_the_fallback() {
    let db = Db::seeded().await;
    db.arrange(
        "UPDATE app.tenant_phone_config SET forward_to = NULL, fallback = '{\"kind\": \"voicemail\"}'",
    )
    .await;
    let phone = streaming(&db).await;
    decides(&db, &phone, &NextAction::Transfer).await;
    let twiml = phone.hears(NEXT, &[]).await;
    assert!(twiml.contains("<Record "), "{twiml}");
    assert_eq!(phone.events(&db).await, "misconfigured");
}

#[tokio::test]
async fn a_driver_that_is_still_writing_is_waited_for() {
    let db = Db::seeded().await;
    let phone = streaming(&db).await;
    let late = async {
        tokio::time::sleep(Duration::from_millis(500)).await;
        decides(&db, &phone, &NextAction::HangUp).await;
    };
    let (twiml, ()) = tokio::join!(phone.hears(NEXT, &[]), late);
    assert!(twiml.ends_with("<Response><Hangup/></Response>"), "{twiml}");
}

#[tokio::test]
async fn a_driver_that_is_gone_costs_an_apology_and_not_the_call() {
    let db = Db::seeded().await;
    let phone = streaming(&db).await;
    let twiml = phone.hears(NEXT, &[]).await;
    assert!(
        twiml.contains("assistant is not available") && twiml.contains(TEAM),
        "{twiml}"
    );
    assert_eq!(phone.events(&db).await, "stream_lost");
    phone
        .hears(AFTER_DIAL, &[("DialCallStatus", "completed")])
        .await;
    assert_eq!(
        phone.stored(&db, "end_reason").await.as_deref(),
        Some("stream_lost")
    );
}

#[tokio::test]
async fn what_the_driver_wrote_of_the_end_stays() {
    let db = Db::seeded().await;
    let phone = streaming(&db).await;
    let end = CallEnd {
        closed_by: ClosedBy::Holder,
        ended_at: noon(),
        reason: EndReason::Transferred,
        hangup_by: HangupBy::Agent,
        duration_ms: 4200,
        latency_p50_ms: Some(700),
        latency_p95_ms: Some(900),
        interruptions: 1,
        outcome: None,
        failure: None,
        status: None,
    };
    let mut tx = db.tx().await;
    assert!(tx.end_call(&phone.call(&db).await, &end).await.unwrap());
    tx.commit().await.unwrap();
    decides(&db, &phone, &NextAction::Transfer).await;
    phone.hears(NEXT, &[]).await;
    phone
        .hears(AFTER_DIAL, &[("DialCallStatus", "completed")])
        .await;
    assert_eq!(
        phone.stored(&db, "end_reason").await.as_deref(),
        Some("transferred")
    );
    assert_eq!(
        phone.stored(&db, "duration_ms").await.as_deref(),
        Some("4200")
    );
}

#[tokio::test]
async fn a_forwarded_call_that_took_place_is_over() {
    let db = Db::seeded().await;
    let phone = Phone::dials(&db, SIMPLE);
    phone.hears(INCOMING, &[]).await;
    let twiml = phone
        .hears(AFTER_DIAL, &[("DialCallStatus", "completed")])
        .await;
    assert!(twiml.ends_with("<Response><Hangup/></Response>"), "{twiml}");
    for (column, expected) in [
        ("end_reason", "forwarded"),
        ("outcome", "transferred"),
        ("ivr_mode", "simple"),
    ] {
        assert_eq!(
            phone.stored(&db, column).await.as_deref(),
            Some(expected),
            "{column}"
        );
    }
}

#[tokio::test]
async fn a_forwarded_call_that_did_not_take_place_goes_to_the_fallback() {
    let db = Db::seeded().await;
    for status in ["busy", "no-answer", "failed", "canceled", "never-heard-of"] {
        let phone = Phone::dials(&db, SIMPLE);
        phone.hears(INCOMING, &[]).await;
        let twiml = phone.hears(AFTER_DIAL, &[("DialCallStatus", status)]).await;
        assert!(twiml.contains("<Record "), "{status}: {twiml}");
        let recorded = [("RecordingUrl", "https://x.example/RE1")];
        let twiml = phone.hears(AFTER_VOICEMAIL, &recorded).await;
        assert!(twiml.contains("Your message has been recorded") && twiml.contains("<Hangup/>"));
        assert_eq!(
            phone.stored(&db, "end_reason").await.as_deref(),
            Some("voicemail")
        );
        assert_eq!(
            phone.stored(&db, "outcome").await.as_deref(),
            Some("voicemail")
        );
    }
}

#[tokio::test]
async fn a_fallback_never_dials_in_circles() {
    let db = Db::seeded().await;
    db.arrange(
        "UPDATE app.tenant_phone_config
         SET fallback = '{\"kind\": \"forward\", \"to\": {\"number\": \"+19185550198\"}}'",
    )
    .await;
    let phone = Phone::dials(&db, SIMPLE);
    let busy = [("DialCallStatus", "busy")];
    assert!(phone.hears(INCOMING, &[]).await.contains(TEAM));
    assert!(
        phone
            .hears(AFTER_DIAL, &busy)
            .await
            .contains("+19185550198")
    );
    let twiml = phone.hears(AFTER_DIAL, &busy).await;
    assert!(
        twiml.contains("<Record ") && !twiml.contains("<Dial"),
        "{twiml}"
    );
}

#[tokio::test]
async fn no_message_is_no_voicemail() {
    let db = Db::seeded().await;
    let phone = Phone::dials(&db, SIMPLE);
    phone.hears(INCOMING, &[]).await;
    let twiml = phone
        .hears(AFTER_DIAL, &[("DialCallStatus", "no-answer")])
        .await;
    let silent = "/twilio/voice/next?leg=voicemail&amp;empty=1";
    assert!(twiml.contains(silent), "{twiml}");
    let twiml = phone.hears(&silent.replace("&amp;", "&"), &[]).await;
    assert!(twiml.contains("did not get a message"), "{twiml}");
    assert_eq!(
        phone.stored(&db, "end_reason").await.as_deref(),
        Some("no_input")
    );
    assert_eq!(phone.stored(&db, "outcome").await, None);
}
