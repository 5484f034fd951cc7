//! The command line of `trunkline-bench`: reads what is asked, runs it, prints and writes it.

use std::{
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
    time::Duration,
};

use clap::{Args, Parser, Subcommand};
use url::Url;

use super::{
    plan::{Limits, Plan, Target, Webhook},
    plot, run,
    scenario::{self, Scenario, ScenarioError},
    span::Span,
    summary::Summary,
    table::Table,
};
use crate::exchange::Pace;

/// Places hundreds of calls at once, as Twilio would, and measures what comes of them.
///
/// Every frame goes out on an absolute 20 ms deadline. How late the tool itself was stands beside
/// every figure; when that is too much, the figures are not valid and the tool says so.
#[derive(Debug, Parser)]
#[command(name = "trunkline-bench", version, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run a scenario and print what was measured.
    ///
    /// Ends with 0 when the run was valid and within the --max limits, 2 when the tool itself was
    /// late, 3 when a limit was broken, 1 when it could not run.
    Run(Box<RunArgs>),
    /// List the scenarios that come with the tool.
    Scenarios,
}

#[derive(Debug, Args)]
struct RunArgs {
    /// One of `trunkline-bench scenarios`, or a TOML file of your own (docs/LOAD.md).
    scenario: String,
    /// The server under test.
    #[arg(long, value_name = "URL", default_value = "http://127.0.0.1:8080")]
    server: String,
    /// What the server calls itself towards the carrier, when that is another address.
    #[arg(long, value_name = "URL")]
    public_origin: Option<String>,
    /// Straight to a media stream instead, without webhooks or signatures: any server that speaks
    /// Twilio's stream protocol.
    #[arg(long, value_name = "WS_URL", conflicts_with = "server")]
    stream_url: Option<Url>,
    /// The auth token to sign with.
    #[arg(
        long,
        env = "TWILIO_AUTH_TOKEN",
        hide_env_values = true,
        value_name = "TOKEN"
    )]
    auth_token: Option<String>,
    /// A file that holds the auth token, when --auth-token is not given.
    #[arg(long, value_name = "FILE", default_value = "data/local_auth_token")]
    token_file: PathBuf,
    /// The number to call [default: the scenario's, else the demo tenant's agent, +19185550103].
    #[arg(long, value_name = "NUMBER")]
    to: Option<String>,
    /// The number that calls.
    #[arg(long, value_name = "NUMBER", default_value = "+19185550142")]
    from: String,
    /// Calls held at once.
    #[arg(long, value_name = "N", default_value_t = 1)]
    calls: usize,
    /// Place no more than this many calls in all.
    #[arg(long, value_name = "N")]
    total: Option<u64>,
    /// Spread the first calls over this.
    #[arg(long, value_name = "TIME", default_value = "0s")]
    ramp: Span,
    /// Place calls for this long behind the ramp; then all hang up [default: 60s, or 24h with
    /// --total].
    #[arg(long, value_name = "TIME")]
    duration: Option<Span>,
    /// How long each call lasts, instead of what the scenario says.
    #[arg(long, value_name = "TIME")]
    length: Option<Span>,
    /// The server's process on this machine, to be told what it costs.
    #[arg(long, value_name = "PID")]
    server_pid: Option<u32>,
    /// Threads that hold the streams.
    #[arg(long, value_name = "N", default_value_t = 1)]
    threads: usize,
    /// Let these threads go before all else on the machine, for a server on the same one (needs
    /// root or CAP_SYS_NICE).
    #[arg(long)]
    realtime: bool,
    /// Look at sockets and deadlines no more often than this: hundreds of calls then cost the tool
    /// less, and each send may be so late.
    #[arg(long, value_name = "TIME", default_value = "0s")]
    tick: Span,
    /// Echo calls to the tool itself, for the noise floor.
    #[arg(long, value_name = "N", default_value_t = 4)]
    floor_calls: usize,
    /// Decides which calls of a mix come when, and how long each lasts.
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// The figures are not valid when the tool's own p99 lateness is over this.
    #[arg(long, value_name = "TIME", default_value = "5ms")]
    late_limit: Span,
    /// Fail when more calls are lost.
    #[arg(long, value_name = "N")]
    max_lost: Option<u64>,
    /// Fail when more frames are lost or late by the server.
    #[arg(long, value_name = "N")]
    max_frames_lost: Option<u64>,
    /// Fail when the latency added over the noise floor has a p99 above this.
    #[arg(long, value_name = "TIME")]
    max_added: Option<Span>,
    /// Fail when the server's memory grew by more than this many percent (last fifth of the run
    /// against the second fifth).
    #[arg(long, value_name = "PERCENT", requires = "server_pid")]
    max_growth: Option<f64>,
    /// Write everything that was measured, with each call, as JSON.
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Draw latency and load over time into this folder.
    #[arg(long, value_name = "DIR")]
    svg: Option<PathBuf>,
}

