//! `trunkline login reset`: a way back in for somebody who lost their password or their second factor,
//! given by whoever is at the server's console.

use anyhow::{Context, bail};
use chrono::TimeDelta;
use clap::{Args, Subcommand};
use store::{
    PlatformActor, Store,
    audit::{AuditEntry, Origin},
    seed::ROOT_TENANT,
};

use super::database::{DatabaseArgs, runtime};
use crate::{
    api::identity::secret, boot::database::Database, clock::Clock, config::Config,
    twilio::signature::PublicOrigin,
};

/// Look after people's logins.
#[derive(Debug, Args)]
pub(super) struct LoginCommand {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Print a link with which somebody sets another password, once, within an hour.
    ///
    /// Nothing changes until the link is used; then all sessions of the login end.
    Reset(ResetArgs),
}

#[derive(Debug, Args)]
struct ResetArgs {
    /// The address that they sign in with.
    #[arg(value_name = "ADDRESS")]
    email: String,
    /// Their second factor is lost too: it is asked for no longer, from now on.
    #[arg(long)]
    without_second_factor: bool,
    #[command(flatten)]
    database: DatabaseArgs,
}

#[expect(clippy::print_stdout, reason = "the command line answers its user")]
pub(super) fn run(command: LoginCommand, config: Config) -> anyhow::Result<()> {
    let Action::Reset(mut args) = command.action;
    let config = std::mem::take(&mut args.database).apply(config);
    let origin: PublicOrigin = config.public_origin().parse()?;
    let database = Database::share(&config)?;
    let token = runtime()?.block_on(async {
        let store = database.connect().await?;
        let token = open_reset(&store, &args).await;
        store.close().await;
        token
    })?;
    println!("Hand this over; it works once, within an hour:\n");
    println!(
        "  {}",
        origin.url(&format!("/reset-password?token={token}"))
    );
    println!("\nWithout a page for it: POST /api/v1/auth/password/reset");
    println!("  {{\"token\": \"{token}\", \"password\": \"…\"}}");
    if args.without_second_factor {
        println!("\nThe second factor is not asked for any more.");
    }
    Ok(())
}

/// The token of a reset, which the database knows by its hash.
async fn open_reset(store: &Store, args: &ResetArgs) -> anyhow::Result<String> {
    let now = Clock::system().now();
    let login = store.find_login(&args.email).await?;
    let login = login.with_context(|| format!("no login has the address {}", args.email))?;
    if login.disabled {
        bail!("the login {} is disabled: enable it first", args.email);
    }
    // Written down first: what follows is the login's own transaction, which speaks for the login.
    let entry = AuditEntry::new(now, "login.reset_at_console", "login")
        .of(&login.user)
        .after(serde_json::json!({"without_second_factor": args.without_second_factor}));
    let mut platform = store.platform(PlatformActor::operator()).await?;
    let root = platform.enter(ROOT_TENANT).await?;
    root.audit(&entry, &Origin::default()).await?;
    platform.commit().await?;
    let token = secret::fresh();
    let mut tx = store.user(login.user).await?;
    tx.start_password_reset(&secret::hash(&token), now, now + TimeDelta::hours(1))
        .await?;
    if args.without_second_factor {
        tx.remove_mfa().await?;
    }
    tx.commit().await?;
    Ok(token)
}
