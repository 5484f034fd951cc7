//! What was said before the sentence that is measured: a real conversation with the receptionist, its
//! tools answering what the data says.

use agents::{
    brief::Brief,
    llm::{ChatEvent, ChatModel, ChatRequest},
    receptionist::Receptionist,
    tools::{AppointmentFact, LocalTime, ToolAnswer, tool_specs},
};
use call::conversation::{Message, ToolCall};
use futures_util::{FutureExt, StreamExt};
use serde::Deserialize;
use tenant_config::id::AppointmentId;

/// One step of it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "lowercase", deny_unknown_fields)]
pub(crate) enum Step {
    Caller(String),
    /// What the calendar answers to the question the receptionist just asked.
    Slots(Vec<String>),
    /// What looking for appointments answers.
    Found(Vec<Appointment>),
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Appointment {
    service: String,
    at: String,
    name: String,
}

/// The messages of a conversation that went through these steps.
///
/// # Panics
/// When the receptionist does not ask for the tool that a step answers: then the context is not
/// the one that the data means.
pub(crate) fn play(brief: &Brief, steps: &[Step]) -> Vec<Message> {
    let mut messages = Vec::new();
    let mut running: Option<ToolCall> = None;
    for step in steps {
        if let Step::Caller(text) = step {
            messages.push(Message::Caller { text: text.clone() });
        } else {
            let call = running.take();
            let call = call.unwrap_or_else(|| panic!("no tool is running: {messages:#?}"));
            let content = answer(step, &call).to_content();
            messages.push(Message::ToolCall(call.clone()));
            messages.push(Message::ToolResult {
                id: call.id,
                content,
            });
        }
        let (text, call) = ask(brief, &messages);
        if !text.is_empty() {
            messages.push(Message::Agent {
                text,
                interrupted: false,
            });
        }
        running = call;
    }
    assert!(running.is_none(), "a tool waits for an answer: {running:?}");
    messages
}

fn answer(step: &Step, call: &ToolCall) -> ToolAnswer {
    let local = |text: &str| LocalTime::parse(text).unwrap_or_else(|| panic!("{text}: no time"));
    match (step, call.name.as_str()) {
        (Step::Slots(slots), "check_availability") => ToolAnswer::Slots {
            service: String::new(),
            slots: slots.iter().map(|s| local(s)).collect(),
            alternatives: Vec::new(),
        },
        (Step::Found(found), "find_appointments") => ToolAnswer::Appointments {
            appointments: (1..)
                .zip(found)
                .map(|(id, a)| AppointmentFact {
                    appointment_id: AppointmentId(uuid::Uuid::from_u128(id)),
                    service: a.service.clone(),
                    starts_at: local(&a.at),
                    name: a.name.clone(),
                })
                .collect(),
        },
        (Step::Caller(_) | Step::Slots(_) | Step::Found(_), tool) => {
            panic!("{tool} is asked for, the data answers {step:?}")
        }
    }
}

/// One answer: its words, and the tool it wants.
fn ask(brief: &Brief, messages: &[Message]) -> (String, Option<ToolCall>) {
    let brief = std::sync::Arc::new(brief.clone());
    let request = ChatRequest {
        tools: tool_specs(&brief),
        brief,
        messages: messages.to_vec(),
    };
    let events: Vec<_> = Receptionist::new()
        .ask(request)
        .collect()
        .now_or_never()
        .unwrap();
    let mut text = String::new();
    let mut call = None;
    for event in events {
        match event.unwrap() {
            ChatEvent::Text(piece) => text.push_str(&piece),
            ChatEvent::ToolCall(tool) => call = Some(tool),
            ChatEvent::Expect(_) | ChatEvent::Finished(_) => {}
        }
    }
    (text, call)
}