/// Why the tool could not do what was asked.
#[derive(Debug, thiserror::Error)]
enum Fault {
    #[error(transparent)]
    Scenario(#[from] ScenarioError),
    #[error("--{option}: {what}")]
    Option {
        option: &'static str,
        what: &'static str,
    },
    #[error(
        "no auth token: --auth-token and TWILIO_AUTH_TOKEN are not set, and {file} cannot be read \
         ({source}); the server keeps its local token as local_auth_token in its data folder"
    )]
    Token {
        file: String,
        source: std::io::Error,
    },
    #[error("there is no process {0} on this machine (--server-pid)")]
    NoProcess(u32),
    #[error("the run failed: {0}")]
    Run(std::io::Error),
    #[error("{file} cannot be written: {source}")]
    Write {
        file: String,
        source: std::io::Error,
    },
}

const AGENT: &str = "+19185550103";
const NOT_VALID: u8 = 2;
const LIMIT_BROKEN: u8 = 3;

/// Does what the process was started for.
pub fn main() -> ExitCode {
    main_with(std::env::args().collect())
}

/// As [`main`], with these words for a command line, the program's name first. Must not be called
/// from within a runtime.
#[expect(clippy::print_stderr, reason = "the command line speaks to its user")]
pub fn main_with(words: Vec<String>) -> ExitCode {
    let outcome = match Cli::parse_from(&words).command {
        Command::Run(args) => run(&args, words),
        Command::Scenarios => {
            list();
            Ok(ExitCode::SUCCESS)
        }
    };
    outcome.unwrap_or_else(|fault| {
        eprintln!("trunkline-bench: {fault}");
        ExitCode::FAILURE
    })
}

#[expect(clippy::print_stdout, reason = "the command line speaks to its user")]
fn list() {
    for (name, about) in scenario::described() {
        println!("{name:<20} {about}");
    }
}

#[expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "the command line speaks to its user"
)]
fn run(args: &RunArgs, words: Vec<String>) -> Result<ExitCode, Fault> {
    let plan = args.plan()?;
    args.check_outputs()?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(Fault::Run)?;
    let seen = runtime
        .block_on(run::run(plan.clone()))
        .map_err(Fault::Run)?;
    eprintln!();
    let summary = Summary::of(&plan, seen, words);
    print!("{}", Table(&summary));
    if let Some(file) = &args.json {
        let text = serde_json::to_string_pretty(&summary).map_err(|error| Fault::Write {
            file: file.display().to_string(),
            source: error.into(),
        })?;
        write(file, &text)?;
    }
    if let Some(dir) = &args.svg {
        for (name, svg) in plot::plots(&summary) {
            write(&dir.join(name), &svg)?;
        }
    }
    Ok(
        match (&summary.verdict.valid, summary.verdict.failures.is_empty()) {
            (false, _) => ExitCode::from(NOT_VALID),
            (true, false) => ExitCode::from(LIMIT_BROKEN),
            (true, true) => ExitCode::SUCCESS,
        },
    )
}

