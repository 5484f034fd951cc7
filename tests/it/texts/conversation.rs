//! What the agent answers, and what it remembers.

use agents::scripted::{Calls, ScriptedAnswer, ScriptedChat, Trouble};
use trunkline::clock::Clock;

use super::Scene;
use crate::{
    harness::{AI_VOICE, noon},
    node::Minds,
};

fn thinks(answers: impl IntoIterator<Item = ScriptedAnswer>) -> ScriptedChat {
    ScriptedChat::new(answers)
}

#[tokio::test]
async fn the_receptionist_books_an_appointment_by_text() {
    let scene = Scene::at(Minds::hearing(&[]), Clock::starting_at(noon()).unwrap()).await;
    let _working = scene.work();
    let offer = scene
        .asks("Hi, I would like to book a teeth cleaning", 1)
        .await;
    let mut said = vec![offer];
    for words in [
        "Tomorrow at 10 in the morning",
        "My name is Ann Bell",
        "Yes please",
        "Yes",
    ] {
        if scene
            .db
            .value("SELECT status FROM app.appointments")
            .await
            .is_some()
        {
            break;
        }
        said.push(scene.asks(words, said.len() + 1).await);
    }
    let booked =
        "SELECT customer_name || ' ' || phone || ' ' || (call_id IS NULL) FROM app.appointments";
    assert_eq!(
        scene.db.value(booked).await.as_deref(),
        Some("Ann Bell +19185550142 true"),
        "{said:#?}"
    );
    let turns =
        "SELECT count(*)::text FROM app.messages WHERE agent_turn::text LIKE '%book_appointment%'";
    assert_eq!(scene.db.value(turns).await.unwrap(), "1");
}

#[tokio::test]
async fn texts_in_quick_succession_are_all_answered_and_in_order() {
    let chat = thinks(["One.", "Two.", "Three."].map(ScriptedAnswer::say)).with_delays(
        std::time::Duration::from_millis(1500),
        std::time::Duration::ZERO,
    );
    let scene = Scene::of(Minds::hearing(&[]).thinking(chat)).await;
    let _working = scene.work();
    scene.texter.writes(AI_VOICE, "first").await;
    // The mind thinks of the first while two more come in.
    let leased = "SELECT state FROM app.jobs WHERE kind = 'answer_text'";
    for _ in 0..200 {
        if scene.db.value(leased).await.as_deref() == Some("leased") {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    scene.texter.writes(AI_VOICE, "second").await;
    scene.texter.writes(AI_VOICE, "third").await;
    assert_eq!(scene.answer(2).await, "Two.");
    scene.settled().await;
    assert_eq!(
        scene.carrier.texts().len(),
        2,
        "two texts that wait are one turn"
    );
    let turn = "SELECT agent_turn->0->>'text' FROM app.messages WHERE text = 'Two.'";
    assert_eq!(scene.db.value(turn).await.unwrap(), "second\nthird");
}

#[tokio::test]
async fn a_mind_that_fails_is_asked_again_and_then_the_contact_is_told() {
    let chat = thinks(["Fine."].map(ScriptedAnswer::say))
        .with_trouble(Trouble::unreachable(Calls::From(1)));
    let scene = Scene::of(Minds::hearing(&[]).thinking(chat)).await;
    let _working = scene.work();
    let said = scene.asks("Are you open?", 1).await;
    assert!(said.contains("cannot answer by text"), "{said}");
    let job = "SELECT state || ' ' || attempts FROM app.jobs WHERE kind = 'answer_text'";
    assert_eq!(scene.db.value(job).await.unwrap(), "dead 3");
}

#[tokio::test]
async fn a_tool_is_not_run_twice_because_a_mind_broke_off_behind_it() {
    let note = ScriptedAnswer::tool("1", "take_message", r#"{"text": "Call Ann back"}"#);
    let chat = thinks([note]).with_trouble(Trouble::unreachable(Calls::From(2)));
    let scene = Scene::of(Minds::hearing(&[]).thinking(chat)).await;
    let _working = scene.work();
    let said = scene.asks("Please call me back", 1).await;
    assert!(said.contains("cannot answer by text"), "{said}");
    scene.settled().await;
    let notes = "SELECT count(*)::text FROM app.messages WHERE text = 'Call Ann back'";
    assert_eq!(scene.db.value(notes).await.unwrap(), "1");
}
