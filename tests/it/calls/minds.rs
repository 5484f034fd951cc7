//! Providers that are down, slow or break off: a short apology, the tenant's fallback, and a CDR
//! that says who, why and at which stage.

use std::time::Duration;

use bench::CallReport;
use openai_compatible::{
    OpenAiChat, OpenAiConfig, OpenAiRecognizer, OpenAiSpeech, Timeouts,
    standin::{Reply, StandIn},
};

use crate::node::{Minds, Node, speak};

fn config(url: &str) -> OpenAiConfig {
    let timeouts = Timeouts {
        connect: Duration::from_millis(500),
        first: Duration::from_millis(1_200),
        between: Duration::from_millis(800),
        total: Duration::from_secs(10),
    };
    OpenAiConfig::parse(
        url,
        Some(openai_compatible::standin::KEY.into()),
        "local",
        timeouts,
    )
    .unwrap()
}

/// A server whose next answer to a question is this one. What it is sent ahead of the first
/// question, while the call is set up, fails; nothing depends on it.
async fn server_that(reply: Reply) -> StandIn {
    let server = StandIn::start().await.unwrap();
    server.reply_to_chat(Reply::error(503, "not warm yet"));
    server.reply_to_chat(reply);
    server
}

async fn outcome(minds: Minds) -> (String, CallReport) {
    let node = Node::start(minds.providers()).await;
    let report = node.place(vec![speak(900), speak(900)]).await;
    node.settled().await;
    let sql = "SELECT concat_ws(' ', end_reason, failed_stage, failed_provider, failed_code) FROM app.calls";
    (node.db.value(sql).await.unwrap(), report)
}

/// After the stream the carrier was told the fallback of the line.
fn fell_back(report: &CallReport) -> bool {
    report
        .verbs
        .iter()
        .skip_while(|verb| verb.verb != "Redirect")
        .count()
        > 1
}

#[tokio::test(flavor = "multi_thread")]
async fn a_language_model_answers_over_real_http() {
    let server = server_that(Reply::words(&["We are open ", "until five."])).await;
    let chat = OpenAiChat::new(config(&server.base_url())).unwrap();
    let minds = Minds::hearing(&["How long are you open?"]).thinking(chat);
    let node = Node::start(minds.providers()).await;
    let wait = bench::Step::Wait(Duration::from_secs(3));
    let report = node
        .place(vec![speak(900), wait, bench::Step::HangUp])
        .await;
    node.settled().await;
    let said = "SELECT text FROM app.call_turns WHERE speaker = 'agent' AND seq > 0 LIMIT 1";
    let said = node.db.value(said).await;
    assert_eq!(server.violations(), Vec::<String>::new());
    let asked = server.chats();
    let question = |chat: &serde_json::Value| chat.to_string().contains("How long are you open?");
    assert!(asked.iter().any(question), "{asked:?}");
    assert_eq!(said.as_deref(), Some("We are open until five."));
    assert_eq!(report.streams[0].violations, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_language_model_that_is_down_or_breaks_off_hands_over_to_the_fallback() {
    let dead = StandIn::dead_url().await.unwrap();
    let chat = OpenAiChat::new(config(&dead)).unwrap();
    let (cdr, report) = outcome(Minds::hearing(&["Hello?"]).thinking(chat)).await;
    assert_eq!(cdr, "agent_unavailable llm openai:local unreachable");
    assert!(fell_back(&report), "{:?}", report.verbs);
    assert_eq!(
        report.streams[0].agent_segments().len(),
        2,
        "the greeting and an apology"
    );

    for (reply, code) in [
        (Reply::error(503, "overloaded"), "refused_503"),
        (
            Reply::words(&["We are open ", "until "]).break_off_after(2),
            "dropped",
        ),
        (
            Reply::words(&["Too late."]).wait_before(0, Duration::from_secs(5)),
            "timed_out",
        ),
    ] {
        let server = server_that(reply).await;
        let chat = OpenAiChat::new(config(&server.base_url())).unwrap();
        let (cdr, report) = outcome(Minds::hearing(&["Hello?"]).thinking(chat)).await;
        assert_eq!(cdr, format!("agent_unavailable llm openai:local {code}"));
        assert!(fell_back(&report), "{code}: {:?}", report.verbs);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recognizer_that_is_down_asks_once_more_and_then_hands_over() {
    let dead = StandIn::dead_url().await.unwrap();
    let recognizer = OpenAiRecognizer::new(config(&dead), None).unwrap();
    let (cdr, report) = outcome(Minds::hearing(&[]).listening(recognizer)).await;
    assert_eq!(cdr, "agent_unavailable asr openai:local unreachable");
    assert!(fell_back(&report), "{:?}", report.verbs);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_voice_that_is_down_leaves_the_apology_to_the_carrier() {
    let dead = StandIn::dead_url().await.unwrap();
    let voice = OpenAiSpeech::new(config(&dead), "alloy", OpenAiSpeech::PCM_RATE).unwrap();
    let (cdr, report) = outcome(Minds::hearing(&[]).speaking(voice)).await;
    assert_eq!(cdr, "agent_unavailable tts openai:local:alloy unreachable");
    assert!(
        report.verbs.iter().any(|verb| verb.verb == "Say"),
        "{:?}",
        report.verbs
    );
}