impl RunArgs {
    fn plan(&self) -> Result<Plan, Fault> {
        let mut scenario = Scenario::load(&self.scenario)?;
        if let Some(Span(length)) = self.length {
            scenario.last(length);
        }
        if self.calls == 0 {
            return Err(option("calls", "at least 1 is expected"));
        }
        if let Some(pid) = self.server_pid
            && !Path::new(&format!("/proc/{pid}")).exists()
        {
            return Err(Fault::NoProcess(pid));
        }
        let default = if self.total.is_some() { HOURS } else { MINUTE };
        Ok(Plan {
            scenario,
            target: self.target()?,
            calls: self.calls,
            total: self.total,
            ramp: self.ramp.0,
            duration: self.duration.map_or(default, |span| span.0),
            seed: self.seed,
            threads: self.threads,
            pace: Pace {
                realtime: self.realtime,
                tick: self.tick.0,
            },
            floor_calls: self.floor_calls,
            server_pid: self.server_pid,
            limits: Limits {
                late: self.late_limit.0,
                lost: self.max_lost,
                frames: self.max_frames_lost,
                added_p99: self.max_added.map(|span| span.0),
                growth_percent: self.max_growth,
            },
        })
    }

    fn target(&self) -> Result<Target, Fault> {
        if let Some(url) = &self.stream_url {
            if url.scheme() != "ws" || !url.has_host() {
                return Err(option("stream-url", "ws://host:port/path is expected"));
            }
            return Ok(Target::Stream(url.clone()));
        }
        let auth_token = match &self.auth_token {
            Some(token) => token.clone(),
            None => fs::read_to_string(&self.token_file)
                .map_err(|source| Fault::Token {
                    file: self.token_file.display().to_string(),
                    source,
                })?
                .trim()
                .to_owned(),
        };
        Ok(Target::Webhook(Webhook {
            server: self.server.clone(),
            public_origin: self.public_origin.clone(),
            auth_token,
            from: self.from.clone(),
            to: self.to.clone().unwrap_or_else(|| AGENT.to_owned()),
            is_to_chosen: self.to.is_some(),
        }))
    }

    /// A long run must not end at a folder that is not there.
    fn check_outputs(&self) -> Result<(), Fault> {
        if let Some(dir) = &self.svg {
            fs::create_dir_all(dir).map_err(|source| Fault::Write {
                file: dir.display().to_string(),
                source,
            })?;
        }
        match &self.json {
            Some(file) => write(file, ""),
            None => Ok(()),
        }
    }
}

const MINUTE: Duration = Duration::from_mins(1);
const HOURS: Duration = Duration::from_hours(24);

fn option(option: &'static str, what: &'static str) -> Fault {
    Fault::Option { option, what }
}

fn write(file: &Path, text: &str) -> Result<(), Fault> {
    fs::write(file, text).map_err(|source| Fault::Write {
        file: file.display().to_string(),
        source,
    })
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    fn plan(words: &[&str]) -> Result<Plan, String> {
        let words = ["trunkline-bench", "run"].iter().chain(words);
        match Cli::try_parse_from(words)
            .map_err(|error| error.to_string())?
            .command
        {
            Command::Run(args) => args.plan().map_err(|fault| fault.to_string()),
            Command::Scenarios => Err("another command".to_owned()),
        }
    }

    #[test]
    fn the_command_line_is_sound() {
        Cli::command().debug_assert();
        let plan = plan(&["echo", "--stream-url", "ws://127.0.0.1:1/x", "--total", "7"]).unwrap();
        assert!(matches!(plan.target, Target::Stream(_)));
        assert_eq!((plan.total, plan.duration), (Some(7), HOURS));
    }

    #[test]
    fn what_is_unusable_is_named() {
        for (words, expected) in [
            (vec!["nothing"], "\"nothing\""),
            (vec!["echo", "--auth-token", "t", "--calls", "0"], "--calls"),
            (vec!["echo", "--ramp", "10"], "\"10\" is no duration"),
            (vec!["echo", "--stream-url", "http://a/"], "--stream-url"),
            (vec!["echo", "--token-file", "/nowhere/t"], "/nowhere/t"),
            (
                vec!["echo", "--auth-token", "t", "--server-pid", "4294967295"],
                "4294967295",
            ),
        ] {
            let error = plan(&words).unwrap_err();
            assert!(error.contains(expected), "{expected} is not in: {error}");
        }
    }
}
