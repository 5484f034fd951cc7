//! Tool calls that a server left in the text.
//!
//! Small servers hand out the raw words of a model that was trained to call tools in text:
//! `<tool_call>{…}</tool_call>` (the Hermes form, which Qwen uses), a bare JSON object, or one in
//! a code fence. Only a text that is nothing but such calls, all to known tools, is taken for
//! one: words of the agent must never run a tool.

use call::conversation::ToolCall;
use serde_json::Value;

/// Whether a text that has only begun may still become a tool call.
pub(super) fn may_become_call(begun: &str) -> bool {
    let begun = begun.trim_start();
    let whole = ["{", OPEN, FENCE]
        .into_iter()
        .any(|start| begun.starts_with(start));
    let cut = [OPEN, FENCE]
        .into_iter()
        .any(|start| start.starts_with(begun));
    (whole || cut) && begun.len() <= MAX_LENGTH
}

/// The calls of a text that holds nothing else; their ids are empty.
pub(super) fn parse(text: &str, tools: &[&str]) -> Option<Vec<ToolCall>> {
    let text = unfenced(text.trim());
    if !text.starts_with(OPEN) {
        return Some(vec![parse_call(text, tools)?]);
    }
    let mut calls = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let inner = rest.strip_prefix(OPEN)?;
        // A model stopped by its token limit, or by the tag as a stop word, leaves the end out.
        let (call, after) = inner.split_once(CLOSE).unwrap_or((inner, ""));
        calls.push(parse_call(call.trim(), tools)?);
        rest = after.trim_start();
    }
    Some(calls)
}

fn parse_call(json: &str, tools: &[&str]) -> Option<ToolCall> {
    let Value::Object(mut call) = serde_json::from_str(json).ok()? else {
        return None;
    };
    if let Some(Value::Object(function)) = call.remove("function") {
        call = function;
    }
    let name = call
        .get("name")?
        .as_str()
        .filter(|name| tools.contains(name))?
        .to_owned();
    let arguments = match call
        .remove("arguments")
        .or_else(|| call.remove("parameters"))?
    {
        Value::String(text) => text,
        object @ Value::Object(_) => object.to_string(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) => return None,
    };
    Some(ToolCall {
        id: String::new(),
        name,
        arguments,
    })
}

/// The content of a code fence that spans the whole text.
fn unfenced(text: &str) -> &str {
    let inner = text
        .strip_prefix(FENCE)
        .and_then(|rest| rest.strip_suffix(FENCE));
    let Some(inner) = inner else { return text };
    inner.strip_prefix("json").unwrap_or(inner).trim()
}

const OPEN: &str = "<tool_call>";
const CLOSE: &str = "</tool_call>";
const FENCE: &str = "```";
const MAX_LENGTH: usize = 16 * 1024;

#[cfg(test)]
mod tests {
    use super::*;

    const TOOLS: &[&str] = &["book", "transfer"];

    fn names(text: &str) -> Option<Vec<String>> {
        Some(
            parse(text, TOOLS)?
                .into_iter()
                .map(|call| call.name)
                .collect(),
        )
    }

    #[test]
    fn whole_texts_in_each_form_are_calls() {
        for text in [
            r#"{"name":"book","arguments":{"day":"mon"}}"#,
            r#" {"name":"book","parameters":{"day":"mon"}} "#,
            r#"{"type":"function","function":{"name":"book","arguments":"{\"day\":\"mon\"}"}}"#,
            "<tool_call>\n{\"name\":\"book\",\"arguments\":{\"day\":\"mon\"}}\n</tool_call>",
            "<tool_call>{\"name\":\"book\",\"arguments\":{\"day\":\"mon\"}}",
            "```json\n{\"name\":\"book\",\"arguments\":{\"day\":\"mon\"}}\n```",
        ] {
            let calls = parse(text, TOOLS).unwrap_or_else(|| panic!("{text}"));
            assert_eq!(calls.len(), 1, "{text}");
            assert_eq!(calls[0].name, "book");
            assert_eq!(calls[0].arguments, r#"{"day":"mon"}"#);
        }
        let two = r#"<tool_call>{"name":"book","arguments":{}}</tool_call>
            <tool_call>{"name":"transfer","arguments":{}}</tool_call>"#;
        assert_eq!(names(two).unwrap(), ["book", "transfer"]);
    }

    #[test]
    fn words_foreign_names_and_broken_json_are_no_calls() {
        for text in [
            "",
            "Let me book that.",
            r#"Sure. {"name":"book","arguments":{}}"#,
            r#"{"name":"book","arguments":{}} Done."#,
            r#"{"name":"delete_tenant","arguments":{}}"#,
            r#"{"name":"book"}"#,
            r#"{"name":"book","arguments":[1]}"#,
            r#"{"name":"book","arguments":{"#,
            r#"<tool_call>{"name":"book","arguments":{}}</tool_call> Done."#,
        ] {
            assert_eq!(names(text), None, "{text}");
        }
    }

    #[test]
    fn only_texts_that_begin_like_a_call_are_held_back() {
        for begun in [
            "",
            " ",
            "<",
            "<tool",
            "<tool_call>{",
            "``",
            "```json",
            "{\"na",
        ] {
            assert!(may_become_call(begun), "{begun}");
        }
        for begun in ["H", "<b>", "`x", "Hello {", "1"] {
            assert!(!may_become_call(begun), "{begun}");
        }
    }
}
