//! `trunkline call`: places a call as Twilio would, speaks a script, and tells what was heard.

mod report;
mod script;
mod sound;

use std::{path::PathBuf, process::ExitCode, time::Duration};

use anyhow::Context;
use bench::{CallOptions, CallReport, CallerScript, DialOutcome, Manners, place_call};
use clap::Args;
use secrecy::ExposeSecret;

use super::database::runtime;
use crate::{boot::auth_token, config::Config};
use script::Steps;

#[derive(Debug, Args)]
pub(super) struct CallArgs {
    /// The number to call, such as +19185550103.
    #[arg(long, value_name = "NUMBER")]
    to: String,
    /// The number that calls.
    #[arg(long, value_name = "NUMBER", default_value = "+19185550142")]
    from: String,
    #[command(flatten)]
    steps: Steps,
    /// Where the server listens [default: the address in the settings].
    #[arg(long, value_name = "URL")]
    server: Option<String>,
    /// What the server calls itself towards the carrier, when that is another address.
    #[arg(long, value_name = "URL")]
    public_origin: Option<String>,
    /// The auth token to sign with [default: TWILIO_AUTH_TOKEN, else the local one of the data
    /// folder].
    #[arg(
        long,
        value_name = "TOKEN",
        env = "TRUNKLINE_AUTH_TOKEN",
        hide_env_values = true
    )]
    auth_token: Option<String>,
    /// The data folder of the server, for its local token and its recordings [default: data].
    #[arg(long, value_name = "DIR")]
    data_dir: Option<PathBuf>,
    /// What a forwarded phone does: answered, busy, no-answer or failed. Once for each <Dial>.
    #[arg(long = "dial", value_name = "OUTCOME", value_parser = dial_outcome)]
    dials: Vec<DialOutcome>,
    /// The voice that speaks the texts.
    #[arg(long, value_name = "NAME")]
    caller_voice: Option<String>,
    /// Keep what the caller heard and said, as a stereo WAV file.
    #[arg(long, value_name = "FILE")]
    save: Option<PathBuf>,
    /// Do not transcribe what the agent said.
    #[arg(long)]
    no_transcript: bool,
    /// How long the caller stays on the line after the last word, in seconds.
    #[arg(long, value_name = "SECONDS", default_value_t = 8)]
    linger: u64,
}

pub(super) fn run(args: &CallArgs, config: &Config) -> anyhow::Result<ExitCode> {
    let voices = sound::CallerVoice::new(config, args.caller_voice.clone());
    let steps = args.steps.prepare(&voices)?;
    let options = options(args, config, steps)?;
    let report = runtime()?.block_on(place_call(&options))?;
    let ears = if args.no_transcript {
        None
    } else {
        Some(sound::Ears::open(config)?)
    };
    report::print(&report, ears.as_ref())?;
    if let Some(path) = &args.save {
        sound::save(path, &report)?;
    }
    let data_dir = args.data_dir.as_ref().unwrap_or(&config.data_dir);
    report::print_files(&report, data_dir, args.save.as_deref());
    Ok(verdict(&report))
}

fn options(
    args: &CallArgs,
    config: &Config,
    steps: Vec<bench::Step>,
) -> anyhow::Result<CallOptions> {
    let server = args
        .server
        .clone()
        .unwrap_or_else(|| format!("http://{}", config.listen));
    let mut options = CallOptions::new(&server, &token(args, config)?, &args.from, &args.to);
    options.public_origin = args.public_origin.clone().or_else(|| {
        // The settings of the server are also those of a tool beside it.
        args.server
            .is_none()
            .then(|| config.public_origin.clone())
            .flatten()
    });
    let manners = Manners {
        linger: Duration::from_secs(args.linger),
        ..Manners::default()
    };
    options.script = CallerScript { steps, manners };
    options.dial_outcomes.clone_from(&args.dials);
    options.record_heard = true;
    Ok(options)
}

fn token(args: &CallArgs, config: &Config) -> anyhow::Result<String> {
    if let Some(token) = &args.auth_token {
        return Ok(token.clone());
    }
    if let Some(token) = config.auth_tokens().first() {
        return Ok(token.expose_secret().to_owned());
    }
    let data_dir = args.data_dir.as_ref().unwrap_or(&config.data_dir);
    let token = auth_token::read(data_dir)?.with_context(|| {
        format!(
            "no token to sign with: {} does not exist. Is this the data folder of the server \
             (--data-dir)? Or set TWILIO_AUTH_TOKEN to the token that the server was given",
            auth_token::path(data_dir).display()
        )
    })?;
    Ok(token.expose_secret().to_owned())
}

fn dial_outcome(text: &str) -> Result<DialOutcome, String> {
    match text {
        "answered" => Ok(DialOutcome::Answered(Duration::from_secs(5))),
        "busy" => Ok(DialOutcome::Busy),
        "no-answer" => Ok(DialOutcome::NoAnswer),
        "failed" => Ok(DialOutcome::Failed),
        _ => Err("expected answered, busy, no-answer or failed".to_owned()),
    }
}

/// A server that breaks the carrier's protocol fails the call, however well it spoke.
fn verdict(report: &CallReport) -> ExitCode {
    let clean = report
        .streams
        .iter()
        .all(|stream| stream.violations.is_empty());
    if clean {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
