//! From a conversation to a request body.
//!
//! The API wants every tool call answered right behind it. A conversation may be in another
//! order (the caller spoke while a tool ran) or lack an answer (they interrupted it), so results
//! are moved behind their calls, and a call without one is answered as interrupted.

use std::collections::HashMap;

use agents::{brief::Brief, llm::ChatRequest, tools::ToolSpec};
use async_openai::types::chat::{
    ChatCompletionMessageToolCall, ChatCompletionMessageToolCalls,
    ChatCompletionRequestAssistantMessage, ChatCompletionRequestMessage,
    ChatCompletionRequestSystemMessage, ChatCompletionRequestToolMessage,
    ChatCompletionRequestUserMessage, ChatCompletionStreamOptions, ChatCompletionTool,
    ChatCompletionTools, CreateChatCompletionRequest, FunctionCall, FunctionObject,
};
use call::conversation::{Message, ToolCall};

use super::prompt;
use crate::OpenAiConfig;

/// Asks for a streamed answer with its token count.
pub(super) fn answer(config: &OpenAiConfig, request: &ChatRequest) -> CreateChatCompletionRequest {
    let mut messages = vec![system(&request.brief)];
    messages.extend(conversation(&request.messages));
    CreateChatCompletionRequest {
        model: config.model().to_owned(),
        messages,
        tools: tools(&request.tools),
        stream: Some(true),
        stream_options: Some(ChatCompletionStreamOptions {
            include_usage: Some(true),
            include_obfuscation: None,
        }),
        ..CreateChatCompletionRequest::default()
    }
}

/// Asks for a single token behind the prefix that all turns of a call share.
pub(super) fn warm_up(
    config: &OpenAiConfig,
    brief: &Brief,
    offered: &[ToolSpec],
) -> CreateChatCompletionRequest {
    let mut request = CreateChatCompletionRequest {
        model: config.model().to_owned(),
        messages: vec![system(brief), user("Hello.".to_owned())],
        tools: tools(offered),
        ..CreateChatCompletionRequest::default()
    };
    if config.is_public_service() {
        request.max_completion_tokens = Some(1);
    } else {
        limit_to_one_token(&mut request);
    }
    request
}

#[expect(
    deprecated,
    reason = "compatible servers know only the parameter's older name"
)]
fn limit_to_one_token(request: &mut CreateChatCompletionRequest) {
    request.max_tokens = Some(1);
}

fn system(brief: &Brief) -> ChatCompletionRequestMessage {
    ChatCompletionRequestSystemMessage::from(prompt::system_prompt(brief)).into()
}

fn user(text: String) -> ChatCompletionRequestMessage {
    ChatCompletionRequestUserMessage::from(text).into()
}

fn tools(offered: &[ToolSpec]) -> Option<Vec<ChatCompletionTools>> {
    let function = |tool: &ToolSpec| {
        let function = FunctionObject {
            name: tool.name.to_owned(),
            description: Some(tool.description.to_owned()),
            parameters: Some(tool.parameters.clone()),
            strict: None,
        };
        ChatCompletionTools::Function(ChatCompletionTool { function })
    };
    (!offered.is_empty()).then(|| offered.iter().map(function).collect())
}

/// Oldest first, in the order that the API wants.
fn conversation(messages: &[Message]) -> Vec<ChatCompletionRequestMessage> {
    let results = results_by_call(messages);
    let mut out = Vec::with_capacity(messages.len());
    let mut rest = messages.iter().peekable();
    while let Some(message) = rest.next() {
        match message {
            Message::Caller { text } => out.push(user(text.clone())),
            Message::Digits { digits } => out.push(user(pressed(digits))),
            Message::NoInput { count } => out.push(user(silence(*count))),
            // Was placed behind its call.
            Message::ToolResult { .. } => {}
            Message::Agent { text, interrupted } => {
                let said = said(text, *interrupted);
                let calls = calls_from(&mut rest);
                push_agent(&mut out, Some(said), &calls, &results);
            }
            Message::ToolCall(first) => {
                let mut calls = vec![first];
                calls.extend(calls_from(&mut rest));
                push_agent(&mut out, None, &calls, &results);
            }
        }
    }
    out
}

fn results_by_call<'a>(messages: &'a [Message]) -> HashMap<&'a str, &'a str> {
    let result = |message: &'a Message| {
        let Message::ToolResult { id, content } = message else {
            return None;
        };
        Some((id.as_str(), content.as_str()))
    };
    messages.iter().filter_map(result).collect()
}

