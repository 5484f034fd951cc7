//! What a server may tell the carrier, read as strictly as Twilio reads it (warnings 31950, 31951).

use base64::{Engine as _, engine::general_purpose::STANDARD};
use media::twilio::StreamSid;
use serde_json::{Map, Value};

use crate::violation::Violation;

/// A message of the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Instruction {
    /// Raw mu-law.
    Media(Vec<u8>),
    Mark(String),
    Clear,
}

/// Reads one text message for the stream `sid`.
pub fn read_instruction(text: &str, sid: &StreamSid) -> Result<Instruction, Violation> {
    let Ok(Value::Object(message)) = serde_json::from_str(text) else {
        let start = text.chars().take(60).collect();
        return Err(Violation::NotJson { start });
    };
    let event = message
        .get("event")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let body = match event {
        "media" | "mark" => Some(event),
        "clear" => None,
        _ => {
            let event = event.to_owned();
            return Err(Violation::Event { event });
        }
    };
    only(
        event,
        &message,
        &["event", "streamSid", body.unwrap_or("event")],
    )?;
    let found = string(event, &message, "streamSid")?;
    if found != sid.as_str() {
        return Err(Violation::StreamSid {
            found: found.to_owned(),
            expected: sid.to_string(),
        });
    }
    match event {
        "media" => media(&message),
        "mark" => {
            let mark = object(event, &message, "mark")?;
            only(event, mark, &["name"])?;
            Ok(Instruction::Mark(string(event, mark, "name")?.to_owned()))
        }
        _ => Ok(Instruction::Clear),
    }
}

fn media(message: &Map<String, Value>) -> Result<Instruction, Violation> {
    let media = object("media", message, "media")?;
    only("media", media, &["payload"])?;
    let payload = string("media", media, "payload")?;
    let bytes = STANDARD.decode(payload).map_err(|_| Violation::Payload {
        chars: payload.len(),
    })?;
    if bytes.starts_with(b"RIFF") {
        return Err(Violation::FileHeader);
    }
    Ok(Instruction::Media(bytes))
}

fn only(event: &str, object: &Map<String, Value>, known: &[&str]) -> Result<(), Violation> {
    match object.keys().find(|key| !known.contains(&key.as_str())) {
        None => Ok(()),
        Some(field) => Err(Violation::Field {
            event: event.to_owned(),
            field: field.clone(),
        }),
    }
}

fn string<'a>(
    event: &str,
    object: &'a Map<String, Value>,
    field: &'static str,
) -> Result<&'a str, Violation> {
    object
        .get(field)
        .and_then(Value::as_str)
        .ok_or_else(|| Violation::Missing {
            event: event.to_owned(),
            field,
        })
}

fn object<'a>(
    event: &str,
    object: &'a Map<String, Value>,
    field: &'static str,
) -> Result<&'a Map<String, Value>, Violation> {
    object
        .get(field)
        .and_then(Value::as_object)
        .ok_or_else(|| Violation::Missing {
            event: event.to_owned(),
            field,
        })
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn sid() -> StreamSid {
        "MZ1".parse().unwrap()
    }

    fn read(text: &str) -> Result<Instruction, Violation> {
        read_instruction(text, &sid())
    }

    #[rstest]
    #[case(r#"{"event":"media","streamSid":"MZ1","media":{"payload":"//8="}}"#, Instruction::Media(vec![255, 255]))]
    #[case(r#"{"event":"mark","streamSid":"MZ1","mark":{"name":"m1"}}"#, Instruction::Mark("m1".to_owned()))]
    #[case(r#"{"event":"clear","streamSid":"MZ1"}"#, Instruction::Clear)]
    fn the_three_messages_are_read(#[case] text: &str, #[case] expected: Instruction) {
        assert_eq!(read(text), Ok(expected));
    }

    #[rstest]
    #[case("hello", "not JSON")]
    #[case("[1]", "not JSON")]
    #[case(r#"{"event":"stop","streamSid":"MZ1"}"#, "\"stop\"")]
    #[case(r#"{"event":"clear","streamSid":"MZ2"}"#, "\"MZ2\"")]
    #[case(r#"{"event":"clear"}"#, "no streamSid")]
    #[case(r#"{"event":"clear","streamSid":"MZ1","why":1}"#, "\"why\"")]
    #[case(r#"{"event":"clear","streamSid":"MZ1","media":{}}"#, "\"media\"")]
    #[case(
        r#"{"event":"media","streamSid":"MZ1","media":{"payload":"/","track":"x"}}"#,
        "\"track\""
    )]
    #[case(
        r#"{"event":"media","streamSid":"MZ1","media":{"payload":"?"}}"#,
        "not base64"
    )]
    #[case(
        r#"{"event":"media","streamSid":"MZ1","media":{"payload":"UklGRgA="}}"#,
        "RIFF"
    )]
    #[case(r#"{"event":"mark","streamSid":"MZ1","mark":{"name":7}}"#, "no name")]
    fn what_twilio_warns_about_is_a_violation(#[case] text: &str, #[case] expected: &str) {
        let violation = read(text).unwrap_err().to_string();
        assert!(violation.contains(expected), "{violation}");
    }
}
