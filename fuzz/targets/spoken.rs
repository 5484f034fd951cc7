//! What a caller says to the receptionist: dates, times, names, numbers and everything else.

use std::sync::Arc;

use agents::{
    brief::{Brief, Medium},
    llm::{ChatEvent, ChatModel, ChatRequest},
    receptionist::Receptionist,
};
use call::conversation::Message;
use futures_util::{FutureExt, StreamExt};
use tenant_config::phone::E164;

/// A conversation: what the caller says, one turn on each line. Tools answer as they would.
pub(super) fn phrases(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let brief = Arc::new(brief());
    let mut messages = vec![Message::Agent {
        text: brief.greeting.clone(),
        interrupted: false,
    }];
    for line in text.lines().take(8) {
        messages.push(said(line));
        // A tool and the answer to it, at most some times in a row.
        for _ in 0..4 {
            if !answer(&brief, &mut messages) {
                break;
            }
        }
    }
}

fn said(line: &str) -> Message {
    let text = line.to_owned();
    match line.strip_prefix("keys:") {
        Some(digits) => Message::Digits {
            digits: digits.to_owned(),
        },
        None if line.is_empty() => Message::NoInput { count: 1 },
        None => Message::Caller { text },
    }
}

/// One answer. Tells whether it asked for a tool, and so must be asked again.
fn answer(brief: &Arc<Brief>, messages: &mut Vec<Message>) -> bool {
    let request = ChatRequest {
        brief: Arc::clone(brief),
        messages: messages.clone(),
        tools: Arc::new([]),
    };
    let events: Vec<_> = Receptionist::new()
        .ask(request)
        .collect::<Vec<_>>()
        .now_or_never()
        .expect("it answers at once");
    let mut said = String::new();
    let mut calls = Vec::new();
    for event in events {
        match event.expect("it has nothing that could fail") {
            ChatEvent::Text(text) => said.push_str(&text),
            ChatEvent::ToolCall(call) => calls.push(call),
            ChatEvent::Expect(_) | ChatEvent::Finished(_) => {}
        }
    }
    if !said.trim().is_empty() {
        messages.push(Message::Agent {
            text: said,
            interrupted: false,
        });
    }
    let again = !calls.is_empty();
    for call in calls {
        let result = Message::ToolResult {
            id: call.id.clone(),
            content: result_of(&call.name).to_owned(),
        };
        messages.extend([Message::ToolCall(call), result]);
    }
    again
}

fn result_of(tool: &str) -> &'static str {
    match tool {
        "check_availability" => {
            r#"{"result":"slots","service":"Cleaning","slots":["2026-11-24T09:00","2026-11-24T15:00"],"alternatives":[]}"#
        }
        "find_appointments" => r#"{"result":"appointments","appointments":[]}"#,
        "move_appointment" => r#"{"result":"not_found"}"#,
        "take_message" => r#"{"result":"message_taken"}"#,
        "transfer_call" => r#"{"result":"transferring"}"#,
        "end_call" => r#"{"result":"ending"}"#,
        _ => {
            r#"{"result":"taken","starts_at":"2026-11-24T15:00","alternatives":["2026-11-25T10:00"]}"#
        }
    }
}

/// A dental clinic on Friday, November 20th 2026, 10 AM in Chicago.
fn brief() -> Brief {
    Brief {
        company: "Bright Smile Dental".into(),
        agent_name: "Ava".into(),
        instructions: String::new(),
        vocabulary: Vec::new(),
        address: Some("120 Main Street, Tulsa".into()),
        currency: "USD".into(),
        hours: serde_json::from_str(HOURS).expect("hours"),
        services: serde_json::from_str(SERVICES).expect("services"),
        faqs: serde_json::from_str(FAQS).expect("faqs"),
        caller: E164::normalise("+19185550142").ok(),
        call_started_at: "2026-11-20T16:00:00Z".parse().expect("an instant"),
        medium: Medium::Voice,
        can_transfer: true,
        greeting: "Thank you for calling Bright Smile Dental. How can I help?".into(),
    }
}

const HOURS: &str = r#"{"timezone":"America/Chicago","week":[
    [{"opens":"08:00:00","closes":"17:00:00"}],[{"opens":"08:00:00","closes":"17:00:00"}],
    [{"opens":"08:00:00","closes":"12:00:00"},{"opens":"13:00:00","closes":"17:00:00"}],
    [{"opens":"08:00:00","closes":"17:00:00"}],[{"opens":"08:00:00","closes":"17:00:00"}],
    [{"opens":"09:00:00","closes":"13:00:00"}],[]],
    "exceptions":[{"date":"2026-11-26","intervals":[],"reason":"Thanksgiving"}]}"#;
const SERVICES: &str = r#"[
    {"id":"00000000-0000-0000-0000-000000000001","name":"Cleaning","aliases":["teeth cleaning"],
     "description":"","duration_min":45,"price_minor":12000},
    {"id":"00000000-0000-0000-0000-000000000002","name":"Root canal","aliases":[],
     "description":"","duration_min":90,"price_minor":null}]"#;
const FAQS: &str = r#"[{"question":"Do you have parking?","answer":"Yes, behind the building.",
    "keywords":["park"]}]"#;
