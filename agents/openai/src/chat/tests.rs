//! The chat model against a real server on loopback, well and in every way of failing.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use agents::{
    ProviderError, ProviderFault, Stage,
    brief::{Brief, Medium},
    llm::{ChatEvent, ChatModel, ChatRequest, Usage},
    tools::ToolSpec,
};
use call::conversation::{Message, ToolCall};
use chrono::{NaiveDate, NaiveTime, TimeZone, Utc};
use futures_util::StreamExt;
use secrecy::SecretString;
use serde_json::json;
use tenant_config::{
    hours::{BusinessHours, HoursException, Interval},
    knowledge::{Faq, Service},
    phone::E164,
};

use super::OpenAiChat;
use crate::{
    OpenAiConfig, Timeouts,
    standin::{KEY, Reply, StandIn},
};

/// What a dental clinic's agent knows, on a Saturday night at 03:30 local time.
pub(super) fn brief() -> Brief {
    let time = |h| NaiveTime::from_hms_opt(h, 0, 0).unwrap();
    let date = |m, d| NaiveDate::from_ymd_opt(2026, m, d).unwrap();
    let interval = |opens, closes| Interval {
        opens: time(opens),
        closes: time(closes),
    };
    let mut week: [Vec<Interval>; 7] = Default::default();
    week[0] = vec![interval(8, 12), interval(13, 17)];
    let closed = |date, reason: &str| HoursException {
        date,
        intervals: vec![],
        reason: Some(reason.to_owned()),
    };
    let service =
        |name: &str, aliases: &[&str], duration_min, price_minor, description: &str| Service {
            id: serde_json::from_value(json!("01936f2e-0000-7000-8000-000000000001")).unwrap(),
            name: name.to_owned(),
            aliases: aliases.iter().map(|&alias| alias.to_owned()).collect(),
            description: description.to_owned(),
            duration_min,
            price_minor,
            upsells: Vec::new(),
        };
    Brief {
        company: "Bright Smile Dental".into(),
        agent_name: "Alex".into(),
        instructions: "Mention the free parking.".into(),
        vocabulary: vec!["bitewing".into(), "night guard".into()],
        address: Some("12 Main Street, Tulsa".into()),
        currency: "USD".into(),
        hours: BusinessHours {
            timezone: chrono_tz::America::Chicago,
            week,
            exceptions: vec![
                closed(date(11, 26), "Thanksgiving"),
                closed(date(11, 1), "Past"),
            ],
        },
        services: vec![
            service(
                "Cleaning",
                &["teeth cleaning"],
                30,
                Some(12_000),
                "Scaling and polish.",
            ),
            service("Implant", &[], 90, None, ""),
        ],
        faqs: vec![Faq {
            question: "Do you take children?".into(),
            answer: "Yes, from three years on.".into(),
            keywords: vec![],
        }],
        caller: Some(E164::normalise("+19185550100").unwrap()),
        call_started_at: Utc.with_ymd_and_hms(2026, 11, 21, 9, 30, 0).unwrap(),
        medium: Medium::Voice,
        can_transfer: true,
        greeting: "Hello.".into(),
    }
}

fn tools() -> Arc<[ToolSpec]> {
    let parameters = json!({"type": "object", "properties": {"day": {"type": "string"}}});
    Arc::new([ToolSpec {
        name: "book",
        description: "Books a visit.",
        parameters,
    }])
}

fn asking(messages: Vec<Message>) -> ChatRequest {
    ChatRequest {
        brief: Arc::new(brief()),
        messages,
        tools: tools(),
    }
}

fn caller(text: &str) -> Message {
    Message::Caller {
        text: text.to_owned(),
    }
}

fn chat(base_url: &str, timeouts: Timeouts) -> OpenAiChat {
    let key = Some(SecretString::from(KEY));
    OpenAiChat::new(OpenAiConfig::parse(base_url, key, "qwen", timeouts).unwrap()).unwrap()
}

/// Short enough for a test, long enough for a busy machine where nothing is to time out.
fn short(first_ms: u64, between_ms: u64, total_ms: u64) -> Timeouts {
    let ms = Duration::from_millis;
    Timeouts {
        connect: ms(2_000),
        first: ms(first_ms),
        between: ms(between_ms),
        total: ms(total_ms),
    }
}

async fn answer(
    chat: &OpenAiChat,
    messages: Vec<Message>,
) -> Vec<Result<ChatEvent, ProviderError>> {
    chat.ask(asking(messages)).collect().await
}

