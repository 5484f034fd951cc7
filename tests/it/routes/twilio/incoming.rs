//! `POST /twilio/voice/incoming`

use rstest::rstest;

use super::{
    AFTER_DIAL, AFTER_VOICEMAIL, AI, CALLER, GATHER, INCOMING, NEXT, Node, Phone, RECORDING, STATUS,
};
use crate::harness::{AI_VOICE, Db, IVR, SIMPLE, TEAM, utc};
use axum::http::StatusCode;

/// Another tenant, with a line that forwards to a SIP address.
const OTHER_TENANT: &str = "
    INSERT INTO app.tenants (id, slug, company_name)
      VALUES ('01900000-0000-7000-8000-00000000aaaa', 'other', 'Other Ltd');
    INSERT INTO app.tenant_phone_config
      (id, tenant_id, phone_number, ivr_mode, forward_to, fallback, record)
      VALUES ('01900000-0000-7000-8000-00000000bbbb', '01900000-0000-7000-8000-00000000aaaa',
              '+12025550188', 'simple', 'sip:desk@pbx.example', '{\"kind\": \"voicemail\"}', false);";

#[tokio::test]
async fn one_address_answers_every_tenant_by_its_own_configuration() {
    let db = Db::seeded().await;
    db.arrange(OTHER_TENANT).await;
    let demo = Phone::dials(&db, SIMPLE);
    assert!(
        demo.hears(INCOMING, &[])
            .await
            .contains(&format!("<Number>{TEAM}</Number>"))
    );
    // As some decoders and SIP trunks write a number.
    let other = Phone::dials(&db, " 1 202-555-0188");
    let twiml = other.hears(INCOMING, &[]).await;
    assert!(twiml.contains("<Sip>sip:desk@pbx.example</Sip>"), "{twiml}");
    assert!(!twiml.contains("record="), "{twiml}");
    let owner = other.stored(&db, "tenant_id").await.unwrap();
    assert_eq!(owner, "01900000-0000-7000-8000-00000000aaaa");
    assert_eq!(
        demo.stored(&db, "tenant_id").await.unwrap(),
        db.demo.to_string()
    );
}

#[tokio::test]
async fn a_simple_line_forwards_and_the_call_is_stored_first() {
    let db = Db::seeded().await;
    let phone = Phone::dials(&db, SIMPLE);
    let twiml = phone.hears(INCOMING, &[]).await;
    for part in [
        &format!("<Dial callerId=\"{CALLER}\" timeout=\"20\" record=\"record-from-answer-dual\""),
        "recordingStatusCallback=\"/twilio/recording?kind=forward\"",
        "action=\"/twilio/voice/next?leg=dial\"",
    ] {
        assert!(twiml.contains(part), "{part} in {twiml}");
    }
    for (column, expected) in [
        ("ivr_mode", "simple"),
        ("resolution_method", "to_number"),
        ("status", "ringing"),
        ("direction", "inbound"),
        ("from_e164", CALLER),
        ("to_e164", SIMPLE),
        ("(phone_config_id IS NOT NULL)", "true"),
        ("(agent_version_id IS NOT NULL)", "true"),
        ("(ended_at IS NULL)", "true"),
    ] {
        assert_eq!(
            phone.stored(&db, column).await.as_deref(),
            Some(expected),
            "{column}"
        );
    }
}

#[tokio::test]
async fn a_repeated_webhook_is_the_same_call() {
    let db = Db::seeded().await;
    let phone = Phone::dials(&db, SIMPLE);
    let first = phone.hears(INCOMING, &[]).await;
    assert_eq!(phone.hears(INCOMING, &[]).await, first);
    assert_eq!(
        db.value("SELECT count(*)::text FROM app.calls")
            .await
            .unwrap(),
        "1"
    );
}

