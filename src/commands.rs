//! The command line. Commands start on the main thread: a private Postgres dies with the thread
//! that started it, so that thread must be the one that lives longest.

mod audit;
mod call;
mod database;
mod doctor;
mod keys;
mod load;
mod login;
mod progress;
mod replay;
mod serve;
mod talk;
mod test_clock;

use std::{path::PathBuf, process::ExitCode};

use clap::{Parser, Subcommand};

use crate::{
    config::Config,
    models::ModelsCommand,
    telemetry::{self, LogFormat},
};

/// A self-hosted, multi-tenant telephony media server with an AI voice agent.
#[derive(Debug, Parser)]
#[command(name = "trunkline", version, about, max_term_width = 100)]
struct Cli {
    /// Settings file (default: trunkline.toml in this folder, if it is there).
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// How logs are written on standard error.
    #[arg(long, global = true, value_enum, default_value = "text")]
    log_format: LogFormat,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Answer calls.
    Serve(serve::ServeArgs),
    /// Place a simulated call against a running server.
    Call(call::CallArgs),
    Talk(talk::TalkArgs),
    /// Hold recorded calls again and tell where they come out otherwise.
    Replay(replay::ReplayArgs),
    /// Fetch, list and verify the speech models.
    Models(ModelsCommand),
    /// Bring the database up to date.
    Migrate(database::DatabaseArgs),
    /// Create the root tenant and a demo tenant with three phone lines.
    Seed(database::SeedArgs),
    Audit(audit::AuditCommand),
    Keys(keys::KeysCommand),
    Login(login::LoginCommand),
    Doctor(doctor::DoctorArgs),
}

/// Runs the command that the process was started with.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    match run(cli) {
        Ok(code) => code,
        Err(error) => {
            complain(&error);
            ExitCode::FAILURE
        }
    }
}

fn run(cli: Cli) -> anyhow::Result<ExitCode> {
    // Between the lines of a conversation there is no room for what goes well.
    let usual = match cli.command {
        Command::Talk(_) => "warn",
        Command::Serve(_)
        | Command::Call(_)
        | Command::Models(_)
        | Command::Migrate(_)
        | Command::Replay(_)
        | Command::Seed(_) => "info",
        Command::Audit(_) | Command::Keys(_) | Command::Login(_) => "warn,trunkline=info",
        // What is wrong is in the report.
        Command::Doctor(_) => "error",
    };
    telemetry::start_logging(cli.log_format, usual)?;
    let config = || Config::load(cli.config.as_ref());
    match cli.command {
        Command::Serve(args) => serve::run(args, config()?).map(|()| ExitCode::SUCCESS),
        Command::Call(args) => call::run(&args, &config()?),
        Command::Talk(args) => talk::run(args, config()?),
        Command::Replay(args) => Ok(replay::run(&args)),
        Command::Models(command) => crate::models::run(command),
        Command::Migrate(args) => database::migrate(args, config()?).map(|()| ExitCode::SUCCESS),
        Command::Seed(args) => database::seed(args, config()?).map(|()| ExitCode::SUCCESS),
        Command::Audit(command) => Ok(audit::run(command, config())),
        Command::Keys(command) => keys::run(command, config()?),
        Command::Login(command) => login::run(command, config()?).map(|()| ExitCode::SUCCESS),
        Command::Doctor(args) => doctor::run(&args, cli.config.clone(), config()),
    }
}

#[expect(clippy::print_stderr, reason = "the command line speaks to its user")]
fn complain(error: &anyhow::Error) {
    eprintln!("trunkline: {error:#}");
}
