//! `trunkline serve`: answers calls until it is told to stop.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    pin::pin,
    time::Duration,
};

use anyhow::Context;
use axum::serve::ListenerExt as _;
use chrono::{DateTime, Utc};
use clap::Args;
use secrecy::{ExposeSecret as _, SecretString};
use store::{
    Store,
    node::NodeLife,
    seed::{ROOT_PHONE, SeedOptions, Settled},
};
use tenant_config::phone::{E164, IvrMode};
use tokio::{
    net::TcpListener,
    signal::unix::{Signal, SignalKind, signal},
    sync::Notify,
};

use super::{
    database::{describe, runtime},
    test_clock::TestClock,
};
use crate::{
    admission::{self, Admission, NodeLimit},
    api::state::ApiSettings,
    boot::{
        auth_token, database::Database, keyring, node::NodeParts, owner, owner::FirstOwner, post,
        stand,
    },
    config::{Config, MindsChoice},
    connection, dashboard,
    session::{drain::drain, line::Line, registry::Registry},
    state::{AppState, router},
    telemetry,
    twilio::signature::PublicOrigin,
    work::{Pace, housekeeping},
};

#[derive(Debug, Args)]
pub(super) struct ServeArgs {
    /// Address to listen on [default: 127.0.0.1:8080].
    #[arg(long, value_name = "ADDR")]
    listen: Option<SocketAddr>,
    /// Where the carrier reaches this server, such as https://voice.example.com.
    #[arg(long, value_name = "URL")]
    public_origin: Option<String>,
    /// Database, recordings and the local auth token [default: data].
    #[arg(long, value_name = "DIR")]
    data_dir: Option<PathBuf>,
    /// Folder of the speech models.
    #[arg(long, value_name = "DIR")]
    models_dir: Option<PathBuf>,
    /// A local voice by name; without it the best one that this machine speaks in time.
    #[arg(long, value_name = "NAME")]
    voice: Option<String>,
    /// Whose minds answer; all but `real` are for measurements [default: real].
    #[arg(long, value_enum)]
    minds: Option<MindsChoice>,
    /// Write down every input of every call, for `trunkline replay`. Holds what callers say.
    #[arg(long, value_name = "DIR")]
    record_inputs: Option<PathBuf>,
    /// Conversations to hold at once; without it the measured load decides.
    #[arg(long, value_name = "N")]
    max_calls: Option<usize>,
    /// Seconds that live conversations may go on when the server is told to stop [default: 30].
    #[arg(long, value_name = "SECONDS")]
    drain_timeout: Option<u64>,
    /// Create the demo tenant if it is not there.
    #[arg(long)]
    demo: bool,
    #[command(flatten)]
    test_clock: TestClock,
}

pub(super) fn run(args: ServeArgs, config: Config) -> anyhow::Result<()> {
    let demo = args.demo;
    let test_clock = args.test_clock.clone();
    let config = args.apply(config);
    let clock = test_clock.clock(&config)?;
    let metrics = telemetry::start_metrics()?;
    let origin: PublicOrigin = config.public_origin().parse()?;
    // A port that is taken is said before anything is loaded or written.
    let listener = listen(config.listen)?;
    let tokens = tokens(&config)?;
    let keys = keyring::read_or_make(&config.keys_file(), clock.now())?;
    let post = post::read(&config, clock)?;
    let line = stand::line(&config)?;
    let database = Database::start(&config)?;
    let runtime = runtime()?;
    runtime.block_on(async {
        let listener = TcpListener::from_std(listener)?;
        let _too_long = signal(FILE_TOO_LONG)?;
        let store = database.connect().await?;
        let seeded = if demo {
            Some(seed(&store).await?)
        } else {
            None
        };
        let registry = Registry::default();
        let admission = Admission::new(node_limit(&config));
        tokio::spawn(telemetry::sum_up(metrics.clone()));
        let parts = NodeParts {
            store: store.clone(),
            line,
            clock,
            data_dir: config.data_dir.clone(),
            record_inputs: config.record_inputs.clone(),
            origin,
            tokens,
            metrics,
            admission: admission.clone(),
            unassigned_answers_as_root: config.unassigned_answers_as_root,
            spool_bytes: config.spool_mib.saturating_mul(1024 * 1024),
            keys,
            api: ApiSettings {
                requests_per_minute: config.api_requests_per_minute,
                shared_limits: config.api_limits_shared,
                trusted_proxies: config.trusted_proxies()?,
                base_domain: config.base_domain()?,
            },
            post,
            pace: Pace::default(),
        };
        let state = parts.assemble(&registry)?;
        tokio::spawn(housekeeping::keep(store.clone(), clock));
        tokio::spawn(admission::watch(admission.clone()));
        // Before the first call: a call of a life that nobody knows counts as lost.
        let own = state.reaper.own;
        store.sign_of_life(own, clock.now()).await?;
        let reaping = tokio::spawn(state.reaper.clone().run());
        let working = state.worker.clone().start();
        let ledger = state.reaper.ledger.clone();
        let first_owner = owner::make_first(&store, &config, clock.now()).await?;
        welcome(&config, &state, seeded.as_ref(), database.socket_dir());
        if let Some(first) = first_owner {
            introduce(&state, &first);
        }
        let patience = Duration::from_secs(config.drain_timeout);
        let hurry = Notify::new();
        let draining = async {
            drain(&admission, &registry, patience, hurry.notified()).await;
            // Whoever watches calls would hold the connection for ever.
            store.end_watches();
        };
        let served = answer_until_told(listener, state, draining, &hurry).await;
        reaping.abort();
        working.stop().await;
        ledger.close().await;
        // Calls that are cut off now are put in order by this node's next life, as after a kill.
        if registry.is_empty() {
            close_life(&store, own, clock.now()).await;
        }
        served?;
        // Whoever still holds a connection loses it with the process.
        let _ = tokio::time::timeout(CLOSING, store.close()).await;
        anyhow::Ok(())
    })?;
    runtime.shutdown_timeout(Duration::from_secs(2));
    drop(database);
    tracing::info!("stopped");
    Ok(())
}

