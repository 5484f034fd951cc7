//! `trunkline doctor`: what is configured, what is missing, and what to do.

use std::{io::IsTerminal as _, path::PathBuf, process::ExitCode};

use clap::Args;
use serde_json::json;

use super::database::runtime;
use crate::{
    clock::Clock,
    config::Config,
    doctor::{self, Patient, Report, Verdict},
};

/// Say what is configured, what is missing and what to do. Changes nothing, prints no secret.
///
/// Exit status: 1 when something is broken, 0 otherwise, also with warnings.
#[derive(Debug, Args)]
pub(super) struct DoctorArgs {
    /// Where database, recordings and keys live [default: data].
    #[arg(long, value_name = "DIR")]
    data_dir: Option<PathBuf>,
    /// Also try what is outside: Twilio, the mail server, the minds' servers.
    #[arg(long)]
    online: bool,
    /// Print one JSON document.
    #[arg(long)]
    json: bool,
}

#[expect(clippy::print_stdout, reason = "the command line answers its user")]
pub(super) fn run(
    args: &DoctorArgs,
    file: Option<PathBuf>,
    config: anyhow::Result<Config>,
) -> anyhow::Result<ExitCode> {
    let report = match config {
        Ok(config) => examine(args, file, config)?,
        Err(error) => doctor::unreadable(&error),
    };
    let verdict = report.verdict();
    if args.json {
        let document = json!({"verdict": verdict, "findings": report.findings});
        println!("{document:#}");
    } else {
        print!("{}", report.text(std::io::stdout().is_terminal()));
    }
    Ok(match verdict {
        Verdict::Ok | Verdict::Note | Verdict::Warning => ExitCode::SUCCESS,
        Verdict::Broken => ExitCode::FAILURE,
    })
}

fn examine(args: &DoctorArgs, file: Option<PathBuf>, mut config: Config) -> anyhow::Result<Report> {
    if let Some(dir) = &args.data_dir {
        config.data_dir.clone_from(dir);
    }
    let patient = Patient {
        config,
        file,
        clock: Clock::system(),
        online: args.online,
    };
    Ok(doctor::examine(&patient, &runtime()?))
}
