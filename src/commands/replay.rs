//! `trunkline replay`: holds recorded calls again and tells where they come out otherwise.
//!
//! A log is what `trunkline serve --record-inputs` wrote of one call: its configuration, its inputs
//! with their times, and what came of each. Needs no server, no model and no database.

mod file;

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
    time::Instant,
};

use call::log::{CallLog, Difference, Replay, Tail, replay};
use clap::Args;
use serde_json::Value;

use self::file::LogFile;

#[derive(Debug, Args)]
pub(super) struct ReplayArgs {
    /// Logs of calls, as `trunkline serve --record-inputs` writes them; gzipped ones too.
    #[arg(required = true, value_name = "LOG")]
    logs: Vec<PathBuf>,
    /// Write what comes out into the logs, to be expected from then on. For a change of the
    /// conversation that is meant; look at the differences first.
    #[arg(long)]
    renew: bool,
}

/// Replays every log. Fails when one differs or cannot be read.
pub(super) fn run(args: &ReplayArgs) -> ExitCode {
    let mut all_identical = true;
    for path in &args.logs {
        match replay_one(path, args.renew) {
            Ok(identical) => all_identical &= identical,
            Err(error) => {
                super::complain(&error.context(path.display().to_string()));
                all_identical = false;
            }
        }
    }
    if all_identical {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// Whether the log replays to what it holds, or does so from here on.
#[expect(clippy::print_stdout, reason = "the command line speaks to its user")]
fn replay_one(path: &Path, renew: bool) -> anyhow::Result<bool> {
    let file = LogFile::read(path)?;
    let log = CallLog::read(&file.text)?;
    let replay = replay(&log, Instant::now())?;
    let identical = replay.differences.is_empty();
    println!("{}: {}", path.display(), verdict(&log, &replay));
    for difference in replay.differences.iter().take(SHOWN) {
        println!("{}", describe(difference, &log));
    }
    if renew && !identical {
        file.renew(path, &log, &replay)?;
        println!("  renewed: this is expected from now on");
        return Ok(true);
    }
    Ok(identical)
}

fn verdict(log: &CallLog, replay: &Replay) -> String {
    let (inputs, outputs) = (replay.inputs, replay.outputs);
    let tail = match log.tail {
        Tail::Complete => "",
        Tail::Incomplete => " (the log is incomplete: its writer could not keep up)",
        Tail::Open => " (the log has no end: its writer was stopped)",
        Tail::Torn => " (the last line is torn and left out: its writer was stopped)",
    };
    if replay.differences.is_empty() {
        return format!("identical: {inputs} inputs, {outputs} outputs{tail}");
    }
    let differ = replay.differences.len();
    format!("differs at {differ} of {inputs} inputs{tail}; the first:")
}

fn describe(difference: &Difference, log: &CallLog) -> String {
    let input = log
        .entries
        .get(difference.input - 1)
        .and_then(|entry| serde_json::to_string(&entry.input).ok())
        .unwrap_or_default();
    format!(
        "  input {} at {:.9} s: {}\n    expected {}\n    got      {}",
        difference.input,
        difference.at.as_secs_f64(),
        short(&input),
        said(difference.expected.as_ref()),
        said(difference.got.as_ref()),
    )
}

fn said(output: Option<&Value>) -> String {
    output.map_or_else(|| "nothing more".to_owned(), ToString::to_string)
}

/// Enough of an input to know it by; audio is long.
fn short(text: &str) -> String {
    let mut short: String = text.chars().take(SHOWN_CHARS).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}

/// After the first difference most inputs differ.
const SHOWN: usize = 3;
const SHOWN_CHARS: usize = 160;
