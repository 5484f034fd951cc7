//! `trunkline migrate` and `trunkline seed`.

use std::path::PathBuf;

use anyhow::Context;
use clap::{Args, Subcommand};
use store::seed::{Business, DEMO_SLUG, ROOT_PHONE, SeedOptions, Settled, business::BUILT_IN};
use tenant_config::phone::E164;

use super::load::LoadArgs;
use crate::{boot::database::Database, config::Config};

/// Which database.
#[derive(Debug, Default, Args)]
pub(super) struct DatabaseArgs {
    /// Where the private database lives (unused with DATABASE_URL).
    #[arg(long, value_name = "DIR")]
    data_dir: Option<PathBuf>,
}

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(super) struct SeedArgs {
    #[command(subcommand)]
    what: Option<What>,
    #[command(flatten)]
    database: DatabaseArgs,
    /// The number of root's own line.
    #[arg(long, value_name = "NUMBER", default_value = ROOT_PHONE)]
    root_phone: String,
    /// The business to make a tenant of: a built-in name, or a TOML file.
    #[arg(long, value_name = "NAME|FILE.toml", default_value = DEMO_SLUG)]
    business: String,
}

#[derive(Debug, Subcommand)]
enum What {
    Load(LoadArgs),
}

impl DatabaseArgs {
    pub(super) fn apply(self, mut config: Config) -> Config {
        if let Some(dir) = self.data_dir {
            config.data_dir = dir;
        }
        config
    }
}

#[expect(clippy::print_stdout, reason = "the command line speaks to its user")]
pub(super) fn migrate(args: DatabaseArgs, config: Config) -> anyhow::Result<()> {
    let config = args.apply(config);
    let database = Database::start(&config)?;
    runtime()?.block_on(async { database.connect().await.map(drop) })?;
    println!("The database is up to date.");
    Ok(())
}

#[expect(clippy::print_stdout, reason = "the command line speaks to its user")]
pub(super) fn seed(args: SeedArgs, config: Config) -> anyhow::Result<()> {
    if let Some(What::Load(args)) = args.what {
        return super::load::run(args, config);
    }
    let root_phone = E164::normalise(&args.root_phone).context("--root-phone")?;
    // A description that cannot be used is said before anything is started or written.
    let business = business(&args.business)?;
    let config = args.database.apply(config);
    let database = Database::share(&config)?;
    let settled = runtime()?.block_on(async {
        let store = database.connect().await?;
        let options = SeedOptions {
            root_phone: Some(root_phone),
        };
        store.seed_root(&options).await.context("--root-phone")?;
        let settled = store.seed_business(&business).await;
        store.close().await;
        settled.with_context(|| format!("--business {}", args.business))
    })?;
    print!("{}", describe(&settled));
    Ok(())
}

/// A built-in business by its name, or one from a file.
fn business(named: &str) -> anyhow::Result<Business> {
    if let Some(built_in) = Business::built_in(named) {
        return built_in.with_context(|| format!("the built-in business {named}"));
    }
    let names: Vec<_> = BUILT_IN.iter().map(|(name, _)| *name).collect();
    let text = std::fs::read_to_string(named).with_context(|| {
        format!(
            "--business {named}: no built-in business ({}), and no file that can be read",
            names.join(", ")
        )
    })?;
    Business::parse(&text).with_context(|| format!("--business {named}"))
}

/// What there is to call.
pub(super) fn describe(seeded: &Settled) -> String {
    let made = if seeded.created {
        "made"
    } else {
        "there already"
    };
    let mut text = format!(
        "Tenant {} ({}): {made}. Its lines:\n",
        seeded.tenant.company_name, seeded.tenant.slug
    );
    for (number, mode) in &seeded.lines {
        text += "  ";
        text += number.as_str();
        text += "  ";
        text += mode.as_str();
        text.push('\n');
    }
    text
}

pub(super) fn runtime() -> anyhow::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("cannot start the runtime")
}
