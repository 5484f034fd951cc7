//! `trunkline seed load`: a year of a whole platform, made up, to see how the product does with it.

use std::time::Instant;

use anyhow::{Context, bail, ensure};
use chrono::{DateTime, FixedOffset};
use clap::Args;
use store::{
    Store,
    seed::{
        SeedOptions,
        load::{LoadOptions, Loaded, MOST_TENANTS, Obstacle, load, obstacle},
    },
};

use super::{
    database::{DatabaseArgs, runtime},
    progress::Progress,
};
use crate::{
    api::identity::password::hash_now, boot::database::Database, clock::Clock, config::Config,
};

/// Make up tenants with a year of calls, to measure with. Needs the database's superuser.
///
/// The same options give the same calls. Of the answered conversations some have a transcript; no
/// call has a recording.
#[derive(Debug, Args)]
pub(super) struct LoadArgs {
    #[command(flatten)]
    database: DatabaseArgs,
    /// How many tenants, 1 to 700: a few large ones, many small ones.
    #[arg(long, value_name = "N", default_value_t = 200)]
    tenants: u16,
    /// How many calls, over the twelve months before.
    #[arg(long, value_name = "N", default_value_t = 1_000_000)]
    calls: u64,
    /// Another number gives other calls.
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// The end of the twelve months, such as 2026-11-18T18:00:00Z [default: now].
    #[arg(long, value_name = "RFC 3339", value_parser = DateTime::parse_from_rfc3339)]
    until: Option<DateTime<FixedOffset>>,
    /// Of a hundred answered conversations, so many have a transcript.
    #[arg(long, value_name = "PERCENT", default_value_t = 10)]
    transcripts: u8,
    /// Make an administrator for each tenant, admin@load-001.example and so on, with this password.
    #[arg(long, value_name = "TEXT")]
    password: Option<String>,
    /// Also into a database that has calls of its own.
    #[arg(long)]
    force: bool,
}

#[expect(clippy::print_stdout, reason = "the command line answers its user")]
pub(super) fn run(args: LoadArgs, config: Config) -> anyhow::Result<()> {
    let options = options(&args)?;
    let config = args.database.apply(config);
    let database = Database::share(&config)?;
    let since = Instant::now();
    let loaded = runtime()?.block_on(async {
        let store = database.connect().await?;
        let loaded = fill(&database, &store, &options, args.force).await;
        store.close().await;
        loaded
    })?;
    let Loaded {
        tenants,
        contacts,
        calls,
        turns,
        events,
        audit_rows,
    } = loaded;
    println!(
        "{tenants} tenants (load-001 …), {contacts} contacts, {calls} calls, {turns} turns, {events} events, \
         {audit_rows} rows of audit logs in {} s.",
        since.elapsed().as_secs()
    );
    Ok(())
}

fn options(args: &LoadArgs) -> anyhow::Result<LoadOptions> {
    ensure!(
        (1..=MOST_TENANTS).contains(&args.tenants),
        "--tenants is 1 to {MOST_TENANTS}, not {}",
        args.tenants
    );
    ensure!(
        (1..=MOST_CALLS).contains(&args.calls),
        "--calls is 1 to {MOST_CALLS}, not {}",
        args.calls
    );
    ensure!(
        args.transcripts <= 100,
        "--transcripts is a percentage, not {}",
        args.transcripts
    );
    let hash = args.password.as_deref().map(|password| {
        let hash = hash_now(password);
        hash.context("--password cannot be hashed")
    });
    Ok(LoadOptions {
        tenants: args.tenants,
        calls: args.calls,
        seed: args.seed,
        until: args
            .until
            .map_or_else(|| Clock::system().now(), |at| at.to_utc()),
        transcripts: args.transcripts,
        password_hash: hash.transpose()?,
    })
}

async fn fill(
    database: &Database,
    store: &Store,
    options: &LoadOptions,
    force: bool,
) -> anyhow::Result<Loaded> {
    match obstacle(database.source()).await? {
        Some(Obstacle::Loaded) => bail!(
            "a load is there already: take a fresh database (another --data-dir), or go on with this one"
        ),
        Some(Obstacle::RealCalls) if !force => bail!(
            "this database has calls that were not made up: made-up tenants would stand among real ones. \
             Take another one (--data-dir), or say --force"
        ),
        Some(Obstacle::RealCalls) | None => {}
    }
    store.seed_root(&SeedOptions::default()).await?;
    let mut progress = Progress::new("calls", options.calls);
    let loaded = load(database.source(), store, options, |done| progress.at(done)).await;
    loaded.context("the load broke off: take a fresh database")
}

const MOST_CALLS: u64 = 50_000_000;
