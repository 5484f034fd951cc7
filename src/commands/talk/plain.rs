//! A conversation for people: `you>` and `agent>`.

use std::process::ExitCode;

use anyhow::Context;
use call::record::{CallSummary, NextAction};
use media::dtmf::Digit;
use tokio::io::{AsyncBufReadExt, BufReader, stdin};

use super::printer::put;
use crate::session::typed::{Said, TypedCall};

pub(super) async fn hold(mut call: TypedCall) -> anyhow::Result<ExitCode> {
    let mut lines = BufReader::new(stdin()).lines();
    let mut cut: Option<String> = None;
    loop {
        let cut_in = if let Some(words) = cut.take() {
            listen_for(&mut call, &words).await?
        } else {
            call.listen().await;
            false
        };
        if !cut_in {
            report(&mut call)?;
        }
        if let Some(summary) = call.ended() {
            put(&format!("{}\n", ending(summary)))?;
            return Ok(ExitCode::SUCCESS);
        }
        put("you> ")?;
        let Some(line) = lines.next_line().await.context("standard input")? else {
            put("\n")?;
            call.hang_up().await;
            continue;
        };
        match Line::read(&line) {
            Ok(Line::Say(text)) => call.say(text),
            Ok(Line::Silence) => call.keep_silent().await,
            Ok(Line::Press(keys)) => call.press(&keys).await,
            Ok(Line::HangUp) => call.hang_up().await,
            Ok(Line::Cut(words)) => {
                put("you> ")?;
                let next = lines.next_line().await.context("standard input")?;
                call.say(&next.unwrap_or_default());
                cut = Some(words.to_owned());
            }
            Err(problem) => put(&format!("       ({problem})\n"))?,
        }
    }
}

/// What a person typed.
enum Line<'a> {
    Say(&'a str),
    Silence,
    Press(Vec<Digit>),
    Cut(&'a str),
    HangUp,
}

impl<'a> Line<'a> {
    fn read(line: &'a str) -> Result<Self, String> {
        let line = line.trim();
        let Some(command) = line.strip_prefix('/') else {
            return Ok(if line.is_empty() {
                Self::Silence
            } else {
                Self::Say(line)
            });
        };
        let (word, rest) = command.split_once(' ').unwrap_or((command, ""));
        match (word, rest.trim()) {
            ("press", keys) if !keys.is_empty() => keys
                .chars()
                .map(|key| Digit::try_from(key).map_err(|error| error.to_string()))
                .collect::<Result<_, _>>()
                .map(Self::Press),
            ("cut", words) if !words.is_empty() => Ok(Self::Cut(words)),
            ("hangup", "") => Ok(Self::HangUp),
            _ => Err("commands are /press KEYS, /cut WORDS and /hangup".to_owned()),
        }
    }
}

/// `true`: the agent is in the midst of its say, and the next line interrupts it.
async fn listen_for(call: &mut TypedCall, words: &str) -> anyhow::Result<bool> {
    let heard = call.listen_for(words).await;
    if heard {
        put(&format!("agent> {} ...\n", call.heard_so_far()))?;
    }
    Ok(heard)
}

fn report(call: &mut TypedCall) -> anyhow::Result<()> {
    for said in call.take_said() {
        let line = match said {
            Said::Agent { text, interrupted } => {
                let rest = if interrupted { " -" } else { "" };
                format!("agent> {text}{rest}\n")
            }
            Said::Tool { name, result, .. } => format!("       [{name}: {result}]\n"),
            Said::Trouble { stage, code } => format!("       [{stage} failed: {code}]\n"),
        };
        put(&line)?;
    }
    Ok(())
}

fn ending(summary: &CallSummary) -> String {
    let next = match &summary.next {
        NextAction::HangUp => "",
        NextAction::Reconnect => "; the conversation goes on in another stream",
        NextAction::Transfer => "; the caller is connected to the transfer target of the line",
        NextAction::Voicemail => "; the caller goes to voicemail",
        NextAction::Fallback { .. } => "; the caller gets the fallback of the line",
    };
    format!("       [ended: {}{next}]", summary.reason.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_command_is_said_and_a_wrong_command_is_explained() {
        assert!(matches!(Line::read(" Hello. "), Ok(Line::Say("Hello."))));
        assert!(matches!(Line::read(""), Ok(Line::Silence)));
        assert!(matches!(Line::read("/press 12#"), Ok(Line::Press(keys)) if keys.len() == 3));
        assert!(matches!(Line::read("/hangup"), Ok(Line::HangUp)));
        for wrong in ["/press", "/press x", "/cut", "/what"] {
            assert!(Line::read(wrong).is_err(), "{wrong}");
        }
    }
}