#[tokio::test]
async fn a_caller_id_is_always_one_that_the_carrier_takes() {
    let db = Db::seeded().await;
    for (from, shown) in [
        ("anonymous", SIMPLE),
        ("sip:+12025550123@pbx.example", SIMPLE),
        ("client:joe", SIMPLE),
        (CALLER, CALLER),
    ] {
        let phone = Phone {
            from: from.to_owned(),
            ..Phone::dials(&db, SIMPLE)
        };
        let twiml = phone.hears(INCOMING, &[]).await;
        assert!(
            twiml.contains(&format!("callerId=\"{shown}\"")),
            "{from}: {twiml}"
        );
    }
}

#[tokio::test]
async fn a_messaging_service_wins_over_the_number_and_the_conflict_is_kept() {
    let db = Db::seeded().await;
    db.arrange(OTHER_TENANT).await;
    db.arrange(
        "UPDATE app.tenant_phone_config SET messaging_service_sid = 'MG1'
         WHERE phone_number = '+12025550188'",
    )
    .await;
    let phone = Phone::dials(&db, SIMPLE);
    let twiml = phone
        .hears(INCOMING, &[("MessagingServiceSid", "MG1")])
        .await;
    assert!(twiml.contains("sip:desk@pbx.example"), "{twiml}");
    let method = phone.stored(&db, "resolution_method").await;
    assert_eq!(method.as_deref(), Some("messaging_service_sid"));
    assert_eq!(phone.events(&db).await, "resolution_conflict");
}

#[tokio::test]
async fn a_number_that_belongs_to_nobody_is_recorded_under_root_and_never_dials() {
    let db = Db::seeded().await;
    let phone = Phone::dials(&db, "+12025550177");
    let twiml = phone.hears(INCOMING, &[]).await;
    assert!(
        twiml.contains("is not configured") && twiml.contains("<Hangup/>"),
        "{twiml}"
    );
    assert!(
        !twiml.contains("<Dial") && !twiml.contains("<Connect"),
        "{twiml}"
    );
    let method = phone.stored(&db, "resolution_method").await;
    assert_eq!(method.as_deref(), Some("fallback_root"));
    let reason = phone.stored(&db, "end_reason").await;
    assert_eq!(reason.as_deref(), Some("number_unassigned"));
    let root = db
        .value("SELECT id::text FROM app.tenants WHERE is_root")
        .await;
    assert_eq!(phone.stored(&db, "tenant_id").await, root);
    // Also where the number is configured to ask for the agent directly, or is no number.
    for (path, to) in [(AI, "+12025550177"), (INCOMING, "client:reception")] {
        let twiml = Phone::dials(&db, to).hears(path, &[]).await;
        assert!(twiml.contains("is not configured"), "{twiml}");
    }
}

#[tokio::test]
async fn in_development_root_answers_for_real() {
    let db = Db::seeded().await;
    db.arrange(&format!(
        "UPDATE app.tenant_phone_config SET forward_to = '{TEAM}' WHERE is_root_protected"
    ))
    .await;
    let node = Node {
        unassigned_answers_as_root: true,
        ..Node::default()
    };
    let phone = Phone::dials_at(&db, "+12025550177", node);
    let twiml = phone.hears(INCOMING, &[]).await;
    assert!(
        twiml.contains(&format!("<Number>{TEAM}</Number>")),
        "{twiml}"
    );
}

#[rstest]
#[case("suspended", INCOMING, SIMPLE)]
#[case("cancelled", INCOMING, AI_VOICE)]
#[case("suspended", AI, AI_VOICE)]
#[tokio::test]
async fn a_tenant_that_is_switched_off_says_so_politely(
    #[case] status: &str,
    #[case] path: &str,
    #[case] to: &str,
) {
    let db = Db::seeded().await;
    db.arrange(&format!(
        "UPDATE app.tenants SET status = '{status}' WHERE NOT is_root"
    ))
    .await;
    let phone = Phone::dials(&db, to);
    let twiml = phone.hears(path, &[]).await;
    assert!(
        twiml.contains("not taking calls") && twiml.ends_with("<Hangup/></Response>"),
        "{twiml}"
    );
    assert!(
        !twiml.contains("<Dial") && !twiml.contains("<Connect"),
        "{twiml}"
    );
    let reason = phone.stored(&db, "end_reason").await;
    assert_eq!(reason.as_deref(), Some("tenant_unavailable"));
    assert_eq!(
        phone.stored(&db, "(ended_at IS NOT NULL)").await.as_deref(),
        Some("true")
    );
}