/// The words of an answer, and the fault that ended it.
async fn failing(server: &StandIn, timeouts: Timeouts, reply: Reply) -> (String, ProviderError) {
    server.reply_to_chat(reply);
    let mut events = answer(&chat(&server.base_url(), timeouts), vec![caller("Hi")]).await;
    let error = events.pop().unwrap().unwrap_err();
    assert_eq!(
        (error.stage, error.provider.as_str()),
        (Stage::Llm, "openai:qwen")
    );
    assert_eq!(server.violations(), Vec::<String>::new());
    let words = events.into_iter().map(|event| {
        let event = event.unwrap();
        let ChatEvent::Text(text) = event else {
            panic!("{event:?}")
        };
        text
    });
    (words.collect(), error)
}

const USAGE: Usage = Usage {
    tokens_in: 11,
    tokens_out: 7,
};

fn text(text: &str) -> ChatEvent {
    ChatEvent::Text(text.to_owned())
}

fn tool_call(id: &str, arguments: &str) -> ChatEvent {
    let (id, arguments) = (id.to_owned(), arguments.to_owned());
    ChatEvent::ToolCall(ToolCall {
        id,
        name: "book".to_owned(),
        arguments,
    })
}

async fn events_of(reply: Reply) -> Vec<ChatEvent> {
    let server = StandIn::start().await.unwrap();
    server.reply_to_chat(reply);
    let chat = chat(&server.base_url(), Timeouts::default());
    let events = answer(&chat, vec![caller("Hi")]).await;
    assert_eq!(server.violations(), Vec::<String>::new());
    events.into_iter().map(Result::unwrap).collect()
}

#[tokio::test]
async fn words_are_streamed_as_they_come() {
    let events = events_of(Reply::words(&["Hel", "lo", " there."])).await;
    assert_eq!(
        events,
        [
            text("Hel"),
            text("lo"),
            text(" there."),
            ChatEvent::Finished(USAGE)
        ]
    );
}

#[tokio::test]
async fn the_first_words_do_not_wait_for_the_last() {
    let server = StandIn::start().await.unwrap();
    let late = Duration::from_secs(5);
    server.reply_to_chat(Reply::words(&["Hello", " there."]).wait_before(2, late));
    let asked = Instant::now();
    let mut events = chat(&server.base_url(), Timeouts::default()).ask(asking(vec![caller("Hi")]));
    assert_eq!(events.next().await.unwrap().unwrap(), text("Hello"));
    assert!(asked.elapsed() < late, "{:?}", asked.elapsed());
}

#[tokio::test]
async fn the_request_holds_key_model_prompt_conversation_and_tools() {
    let server = StandIn::start().await.unwrap();
    let call = ToolCall {
        id: "c1".into(),
        name: "book".into(),
        arguments: "{}".into(),
    };
    let messages = vec![
        Message::Agent {
            text: "Hello.".into(),
            interrupted: false,
        },
        caller("Book me in"),
        Message::ToolCall(call),
        Message::ToolResult {
            id: "c1".into(),
            content: "booked".into(),
        },
    ];
    let events = answer(&chat(&server.base_url(), Timeouts::default()), messages).await;
    assert_eq!(events.len(), 4, "{events:?}");
    assert_eq!(server.violations(), Vec::<String>::new());
    let sent = &server.chats()[0];
    assert_eq!(sent["model"], "qwen");
    assert_eq!(sent["stream"], true);
    let messages = sent["messages"].as_array().unwrap();
    let roles: Vec<_> = messages
        .iter()
        .map(|m| m["role"].as_str().unwrap())
        .collect();
    assert_eq!(roles, ["system", "assistant", "user", "assistant", "tool"]);
    assert!(
        messages[0]["content"]
            .as_str()
            .unwrap()
            .contains("Bright Smile Dental")
    );
    assert_eq!(
        sent["tools"],
        json!([{"type": "function", "function": {
            "name": "book", "description": "Books a visit.",
            "parameters": {"type": "object", "properties": {"day": {"type": "string"}}}}}])
    );
}

