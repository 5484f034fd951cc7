//! What a text may not do, and when nobody answers.

use rstest::rstest;

use super::Scene;
use crate::{
    harness::{AI_VOICE, SIMPLE},
    node::{CALLER, Minds},
};

const OPTED_OUT: &str = "SELECT opt_out::text FROM app.contacts";
const COUNT: &str = "SELECT count(*)::text FROM app.messages";

#[tokio::test]
async fn only_the_carrier_is_heard() {
    let scene = Scene::of(Minds::hearing(&[])).await;
    let form = [
        ("MessageSid", "SM1"),
        ("From", CALLER),
        ("To", AI_VOICE),
        ("Body", "Hi"),
    ];
    for path in ["/sms", "/sms/status"] {
        for signature in [None, Some("AAAA"), Some("hdOwPWv+xtnGnn36LOw8Ycm9yFI=")] {
            let said = scene.texter.sends(path, &form, signature).await;
            assert_eq!(said.status(), 403, "{path} {signature:?}");
        }
    }
    assert_eq!(scene.db.value(COUNT).await.unwrap(), "0");
}

#[tokio::test]
async fn a_form_that_cannot_be_read_is_refused_by_the_name_of_its_field() {
    let scene = Scene::of(Minds::hearing(&[])).await;
    for (path, form, field) in [
        (
            "/sms",
            vec![("From", CALLER), ("To", AI_VOICE), ("Body", "Hi")],
            "MessageSid",
        ),
        (
            "/sms",
            vec![("MessageSid", "SM1"), ("To", AI_VOICE)],
            "From",
        ),
        ("/sms", vec![("MessageSid", "SM1"), ("From", CALLER)], "To"),
        (
            "/sms/status",
            vec![("MessageSid", "SM1"), ("MessageStatus", "lost")],
            "MessageStatus",
        ),
        (
            "/sms/status?tenant=x&message=y",
            vec![("MessageSid", "SM1"), ("MessageStatus", "sent")],
            "tenant",
        ),
    ] {
        let said = scene.texter.asks(path, &form).await;
        assert_eq!(said.status(), 400, "{path} {form:?}");
        let why = said.text().await.unwrap();
        assert!(why.contains(field) && why.contains("expected"), "{why}");
    }
}

#[tokio::test]
async fn a_text_that_is_told_twice_is_stored_and_answered_once() {
    let scene = Scene::of(Minds::hearing(&[]).saying(&["Yes, we are.", "Twice?"])).await;
    let _working = scene.work();
    let sid = scene.texter.writes(AI_VOICE, "Are you open?").await;
    for _ in 0..3 {
        scene
            .texter
            .writes_more(AI_VOICE, "Are you open?", &[("MessageSid", &sid)])
            .await;
    }
    assert_eq!(scene.answer(1).await, "Yes, we are.");
    scene.settled().await;
    assert_eq!(scene.carrier.texts().len(), 1);
    let inbound = "SELECT count(*)::text FROM app.messages WHERE direction = 'inbound'";
    assert_eq!(scene.db.value(inbound).await.unwrap(), "1");
}

#[tokio::test]
async fn stop_is_honoured_until_start() {
    let scene = Scene::of(Minds::hearing(&[]).saying(&["Never.", "Hello again."])).await;
    let _working = scene.work();
    for (word, is_out) in [
        ("Stop", "true"),
        ("unstop", "false"),
        ("QUIT", "true"),
        ("Yes", "false"),
        ("cancel", "true"),
    ] {
        scene.texter.writes(AI_VOICE, word).await;
        assert_eq!(scene.db.value(OPTED_OUT).await.unwrap(), is_out, "{word}");
    }
    scene.texter.writes(AI_VOICE, "Are you there?").await;
    scene.settled().await;
    assert_eq!(
        scene.carrier.texts().len(),
        0,
        "who wants no texts gets none"
    );
    scene.texter.writes(AI_VOICE, "START").await;
    scene.texter.writes(AI_VOICE, "HELP").await;
    scene.texter.writes(AI_VOICE, "info").await;
    scene.settled().await;
    assert_eq!(
        scene.carrier.texts().len(),
        0,
        "the carrier answers these words"
    );
    assert_eq!(scene.asks("Hello?", 1).await, "Never.");
}

#[tokio::test]
async fn what_the_carrier_took_for_a_stop_is_one() {
    let scene = Scene::of(Minds::hearing(&[])).await;
    scene
        .texter
        .writes_more(AI_VOICE, "ARRET", &[("OptOutType", "STOP")])
        .await;
    assert_eq!(scene.db.value(OPTED_OUT).await.unwrap(), "true");
}

#[rstest]
#[case::suspended("UPDATE app.tenants SET status = 'suspended' WHERE slug = 'bright-dental'", AI_VOICE, &[])]
#[case::forwards("", SIMPLE, &[])]
#[case::no_agent("UPDATE app.tenant_phone_config SET ivr_mode = 'ivr', agent_id = NULL WHERE phone_number = '+19185550103'", AI_VOICE, &[])]
#[case::whatsapp("", AI_VOICE, &[("From", "whatsapp:+19185550142")])]
#[tokio::test]
async fn where_nobody_answers_a_text_is_kept_in_silence(
    #[case] arrange: &str,
    #[case] to: &str,
    #[case] more: &[(&str, &str)],
) {
    let scene = Scene::of(Minds::hearing(&[]).saying(&["Never."])).await;
    if !arrange.is_empty() {
        scene.db.arrange(arrange).await;
    }
    let _working = scene.work();
    scene.texter.writes_more(to, "Hello?", more).await;
    scene.settled().await;
    assert_eq!(scene.carrier.texts().len(), 0);
    assert_eq!(scene.db.value(COUNT).await.unwrap(), "1");
}

#[tokio::test]
async fn a_sender_without_a_number_and_an_empty_text_are_passed_over() {
    let scene = Scene::of(Minds::hearing(&[])).await;
    scene
        .texter
        .writes_more(AI_VOICE, "Your code is 1234", &[("From", "22395")])
        .await;
    scene.texter.writes(AI_VOICE, " ").await;
    assert_eq!(scene.db.value(COUNT).await.unwrap(), "0");
    scene
        .texter
        .writes_more(AI_VOICE, "a\u{0}b \u{1F600}", &[])
        .await;
    assert_eq!(
        scene
            .db
            .value("SELECT text FROM app.messages")
            .await
            .unwrap(),
        "ab \u{1F600}"
    );
}

#[tokio::test]
async fn reports_move_a_text_forward_only() {
    let scene = Scene::of(Minds::hearing(&[]).saying(&["We are open."])).await;
    let _working = scene.work();
    scene.asks("Are you open?", 1).await;
    scene.settled().await;
    let sid = "SELECT provider_message_id FROM app.messages WHERE direction = 'outbound'";
    let sid = scene.db.value(sid).await.unwrap();
    let status = "SELECT status FROM app.messages WHERE direction = 'outbound'";
    for (word, is) in [
        ("queued", "sending"),
        ("delivered", "delivered"),
        ("sent", "delivered"),
        ("failed", "delivered"),
    ] {
        let form = [("MessageSid", sid.as_str()), ("MessageStatus", word)];
        assert_eq!(scene.texter.asks("/sms/status", &form).await.status(), 204);
        assert_eq!(scene.db.value(status).await.unwrap(), is, "{word}");
    }
    let unknown = [("MessageSid", "SMunknown"), ("MessageStatus", "sent")];
    assert_eq!(
        scene.texter.asks("/sms/status", &unknown).await.status(),
        204
    );
}
