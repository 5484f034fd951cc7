//! The cluster's folders: who owns them, and a socket path that is short enough.

use std::{
    fs,
    os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt, chown},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use sha2::{Digest, Sha256};

use super::{ClusterOptions, EmbeddedError, binaries, io_error};

/// Everything a server needs to be started.
#[derive(Debug, Clone)]
pub(super) struct Place {
    pub(super) bin_dir: PathBuf,
    pub(super) data: PathBuf,
    pub(super) socket_dir: PathBuf,
    pub(super) log: PathBuf,
    pub(super) user: Option<User>,
}

/// Whom the server runs as, when we are root.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct User {
    name: String,
    uid: u32,
    gid: u32,
}

impl Place {
    /// One of the server's programs, with nothing of our environment.
    pub(super) fn command(&self, program: &str) -> Command {
        use std::os::unix::process::CommandExt;

        let mut command = Command::new(self.bin_dir.join(program));
        command
            .env_clear()
            .env("LC_ALL", "C.UTF-8")
            .env("TZ", "UTC")
            .stdin(Stdio::null());
        if let Some(user) = &self.user {
            command.uid(user.uid).gid(user.gid);
        }
        command
    }
}

/// Makes the folders, finds the binaries, and creates the cluster if there is none.
pub(super) fn prepare(options: &ClusterOptions) -> Result<Place, EmbeddedError> {
    let user = unprivileged()?;
    let given = &options.data_dir;
    fs::create_dir_all(given).map_err(io_error("cannot make the data folder", given))?;
    let root = given
        .canonicalize()
        .map_err(io_error("cannot find the data folder", given))?;
    let data = root.join("data");
    let bin_dir = binaries::find(options, &data)?;
    if let Some(user) = &user {
        user.can_enter(&root)?;
        user.can_enter(&bin_dir.join("postgres"))?;
    }
    own(&root, user.as_ref())?;
    let socket_dir = make_socket_dir(&root, user.as_ref())?;
    let place = Place {
        bin_dir,
        data,
        socket_dir,
        log: root.join("postgres.log"),
        user,
    };
    if !place.data.join("PG_VERSION").exists() {
        create_cluster(&place, &root)?;
    }
    Ok(place)
}

/// Made beside its place and then renamed, so that a killed run leaves no half cluster.
fn create_cluster(place: &Place, root: &Path) -> Result<(), EmbeddedError> {
    let unfinished = root.join("data.unfinished");
    if unfinished.exists() {
        fs::remove_dir_all(&unfinished).map_err(io_error("cannot remove", &unfinished))?;
    }
    let output = place
        .command("initdb")
        .current_dir(root)
        .args(["-A", "trust", "-U", super::PrivateCluster::SUPERUSER])
        .args(["-E", "UTF8", "--locale=C.UTF-8", "-D"])
        .arg(&unfinished)
        .output()
        .map_err(io_error("cannot run", &place.bin_dir.join("initdb")))?;
    if !output.status.success() {
        return Err(EmbeddedError::InitDb(
            String::from_utf8_lossy(&output.stderr).trim().to_owned(),
        ));
    }
    fs::rename(&unfinished, &place.data).map_err(io_error("cannot put in place", &place.data))
}

/// Beside the data if the path fits into a socket address, else in a private folder of its own.
fn make_socket_dir(root: &Path, user: Option<&User>) -> Result<PathBuf, EmbeddedError> {
    let beside = root.join("socket");
    let dir = if beside.as_os_str().len() <= LONGEST_SOCKET_DIR {
        beside
    } else {
        let hash = hex::encode(&Sha256::digest(root.as_os_str().as_encoded_bytes())[..8]);
        let runtime = std::env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from);
        let short = |dir: &PathBuf| user.is_none() && dir.is_dir() && dir.as_os_str().len() < 60;
        runtime
            .filter(short)
            .unwrap_or_else(|| "/tmp".into())
            .join(format!("trunkline-{hash}"))
    };
    let made = fs::DirBuilder::new().mode(0o700).create(&dir);
    if let Err(error) = made {
        let there = fs::symlink_metadata(&dir).map_err(|_| io_error("cannot make", &dir)(error))?;
        let owner = there.uid();
        let ours = owner == our_uid()? || user.is_some_and(|u| u.uid == owner);
        if !there.is_dir() || !ours {
            return Err(EmbeddedError::NotOurs(dir));
        }
    }
    own(&dir, user)?;
    Ok(dir)
}

