//! `trunkline keys`: the keys that sign tokens and encrypt secrets, listed, replaced, thrown away.
//!
//! Replacing one: another key comes first in the file, running nodes follow the file, and what the
//! old one encrypted is encrypted again, one secret to a transaction. What was begun and broken off
//! is gone on with by running it again.

use std::{fmt::Write as _, path::Path, process::ExitCode};

use anyhow::{Context, ensure};
use chrono::{DateTime, TimeDelta, Utc};
use clap::{Args, Subcommand};
use serde_json::{Value, json};
use store::{
    Store,
    secret::{KeyUse, SecretPlace, StoredSecret},
};

use super::{
    database::{DatabaseArgs, runtime},
    progress::Progress,
};
use crate::{
    api::identity::token,
    boot::{
        database::Database,
        keyring::{
            self,
            file::{self, KeyLine},
        },
    },
    clock::Clock,
    config::Config,
    secrets::{Keyring, SealError, Sealed, place_of},
};

/// List, replace and throw away the keys that sign tokens and encrypt secrets.
#[derive(Debug, Args)]
pub(super) struct KeysCommand {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Show every key: when it was made, what it is for, how many secrets need it.
    List {
        #[command(flatten)]
        database: DatabaseArgs,
        /// Print one JSON document.
        #[arg(long)]
        json: bool,
    },
    /// Make another key the one that is used, and encrypt with it what older keys encrypted.
    ///
    /// Running nodes follow the file. Can be broken off and run again: a rotation that is not complete
    /// is completed first, without another key.
    Rotate {
        #[command(flatten)]
        database: DatabaseArgs,
        /// Make another key even if older keys still have secrets.
        #[arg(long)]
        another: bool,
    },
    /// Throw a key away that nothing needs any more.
    Retire {
        #[command(flatten)]
        database: DatabaseArgs,
        /// Its id, as `keys list` shows it.
        #[arg(value_name = "ID")]
        id: String,
        /// Throw it away although tokens that it signed may still be good: whoever has one signs in
        /// again, and work in a tenant's place ends.
        #[arg(long)]
        end_tokens: bool,
    },
}

/// The file and what is encrypted with its keys.
struct Desk {
    config: Config,
    now: DateTime<Utc>,
    store: Store,
}

impl Action {
    fn database(&mut self) -> DatabaseArgs {
        match self {
            Self::List { database, .. }
            | Self::Rotate { database, .. }
            | Self::Retire { database, .. } => std::mem::take(database),
        }
    }
}

pub(super) fn run(mut command: KeysCommand, config: Config) -> anyhow::Result<ExitCode> {
    let config = command.action.database().apply(config);
    // Said before a database is started.
    lines(&config.keys_file())?;
    let database = Database::share(&config)?;
    runtime()?.block_on(async {
        let desk = Desk {
            store: database.connect().await?,
            now: Clock::system().now(),
            config,
        };
        let done = desk.carry_out(command.action).await;
        desk.store.close().await;
        done
    })
}

impl Desk {
    async fn carry_out(&self, action: Action) -> anyhow::Result<ExitCode> {
        match action {
            Action::List { json, .. } => self.list(json).await,
            Action::Rotate { another, .. } => self.rotate(another).await,
            Action::Retire { id, end_tokens, .. } => self.retire(&id, end_tokens).await,
        }
    }

    async fn list(&self, as_json: bool) -> anyhow::Result<ExitCode> {
        let lines = lines(&self.config.keys_file())?;
        let uses = self.store.secrets_by_key().await?;
        if as_json {
            say(&format!("{:#}", document(&lines, &uses)));
        } else {
            say(table(&lines, &uses, self.now).trim_end());
        }
        Ok(ExitCode::SUCCESS)
    }

    async fn rotate(&self, another: bool) -> anyhow::Result<ExitCode> {
        let path = self.config.keys_file();
        let before = lines(&path)?;
        let uses = self.store.secrets_by_key().await?;
        let used = &before[0].id;
        // A key that is not in the file cannot be read, so nothing that it encrypted can be moved.
        let unfinished = uses
            .iter()
            .any(|one| one.key_id != *used && before.iter().any(|line| line.id == one.key_id));
        if unfinished && !another {
            say(&format!(
                "Older keys still have secrets: they move to key {used}, and no other key is made."
            ));
        } else {
            let made = file::add(&path, self.now)?;
            say(&format!(
                "Key {made} is used from here on; running nodes follow {}.",
                path.display()
            ));
        }
        let faults = self.encrypt_again().await?;
        let lines = lines(&path)?;
        let used = &lines[0].id;
        for fault in &faults {
            say(&format!("NOT MOVED  {fault}"));
        }
        if !faults.is_empty() {
            say(&format!(
                "{} secrets could not be moved to key {used}.",
                faults.len()
            ));
            return Ok(ExitCode::FAILURE);
        }
        say(&format!(
            "All secrets are encrypted with key {used}. Keep a copy of the file."
        ));
        if lines.len() > 1 {
            let after = tokens_end(&lines[0]).unwrap_or(self.now);
            let older: Vec<_> = lines[1..].iter().map(|line| line.id.as_str()).collect();
            say(&format!(
                "Not needed after {}, when the last token is over: `trunkline keys retire ID` for {}.",
                after.format("%F %T UTC"),
                older.join(", ")
            ));
        }
        Ok(ExitCode::SUCCESS)
    }

