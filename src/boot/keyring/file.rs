//! The file of keys, read and changed.
//!
//! One key to a line: its id, 64 hexadecimal digits, and when it was made (which keys written by hand
//! may lack). The first is used, all are accepted; lines that begin with `#` are words. A change is
//! one rename, so that nobody reads half a file, and two changes take turns.

use std::{
    fs::{self, File},
    io::{ErrorKind, Write},
    os::unix::fs::{MetadataExt as _, OpenOptionsExt as _, PermissionsExt as _},
    path::{Path, PathBuf},
};

use anyhow::{Context, bail, ensure};
use chrono::{DateTime, SecondsFormat, Utc};

use crate::secrets::Keyring;

/// A line of the file.
pub struct KeyLine {
    pub id: String,
    pub key: [u8; 32],
    /// `None` when the file does not say.
    pub made_at: Option<DateTime<Utc>>,
}

/// The keys, the one to use first; `None` without a file. At least one.
pub fn read(path: &Path) -> anyhow::Result<Option<Vec<KeyLine>>> {
    match fs::read_to_string(path) {
        Ok(text) => {
            let lines = parse(&text).with_context(|| format!("cannot use {}", path.display()))?;
            Ok(Some(lines))
        }
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("cannot read {}", path.display())),
    }
}

/// Makes the file with one key. Another file is never overwritten.
pub fn make_first(path: &Path, now: DateTime<Utc>) -> anyhow::Result<KeyLine> {
    let line = fresh(now);
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    }
    let mut file = fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
        .with_context(|| format!("cannot write {}", path.display()))?;
    file.write_all(written(&line).as_bytes())?;
    file.sync_all()?;
    Ok(line)
}

/// Makes another key, to be used from here on; its id.
pub fn add(path: &Path, now: DateTime<Utc>) -> anyhow::Result<String> {
    let line = fresh(now);
    change(path, |text| Ok(written(&line) + text))?;
    Ok(line.id)
}

/// Throws a key away that is not the first.
pub fn remove(path: &Path, id: &str) -> anyhow::Result<()> {
    change(path, |text| {
        let lines = parse(text)?;
        let place = lines.iter().position(|line| line.id == id);
        let place = place.with_context(|| format!("there is no key {id:?}"))?;
        ensure!(place > 0, "key {id:?} is the one that is used");
        let others = text.lines().filter(|line| id_of(line) != Some(id));
        Ok(others.flat_map(|line| [line, "\n"]).collect())
    })
}

/// Replaces the file by what `edit` makes of it, in one step, with its owner. One at a time.
fn change(path: &Path, edit: impl FnOnce(&str) -> anyhow::Result<String>) -> anyhow::Result<()> {
    // The file itself, where the name is a link to it.
    let path = &fs::canonicalize(path).with_context(|| {
        let path = path.display();
        format!("there is no file of keys {path}: `trunkline serve` makes it at its first start")
    })?;
    let folder = path.parent().context("a file has a folder")?;
    let turn = File::open(folder).with_context(|| format!("cannot open {}", folder.display()))?;
    turn.lock()?;
    let text =
        fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    let text = edit(&text).with_context(|| format!("cannot use {}", path.display()))?;
    parse(&text)?;
    let part = part_of(path);
    if let Err(error) = fs::remove_file(&part) {
        // What a change left that was killed.
        ensure!(
            error.kind() == ErrorKind::NotFound,
            "cannot remove {}: {error}",
            part.display()
        );
    }
    write_like(path, &part, &text).with_context(|| format!("cannot write {}", part.display()))?;
    fs::rename(&part, path).with_context(|| format!("cannot replace {}", path.display()))?;
    turn.sync_all()?;
    Ok(())
}

/// Writes `part` for who may read `path` and nobody else.
fn write_like(path: &Path, part: &Path, text: &str) -> anyhow::Result<()> {
    let was = fs::metadata(path)?;
    let mut file = fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(part)?;
    let made = file.metadata()?;
    if (was.uid(), was.gid()) != (made.uid(), made.gid()) {
        std::os::unix::fs::fchown(&file, Some(was.uid()), Some(was.gid()))
            .context("the file belongs to another user; run this as that user")?;
    }
    // A group that was let in stays in; others never.
    file.set_permissions(fs::Permissions::from_mode(was.mode() & 0o640 | 0o600))?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    Ok(())
}

fn part_of(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".part");
    path.with_file_name(name)
}

/// An id that no other node's key has, so that keys of two nodes are never confused.
fn fresh(now: DateTime<Utc>) -> KeyLine {
    KeyLine {
        id: format!("k{}", hex::encode(&Keyring::fresh_key()[..4])),
        key: Keyring::fresh_key(),
        made_at: Some(now),
    }
}

