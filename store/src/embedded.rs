//! A private Postgres for a node that was given none: installed server binaries, our own data
//! folder, a socket that only we can reach, no TCP port.
//!
//! The cluster trusts every role, because its socket lies in a folder with mode 0700. It stops with
//! the node: cleanly by [`PrivateCluster::stop`] or drop, and by a signal of the kernel when the
//! node is killed. What a killed run left behind is recovered at the next start.
//!
//! Postgres refuses to run as root; as root the cluster runs as `postgres`, else as `nobody`, which
//! must be able to reach the folder.
//!
//! Knows nothing of what is stored in it.

mod binaries;
mod folders;
mod keeper;
mod process;

use std::{
    io,
    path::{Path, PathBuf},
};

use keeper::Keeper;

/// Where the cluster lives, and where binaries may be.
#[derive(Debug, Clone, Default)]
pub struct ClusterOptions {
    /// Holds the cluster's files, log and (if its path is short) socket. Made if missing. It belongs
    /// to the cluster alone: keep it apart from other data.
    pub data_dir: PathBuf,
    /// Server binaries that a set-up unpacked. Tried after `PG_BIN_DIR` and
    /// `/usr/lib/postgresql/*/bin`, before `PATH`.
    pub bin_dir: Option<PathBuf>,
}

/// A running private cluster.
#[derive(Debug)]
pub struct PrivateCluster {
    socket_dir: PathBuf,
    keeper: Option<Keeper>,
}

/// Why there is no private cluster.
#[derive(Debug, thiserror::Error)]
pub enum EmbeddedError {
    #[error(
        "no PostgreSQL server programs found; install them (Debian: apt-get install postgresql), set \
         PG_BIN_DIR to a folder with initdb and postgres, or set DATABASE_URL to a server"
    )]
    NoBinaries,
    #[error("PG_BIN_DIR is {path}, which has no initdb and postgres in it", path = .0.display())]
    NotABinDir(PathBuf),
    #[error(
        "the data in {path} was made by PostgreSQL {data}, the programs found are {found}; install \
         postgresql-{data} or set PG_BIN_DIR to it",
        path = .path.display()
    )]
    OtherVersion {
        path: PathBuf,
        data: String,
        found: String,
    },
    #[error(
        "running as root, PostgreSQL runs as {user}, who cannot enter {path}; choose a data folder \
         (or PG_BIN_DIR) that others may pass through, such as one below /var/lib",
        path = .path.display()
    )]
    Unreachable { user: String, path: PathBuf },
    #[error(
        "running as root, but there is neither a postgres nor a nobody user to run PostgreSQL as"
    )]
    NoUser,
    #[error(
        "{path} is in use by another running PostgreSQL (process {pid}): a server or \
         `trunkline talk` works with this data folder; stop it, or choose another with --data-dir",
        path = .path.display()
    )]
    InUse { path: PathBuf, pid: u32 },
    #[error("{path} exists and is not a private folder of ours", path = .0.display())]
    NotOurs(PathBuf),
    #[error("initdb failed: {0}")]
    InitDb(String),
    #[error("PostgreSQL did not start ({why}); its log is {log}", log = .log.display())]
    NotStarted { why: String, log: PathBuf },
    #[error("{what} {path}: {source}", path = .path.display())]
    Io {
        what: &'static str,
        path: PathBuf,
        source: io::Error,
    },
}

impl PrivateCluster {
    /// The database that the store uses; [`crate::Store::connect`] makes it.
    pub const DATABASE: &'static str = "trunkline";
    /// Made by initdb; sets up roles and the database and is not used after that.
    pub const SUPERUSER: &'static str = "postgres";

    /// Starts the cluster, making it first if there is none; returns when it takes connections.
    /// Blocks: about a second the first time, a tenth later, longer after a crash.
    pub fn start(options: &ClusterOptions) -> Result<Self, EmbeddedError> {
        let place = folders::prepare(options)?;
        let keeper = Keeper::start(&place)?;
        Ok(Self {
            socket_dir: place.socket_dir,
            keeper: Some(keeper),
        })
    }

    /// The socket folder of a cluster that another process runs in this folder; `None` when none
    /// does.
    pub fn running_in(data_dir: &Path) -> Option<PathBuf> {
        let data = data_dir.canonicalize().ok()?.join("data");
        keeper::running(&data).and_then(|running| running.socket_dir)
    }

    /// The folder of the socket.
    pub fn socket_dir(&self) -> &Path {
        &self.socket_dir
    }

    /// The URL of a role, for psql: `tl_app`, `tl_worker` or [`Self::SUPERUSER`].
    pub fn url(&self, role: &str) -> String {
        let host = percent_encode(&self.socket_dir.to_string_lossy());
        format!("postgres://{role}@localhost/{}?host={host}", Self::DATABASE)
    }

    /// The process of the server.
    pub fn pid(&self) -> Option<u32> {
        self.keeper.as_ref().map(Keeper::pid)
    }

    /// Stops the cluster and waits until it is down. Connections that are still open are closed.
    pub fn stop(mut self) {
        self.keeper.take();
    }
}

fn io_error(what: &'static str, path: &Path) -> impl FnOnce(io::Error) -> EmbeddedError {
    let path = path.to_owned();
    move |source| EmbeddedError::Io { what, path, source }
}

fn percent_encode(text: &str) -> String {
    use std::fmt::Write;

    text.bytes().fold(String::new(), |mut url, byte| {
        if byte.is_ascii_alphanumeric() || b"/-_.".contains(&byte) {
            url.push(char::from(byte));
        } else {
            let _ = write!(url, "%{byte:02X}"); // writing to a String cannot fail
        }
        url
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_socket_folder_is_written_into_the_url_byte_by_byte() {
        let cluster = PrivateCluster {
            socket_dir: "/tmp/a b/ü".into(),
            keeper: None,
        };
        let url = cluster.url("tl_app");
        assert_eq!(
            url,
            "postgres://tl_app@localhost/trunkline?host=/tmp/a%20b/%C3%BC"
        );
    }
}
