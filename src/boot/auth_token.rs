//! The token that signs for the carrier.
//!
//! With an account, it is the account's. Without one, a random token is made once and kept in the
//! data folder, where only this user can read it, so that local tools can sign as the carrier
//! does: requests are verified in either case.

use std::{
    fs,
    io::{ErrorKind, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

use anyhow::Context;
use rand::RngCore;
use secrecy::SecretString;

/// Where the local token is kept.
pub fn path(data_dir: &Path) -> PathBuf {
    data_dir.join("local_auth_token")
}

/// Reads the local token; `None` when there is none yet.
pub fn read(data_dir: &Path) -> anyhow::Result<Option<SecretString>> {
    let path = path(data_dir);
    match fs::read_to_string(&path) {
        Ok(token) => Ok(Some(SecretString::from(token.trim()))),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("cannot read {}", path.display())),
    }
}

/// Reads the local token, making it first if there is none.
pub fn read_or_make(data_dir: &Path) -> anyhow::Result<SecretString> {
    if let Some(token) = read(data_dir)? {
        return Ok(token);
    }
    let mut bytes = [0; 32];
    rand::rng().fill_bytes(&mut bytes);
    let token = hex::encode(bytes);
    let path = path(data_dir);
    fs::create_dir_all(data_dir).with_context(|| format!("cannot make {}", data_dir.display()))?;
    let mut file = fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&path)
        .with_context(|| format!("cannot write {}", path.display()))?;
    file.write_all(token.as_bytes())?;
    Ok(SecretString::from(token))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use secrecy::ExposeSecret;

    use super::*;

    #[test]
    fn the_token_is_made_once_and_private() {
        let dir = tempfile::tempdir().unwrap();
        assert!(read(dir.path()).unwrap().is_none());
        let made = read_or_make(dir.path()).unwrap();
        assert_eq!(made.expose_secret().len(), 64);
        let again = read_or_make(dir.path()).unwrap();
        assert_eq!(made.expose_secret(), again.expose_secret());
        let mode = fs::metadata(path(dir.path())).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}