    /// Moves every secret to the key that is used. What could not be moved, and why.
    async fn encrypt_again(&self) -> anyhow::Result<Vec<String>> {
        let lines = lines(&self.config.keys_file())?;
        let ring = Keyring::new(keyring::masters(lines)).context("a file has a key")?;
        let used = ring.current();
        let uses = self.store.secrets_by_key().await?;
        let stale = uses.iter().filter(|one| one.key_id != used);
        let total: i64 = stale.map(|one| one.secrets).sum();
        let mut progress = Progress::new("secrets encrypted again", total.unsigned_abs());
        let (mut after, mut done) = (None, 0);
        let mut faults = Vec::new();
        loop {
            let page = self.store.secrets_of_other_keys(&used, after, PAGE);
            let page = page.await.context("the secrets cannot be read")?;
            let Some(last) = page.last() else {
                return Ok(faults);
            };
            after = Some((last.place, last.owner));
            for secret in &page {
                if let Err(error) = self.move_one(&ring, secret).await? {
                    let what = noun(secret.place, 1);
                    faults.push(format!("{what} of {}: {error}", secret.owner));
                }
                done += 1;
                progress.at(done);
            }
        }
    }

    /// A secret that somebody changes meanwhile was encrypted with the key that is used.
    async fn move_one(
        &self,
        ring: &Keyring,
        secret: &StoredSecret,
    ) -> anyhow::Result<Result<(), SealError>> {
        let place = place_of(secret.place, secret.owner);
        let sealed = Sealed {
            key_id: secret.key_id.clone(),
            bytes: secret.encrypted.clone(),
        };
        let again = ring
            .open(&place, &sealed)
            .and_then(|open| ring.seal(&place, &open));
        let again = match again {
            Ok(again) => again,
            Err(error) => return Ok(Err(error)),
        };
        self.store
            .replace_secret(secret, &again.key_id, &again.bytes)
            .await
            .context("a secret cannot be written")?;
        Ok(Ok(()))
    }

    async fn retire(&self, id: &str, end_tokens: bool) -> anyhow::Result<ExitCode> {
        let path = self.config.keys_file();
        let lines = lines(&path)?;
        ensure!(
            lines.iter().any(|line| line.id == id),
            "there is no key {id:?} in {}: `trunkline keys list` shows them",
            path.display()
        );
        ensure!(
            lines[0].id != id,
            "key {id} is the one that is used: `trunkline keys rotate` puts another in its place"
        );
        let uses = self.store.secrets_by_key().await?;
        let needed: Vec<_> = uses
            .iter()
            .filter(|one| one.key_id == id)
            .map(counted)
            .collect();
        ensure!(
            needed.is_empty(),
            "key {id} is still needed by {}: `trunkline keys rotate` moves them",
            needed.join(" and ")
        );
        let until = tokens_end(&lines[0]).filter(|until| *until > self.now && !end_tokens);
        if let Some(until) = until {
            anyhow::bail!(
                "tokens that key {id} signed may be good until {}: wait, or end them with --end-tokens",
                until.format("%F %T UTC")
            );
        }
        file::remove(&path, id)?;
        say(&format!(
            "Key {id} is thrown away. Copies of the file still have it."
        ));
        Ok(ExitCode::SUCCESS)
    }
}

/// When the last token is over that a key signed before this one came.
fn tokens_end(used: &KeyLine) -> Option<DateTime<Utc>> {
    Some(used.made_at? + token::LONGEST_LIFETIME)
}

fn lines(path: &Path) -> anyhow::Result<Vec<KeyLine>> {
    file::read(path)?.with_context(|| {
        let path = path.display();
        format!("there is no file of keys {path}: `trunkline serve` makes it at its first start")
    })
}