impl ServeArgs {
    fn apply(self, mut config: Config) -> Config {
        config.listen = self.listen.unwrap_or(config.listen);
        config.data_dir = self.data_dir.unwrap_or(config.data_dir);
        config.public_origin = self.public_origin.or(config.public_origin);
        config.models_dir = self.models_dir.or(config.models_dir);
        config.record_inputs = self.record_inputs.or(config.record_inputs);
        config.voice = self.voice.or(config.voice);
        config.minds = self.minds.unwrap_or(config.minds);
        config.max_calls = self.max_calls.or(config.max_calls);
        config.drain_timeout = self.drain_timeout.unwrap_or(config.drain_timeout);
        config
    }
}

fn listen(address: SocketAddr) -> anyhow::Result<std::net::TcpListener> {
    let listener = std::net::TcpListener::bind(address)
        .with_context(|| format!("cannot listen on {address} (choose another with --listen)"))?;
    listener.set_nonblocking(true)?;
    Ok(listener)
}

/// The account's tokens, or a local one where there is no account.
fn tokens(config: &Config) -> anyhow::Result<Vec<SecretString>> {
    let tokens = config.auth_tokens();
    if !tokens.is_empty() {
        return Ok(tokens);
    }
    Ok(vec![auth_token::read_or_make(&config.data_dir)?])
}

/// A stand is there to be loaded beyond what callers would bear.
fn node_limit(config: &Config) -> NodeLimit {
    match (config.max_calls, config.minds) {
        (Some(most), _) => NodeLimit::Calls(most),
        (None, MindsChoice::Real) => NodeLimit::Load,
        (None, MindsChoice::Scripted | MindsChoice::Echo) => NodeLimit::Calls(usize::MAX),
    }
}

async fn seed(store: &Store) -> anyhow::Result<Settled> {
    let root_phone = E164::normalise(ROOT_PHONE).ok();
    Ok(store.seed(&SeedOptions { root_phone }).await?.demo)
}

/// SIGXFSZ, as Linux counts: with somebody to receive it, a file that may not grow any further is
/// the error of one write (a recording then ends early) and not the end of the process.
const FILE_TOO_LONG: SignalKind = SignalKind::from_raw(25);

/// What this life left open may be closed by any node.
async fn close_life(store: &Store, own: NodeLife, at: DateTime<Utc>) {
    let closing = store.close_life(own.life, at);
    let done = tokio::time::timeout(Duration::from_secs(2), closing).await;
    if !matches!(done, Ok(Ok(()))) {
        tracing::warn!("the database does not know that this server stopped in order");
    }
}

/// Serves until the first signal, then until `drain` is over; a second signal tells it to `hurry`, a
/// third ends it at once.
async fn answer_until_told(
    listener: TcpListener,
    state: AppState,
    drain: impl Future<Output = ()>,
    hurry: &Notify,
) -> anyhow::Result<()> {
    let (close, closed) = tokio::sync::oneshot::channel::<()>();
    let listener = listener.tap_io(|tcp| connection::prepare(tcp));
    let service = router(state).into_make_service_with_connect_info::<SocketAddr>();
    let server = axum::serve(listener, service).with_graceful_shutdown(async move {
        let _ = closed.await;
    });
    let mut server = tokio::spawn(server.into_future());
    let mut signals = StopSignals::listen()?;
    tokio::select! {
        ended = &mut server => return ended?.context("the server failed"),
        () = signals.next() => {}
    }
    tracing::info!("stopping: live calls may finish; a second signal hands them over at once");
    let in_order = async {
        drain.await;
        drop(close);
        // A peer that never ends its request does not keep the node from stopping.
        if let Ok(ended) = tokio::time::timeout(LAST_ANSWERS, &mut server).await {
            return ended?.context("the server failed");
        }
        tracing::warn!("stopping before all requests were answered");
        Ok(())
    };
    let mut in_order = pin!(in_order);
    tokio::select! {
        ended = &mut in_order => return ended,
        () = signals.next() => {}
    }
    tracing::warn!("handing live calls over at once; another signal cuts them off");
    hurry.notify_one();
    tokio::select! {
        ended = in_order => ended,
        () = signals.next() => {
            tracing::warn!("stopping at once");
            Ok(())
        }
    }
}

