//! `POST /twilio/voice/ai`, and `ai-voice` mode

use rstest::rstest;
use store::call::TokenVerdict;
use trunkline::twilio::token;

use super::{AFTER_DIAL, AI, INCOMING, Phone};
use crate::harness::{AI_VOICE, Db, TEAM, noon};

const UNPUBLISH: &str = "UPDATE app.agents SET published_version_id = NULL";

fn token_in(twiml: &str) -> &str {
    let (_, rest) = twiml
        .split_once("<Parameter name=\"token\" value=\"")
        .unwrap();
    rest.split_once('"').unwrap().0
}

#[rstest]
#[case(INCOMING)]
#[case(AI)]
#[tokio::test]
async fn the_caller_is_connected_with_a_stream_that_opens_once(#[case] path: &str) {
    let db = Db::seeded().await;
    let phone = Phone::dials(&db, AI_VOICE);
    let twiml = phone.hears(path, &[]).await;
    let token = token_in(&twiml);
    assert_eq!(
        twiml.replace(token, "TOKEN"),
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Response><Connect>\
         <Stream url=\"wss://voice.example.com/twilio/media\">\
         <Parameter name=\"token\" value=\"TOKEN\"/></Stream></Connect>\
         <Redirect method=\"POST\">/twilio/voice/next</Redirect></Response>"
    );
    let hash = token::hash_of(token);
    let use_it = |sid: String, now| {
        let store = db.store.clone();
        async move { store.consume_stream_token(&hash, &sid, now).await.unwrap() }
    };
    let late = noon() + token::LIFETIME;
    assert_eq!(
        use_it("CAother".to_owned(), noon()).await,
        TokenVerdict::Foreign
    );
    assert_eq!(use_it(phone.sid.clone(), late).await, TokenVerdict::Expired);
    let call = phone.call(&db).await;
    assert_eq!(
        use_it(phone.sid.clone(), noon()).await,
        TokenVerdict::Accepted(call)
    );
    assert_eq!(use_it(phone.sid.clone(), noon()).await, TokenVerdict::Used);
    assert_eq!(
        phone.stored(&db, "ivr_mode").await.as_deref(),
        Some("ai-voice")
    );
}

#[tokio::test]
async fn without_an_agent_the_caller_is_told_and_forwarded() {
    let db = Db::seeded().await;
    db.arrange(UNPUBLISH).await;
    let phone = Phone::dials(&db, AI_VOICE);
    let twiml = phone.hears(AI, &[]).await;
    assert!(twiml.contains("assistant is not available"), "{twiml}");
    assert!(
        twiml.contains(&format!("<Number>{TEAM}</Number>")),
        "{twiml}"
    );
    assert!(!twiml.contains("<Connect"), "{twiml}");
    assert_eq!(phone.events(&db).await, "agent_unavailable");
    let twiml = phone
        .hears(AFTER_DIAL, &[("DialCallStatus", "completed")])
        .await;
    assert!(twiml.contains("<Hangup/>"), "{twiml}");
    assert_eq!(
        phone.stored(&db, "end_reason").await.as_deref(),
        Some("agent_unavailable")
    );
    assert_eq!(
        phone.stored(&db, "outcome").await.as_deref(),
        Some("transferred")
    );
}

#[tokio::test]
async fn without_an_agent_a_line_may_just_say_so() {
    let db = Db::seeded().await;
    db.arrange(UNPUBLISH).await;
    db.arrange(
        "UPDATE app.tenant_phone_config
         SET fallback = '{\"kind\": \"message\", \"text\": \"Call us at 9 & ask for \\\"Zoë\\\".\"}'",
    )
    .await;
    let phone = Phone::dials(&db, AI_VOICE);
    let twiml = phone.hears(INCOMING, &[]).await;
    assert!(twiml.contains("Call us at 9 &amp; ask for "), "{twiml}");
    assert!(
        twiml.contains("Zoë") && twiml.ends_with("<Hangup/></Response>"),
        "{twiml}"
    );
    assert_eq!(
        phone.stored(&db, "end_reason").await.as_deref(),
        Some("agent_unavailable")
    );
}