fn table(lines: &[KeyLine], uses: &[KeyUse], now: DateTime<Utc>) -> String {
    let gone = unknown(lines, uses);
    let ids = lines.iter().map(|line| line.id.as_str());
    let widest = ids.chain(gone.iter().copied()).map(str::len).max();
    let widest = widest.unwrap_or_default();
    let mut text = String::new();
    for (place, line) in lines.iter().enumerate() {
        let state = if place == 0 { "used" } else { "accepted" };
        let age = line
            .made_at
            .map_or_else(|| "unknown age".to_owned(), |at| age(now - at));
        let (id, needs) = (&line.id, needs(&line.id, uses));
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{id:widest$}  {state:8}  {age:14}  {needs}");
    }
    for id in gone {
        let needs = needs(id, uses);
        let _ = writeln!(text, "{id:widest$}  MISSING   {:14}  {needs}", "");
    }
    text
}

fn document(lines: &[KeyLine], uses: &[KeyUse]) -> Value {
    let count = |id: &str, place| {
        let of = uses
            .iter()
            .filter(|one| one.key_id == id && one.place == place);
        of.map(|one| one.secrets).sum::<i64>()
    };
    let secrets = |id: &str| {
        let each = SecretPlace::ALL
            .iter()
            .map(|place| (place.as_str().to_owned(), json!(count(id, *place))));
        Value::Object(each.collect())
    };
    let known = lines.iter().enumerate().map(|(place, line)| {
        let state = if place == 0 { "used" } else { "accepted" };
        json!({"id": line.id, "state": state, "made_at": line.made_at, "secrets": secrets(&line.id)})
    });
    let gone = unknown(lines, uses).into_iter();
    let gone = gone
        .map(|id| json!({"id": id, "state": "missing", "made_at": null, "secrets": secrets(id)}));
    json!({"keys": known.chain(gone).collect::<Vec<_>>()})
}

/// Keys that secrets need and the file does not have.
fn unknown<'a>(lines: &[KeyLine], uses: &'a [KeyUse]) -> Vec<&'a str> {
    let gone = uses.iter().map(|one| one.key_id.as_str());
    let mut gone: Vec<_> = gone
        .filter(|id| lines.iter().all(|line| line.id != *id))
        .collect();
    gone.dedup();
    gone
}

fn needs(id: &str, uses: &[KeyUse]) -> String {
    let of = uses.iter().filter(|one| one.key_id == id).map(counted);
    let of: Vec<_> = of.collect();
    if of.is_empty() {
        "no secrets".to_owned()
    } else {
        of.join(", ")
    }
}

fn counted(one: &KeyUse) -> String {
    format!("{} {}", one.secrets, noun(one.place, one.secrets))
}

const fn noun(place: SecretPlace, count: i64) -> &'static str {
    match (place, count) {
        (SecretPlace::Mfa, 1) => "second factor",
        (SecretPlace::Mfa, _) => "second factors",
        (SecretPlace::SipPassword, 1) => "SIP password",
        (SecretPlace::SipPassword, _) => "SIP passwords",
    }
}

fn age(of: TimeDelta) -> String {
    match (of.num_days(), of.num_hours()) {
        (days @ 2.., _) => format!("{days} days old"),
        (_, hours @ 2..) => format!("{hours} hours old"),
        _ => format!("{} minutes old", of.num_minutes().max(0)),
    }
}

#[expect(clippy::print_stdout, reason = "the command line answers its user")]
fn say(line: &str) {
    println!("{line}");
}

const PAGE: u16 = 100;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_names_what_each_key_is_needed_for_and_which_is_missing() {
        let now: DateTime<Utc> = "2026-11-18T18:00:00Z".parse().unwrap();
        let line = |id: &str, made_at| KeyLine {
            id: id.to_owned(),
            key: [7; 32],
            made_at,
        };
        let lines = [
            line("k2", Some(now - TimeDelta::hours(50))),
            line("k1", None),
        ];
        let one = |place, key: &str, secrets| KeyUse {
            place,
            key_id: key.to_owned(),
            secrets,
        };
        let uses = [
            one(SecretPlace::Mfa, "k2", 1),
            one(SecretPlace::SipPassword, "k2", 3),
            one(SecretPlace::Mfa, "lost", 2),
        ];
        let text = table(&lines, &uses, now);
        let rows: Vec<Vec<&str>> = text
            .lines()
            .map(|row| {
                row.split("  ")
                    .map(str::trim)
                    .filter(|cell| !cell.is_empty())
                    .collect()
            })
            .collect();
        assert_eq!(
            rows,
            [
                [
                    "k2",
                    "used",
                    "2 days old",
                    "1 second factor, 3 SIP passwords"
                ]
                .to_vec(),
                ["k1", "accepted", "unknown age", "no secrets"].to_vec(),
                ["lost", "MISSING", "2 second factors"].to_vec(),
            ]
        );
        assert!(!text.contains("0707"), "no key is shown");
        let json = document(&lines, &uses);
        assert_eq!(
            json["keys"][0]["secrets"],
            json!({"mfa": 1, "sip_password": 3})
        );
        assert_eq!(json["keys"][2]["state"], "missing");
    }
}
