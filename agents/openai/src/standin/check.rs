//! Whether a request is one that the public API would take.

use std::collections::HashSet;

use serde_json::Value;

use super::Upload;

/// What is wrong with a chat request, or nothing.
pub(super) fn chat(body: &Value) -> Result<(), String> {
    text(body, "model")?;
    let messages = body["messages"]
        .as_array()
        .ok_or("`messages` is no array")?;
    if messages
        .first()
        .is_none_or(|first| first["role"] != "system")
    {
        return Err("the first message is not the system prompt".to_owned());
    }
    order(messages)?;
    for tool in body["tools"].as_array().into_iter().flatten() {
        self::tool(tool)?;
    }
    if body["stream"] == true && body["stream_options"]["include_usage"] != true {
        return Err("a streamed answer is asked for without its token count".to_owned());
    }
    Ok(())
}

/// What is wrong with a speech request, or nothing.
pub(super) fn speech(body: &Value) -> Result<(), String> {
    for field in ["model", "input", "voice"] {
        text(body, field)?;
    }
    if body["response_format"] != "pcm" {
        return Err("`response_format` is not pcm".to_owned());
    }
    Ok(())
}

/// Reads the form's audio file: 16-bit mono WAV whose header tells its true length.
pub(super) fn upload(fields: Vec<(String, String)>, file: &[u8]) -> Result<Upload, String> {
    if !fields
        .iter()
        .any(|(name, text)| name == "model" && !text.is_empty())
    {
        return Err("`model` is missing".to_owned());
    }
    let told = file
        .get(4..8)
        .and_then(|size| <[u8; 4]>::try_from(size).ok());
    if told.map(u32::from_le_bytes) != u32::try_from(file.len().saturating_sub(8)).ok() {
        return Err("the WAV header's length is not that of the file".to_owned());
    }
    let wav = hound::WavReader::new(file).map_err(|error| format!("the file: {error}"))?;
    let spec = wav.spec();
    if (spec.channels, spec.bits_per_sample) != (1, 16) {
        return Err(format!("the WAV is not 16-bit mono: {spec:?}"));
    }
    let samples: Result<Vec<i16>, _> = wav.into_samples().collect();
    let samples = samples.map_err(|error| format!("the samples: {error}"))?;
    Ok(Upload {
        fields,
        sample_rate: spec.sample_rate,
        samples,
    })
}

/// Each tool message answers a call of the assistant right before it, and each call is answered.
fn order(messages: &[Value]) -> Result<(), String> {
    let mut open: HashSet<&str> = HashSet::new();
    for (at, message) in messages.iter().enumerate() {
        let role = message["role"].as_str().unwrap_or_default();
        if role == "tool" {
            let id = message["tool_call_id"].as_str().unwrap_or_default();
            if !open.remove(id) {
                return Err(format!("message {at} answers no open tool call"));
            }
            continue;
        }
        if !open.is_empty() {
            return Err(format!(
                "message {at} comes before all tool calls are answered"
            ));
        }
        let calls = message["tool_calls"]
            .as_array()
            .map(Vec::as_slice)
            .unwrap_or_default();
        open.extend(calls.iter().filter_map(|call| call["id"].as_str()));
        let known = ["system", "user", "assistant"].contains(&role);
        let says_something = message["content"].is_string() || !calls.is_empty();
        if !known || !says_something {
            return Err(format!("message {at} has no role or says nothing"));
        }
    }
    if open.is_empty() {
        Ok(())
    } else {
        Err("tool calls are left unanswered".to_owned())
    }
}

fn tool(tool: &Value) -> Result<(), String> {
    let function = &tool["function"];
    let name = function["name"].as_str().unwrap_or_default();
    let fits = (1..=64).contains(&name.len())
        && name
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "_-".contains(c));
    if tool["type"] != "function" || !fits {
        return Err(format!("tool `{name}` is no well-named function"));
    }
    if function["parameters"]["type"] != "object" {
        return Err(format!("the schema of tool `{name}` is no object"));
    }
    Ok(())
}

fn text(body: &Value, field: &str) -> Result<(), String> {
    let present = body[field].as_str().is_some_and(|text| !text.is_empty());
    if present {
        Ok(())
    } else {
        Err(format!("`{field}` is missing"))
    }
}