/// What tells the process to stop.
struct StopSignals {
    terminate: Signal,
    interrupt: Signal,
}

impl StopSignals {
    fn listen() -> anyhow::Result<Self> {
        let listen = |kind| signal(kind).context("cannot listen to signals");
        Ok(Self {
            terminate: listen(SignalKind::terminate())?,
            interrupt: listen(SignalKind::interrupt())?,
        })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}

/// For connections to the database that are in use.
/// For requests that are being answered.
const LAST_ANSWERS: Duration = Duration::from_secs(5);
const CLOSING: Duration = Duration::from_secs(2);

#[expect(clippy::print_stdout, reason = "the command line speaks to its user")]
fn welcome(config: &Config, state: &AppState, seeded: Option<&Settled>, socket: Option<&Path>) {
    println!("\nTrunkline is ready on http://{}", config.listen);
    if config.minds != MindsChoice::Real {
        println!("  A STAND FOR MEASUREMENTS: no agent answers here");
    }
    if dashboard::is_built() {
        println!("  the dashboard  {}", state.webhooks.origin.url("/"));
    } else {
        println!("  NO DASHBOARD   this build has none: scripts/run builds it");
    }
    if let Line::Agent(providers) = &state.streams.line {
        println!("  hears with     {}", providers.recognizer.name());
        println!("  thinks with    {}", providers.chat.name());
        println!("  speaks with    {}", providers.voice.name());
    }
    println!("  data folder    {}", config.data_dir.display());
    if let Some(dir) = &config.record_inputs {
        println!(
            "  writes down    every input of every call, what callers say included, in {}",
            dir.display()
        );
    }
    if state.webhooks.clock.is_test() {
        let now = state.webhooks.clock.now();
        println!("  TEST CLOCK     {}", now.to_rfc3339());
    }
    match socket {
        Some(dir) => println!(
            "  look inside    psql -h {} -U postgres trunkline\n",
            dir.display()
        ),
        None => println!("  remembers in   DATABASE_URL\n"),
    }
    if let Some(seeded) = seeded {
        print!("{}", describe(seeded));
        let spoken = seeded
            .lines
            .iter()
            .find(|(_, mode)| *mode == IvrMode::AiVoice);
        if let Some((number, _)) = spoken {
            println!("\nA first call, in another terminal:\n");
            println!("{}", first_call(config, number));
        }
    }
    println!(
        "\nWith Twilio: set TWILIO_AUTH_TOKEN and --public-origin (https), then paste for the number"
    );
    let origin = &state.webhooks.origin;
    println!(
        "  A call comes in     POST  {}",
        origin.url("/twilio/voice/incoming")
    );
    println!(
        "  Call status changes POST  {}",
        origin.url("/twilio/voice/status")
    );
    println!("  A message comes in  POST  {}", origin.url("/sms"));
    println!(
        "Other minds: TRUNKLINE_LLM_MODEL, TRUNKLINE_ASR_MODEL, TRUNKLINE_TTS_MODEL with _URL and"
    );
    println!("_KEY switch on any OpenAI-compatible server (docs/PROVIDERS.md).");
    println!("Stop with Ctrl-C.\n");
}

/// Says once how the platform's first owner gets in.
#[expect(clippy::print_stdout, reason = "the command line speaks to its user")]
fn introduce(state: &AppState, first: &FirstOwner) {
    println!("The platform has its first owner. This password is shown once; it must be changed:");
    println!("  login     {}", first.email);
    println!("  password  {}", first.password.expose_secret());
    println!("  API       {}\n", state.api.origin.url("/api/docs/"));
}

/// A call that books an appointment.
fn first_call(config: &Config, number: &E164) -> String {
    let program = std::env::current_exe().map_or_else(
        |_| "trunkline".to_owned(),
        |path| path.display().to_string(),
    );
    let server = if config.listen.to_string() == "127.0.0.1:8080" {
        String::new()
    } else {
        format!(" --server http://{}", config.listen)
    };
    // The other terminal may be in another folder.
    let data_dir =
        std::path::absolute(&config.data_dir).unwrap_or_else(|_| config.data_dir.clone());
    let data_dir = format!(" --data-dir {}", data_dir.display());
    let says: String = FIRST_CALL
        .iter()
        .flat_map(|line| [" \\\n      --say \"", line, "\""])
        .collect();
    format!(
        "  {program} call --to {}{server}{data_dir}{says}",
        number.as_str()
    )
}

const FIRST_CALL: &[&str] = &[
    "Hi, how much is a teeth cleaning?",
    "Great. Can I book one for next Tuesday at three in the afternoon?",
    "My name is Sarah Miller.",
    "Yes please.",
    "No, that's all. Goodbye.",
];
