//! `POST /twilio/voice/gather`, and `ivr` mode

use super::{GATHER, INCOMING, NEXT, NO_INPUT, Node, Phone};
use crate::harness::{Db, IVR, TEAM, utc};

#[tokio::test]
async fn the_menu_is_read_out_and_waits_for_one_key() {
    let db = Db::seeded().await;
    let twiml = Phone::dials(&db, IVR).hears(INCOMING, &[]).await;
    for part in [
        "<Gather input=\"dtmf\" numDigits=\"1\" finishOnKey=\"\" timeout=\"6\" \
         action=\"/twilio/voice/gather?step=1\"",
        "To book an appointment, press 1.",
        "<Redirect method=\"POST\">/twilio/voice/gather?no_input=1&amp;step=1</Redirect>",
    ] {
        assert!(twiml.contains(part), "{part} in {twiml}");
    }
}

#[tokio::test]
async fn four_keys_have_four_meanings() {
    let db = Db::seeded().await;
    let meanings = [
        ("1", "<Connect><Stream ", "streaming"),
        ("2", "<Number>+19185550199</Number>", "dialling"),
        ("3", "We are open Monday to Friday", "menu"),
        ("7", "<Record ", "voicemail"),
    ];
    for (key, meaning, place) in meanings {
        let phone = Phone::dials(&db, IVR);
        phone.hears(INCOMING, &[]).await;
        let pressed = [("Digits", key), ("CallStatus", "in-progress")];
        // The place in the menu is in the database, not in a node.
        let twiml = phone.at_another_node(&db).hears(GATHER, &pressed).await;
        for (_, other, _) in meanings {
            assert_eq!(
                twiml.contains(other),
                other == meaning,
                "{key}, {other}: {twiml}"
            );
        }
        assert_eq!(phone.stored(&db, "digits").await.as_deref(), Some(key));
        assert_eq!(
            phone.stored(&db, "ivr_state->>'at'").await.as_deref(),
            Some(place)
        );
        assert_eq!(
            phone.stored(&db, "status").await.as_deref(),
            Some("in-progress")
        );
        assert_eq!(phone.events(&db).await, "dtmf");
    }
}

#[tokio::test]
async fn a_wrong_key_prompts_again_and_all_keys_are_kept() {
    let db = Db::seeded().await;
    let phone = Phone::dials(&db, IVR);
    phone.hears(INCOMING, &[]).await;
    let twiml = phone.hears(GATHER, &[("Digits", "9")]).await;
    assert!(twiml.contains("that key is not in use"), "{twiml}");
    assert!(
        twiml.contains("To book an appointment, press 1."),
        "{twiml}"
    );
    let twiml = phone.hears(GATHER, &[("Digits", "#")]).await;
    assert!(twiml.contains("that key is not in use"), "{twiml}");
    let twiml = phone.hears(GATHER, &[("Digits", "2")]).await;
    assert!(twiml.contains(TEAM), "{twiml}");
    assert_eq!(phone.stored(&db, "digits").await.as_deref(), Some("9#2"));
}

#[tokio::test]
async fn silence_prompts_again_and_then_takes_the_menus_fallback() {
    let db = Db::seeded().await;
    let phone = Phone::dials(&db, IVR);
    phone.hears(INCOMING, &[]).await;
    for _ in 0..2 {
        let twiml = phone.hears(NO_INPUT, &[]).await;
        assert!(twiml.contains("I did not hear a key."), "{twiml}");
        assert!(twiml.contains("<Gather"), "{twiml}");
    }
    let twiml = phone.hears(NO_INPUT, &[]).await;
    assert!(
        twiml.contains("<Record ") && !twiml.contains("<Gather"),
        "{twiml}"
    );
    assert_eq!(phone.stored(&db, "digits").await.as_deref(), Some(""));
    assert_eq!(phone.events(&db).await, "");
}