fn written(line: &KeyLine) -> String {
    let made = line
        .made_at
        .map(|at| at.to_rfc3339_opts(SecondsFormat::Secs, true));
    let made = made.unwrap_or_default();
    let text = format!("{} {} {made}", line.id, hex::encode(line.key));
    format!("{}\n", text.trim_end())
}

fn id_of(line: &str) -> Option<&str> {
    let first = line.split_whitespace().next();
    first.filter(|id| !id.starts_with('#'))
}

fn parse(text: &str) -> anyhow::Result<Vec<KeyLine>> {
    let mut keys: Vec<KeyLine> = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        let Some(id) = id_of(line) else {
            continue;
        };
        let mut words = line.split_whitespace().skip(1);
        let mut key = [0; 32];
        let digits = words.next().unwrap_or_default();
        let made = words.next().map(DateTime::parse_from_rfc3339).transpose();
        let (Ok(()), Ok(made), None) = (hex::decode_to_slice(digits, &mut key), made, words.next())
        else {
            bail!(
                "line {number} must be an id, 64 hexadecimal digits, and, if anything, a time such as \
                 2026-11-18T18:00:00Z"
            );
        };
        ensure!(
            keys.iter().all(|known| known.id != id),
            "line {number}: key {id:?} is there twice"
        );
        keys.push(KeyLine {
            id: id.to_owned(),
            key,
            made_at: made.map(|at| at.to_utc()),
        });
    }
    ensure!(
        !keys.is_empty(),
        "there is no key in it; delete the file to have one made"
    );
    Ok(keys)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> DateTime<Utc> {
        "2026-11-18T18:00:00Z".parse().unwrap()
    }

    fn ids(path: &Path) -> Vec<String> {
        let lines = read(path).unwrap().unwrap();
        lines.into_iter().map(|line| line.id).collect()
    }

    #[test]
    fn keys_are_added_in_front_and_thrown_away_behind() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("keys");
        assert!(read(&path).unwrap().is_none());
        assert!(
            add(&path, now()).is_err(),
            "the first one is made by the first start"
        );
        let first = make_first(&path, now()).unwrap();
        assert!(make_first(&path, now()).is_err());
        // Another's words stay.
        let words = format!("# ours\n{}", fs::read_to_string(&path).unwrap());
        fs::write(&path, words).unwrap();
        let second = add(&path, now()).unwrap();
        assert_eq!(ids(&path), [second.as_str(), first.id.as_str()]);
        let line = read(&path).unwrap().unwrap().remove(1);
        assert_eq!((line.key, line.made_at), (first.key, Some(now())));
        assert!(remove(&path, &second).is_err(), "in use");
        assert!(remove(&path, "k9").is_err());
        remove(&path, &first.id).unwrap();
        assert_eq!(ids(&path), [second]);
        assert!(fs::read_to_string(&path).unwrap().contains("# ours"));
    }

    #[test]
    fn the_file_stays_private_and_a_link_a_link() {
        let dir = tempfile::tempdir().unwrap();
        let (path, link) = (dir.path().join("keys"), dir.path().join("link"));
        make_first(&path, now()).unwrap();
        std::os::unix::fs::symlink(&path, &link).unwrap();
        // What a change left that was killed.
        fs::write(dir.path().join("keys.part"), "half").unwrap();
        for (mode, after) in [
            (0o600, 0o600),
            (0o640, 0o640),
            (0o644, 0o640),
            (0o666, 0o640),
        ] {
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
            add(&link, now()).unwrap();
            let mode = fs::metadata(&path).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, after);
        }
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(ids(&path).len(), 5);
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 2);
    }

    #[test]
    fn changes_at_once_take_turns() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("keys");
        make_first(&path, now()).unwrap();
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| add(&path, now()).unwrap());
            }
        });
        assert_eq!(ids(&path).len(), 9);
    }

    #[test]
    fn a_file_that_is_no_ring_is_said_with_its_line() {
        let key = "0f".repeat(32);
        for (text, said) in [
            ("", "no key"),
            ("# only words\n", "no key"),
            ("a 00ff\n", "line 1"),
            (format!("a {key}\nb {key} c\n").as_str(), "line 2"),
            (
                format!("a {key} 2026-11-18T18:00:00Z d\n").as_str(),
                "line 1",
            ),
            (format!("a {key}\na {key}\n").as_str(), "twice"),
        ] {
            let error = parse(text).err().map(|error| format!("{error:#}"));
            let error = error.unwrap_or_default();
            assert!(error.contains(said), "{error}");
            assert!(!error.contains(&key), "a key is not shown");
        }
        let lines = parse(&format!("b {key}\na {key} 2026-11-18T12:00:00-06:00\n")).unwrap();
        assert_eq!((lines[0].id.as_str(), lines[0].made_at), ("b", None));
        assert_eq!(lines[1].made_at, Some(now()));
    }
}
