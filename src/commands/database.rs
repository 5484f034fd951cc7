//! `trunkline migrate` and `trunkline seed`.

use std::path::PathBuf;

use anyhow::Context;
use clap::Args;
use store::seed::{ROOT_PHONE, SeedOptions, Seeded};
use tenant_config::phone::E164;

use crate::{boot::database::Database, config::Config};

/// Which database.
#[derive(Debug, Args)]
pub(super) struct DatabaseArgs {
    /// Where the private database lives (unused with DATABASE_URL).
    #[arg(long, value_name = "DIR")]
    data_dir: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(super) struct SeedArgs {
    #[command(flatten)]
    database: DatabaseArgs,
    /// The number of root's own line.
    #[arg(long, value_name = "NUMBER", default_value = ROOT_PHONE)]
    root_phone: String,
}

impl DatabaseArgs {
    fn apply(self, mut config: Config) -> Config {
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
    let root_phone = E164::normalise(&args.root_phone).context("--root-phone")?;
    let config = args.database.apply(config);
    let database = Database::start(&config)?;
    let seeded = runtime()?.block_on(async {
        let store = database.connect().await?;
        let seeded = store
            .seed(&SeedOptions {
                root_phone: Some(root_phone),
            })
            .await?;
        store.close().await;
        anyhow::Ok(seeded)
    })?;
    print!("{}", describe(&seeded));
    Ok(())
}

/// What there is to call.
pub(super) fn describe(seeded: &Seeded) -> String {
    let made = if seeded.created {
        "made"
    } else {
        "there already"
    };
    let mut text = format!(
        "Tenant {} ({}): {made}. Its lines:\n",
        seeded.demo.company_name, seeded.demo.slug
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