#[tokio::test]
async fn a_menu_may_end_in_hanging_up_by_silence_or_by_key() {
    let db = Db::seeded().await;
    db.arrange(
        "UPDATE app.ivr_menus SET max_attempts = 1, fallback = '{\"kind\": \"hang_up\"}';
         UPDATE app.ivr_options SET action = '{\"kind\": \"hang_up\"}' WHERE digit = '2'",
    )
    .await;
    for (path, digits, reason) in [(NO_INPUT, "", "no_input"), (GATHER, "2", "menu_ended")] {
        let phone = Phone::dials(&db, IVR);
        phone.hears(INCOMING, &[]).await;
        let twiml = phone.hears(path, &[("Digits", digits)]).await;
        assert!(twiml.contains("<Say>Goodbye.</Say><Hangup/>"), "{twiml}");
        assert_eq!(
            phone.stored(&db, "end_reason").await.as_deref(),
            Some(reason)
        );
    }
}

#[tokio::test]
async fn a_submenu_is_entered() {
    let db = Db::seeded().await;
    db.arrange(
        "UPDATE app.ivr_options o
         SET action = jsonb_build_object('kind', 'submenu', 'menu', c.id)
         FROM app.ivr_menus c WHERE c.name = 'Closed menu' AND o.digit = '2'",
    )
    .await;
    let phone = Phone::dials(&db, IVR);
    phone.hears(INCOMING, &[]).await;
    let twiml = phone.hears(GATHER, &[("Digits", "2")]).await;
    assert!(twiml.contains("We are closed right now"), "{twiml}");
}

#[tokio::test]
async fn a_call_that_was_never_begun_gets_an_apology() {
    let db = Db::seeded().await;
    for path in [GATHER, NEXT] {
        let twiml = Phone::dials(&db, IVR).hears(path, &[("Digits", "1")]).await;
        assert!(twiml.contains("cannot take your call"), "{twiml}");
    }
}

#[tokio::test]
async fn the_closed_menu_has_meanings_of_its_own() {
    let db = Db::seeded().await;
    let node = Node {
        now: utc("2026-11-22 18:00"),
        ..Node::default()
    };
    let phone = Phone::dials_at(&db, IVR, node);
    phone.hears(INCOMING, &[]).await;
    let twiml = phone.hears(GATHER, &[("Digits", "2")]).await;
    assert!(
        twiml.contains("away until we open again") && !twiml.contains("<Dial"),
        "{twiml}"
    );
}

#[tokio::test]
async fn a_key_that_is_told_twice_is_kept_once_and_answered_alike() {
    let db = Db::seeded().await;
    for (key, meaning) in [
        ("9", "<Gather "),
        ("2", TEAM),
        ("1", "<Connect>"),
        ("7", "<Record "),
    ] {
        let phone = Phone::dials(&db, IVR);
        phone.hears(INCOMING, &[]).await;
        let path = format!("{GATHER}?step=1");
        // At once, and once more later.
        let pressed = [("Digits", key)];
        let (one, other) = tokio::join!(phone.hears(&path, &pressed), phone.hears(&path, &pressed));
        let late = phone.hears(&path, &pressed).await;
        for twiml in [one, other, late] {
            assert!(twiml.contains(meaning), "{key}: {twiml}");
        }
        assert_eq!(phone.stored(&db, "digits").await.as_deref(), Some(key));
        assert_eq!(phone.events(&db).await, "dtmf");
    }
}

#[tokio::test]
async fn a_silence_that_is_told_twice_counts_once() {
    let db = Db::seeded().await;
    let phone = Phone::dials(&db, IVR);
    phone.hears(INCOMING, &[]).await;
    let path = format!("{NO_INPUT}&step=1");
    for _ in 0..5 {
        assert!(phone.hears(&path, &[]).await.contains("<Gather "));
    }
    let attempts = phone.stored(&db, "(ivr_state->'state'->>'attempts')").await;
    assert_eq!(attempts.as_deref(), Some("1"));
}

#[tokio::test]
async fn a_key_that_ended_the_call_is_kept_once() {
    let db = Db::seeded().await;
    db.arrange("UPDATE app.ivr_options SET action = '{\"kind\": \"hang_up\"}' WHERE digit = '2'")
        .await;
    let phone = Phone::dials(&db, IVR);
    phone.hears(INCOMING, &[]).await;
    for _ in 0..2 {
        let twiml = phone.hears(GATHER, &[("Digits", "2")]).await;
        assert!(
            twiml.contains("Goodbye.") && twiml.contains("<Hangup/>"),
            "{twiml}"
        );
    }
    assert_eq!(phone.stored(&db, "digits").await.as_deref(), Some("2"));
}
