//! The file of the node's keys: made at the first start, readable by this user alone.
//!
//! One key to a line, its id and 64 hexadecimal digits; the first is used, all are accepted. Nodes
//! that share a database share the file.

use std::{
    fs,
    io::{ErrorKind, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

use anyhow::{Context, bail, ensure};

use crate::secrets::Keyring;

/// Where the keys are kept unless the operator says otherwise.
pub fn path(data_dir: &Path) -> PathBuf {
    data_dir.join("keys")
}

/// Reads the keys, making the first one if there is no file.
pub fn read_or_make(path: &Path) -> anyhow::Result<Keyring> {
    match fs::read_to_string(path) {
        Ok(text) => parse(&text).with_context(|| format!("cannot use {}", path.display())),
        Err(error) if error.kind() == ErrorKind::NotFound => make(path),
        Err(error) => Err(error).with_context(|| format!("cannot read {}", path.display())),
    }
}

fn make(path: &Path) -> anyhow::Result<Keyring> {
    let key = Keyring::fresh_key();
    // An id that no other node's first key has, so that keys of two nodes are never confused.
    let id = format!("k{}", hex::encode(&Keyring::fresh_key()[..4]));
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    }
    let mut file = fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
        .with_context(|| format!("cannot write {}", path.display()))?;
    writeln!(file, "{id} {}", hex::encode(key))?;
    file.sync_all()?;
    Keyring::new([(id, key)]).context("a ring of one key")
}

fn parse(text: &str) -> anyhow::Result<Keyring> {
    let mut keys: Vec<(String, [u8; 32])> = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        let mut words = line.split_whitespace();
        let Some(id) = words.next().filter(|id| !id.starts_with('#')) else {
            continue;
        };
        let digits = words.next().unwrap_or_default();
        let mut key = [0; 32];
        if hex::decode_to_slice(digits, &mut key).is_err() || words.next().is_some() {
            bail!("line {number} must be an id and 64 hexadecimal digits");
        }
        ensure!(
            keys.iter().all(|(known, _)| known != id),
            "line {number}: key {id:?} is there twice"
        );
        keys.push((id.to_owned(), key));
    }
    Keyring::new(keys).context("there is no key in it; delete the file to have one made")
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn the_first_key_is_made_once_and_private() {
        let dir = tempfile::tempdir().unwrap();
        let path = path(&dir.path().join("fresh"));
        let made = read_or_make(&path).unwrap();
        let again = read_or_make(&path).unwrap();
        assert_eq!(made.current(), again.current());
        let sealed = made.seal("x", b"s").unwrap();
        assert_eq!(again.open("x", &sealed).unwrap(), b"s");
        let mode = fs::metadata(path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    #[test]
    fn a_file_that_is_no_ring_is_said_with_its_line() {
        let key = "0f".repeat(32);
        for (text, said) in [
            ("", "no key"),
            ("# only words\n", "no key"),
            ("a 00ff\n", "line 1"),
            (format!("a {key}\nb {key} c\n").as_str(), "line 2"),
            (format!("a {key}\na {key}\n").as_str(), "twice"),
        ] {
            let error = format!("{:#}", parse(text).unwrap_err());
            assert!(error.contains(said), "{error}");
        }
        assert_eq!(
            parse(&format!("b {key}\na {key}\n")).unwrap().current(),
            "b"
        );
    }
}
