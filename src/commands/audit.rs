//! `trunkline audit verify`: whether the audit log says what it said when it was written.

use std::{fmt::Write as _, process::ExitCode};

use anyhow::{Context, bail};
use clap::{Args, Subcommand};
use serde_json::{Value, json};
use store::{
    PlatformActor, Store,
    audit::{AuditFault, AuditedTenant, ChainEnd, ChainWalk, FaultKind, Walked},
    seed::ROOT_TENANT,
};

use super::{
    complain,
    database::{DatabaseArgs, runtime},
    progress::Progress,
};
use crate::{boot::database::Database, config::Config};

/// Look after the audit log.
#[derive(Debug, Args)]
pub(super) struct AuditCommand {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Walk each tenant's chain of hashes and name the first row that does not follow.
    ///
    /// Exit status: 0 when all chains are whole, 1 when one is broken, 2 when they could not be read.
    Verify(VerifyArgs),
}

#[derive(Debug, Args)]
struct VerifyArgs {
    #[command(flatten)]
    database: DatabaseArgs,
    /// One tenant's chain only.
    #[arg(long, value_name = "SLUG|ID", conflicts_with = "platform")]
    tenant: Option<String>,
    /// The platform's own chain only.
    #[arg(long)]
    platform: bool,
    /// Print one JSON document.
    #[arg(long)]
    json: bool,
}

/// A tenant's chain, walked to its end or to where it breaks.
struct Chain {
    tenant: AuditedTenant,
    end: Result<ChainEnd, AuditFault>,
}

impl Chain {
    /// Rows that follow each other.
    fn rows(&self) -> i64 {
        match &self.end {
            Ok(end) => end.seq,
            Err(fault) => fault.after,
        }
    }
}

/// A log that could not be read is not one that is broken: the exit status tells.
pub(super) fn run(command: AuditCommand, config: anyhow::Result<Config>) -> ExitCode {
    let Action::Verify(args) = command.action;
    match config.and_then(|config| verify(args, config)) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            complain(&error);
            ExitCode::from(2)
        }
    }
}

/// Whether all chains are whole.
#[expect(clippy::print_stdout, reason = "the command line answers its user")]
fn verify(mut args: VerifyArgs, config: Config) -> anyhow::Result<bool> {
    let config = std::mem::take(&mut args.database).apply(config);
    let database = Database::share(&config)?;
    let chains = runtime()?.block_on(async {
        let store = database.connect().await?;
        let chains = walk_all(&store, &args).await;
        store.close().await;
        chains
    })?;
    if args.json {
        println!("{:#}", document(&chains));
    } else {
        print!("{}", table(&chains));
    }
    Ok(chains.iter().all(|chain| chain.end.is_ok()))
}

async fn walk_all(store: &Store, args: &VerifyArgs) -> anyhow::Result<Vec<Chain>> {
    let mut platform = store.platform(PlatformActor::operator()).await?;
    let mut tenants = platform.audited_tenants().await?;
    platform.commit().await?;
    if args.platform {
        tenants.retain(|tenant| tenant.id == ROOT_TENANT);
    }
    if let Some(wanted) = &args.tenant {
        tenants.retain(|tenant| tenant.slug == *wanted || tenant.id.to_string() == *wanted);
        if tenants.is_empty() {
            bail!("--tenant {wanted}: no tenant has that slug or id");
        }
    }
    let rows: i64 = tenants.iter().map(|tenant| tenant.rows).sum();
    let mut progress = Progress::new("rows of audit logs", rows.unsigned_abs());
    let mut before = 0;
    let mut chains = Vec::new();
    for tenant in tenants {
        let seen = |rows: i64| progress.at((before + rows).unsigned_abs());
        let chain = walk(store, tenant, seen)
            .await
            .context("an audit log cannot be read")?;
        before += chain.rows();
        chains.push(chain);
    }
    Ok(chains)
}

/// Page by page, each in a transaction of its own: nobody waits for a long walk.
async fn walk(
    store: &Store,
    tenant: AuditedTenant,
    mut seen: impl FnMut(i64),
) -> anyhow::Result<Chain> {
    let mut so_far = ChainWalk::default();
    let end = loop {
        let mut platform = store.platform(PlatformActor::operator()).await?;
        let walked = platform
            .enter(tenant.id)
            .await?
            .walk_audit(so_far, PAGE)
            .await?;
        platform.commit().await?;
        match walked {
            Walked::On(further) => so_far = further,
            Walked::Whole(end) => break Ok(end),
            Walked::Broken(fault) => break Err(fault),
        }
        seen(so_far.rows());
    };
    Ok(Chain { tenant, end })
}

fn table(chains: &[Chain]) -> String {
    let widest = chains.iter().map(|chain| chain.tenant.slug.len()).max();
    let widest = widest.unwrap_or_default();
    let mut text = String::new();
    for chain in chains {
        let state = match &chain.end {
            Ok(_) => "whole".to_owned(),
            Err(fault) => format!("BROKEN: {}", explain(fault)),
        };
        let (slug, rows) = (&chain.tenant.slug, chain.rows());
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{slug:widest$}  {rows:>9} rows  {state}");
    }
    let broken = chains.iter().filter(|chain| chain.end.is_err()).count();
    let of = chains.len();
    let _ = match broken {
        0 => writeln!(text, "All of {of} chains are whole."),
        _ => writeln!(text, "{broken} of {of} chains are broken."),
    };
    text
}

/// What differs, in words.
fn explain(fault: &AuditFault) -> String {
    let AuditFault {
        seq,
        id,
        kind,
        expected,
        found,
        after: _,
    } = fault;
    let row = id.map_or_else(|| format!("row {seq}"), |id| format!("row {seq} ({id})"));
    match kind {
        FaultKind::Gap => format!(
            "{row} stands where row {expected} is due: rows are missing before it, or it was put in"
        ),
        FaultKind::PrevHash => format!(
            "{row} does not follow from the row before it: it names the hash {found}, that row has {expected}"
        ),
        FaultKind::Hash => format!(
            "{row} says something else than when it was written: its hash is {found}, what it says has {expected}"
        ),
        FaultKind::Tail => {
            format!("the end is missing: the log has had {expected} rows, {found} are there")
        }
        FaultKind::Beyond => {
            format!("{row} and what follows was put in behind the end, which is row {expected}")
        }
        FaultKind::Head => format!(
            "what says where the log ends was changed: it should say {expected} after row {seq}, and says {found}"
        ),
    }
}

fn document(chains: &[Chain]) -> Value {
    let chain = chains.iter().map(|chain| {
        let end = chain.end.as_ref().ok();
        let fault = chain.end.as_ref().err();
        json!({
            "tenant_id": chain.tenant.id,
            "slug": chain.tenant.slug,
            "whole": fault.is_none(),
            "rows_that_follow": chain.rows(),
            "head": end.map(|end| json!({"seq": end.seq, "hash": hex::encode(&end.hash)})),
            "fault": fault.map(|fault| json!({
                "seq": fault.seq,
                "id": fault.id,
                "kind": fault.kind,
                "expected": fault.expected,
                "found": fault.found,
                "says": explain(fault),
            })),
        })
    });
    json!({
        "whole": chains.iter().all(|chain| chain.end.is_ok()),
        "chains": chain.collect::<Vec<_>>(),
    })
}

const PAGE: u16 = 1000;
