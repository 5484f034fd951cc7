//! A conversation for programs: JSON lines both ways, as `--help` describes them.

use std::process::ExitCode;

use anyhow::Context;
use call::record::CallSummary;
use media::dtmf::Digit;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, BufReader, stdin};

use super::printer::put;
use crate::session::typed::{Said, TypedCall};

pub(super) async fn hold(mut call: TypedCall) -> anyhow::Result<ExitCode> {
    let mut lines = BufReader::new(stdin()).lines();
    let mut cut: Option<String> = None;
    call.listen().await;
    loop {
        if tell(&mut call)? {
            return Ok(ExitCode::SUCCESS);
        }
        let line = lines.next_line().await.context("standard input")?;
        let step = line.as_deref().map_or(Ok(Step::HangUp(true)), Step::read);
        match step {
            Ok(Step::Say(text)) => call.say(&text),
            Ok(Step::Digits(text)) => match keys(&text) {
                Ok(keys) => call.press(&keys).await,
                Err(problem) => write(&json!({ "error": problem }))?,
            },
            Ok(Step::Silence(_)) => call.keep_silent().await,
            Ok(Step::HangUp(_)) => call.hang_up().await,
            Ok(Step::InterruptAfter(words)) => cut = Some(words),
            Err(problem) => write(&json!({ "error": problem }))?,
        }
        match cut.take_if(|_| !call.awaits_caller()) {
            Some(words) => drop(call.listen_for(&words).await),
            None => call.listen().await,
        }
    }
}

/// What the program did.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Step {
    Say(String),
    Digits(String),
    Silence(bool),
    #[serde(rename = "interrupt_after")]
    InterruptAfter(String),
    HangUp(bool),
}

impl Step {
    fn read(line: &str) -> Result<Self, String> {
        let step = serde_json::from_str(line).map_err(|error| format!("{error}; {EXPECTED}"))?;
        match step {
            Self::Say(text) | Self::InterruptAfter(text) if text.trim().is_empty() => {
                Err(format!("a text is missing; {EXPECTED}"))
            }
            Self::Digits(keys) if keys.is_empty() => Err(format!("a key is missing; {EXPECTED}")),
            Self::Silence(false) | Self::HangUp(false) => Err(EXPECTED.to_owned()),
            Self::Say(_)
            | Self::Digits(_)
            | Self::Silence(true)
            | Self::InterruptAfter(_)
            | Self::HangUp(true) => Ok(step),
        }
    }
}

fn keys(text: &str) -> Result<Vec<Digit>, String> {
    let keys = text.chars().map(Digit::try_from);
    keys.collect::<Result<_, _>>()
        .map_err(|error| format!("digits: {error}"))
}

/// Writes what was said and who has the word; `true` when the call is over.
fn tell(call: &mut TypedCall) -> anyhow::Result<bool> {
    for said in call.take_said() {
        write(&line(said))?;
    }
    if let Some(summary) = call.ended() {
        let id = call.call().call_id.to_string();
        write(&ending(summary, &id))?;
        return Ok(true);
    }
    let heard = call.heard_so_far();
    write(&if heard.is_empty() {
        json!({ "listening": true })
    } else {
        json!({ "speaking": heard })
    })?;
    Ok(false)
}

fn line(said: Said) -> Value {
    match said {
        Said::Agent { text, interrupted } => json!({ "agent": text, "interrupted": interrupted }),
        Said::Tool {
            name,
            arguments,
            result,
        } => {
            // What a model wrote need not be JSON.
            let read = |text: String| serde_json::from_str(&text).unwrap_or(Value::String(text));
            json!({ "tool": name, "arguments": read(arguments), "result": read(result) })
        }
        Said::Trouble { stage, code } => json!({ "trouble": stage, "code": code }),
    }
}

fn ending(summary: &CallSummary, call: &str) -> Value {
    json!({
        "ended": summary.reason,
        "next": summary.next,
        "call": call,
        "duration_ms": summary.duration_ms,
    })
}

fn write(value: &Value) -> anyhow::Result<()> {
    put(&format!("{value}\n")).context("standard output")
}

const EXPECTED: &str = r#"one of {"say": "..."}, {"digits": "12#"}, {"silence": true}, {"interrupt_after": "..."}, {"hangup": true} is expected"#;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_line_is_one_thing() {
        let said = Step::read(r#"{"say": "Hi."}"#);
        assert!(matches!(said, Ok(Step::Say(text)) if text == "Hi."));
        let cut = Step::read(r#"{"interrupt_after": "We have"}"#);
        assert!(matches!(cut, Ok(Step::InterruptAfter(words)) if words == "We have"));
        assert!(Step::read(r#"{"hangup": true}"#).is_ok());
        assert!(Step::read(r#"{"silence": true}"#).is_ok());
        assert!(keys("12#").is_ok() && keys("x").is_err());
        for wrong in [
            "",
            "hello",
            "{}",
            r#"{"say": ""}"#,
            r#"{"say": "a", "digits": "1"}"#,
            r#"{"hangup": false}"#,
            r#"{"sya": "a"}"#,
        ] {
            assert!(Step::read(wrong).is_err(), "{wrong}");
        }
    }
}
