//! The node's keys as they are kept: a file, made at the first start, readable by this user alone.
//!
//! A running node follows the file, so that a key can be replaced under it (`trunkline keys`). Nodes
//! that share a database share the file.

pub mod file;

use std::{
    fs, io,
    os::unix::fs::MetadataExt as _,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

use anyhow::Context;
use chrono::{DateTime, Utc};

use self::file::KeyLine;
use crate::secrets::{KeySource, Keyring, MasterKey};

/// Where the keys are kept unless the operator says otherwise.
pub fn path(data_dir: &Path) -> PathBuf {
    data_dir.join("keys")
}

/// Reads the keys, making the first one if there is no file, and follows the file from then on.
pub fn read_or_make(path: &Path, now: DateTime<Utc>) -> anyhow::Result<Keyring> {
    let seen = Stamp::of(path).ok();
    let lines = match file::read(path)? {
        Some(lines) => lines,
        None => vec![file::make_first(path, now)?],
    };
    let followed = Followed {
        path: path.to_owned(),
        seen: Mutex::new(seen),
    };
    Keyring::following(masters(lines), followed).context("a file of keys has one at least")
}

/// The keys of lines.
pub fn masters(lines: Vec<KeyLine>) -> Vec<MasterKey> {
    let key = lines.into_iter().map(|line| (line.id, line.key));
    key.collect()
}

/// The file, and what it was like when it was read last.
struct Followed {
    path: PathBuf,
    /// `None`: it could not be looked at.
    seen: Mutex<Option<Stamp>>,
}

/// What differs when a file was written or replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Stamp {
    inode: u64,
    bytes: u64,
    modified: (i64, i64),
}

impl Stamp {
    fn of(path: &Path) -> io::Result<Self> {
        let file = fs::metadata(path)?;
        Ok(Self {
            inode: file.ino(),
            bytes: file.len(),
            modified: (file.mtime(), file.mtime_nsec()),
        })
    }
}

impl KeySource for Followed {
    /// A file that cannot be read changes nothing: what is known is used on, and the log says so once.
    fn changed(&self) -> Option<Vec<MasterKey>> {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let stamp = Stamp::of(&self.path).ok();
        if *seen == stamp {
            return None;
        }
        *seen = stamp;
        match file::read(&self.path) {
            Ok(Some(lines)) => {
                let ids: Vec<_> = lines.iter().map(|line| line.id.as_str()).collect();
                tracing::info!(keys = ids.join(" "), "the keys were read again");
                Some(masters(lines))
            }
            Ok(None) => {
                let path = self.path.display();
                tracing::error!(%path, "the file of the keys is gone: the known ones are used on");
                None
            }
            Err(error) => {
                tracing::error!(
                    error = format!("{error:#}"),
                    "the keys changed and cannot be read: the known ones are used on"
                );
                None
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> DateTime<Utc> {
        "2026-11-18T18:00:00Z".parse().unwrap()
    }

    #[test]
    fn the_first_key_is_made_once() {
        let dir = tempfile::tempdir().unwrap();
        let path = path(&dir.path().join("fresh"));
        let made = read_or_make(&path, now()).unwrap();
        let again = read_or_make(&path, now()).unwrap();
        assert_eq!(made.current(), again.current());
        let sealed = made.seal("x", b"s").unwrap();
        assert_eq!(again.open("x", &sealed).unwrap(), b"s");
    }

    #[test]
    fn a_running_node_follows_its_file() {
        let dir = tempfile::tempdir().unwrap();
        let path = path(dir.path());
        let keys = read_or_make(&path, now()).unwrap();
        let first = keys.current();
        let sealed = keys.seal("x", b"s").unwrap();
        let second = file::add(&path, now()).unwrap();
        assert_eq!(keys.current(), second);
        assert_eq!(keys.open("x", &sealed).unwrap(), b"s", "accepted on");
        let whole = fs::read_to_string(&path).unwrap();
        fs::write(&path, "nonsense").unwrap();
        assert_eq!(
            keys.current(),
            second,
            "what cannot be read changes nothing"
        );
        fs::remove_file(&path).unwrap();
        assert_eq!(keys.current(), second, "nor does a file that is gone");
        fs::write(&path, whole).unwrap();
        file::remove(&path, &first).unwrap();
        assert!(keys.seal("x", b"s").is_ok());
        assert!(keys.open("x", &sealed).is_err(), "thrown away");
    }
}
