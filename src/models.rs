//! `trunkline models`: the model files of local speech, fetched, listed and verified.
//!
//! The list is `models.toml`, built into the binary. The running server never downloads; it
//! names this command when a file is missing. Knows files and sources, nothing of what the models
//! do.

mod check;
mod download;
mod fetch;
pub mod manifest;
mod package;
#[cfg(test)]
mod tests;

use std::{
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Context, bail};
use clap::{Args, Subcommand};
pub use local_speech::default_models_dir;

use self::{
    check::State,
    fetch::{Fetched, describe, fetch, work_folder},
    manifest::{Manifest, Model},
};

/// Fetch, list and verify the speech models.
#[derive(Debug, Args)]
pub struct ModelsCommand {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Download what is missing or corrupt and check it.
    Fetch(Selection),
    /// Show every model and its state.
    List(Selection),
    /// Check every file; fails when one is missing or corrupt.
    Verify(Selection),
}

#[derive(Debug, Args)]
struct Selection {
    /// Models folder [default: $TRUNKLINE_MODELS, else trunkline/models in the user's cache].
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
    /// File names; without any, all that the product needs by default.
    names: Vec<String>,
}

/// Runs a `models` command. The exit code is a failure when a model is not as it should be.
pub fn run(command: ModelsCommand) -> anyhow::Result<ExitCode> {
    let manifest = Manifest::built_in()?;
    match command.action {
        Action::Fetch(selection) => {
            let (dir, models) = (selection.dir()?, selection.models(&manifest)?);
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()?;
            runtime.block_on(fetch_all(&models, &dir))
        }
        Action::List(selection) => {
            let models = match selection.names.as_slice() {
                [] => manifest.models.iter().collect(),
                _ => selection.models(&manifest)?,
            };
            show(&models, &selection.dir()?).map(|_| ExitCode::SUCCESS)
        }
        Action::Verify(selection) => {
            let models = selection.models(&manifest)?;
            let all_good = show(&models, &selection.dir()?)?;
            if !all_good {
                say("Run `trunkline models fetch` to repair them.");
            }
            Ok(if all_good {
                ExitCode::SUCCESS
            } else {
                ExitCode::FAILURE
            })
        }
    }
}

impl Selection {
    fn dir(&self) -> anyhow::Result<PathBuf> {
        self.dir
            .clone()
            .or_else(default_models_dir)
            .context("where shall the models lie? Set TRUNKLINE_MODELS or HOME, or give --dir")
    }

    fn models<'m>(&self, manifest: &'m Manifest) -> anyhow::Result<Vec<&'m Model>> {
        if self.names.is_empty() {
            return Ok(manifest
                .models
                .iter()
                .filter(|model| model.default)
                .collect());
        }
        let find = |name: &String| {
            manifest
                .models
                .iter()
                .find(|model| model.name == *name)
                .with_context(|| {
                    let known: Vec<_> = manifest.models.iter().map(|m| m.name.as_str()).collect();
                    format!(
                        "there is no model named {name:?}; there are {}",
                        known.join(", ")
                    )
                })
        };
        self.names.iter().map(find).collect()
    }
}

/// What is wrong with the models that are needed by default: how many there are, and each that is
/// missing or corrupt. Reads every byte of them.
pub fn faults_in(dir: &Path) -> anyhow::Result<(usize, Vec<String>)> {
    let manifest = Manifest::built_in()?;
    let needed: Vec<_> = manifest
        .models
        .iter()
        .filter(|model| model.default)
        .collect();
    let mut faults = Vec::new();
    for model in &needed {
        let state = model
            .state_in(dir)
            .with_context(|| format!("cannot read {}", model.name))?;
        if state != State::Good {
            faults.push(format!("{} is {}", model.name, state.as_str()));
        }
    }
    Ok((needed.len(), faults))
}

/// Fetches one after the other; one that fails does not keep the others from being fetched.
async fn fetch_all(models: &[&Model], dir: &Path) -> anyhow::Result<ExitCode> {
    fs::create_dir_all(dir).with_context(|| format!("cannot make the folder {}", dir.display()))?;
    let mut failed = 0;
    for model in models {
        match fetch(model, dir).await {
            Ok(Fetched::AlreadyThere) => say(&format!("ok       {}", model.name)),
            Ok(Fetched::From(source)) => {
                let from = model.sources.get(source).map(describe).unwrap_or_default();
                say(&format!("fetched  {} from {from}", model.name));
            }
            Err(error) => {
                say(&format!("FAILED   {error:#}"));
                failed += 1;
            }
        }
    }
    if failed > 0 {
        bail!(
            "{failed} of {} models could not be fetched into {}",
            models.len(),
            dir.display()
        );
    }
    let work = work_folder(dir);
    if work.exists() {
        fs::remove_dir_all(&work).with_context(|| format!("cannot remove {}", work.display()))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Prints a table; true when every file is as it should be.
fn show(models: &[&Model], dir: &Path) -> anyhow::Result<bool> {
    say(&format!("models in {}", dir.display()));
    let mut all_good = true;
    for model in models {
        let state = model
            .state_in(dir)
            .with_context(|| format!("cannot read {}", model.name))?;
        all_good &= state == State::Good;
        let megabytes = model.contents.size as f64 / 1e6;
        say(&format!(
            "{:<8} {megabytes:>7.1} MB  {:<26} {} [{}]",
            state.as_str(),
            model.name,
            model.purpose,
            model.licence
        ));
    }
    Ok(all_good)
}

#[expect(clippy::print_stdout, reason = "the command line answers its user")]
fn say(line: &str) {
    println!("{line}");
}
