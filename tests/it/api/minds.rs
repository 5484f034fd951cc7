//! Voices and language models: what a node says that it has is what its calls are spoken with.

use std::{sync::Arc, time::Duration};

use openai_compatible::{
    OpenAiChat, OpenAiConfig, OpenAiRecognizer, OpenAiSpeech, Timeouts,
    standin::{KEY, Reply, StandIn},
};
use reqwest::Method;
use serde_json::{Value, json};
use tenant_config::{id::CallId, phone::E164};
use trunkline::{
    admission::Reservation,
    clock::Clock,
    session::{
        choice::Choice,
        providers::Providers,
        typed::{Dialled, TypingDesk},
    },
};

use super::client::{Client, House};
use crate::{
    harness::{AI_VOICE, Db},
    node::{Minds, NodeSetup, speak},
};

fn config(url: &str, model: &str) -> OpenAiConfig {
    let timeouts = Timeouts {
        first: Duration::from_secs(2),
        ..Timeouts::default()
    };
    OpenAiConfig::parse(url, Some(KEY.into()), model, timeouts).unwrap()
}

/// Minds that think and speak at a server.
fn at(url: &str) -> Providers {
    hearing(&["What does it cost?"], url)
}

/// The same, which hear this.
fn hearing(words: &[&str], url: &str) -> Providers {
    let chat = OpenAiChat::new(config(url, "gpt-4o")).unwrap();
    let speech = OpenAiSpeech::new(config(url, "tts-1"), "alloy", OpenAiSpeech::PCM_RATE).unwrap();
    let minds = Minds::hearing(words).thinking(chat.clone());
    Providers {
        choice: Choice {
            speech: Some(Arc::new(speech.clone())),
            chat: Some(Arc::new(chat)),
            ..Choice::default()
        },
        ..minds.speaking(speech).providers()
    }
}

async fn house(minds: Providers) -> House {
    House::on(minds, NodeSetup::new(Arc::new(Db::seeded().await))).await
}

/// A version of the agent that answers `AI_VOICE`, for calls from here on.
async fn publish(house: &House, admin: &Client<'_>, settings: Value) -> Value {
    let agent =
        "SELECT agent_id::text FROM app.tenant_phone_config WHERE phone_number = '+19185550103'";
    let path = format!("/agents/{}", house.node.db.value(agent).await.unwrap());
    let version = admin
        .post(&format!("{path}/versions"), settings)
        .await
        .is(201);
    let published = json!({"version_id": version["id"]});
    admin
        .post(&format!("{path}/publish"), published)
        .await
        .is(200);
    version
}

