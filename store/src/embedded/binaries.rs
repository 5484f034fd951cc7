//! Finding initdb and postgres.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use super::{ClusterOptions, EmbeddedError};

/// `PG_BIN_DIR`, Debian's folders (that of existing data's version, else the newest), the set-up's
/// folder, `PATH`.
pub(super) fn find(options: &ClusterOptions, data: &Path) -> Result<PathBuf, EmbeddedError> {
    let version = data_version(data);
    let found = match std::env::var_os("PG_BIN_DIR").filter(|dir| !dir.is_empty()) {
        Some(dir) if has_server(Path::new(&dir)) => PathBuf::from(dir),
        Some(dir) => return Err(EmbeddedError::NotABinDir(dir.into())),
        None => installed(version.as_deref())
            .or_else(|| options.bin_dir.clone().filter(|dir| has_server(dir)))
            .or_else(on_path)
            .ok_or(EmbeddedError::NoBinaries)?,
    };
    if let Some(data_version) = version {
        let found_version = server_version(&found);
        if found_version != data_version {
            return Err(EmbeddedError::OtherVersion {
                path: data.to_owned(),
                data: data_version,
                found: found_version,
            });
        }
    }
    Ok(found)
}

/// The major version that made the data, such as `15`.
fn data_version(data: &Path) -> Option<String> {
    Some(
        fs::read_to_string(data.join("PG_VERSION"))
            .ok()?
            .trim()
            .to_owned(),
    )
}

fn installed(version: Option<&str>) -> Option<PathBuf> {
    let mut folders: Vec<(u32, PathBuf)> = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| {
            let major = entry.file_name().to_str()?.parse().ok()?;
            Some((major, entry.path().join("bin")))
        })
        .filter(|(_, dir)| has_server(dir))
        .collect();
    folders.sort();
    let fitting = folders
        .iter()
        .position(|(major, _)| version.is_some_and(|wanted| wanted == major.to_string()));
    match fitting {
        Some(at) => Some(folders.swap_remove(at).1),
        // Other data than ours to run: a given folder may fit better than the wrong version.
        None if version.is_some() => None,
        None => folders.pop().map(|(_, dir)| dir),
    }
}

fn on_path() -> Option<PathBuf> {
    std::env::split_paths(&std::env::var_os("PATH")?).find(|dir| has_server(dir))
}

fn has_server(dir: &Path) -> bool {
    dir.join("initdb").is_file() && dir.join("postgres").is_file()
}

/// The major version of `postgres (PostgreSQL) 15.18 (Debian ...)`.
fn server_version(bin: &Path) -> String {
    let answer = Command::new(bin.join("postgres")).arg("--version").output();
    let text = answer
        .map(|o| String::from_utf8_lossy(&o.stdout).into_owned())
        .unwrap_or_default();
    text.split_whitespace()
        .find(|word| word.starts_with(|c: char| c.is_ascii_digit()))
        .and_then(|version| version.split(|c: char| !c.is_ascii_digit()).next())
        .unwrap_or("of an unknown version")
        .to_owned()
}