#[rstest]
#[case(SIMPLE, "forward_to = NULL")]
#[case(IVR, "ivr_menu_id = NULL")]
#[tokio::test]
async fn a_line_that_lacks_something_takes_its_fallback(#[case] to: &str, #[case] change: &str) {
    let db = Db::seeded().await;
    db.arrange(&format!(
        "UPDATE app.tenant_phone_config SET {change} WHERE phone_number = '{to}'"
    ))
    .await;
    let phone = Phone::dials(&db, to);
    let twiml = phone.hears(INCOMING, &[]).await;
    assert!(twiml.contains("<Record "), "{twiml}");
    assert_eq!(phone.events(&db).await, "misconfigured");
    phone.hears(AFTER_VOICEMAIL, &[]).await;
    assert_eq!(
        phone.stored(&db, "end_reason").await.as_deref(),
        Some("misconfigured")
    );
}

/// The clocks of Chicago go back on Sunday, 1 November 2026, at 2 in the morning: 8 o'clock is
/// 13:00 UTC before it and 14:00 UTC from then on.
#[tokio::test]
async fn business_hours_choose_the_menu() {
    let db = Db::seeded().await;
    db.arrange(
        "INSERT INTO app.hour_exceptions (tenant_id, on_date, opens, closes, reason)
         SELECT id, '2026-11-01'::date, '08:00'::time, '12:00'::time, 'Open Sunday'
           FROM app.tenants WHERE NOT is_root
         UNION ALL
         SELECT id, '2026-11-26', NULL, NULL, 'Thanksgiving' FROM app.tenants WHERE NOT is_root",
    )
    .await;
    for (what, now, is_open) in [
        ("Wednesday noon", "2026-11-18 18:00", true),
        ("Wednesday at opening", "2026-11-18 14:00", true),
        ("Wednesday a minute early", "2026-11-18 13:59", false),
        ("Wednesday at closing", "2026-11-18 23:00", false),
        ("Sunday", "2026-11-22 18:00", false),
        ("Friday in summer time", "2026-10-30 13:30", true),
        ("Monday in winter time", "2026-11-02 13:30", false),
        (
            "the day of the change, before opening",
            "2026-11-01 13:30",
            false,
        ),
        (
            "the day of the change, open by exception",
            "2026-11-01 14:30",
            true,
        ),
        ("a holiday", "2026-11-26 18:00", false),
    ] {
        let node = Node {
            now: utc(now),
            ..Node::default()
        };
        let twiml = Phone::dials_at(&db, IVR, node).hears(INCOMING, &[]).await;
        assert_eq!(
            !twiml.contains("We are closed right now"),
            is_open,
            "{what}: {twiml}"
        );
        assert!(twiml.contains("<Gather"), "{twiml}");
    }
}

#[tokio::test]
async fn callers_hear_an_apology_when_the_database_is_gone() {
    let db = Db::seeded().await;
    let phone = Phone::dials(&db, SIMPLE);
    phone.hears(INCOMING, &[]).await;
    db.store.close().await;
    for path in [INCOMING, AI, GATHER, NEXT, AFTER_DIAL] {
        let twiml = phone.hears(path, &[]).await;
        assert!(twiml.contains("cannot take your call"), "{path}: {twiml}");
        assert!(twiml.ends_with("<Hangup/></Response>"), "{path}: {twiml}");
    }
    let recording = [
        ("RecordingSid", "RE1"),
        ("RecordingUrl", "https://x.example/RE1"),
    ];
    assert_eq!(phone.asks(STATUS, &[]).await.status, StatusCode::NO_CONTENT);
    assert_eq!(
        phone.asks(RECORDING, &recording).await.status,
        StatusCode::NO_CONTENT
    );
}