async fn listened(client: &Client<'_>, body: &Value) -> reqwest::Response {
    let request = client.request(Method::POST, "/voices/preview");
    request.json(body).send().await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_agents_voice_and_model_are_those_of_its_next_call() {
    let server = StandIn::start().await.unwrap();
    let house = house(at(&server.base_url())).await;
    let admin = house.signed_in("admin@ours.test").await;
    let voices = admin.get("/voices").await.is(200);
    let names: Vec<&str> = voices["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|voice| voice["name"].as_str().unwrap())
        .collect();
    assert_eq!(
        names,
        ["alloy", "echo", "shimmer", "zoe"],
        "what the server says"
    );
    assert_eq!(voices["data"][0]["is_default"], true);
    assert_eq!(voices["data"][3]["confirmed"], true);
    let minds = admin.get("/minds").await.is(200);
    assert_eq!(minds["chat"]["is_language_model"], true);
    assert_eq!(
        minds["chat"]["models"],
        json!([
            {"name": "gpt-4o", "is_default": true, "confirmed": true},
            {"name": "gpt-4o-mini", "is_default": false, "confirmed": true},
        ]),
        "models that cannot chat are left out"
    );
    // The line's agent is told to take others.
    let settings = json!({"agent_name": "Zoe", "voice": "shimmer", "model": "gpt-4o-mini", "prompt": "Be brief."});
    let version = publish(&house, &admin, settings).await;
    assert_eq!(
        (&version["settings"]["voice"], &version["settings"]["model"]),
        (&json!("shimmer"), &json!("gpt-4o-mini"))
    );
    house.node.place(vec![speak(900)]).await;
    house.node.settled().await;
    let (chats, speeches) = (server.chats(), server.speeches());
    assert!(
        !chats.is_empty() && chats.iter().all(|chat| chat["model"] == "gpt-4o-mini"),
        "{chats:?}"
    );
    assert!(
        chats[0]["messages"][0]["content"]
            .as_str()
            .unwrap()
            .contains("Be brief.")
    );
    assert!(
        !speeches.is_empty() && speeches.iter().all(|said| said["voice"] == "shimmer"),
        "{speeches:?}"
    );
    assert_eq!(server.violations(), Vec::<String>::new());
    // The call knows which version it was.
    let sql = "SELECT agent_version_id::text FROM app.calls";
    assert_eq!(
        house.node.db.value(sql).await.as_deref(),
        version["id"].as_str()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_custom_voice_takes_the_feature_and_is_that_of_the_next_call() {
    const CLONE: &str = "9BWtsMINqrJLrRacOk9x";
    let server = StandIn::start().await.unwrap();
    let house = house(at(&server.base_url())).await;
    let admin = house.signed_in("admin@ours.test").await;
    let agents = admin.get("/agents").await.is(200);
    let versions = format!(
        "/agents/{}/versions",
        agents["data"][0]["id"].as_str().unwrap()
    );
    let settings = json!({"agent_name": "Zoe", "voice": CLONE});
    for (path, body, pointer) in [
        (versions.as_str(), settings.clone(), "/voice"),
        (
            "/agents",
            json!({"name": "Desk", "settings": settings}),
            "/settings/voice",
        ),
        (
            "/voices/preview",
            json!({"voice": CLONE, "text": "Hi"}),
            "/voice",
        ),
    ] {
        let said = admin.post(path, body).await.problem(403, "forbidden");
        assert_eq!(said["errors"][0]["pointer"], pointer, "{path}: {said}");
    }
    assert_eq!(server.speeches(), Vec::<Value>::new());
    // What is offered takes no feature.
    admin.post(&versions, json!({"voice": "zoe"})).await.is(201);
    let owner = house.signed_in("owner@platform.test").await;
    let tenant = format!("/admin/tenants/{}", house.ours);
    owner
        .patch(&tenant, json!({"plan_tier": "elite"}))
        .await
        .is(200);
    admin
        .patch("/features/voice_cloning", json!({"enabled": true}))
        .await
        .is(200);
    let heard = listened(&admin, &json!({"voice": CLONE, "text": "Good day."})).await;
    assert_eq!(heard.status(), 200);
    publish(&house, &admin, settings).await;
    house.node.place(vec![speak(900)]).await;
    house.node.settled().await;
    let speeches = server.speeches();
    assert!(
        speeches.len() > 1 && speeches.iter().all(|said| said["voice"] == CLONE),
        "{speeches:?}"
    );
    assert_eq!(server.violations(), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_voice_is_told_how_names_are_said_and_the_record_how_they_are_written() {
    let server = StandIn::start().await.unwrap();
    // What is asked while the call is set up.
    server.reply_to_chat(Reply::error(503, "not warm yet"));
    server.reply_to_chat(Reply::words(&["Dr. Nguy", "en is in."]));
    server.reply_to_chat(Reply::words(&["Goodbye."]));
    let house = house(hearing(&["Who is in?", "Thanks."], &server.base_url())).await;
    let admin = house.signed_in("admin@ours.test").await;
    let pronunciations = json!([{"word": "nguyen", "say": "win"}]);
    let settings = json!({"greeting": "Nguyen Dental, hello.", "pronunciations": pronunciations});
    let version = publish(&house, &admin, settings).await;
    assert_eq!(version["settings"]["pronunciations"], pronunciations);
    house.node.place(vec![speak(900), speak(700)]).await;
    house.node.settled().await;
    let speeches = server.speeches();
    let spoken: Vec<&str> = speeches
        .iter()
        .filter_map(|said| said["input"].as_str())
        .collect();
    assert_eq!(spoken[..2], ["win Dental, hello.", "Dr. win is in."]);
    let turns = "SELECT string_agg(text, ' | ' ORDER BY seq) FROM app.call_turns WHERE speaker = 'agent' AND seq < 4";
    let turns = house.node.db.value(turns).await.unwrap();
    assert!(
        turns.starts_with("Nguyen Dental, hello. | Dr. Nguyen is in."),
        "{turns}"
    );
    let asked = server.chats();
    let last = asked.last().unwrap()["messages"].to_string();
    assert!(last.contains("Dr. Nguyen is in."), "{last}");
    assert!(!last.contains("win is in"), "{last}");
    assert_eq!(server.violations(), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_typed_call_has_the_agents_model_and_its_words_as_they_are_written() {
    let server = StandIn::start().await.unwrap();
    let house = house(at(&server.base_url())).await;
    let admin = house.signed_in("admin@ours.test").await;
    let settings = json!({"agent_name": "Zoe", "model": "gpt-4o-mini",
                          "pronunciations": [{"word": "Zoe", "say": "Zoey"}]});
    publish(&house, &admin, settings).await;
    let chat = OpenAiChat::new(config(&server.base_url(), "gpt-4o")).unwrap();
    let desk = TypingDesk {
        store: house.node.db.store.clone(),
        clock: Clock::system(),
        chat: Arc::new(chat.clone()),
        choice: Choice {
            chat: Some(Arc::new(chat)),
            ..Choice::default()
        },
    };
    let dialled = Dialled {
        to: E164::normalise(AI_VOICE).unwrap(),
        from: None,
    };
    let mut call = desk.dial(&dialled).await.unwrap();
    assert!(call.listen_for("This is Zoe.").await);
    call.listen().await;
    call.say("What does it cost?");
    call.listen().await;
    call.hang_up().await;
    let chats = server.chats();
    assert!(
        !chats.is_empty() && chats.iter().all(|chat| chat["model"] == "gpt-4o-mini"),
        "{chats:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_voice_is_heard_before_it_is_chosen() {
    let server = StandIn::start().await.unwrap();
    let house = house(at(&server.base_url())).await;
    let admin = house.signed_in("admin@ours.test").await;
    let heard = listened(&admin, &json!({"voice": "echo", "text": "Good day."})).await;
    assert_eq!(heard.status(), 200);
    assert_eq!(heard.headers()["content-type"], "audio/wav");
    let wav = heard.bytes().await.unwrap();
    let samples = media::wav::read_telephone(&wav[..]).unwrap();
    // The stand-in speaks 50 ms for each character.
    assert!((3_400..3_900).contains(&samples.len()), "{}", samples.len());
    assert!(samples.iter().any(|sample| sample.unsigned_abs() > 1_000));
    assert_eq!(server.speeches()[0]["voice"], "echo");
    assert_eq!(server.speeches()[0]["input"], "Good day.");
    let own = listened(&admin, &json!({"text": "Good day."})).await;
    assert_eq!(own.status(), 200);
    assert_eq!(server.speeches()[1]["voice"], "alloy");
    for bad in [
        json!({"text": " "}),
        json!({"text": "x".repeat(201)}),
        json!({"voice": "kokoro:nobody", "text": "Hi"}),
    ] {
        admin
            .post("/voices/preview", bad)
            .await
            .problem(422, "invalid_fields");
    }
    assert_eq!(
        house.node.admission.taken(std::time::Instant::now()),
        0,
        "every place was given back"
    );
    // A provider that fails, and one that is dead.
    server.reply_to_speech(Reply::error(500, "broken"));
    let broken = admin
        .post("/voices/preview", json!({"text": "Hi"}))
        .await
        .problem(503, "unavailable");
    assert!(
        broken["detail"].as_str().unwrap().contains("refused_500"),
        "{broken}"
    );
    let owner = house.signed_in("super_admin@platform.test").await;
    let health = owner.get("/admin/system-health").await.is(200);
    assert!(
        health["node"]["minds"][2]["last_failure"]
            .as_str()
            .unwrap()
            .contains("refused_500")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn previews_wait_behind_calls_and_behind_each_other() {
    let server = StandIn::start().await.unwrap();
    let house = house(at(&server.base_url())).await;
    let admin = house.signed_in("admin@ours.test").await;
    server.reply_to_speech(
        Reply::pcm(&[0; 2_400], 4_800).wait_before(0, Duration::from_millis(1_500)),
    );
    let first = json!({"text": "Slowly."});
    let (slow, second) = tokio::join!(listened(&admin, &first), async {
        tokio::time::sleep(Duration::from_millis(400)).await;
        admin.post("/voices/preview", json!({"text": "Hi"})).await
    });
    assert_eq!(slow.status(), 200);
    let refused = second;
    assert!(!refused.header("retry-after").is_empty());
    refused.problem(503, "unavailable");
    // A node that is being stopped takes no calls, and no previews.
    let call = CallId(uuid::Uuid::now_v7());
    house
        .node
        .admission
        .reserve(call, std::time::Instant::now())
        .map(Reservation::keep)
        .unwrap();
    house.node.admission.drain();
    admin
        .post("/voices/preview", json!({"text": "Hi"}))
        .await
        .problem(503, "unavailable");
    assert_eq!(server.speeches().len(), 1);
}

#[tokio::test]
async fn a_server_that_is_gone_is_said_to_be_and_nothing_is_made_up() {
    let house = house(at(&StandIn::dead_url().await.unwrap())).await;
    let admin = house.signed_in("admin@ours.test").await;
    let minds = admin.get("/minds").await.is(200);
    assert_eq!(minds["chat"]["asked"], false);
    assert_eq!(
        minds["chat"]["models"],
        json!([{"name": "gpt-4o", "is_default": true, "confirmed": false}])
    );
    let voices = admin.get("/voices").await.is(200);
    let voices = voices["data"].as_array().unwrap();
    assert!(voices.iter().all(|voice| voice["confirmed"] == false));
    assert!(
        ["alloy", "echo", "shimmer"]
            .iter()
            .all(|name| voices.iter().any(|voice| voice["name"] == *name))
    );
    admin
        .post("/voices/preview", json!({"text": "Hi"}))
        .await
        .problem(503, "unavailable");
    // Without a language model, and without any agent.
    let rules = self::house(Minds::hearing(&[]).providers()).await;
    let viewer = rules.signed_in("viewer@ours.test").await;
    let minds = viewer.get("/minds").await.is(200);
    assert_eq!(
        (
            &minds["chat"]["is_language_model"],
            &minds["chat"]["models"]
        ),
        (&json!(false), &json!([]))
    );
    viewer
        .post("/voices/preview", json!({"text": "Hi"}))
        .await
        .problem(403, "forbidden");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recognizer_that_can_be_told_hears_with_the_words_of_the_trade() {
    let server = StandIn::start().await.unwrap();
    let ears = OpenAiRecognizer::new(config(&server.base_url(), "whisper-1"), Some("en")).unwrap();
    let minds = Minds::hearing(&[]).listening(ears).saying(&["Fine."]);
    let house = house(minds.providers()).await;
    let admin = house.signed_in("admin@ours.test").await;
    let settings = json!({"agent_name": "Zoe", "vocabulary": ["ceramic coating", "cleaning"]});
    publish(&house, &admin, settings).await;
    house.node.place(vec![speak(900)]).await;
    house.node.settled().await;
    let uploads = server.uploads();
    assert!(!uploads.is_empty());
    for upload in uploads {
        let prompt = upload.fields.iter().find(|(name, _)| name == "prompt");
        let (_, words) = prompt.expect("the recognizer is told");
        assert!(
            words.starts_with("Glossary: Checkup, Cleaning, "),
            "{words}"
        );
        assert!(words.ends_with(", ceramic coating."), "each once: {words}");
    }
    assert_eq!(server.violations(), Vec::<String>::new());
}