/// The tool calls that follow at once: with the words before them they are one answer.
fn calls_from<'a>(
    rest: &mut std::iter::Peekable<impl Iterator<Item = &'a Message>>,
) -> Vec<&'a ToolCall> {
    let mut calls = Vec::new();
    while let Some(Message::ToolCall(call)) = rest.peek() {
        calls.push(call);
        rest.next();
    }
    calls
}

fn push_agent(
    out: &mut Vec<ChatCompletionRequestMessage>,
    said: Option<String>,
    calls: &[&ToolCall],
    results: &HashMap<&str, &str>,
) {
    let tool_call = |call: &&ToolCall| {
        ChatCompletionMessageToolCalls::Function(ChatCompletionMessageToolCall {
            id: call.id.clone(),
            function: FunctionCall {
                name: call.name.clone(),
                arguments: call.arguments.clone(),
            },
        })
    };
    let assistant = ChatCompletionRequestAssistantMessage {
        content: said.map(Into::into),
        tool_calls: (!calls.is_empty()).then(|| calls.iter().map(tool_call).collect()),
        ..ChatCompletionRequestAssistantMessage::default()
    };
    out.push(assistant.into());
    for call in calls {
        let content = results.get(call.id.as_str()).copied().unwrap_or(NO_RESULT);
        let answer = ChatCompletionRequestToolMessage {
            tool_call_id: call.id.clone(),
            content: content.into(),
        };
        out.push(answer.into());
    }
}

fn pressed(digits: &str) -> String {
    let keys: Vec<String> = digits.chars().map(String::from).collect();
    format!("(pressed {})", keys.join(" "))
}

fn silence(count: u32) -> String {
    match count {
        0 | 1 => "(the caller says nothing)".to_owned(),
        _ => format!("(the caller says nothing, {count} times in a row)"),
    }
}

fn said(text: &str, interrupted: bool) -> String {
    if interrupted {
        format!("{text} {}", prompt::INTERRUPTED)
    } else {
        text.to_owned()
    }
}

const NO_RESULT: &str = "no result: the caller interrupted before the tool had answered";

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn mapped(messages: &[Message]) -> Value {
        serde_json::to_value(conversation(messages)).unwrap()
    }

    fn call(id: &str) -> Message {
        let (id, name, arguments) = (id.to_owned(), "book".to_owned(), "{}".to_owned());
        Message::ToolCall(ToolCall {
            id,
            name,
            arguments,
        })
    }

    fn result(id: &str, content: &str) -> Message {
        Message::ToolResult {
            id: id.to_owned(),
            content: content.to_owned(),
        }
    }

    fn caller(text: &str) -> Message {
        Message::Caller {
            text: text.to_owned(),
        }
    }

    fn agent(text: &str, interrupted: bool) -> Message {
        Message::Agent {
            text: text.to_owned(),
            interrupted,
        }
    }

    fn called(id: &str) -> Value {
        json!({"type": "function", "id": id, "function": {"name": "book", "arguments": "{}"}})
    }

    #[test]
    fn each_kind_of_message_has_its_role() {
        let messages = [
            agent("Hello, this is", true),
            caller("Hi"),
            Message::Digits {
                digits: "1#".into(),
            },
            Message::NoInput { count: 1 },
            Message::NoInput { count: 2 },
        ];
        assert_eq!(
            mapped(&messages),
            json!([
                {"role": "assistant", "content": "Hello, this is [interrupted]"},
                {"role": "user", "content": "Hi"},
                {"role": "user", "content": "(pressed 1 #)"},
                {"role": "user", "content": "(the caller says nothing)"},
                {"role": "user", "content": "(the caller says nothing, 2 times in a row)"},
            ])
        );
    }

    #[test]
    fn calls_join_the_words_before_them_and_results_follow_their_calls() {
        let messages = [
            agent("One moment.", false),
            call("a"),
            call("b"),
            caller("Hello?"),
            result("b", "2"),
        ];
        assert_eq!(
            mapped(&messages),
            json!([
                {"role": "assistant", "content": "One moment.", "tool_calls": [called("a"), called("b")]},
                {"role": "tool", "tool_call_id": "a", "content": NO_RESULT},
                {"role": "tool", "tool_call_id": "b", "content": "2"},
                {"role": "user", "content": "Hello?"},
            ])
        );
    }

    #[test]
    fn a_call_without_words_has_no_content() {
        assert_eq!(
            mapped(&[caller("Book"), call("a"), result("a", "done")]),
            json!([
                {"role": "user", "content": "Book"},
                {"role": "assistant", "tool_calls": [called("a")]},
                {"role": "tool", "tool_call_id": "a", "content": "done"},
            ])
        );
    }
}
