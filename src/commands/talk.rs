//! `trunkline talk`: the conversation of a call, by typing.

mod json;
mod plain;
mod printer;

use std::{path::PathBuf, process::ExitCode};

use anyhow::Context;
use clap::Args;
use tenant_config::phone::E164;

use super::{database::runtime, test_clock::TestClock};
use crate::{
    boot::{database::Database, minds},
    config::Config,
    session::typed::{Dialled, TypingDesk},
};

/// Holds the conversation of a call by typing: the same agent, tools and database, no sound.
///
/// Works beside a running `trunkline serve` on the same data folder and without one. The call is
/// stored like any other, with mode `test`.
#[derive(Debug, Args)]
#[command(after_long_help = PROTOCOL)]
pub(super) struct TalkArgs {
    /// The number to dial: one that an agent answers.
    #[arg(long, value_name = "NUMBER", value_parser = phone)]
    to: E164,
    /// The caller's own number; without it the caller withholds it.
    #[arg(long, value_name = "NUMBER", value_parser = phone)]
    from: Option<E164>,
    /// JSON lines in and out, for programs (see --help).
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    test_clock: TestClock,
    /// Where the private database lives (unused with DATABASE_URL) [default: data].
    #[arg(long, value_name = "DIR")]
    data_dir: Option<PathBuf>,
}

pub(super) fn run(args: TalkArgs, mut config: Config) -> anyhow::Result<ExitCode> {
    config.data_dir = args.data_dir.unwrap_or(config.data_dir);
    let clock = args.test_clock.clock(&config)?;
    let chat = minds::chat_model(&config.providers)?;
    let choice = minds::chat_choice(&config.providers)?;
    let database = Database::share(&config)?;
    let runtime = runtime()?;
    let code = runtime.block_on(async {
        let store = database.connect().await?;
        let desk = TypingDesk {
            store: store.clone(),
            clock,
            chat,
            choice,
        };
        let dialled = Dialled {
            to: args.to,
            from: args.from,
        };
        let call = desk.dial(&dialled).await?;
        let held = if args.json {
            json::hold(call).await
        } else {
            plain::hold(call).await
        };
        store.close().await;
        held.context("the conversation broke off")
    })?;
    drop(database);
    Ok(code)
}

fn phone(text: &str) -> Result<E164, String> {
    E164::normalise(text).map_err(|error| error.to_string())
}

const PROTOCOL: &str = r#"Without --json: type what the caller says. An empty line is silence until the agent
speaks; `/press 12#` presses keys; `/cut WORDS` lets your next but one line interrupt the agent once
it has said WORDS; Ctrl-D hangs up.

With --json, one JSON object in each line.
In:
  {"say": "..."}             the caller says this
  {"digits": "12#"}          the caller presses keys: 0-9 * # A-D
  {"silence": true}          the caller says nothing until the agent speaks
  {"interrupt_after": "..."} before a line of the above: stop listening once the agent has said these
                             words of its answer; the line that follows is then spoken over the agent
  {"hangup": true}           the caller hangs up; the end of the input does, too
Out:
  {"agent": "...", "interrupted": false}       what the caller heard of the agent's say
  {"tool": "...", "arguments": {}, "result": {}}  a tool that was run
  {"trouble": "llm", "code": "timed_out"}      a provider failed, at this stage
  {"listening": true}                          the word is the caller's
  {"speaking": "..."}                          the agent has said this and goes on: interrupt it
  {"error": "..."}                             the line in was not understood; nothing happened
  {"ended": "caller_hung_up", "next": {"kind": "hang_up"}, "call": "...", "duration_ms": 12000}
`ended` and `next` are the words of the call's record: end_reason and next_action."#;