#[tokio::test]
async fn split_tool_calls_are_put_together_by_index() {
    let events = events_of(Reply::chunks(&[
        json!({"choices": [{"delta": {"content": "One moment."}}]}),
        json!({"choices": [{"delta": {"tool_calls": [
            {"index": 0, "id": "a", "function": {"name": "book", "arguments": "{\"day\":"}},
            {"index": 1, "id": "b", "function": {"name": "book"}}]}}]}),
        json!({"choices": [{"delta": {"tool_calls": [
            {"index": 1, "function": {"arguments": "{}"}},
            {"index": 0, "function": {"arguments": "\"mon\"}"}}]}}]}),
        json!({"choices": [{"delta": {}, "finish_reason": "tool_calls"}]}),
    ]))
    .await;
    let call_a = tool_call("a", r#"{"day":"mon"}"#);
    let finished = ChatEvent::Finished(USAGE);
    assert_eq!(
        events,
        [text("One moment."), call_a, tool_call("b", "{}"), finished]
    );
    let events = events_of(Reply::tool_calls(&[(
        "a",
        "book",
        &["{\"day\"", ":\"mon\"}"],
    )]))
    .await;
    assert_eq!(
        events,
        [
            tool_call("a", r#"{"day":"mon"}"#),
            ChatEvent::Finished(USAGE)
        ]
    );
}

#[tokio::test]
async fn a_tool_call_left_in_the_text_is_run_and_never_spoken() {
    let pieces = [
        "<tool",
        "_call>\n{\"name\": \"book\", ",
        "\"arguments\": {\"day\": \"mon\"}}\n</tool_call>",
    ];
    let events = events_of(Reply::words(&pieces)).await;
    assert_eq!(
        events,
        [
            tool_call("call_1", r#"{"day":"mon"}"#),
            ChatEvent::Finished(USAGE)
        ]
    );
}

#[tokio::test]
async fn text_that_only_begins_like_a_tool_call_is_spoken_whole() {
    let events = events_of(Reply::words(&["<", "3 from us", " all."])).await;
    assert_eq!(
        events,
        [
            text("<3 from us"),
            text(" all."),
            ChatEvent::Finished(USAGE)
        ]
    );
    let foreign = r#"{"name": "rm", "arguments": {}}"#;
    let events = events_of(Reply::words(&[foreign])).await;
    assert_eq!(events, [text(foreign), ChatEvent::Finished(USAGE)]);
}

#[tokio::test]
async fn a_complete_answer_without_token_count_or_end_is_still_an_answer() {
    let events = events_of(Reply::words(&["Bye."]).end_after(3)).await;
    assert_eq!(
        events,
        [text("Bye."), ChatEvent::Finished(Usage::default())]
    );
    let events = events_of(Reply::words(&["Bye."]).break_off_after(3)).await;
    assert_eq!(
        events,
        [text("Bye."), ChatEvent::Finished(Usage::default())]
    );
    let asked = Instant::now();
    let late = Reply::words(&["Bye."]).wait_before(3, Duration::from_secs(8));
    assert_eq!(
        events_of(late).await,
        [text("Bye."), ChatEvent::Finished(Usage::default())]
    );
    assert!(
        asked.elapsed() < Duration::from_secs(4),
        "the token count was waited for"
    );
}

#[tokio::test]
async fn a_server_that_is_down_is_unreachable() {
    let chat = chat(&StandIn::dead_url().await.unwrap(), Timeouts::default());
    let events = answer(&chat, vec![caller("Hi")]).await;
    assert_eq!(events.len(), 1);
    let error = events[0].as_ref().unwrap_err();
    assert_eq!(error.fault, ProviderFault::Unreachable, "{error}");
}

#[tokio::test]
async fn a_slow_first_token_times_out_with_or_without_headers() {
    let server = StandIn::start().await.unwrap();
    // Before anything, and behind the chunk that only holds the role.
    for step in [0, 1] {
        let reply = Reply::words(&["Hello"]).wait_before(step, Duration::from_secs(20));
        let (words, error) = failing(&server, short(300, 5_000, 9_000), reply).await;
        assert_eq!(
            (words.as_str(), &error.fault),
            ("", &ProviderFault::TimedOut),
            "{error}"
        );
        assert_eq!(error.detail, "deadline `first` of 300 ms passed");
    }
    assert!(
        server.wait_cancelled(2, Duration::from_secs(5)).await,
        "requests were left open"
    );
}

#[tokio::test]
async fn a_stall_in_mid_answer_times_out_and_keeps_the_words() {
    let server = StandIn::start().await.unwrap();
    let reply = Reply::words(&["Hello", " there"]).wait_before(2, Duration::from_secs(20));
    let (words, error) = failing(&server, short(5_000, 300, 9_000), reply.clone()).await;
    assert_eq!(
        (words.as_str(), &error.fault),
        ("Hello", &ProviderFault::TimedOut),
        "{error}"
    );
    assert_eq!(error.detail, "deadline `between` of 300 ms passed");
    let (words, error) = failing(&server, short(5_000, 5_000, 600), reply).await;
    assert_eq!(
        (words.as_str(), &error.fault),
        ("Hello", &ProviderFault::TimedOut),
        "{error}"
    );
    assert_eq!(error.detail, "deadline `total` of 600 ms passed");
}

#[tokio::test]
async fn an_error_status_is_told_once_and_without_the_servers_words() {
    let server = StandIn::start().await.unwrap();
    for (status, code) in [
        (503, "overloaded"),
        (429, "rate_limit_exceeded"),
        (404, "no_model"),
    ] {
        let reply = Reply::error(status, code);
        let (_, error) = failing(&server, Timeouts::default(), reply).await;
        assert_eq!(
            error.fault,
            ProviderFault::Refused {
                status: Some(status)
            },
            "{error}"
        );
        assert_eq!(error.detail, format!("HTTP {status}, {code}"));
    }
    assert_eq!(server.chats().len(), 3, "a refused request was tried again");
    let page = Reply {
        status: 404,
        ..Reply::garbage()
    };
    let (_, error) = failing(&server, Timeouts::default(), page).await;
    assert_eq!(
        error.fault,
        ProviderFault::Refused { status: Some(404) },
        "{error}"
    );
}

#[tokio::test]
async fn a_wrong_key_is_refused_and_never_shown() {
    let server = StandIn::start().await.unwrap();
    let key = Some(SecretString::from("sk-wrong"));
    let config = OpenAiConfig::parse(&server.base_url(), key, "qwen", Timeouts::default()).unwrap();
    let events = answer(&OpenAiChat::new(config).unwrap(), vec![caller("Hi")]).await;
    let error = events[0].as_ref().unwrap_err();
    assert_eq!(error.fault, ProviderFault::Refused { status: Some(401) });
    assert!(!format!("{error} {error:?}").contains("sk-wrong"));
}

#[tokio::test]
async fn a_broken_connection_and_an_early_end_are_drops() {
    let server = StandIn::start().await.unwrap();
    let whole = Reply::words(&["Hello", " there"]);
    for reply in [whole.clone().break_off_after(2), whole.clone().end_after(2)] {
        let (words, error) = failing(&server, Timeouts::default(), reply).await;
        assert_eq!(
            (words.as_str(), &error.fault),
            ("Hello", &ProviderFault::Dropped),
            "{error}"
        );
    }
}

#[tokio::test]
async fn what_cannot_be_understood_is_invalid_and_not_quoted() {
    let server = StandIn::start().await.unwrap();
    let foreign = Reply::chunks(&[json!({"object": "weather"})]);
    let nameless = Reply::chunks(&[
        json!({"choices": [{"delta": {"tool_calls": [{"index": 0, "id": "a"}]}}]}),
        json!({"choices": [{"delta": {}, "finish_reason": "tool_calls"}]}),
    ]);
    for reply in [Reply::garbage(), foreign, nameless] {
        let (_, error) = failing(&server, Timeouts::default(), reply).await;
        assert_eq!(error.fault, ProviderFault::Invalid, "{error}");
        assert!(!error.detail.contains("html"), "{error}");
    }
}

#[tokio::test]
async fn an_error_inside_the_stream_is_a_refusal() {
    let server = StandIn::start().await.unwrap();
    let reply = Reply::chunks(&[
        json!({"choices": [{"delta": {"content": "Well"}}]}),
        json!({"error": {"message": "out of memory", "code": 500}}),
    ]);
    let (words, error) = failing(&server, Timeouts::default(), reply).await;
    assert_eq!(words, "Well");
    assert_eq!(error.fault, ProviderFault::Refused { status: Some(500) });
}

#[tokio::test]
async fn dropping_the_stream_closes_the_connection() {
    let server = StandIn::start().await.unwrap();
    let chat = chat(&server.base_url(), Timeouts::default());
    let never = Duration::from_mins(10);
    server.reply_to_chat(Reply::words(&["Hello", " there"]).wait_before(2, never));
    let mut events = chat.ask(asking(vec![caller("Hi")]));
    assert_eq!(events.next().await.unwrap().unwrap(), text("Hello"));
    assert_eq!(server.cancelled(), 0);
    drop(events);
    assert!(
        server.wait_cancelled(1, Duration::from_secs(5)).await,
        "left open in mid-answer"
    );

    server.reply_to_chat(Reply::words(&["Hello"]).wait_before(0, never));
    let mut events = chat.ask(asking(vec![caller("Hi")]));
    let early = tokio::time::timeout(Duration::from_millis(300), events.next()).await;
    assert!(early.is_err(), "{early:?}");
    drop(events);
    assert!(
        server.wait_cancelled(2, Duration::from_secs(5)).await,
        "left open before the answer"
    );
}

#[tokio::test]
async fn warming_sends_the_prefix_of_the_later_turns_for_one_token() {
    let server = StandIn::start().await.unwrap();
    let chat = chat(&server.base_url(), Timeouts::default());
    chat.warm(&brief(), &tools()).await.unwrap();
    answer(&chat, vec![caller("Hi")]).await;
    let (warm, turn) = (&server.chats()[0], &server.chats()[1]);
    assert_eq!(warm["max_tokens"], 1);
    assert_eq!(warm["messages"][0], turn["messages"][0]);
    assert_eq!(warm["tools"], turn["tools"]);
    assert_eq!(server.violations(), Vec::<String>::new());
    server.reply_to_chat(Reply::error(503, "overloaded"));
    let error = chat.warm(&brief(), &tools()).await.unwrap_err();
    assert_eq!(error.fault, ProviderFault::Refused { status: Some(503) });
}