fn own(dir: &Path, user: Option<&User>) -> Result<(), EmbeddedError> {
    if let Some(user) = user {
        chown(dir, Some(user.uid), Some(user.gid)).map_err(io_error("cannot hand over", dir))?;
    }
    fs::set_permissions(dir, fs::Permissions::from_mode(0o700))
        .map_err(io_error("cannot make private", dir))
}

/// The user to become, if we are root.
fn unprivileged() -> Result<Option<User>, EmbeddedError> {
    if our_uid()? != 0 {
        return Ok(None);
    }
    let passwd = Path::new("/etc/passwd");
    let text = fs::read_to_string(passwd).map_err(io_error("cannot read", passwd))?;
    let user = ["postgres", "nobody"].iter().find_map(|name| {
        text.lines()
            .filter_map(User::parse)
            .find(|user| user.name == *name)
    });
    user.map(Some).ok_or(EmbeddedError::NoUser)
}

/// Without a system call of our own: who owns our own process.
fn our_uid() -> Result<u32, EmbeddedError> {
    let me = Path::new("/proc/self");
    Ok(fs::metadata(me).map_err(io_error("cannot read", me))?.uid())
}

impl User {
    /// Reads a line of /etc/passwd: `name:x:uid:gid:...`.
    fn parse(line: &str) -> Option<Self> {
        let mut fields = line.split(':');
        let name = fields.next()?.to_owned();
        let uid = fields.nth(1)?.parse().ok()?;
        let gid = fields.next()?.parse().ok()?;
        Some(Self { name, uid, gid })
    }

    /// Whether every folder above `path` lets this user pass.
    fn can_enter(&self, path: &Path) -> Result<(), EmbeddedError> {
        let path = path.canonicalize().map_err(io_error("cannot find", path))?;
        for folder in path.ancestors().skip(1) {
            let meta = fs::metadata(folder).map_err(io_error("cannot read", folder))?;
            let bit = if meta.uid() == self.uid {
                0o100
            } else if meta.gid() == self.gid {
                0o010
            } else {
                0o001
            };
            if meta.mode() & bit == 0 {
                return Err(EmbeddedError::Unreachable {
                    user: self.name.clone(),
                    path: folder.to_owned(),
                });
            }
        }
        Ok(())
    }
}

/// A socket address holds 107 bytes, of which `/.s.PGSQL.5432.lock` takes 19.
const LONGEST_SOCKET_DIR: usize = 107 - 19;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_passwd_is_read_and_a_broken_one_is_not() {
        let user =
            User::parse("postgres:x:101:104:PostgreSQL:/var/lib/postgresql:/bin/bash").unwrap();
        assert_eq!(
            user,
            User {
                name: "postgres".into(),
                uid: 101,
                gid: 104
            }
        );
        assert_eq!(User::parse("postgres:x:who:104"), None);
        assert_eq!(User::parse(""), None);
    }

    #[test]
    fn a_folder_closed_to_others_is_named() {
        let outer = tempfile::tempdir().unwrap();
        fs::set_permissions(outer.path(), fs::Permissions::from_mode(0o700)).unwrap();
        let inner = outer.path().join("data");
        fs::create_dir(&inner).unwrap();
        let stranger = User {
            name: "stranger".into(),
            uid: 54_321,
            gid: 54_321,
        };
        let error = stranger.can_enter(&inner).unwrap_err();
        assert!(
            matches!(&error, EmbeddedError::Unreachable { path, .. } if path == outer.path()),
            "{error}"
        );
    }
}
