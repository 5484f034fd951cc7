//! The node's database: the operator's, or a private one in the data folder.

use std::path::{Path, PathBuf};

use anyhow::Context;
use secrecy::ExposeSecret;
use store::{
    DatabaseSource, Store,
    embedded::{ClusterOptions, EmbeddedError, PrivateCluster},
};

use crate::config::Config;

/// A database that can be connected to. Dropping it stops a private cluster.
#[derive(Debug)]
pub struct Database {
    source: DatabaseSource,
    cluster: Option<PrivateCluster>,
}

impl Database {
    /// Starts a private cluster where the operator named no server. Call it on the main thread.
    pub fn start(config: &Config) -> anyhow::Result<Self> {
        if let Some(url) = &config.database_url {
            let url = url.expose_secret().to_owned();
            return Ok(Self {
                source: DatabaseSource::External { url },
                cluster: None,
            });
        }
        let cluster = start_cluster(&config.data_dir)?;
        Ok(Self {
            source: DatabaseSource::embedded(&cluster),
            cluster: Some(cluster),
        })
    }

    /// As [`Self::start`], but where a node runs on the same data folder its database is shared.
    pub fn share(config: &Config) -> anyhow::Result<Self> {
        let own = config.data_dir.join("postgres");
        let folders = [own.clone(), elsewhere(&own)?];
        let running = folders
            .iter()
            .find_map(|dir| PrivateCluster::running_in(dir));
        match running.filter(|_| config.database_url.is_none()) {
            Some(socket_dir) => Ok(Self {
                source: DatabaseSource::Embedded {
                    socket_dir,
                    database: PrivateCluster::DATABASE.to_owned(),
                },
                cluster: None,
            }),
            None => Self::start(config),
        }
    }

    /// As [`Self::share`]; `None` where there is no database yet and a start would make one.
    pub fn existing(config: &Config) -> anyhow::Result<Option<Self>> {
        let own = config.data_dir.join("postgres");
        let is_there = config.database_url.is_some()
            || [own.clone(), elsewhere(&own)?]
                .iter()
                .any(|dir| dir.join("data/PG_VERSION").exists());
        is_there.then(|| Self::share(config)).transpose()
    }

    /// Where it is, for [`store::database::inspect`].
    pub const fn source(&self) -> &DatabaseSource {
        &self.source
    }

    /// Connects, migrates, checks the roles.
    pub async fn connect(&self) -> anyhow::Result<Store> {
        let whose = match self.source {
            DatabaseSource::Embedded { .. } => "the private database",
            DatabaseSource::External { .. } => "DATABASE_URL",
        };
        Store::connect(&self.source)
            .await
            .with_context(|| format!("cannot use {whose}"))
    }

    /// Where a private cluster can be reached; `None` with a server of the operator's.
    pub fn socket_dir(&self) -> Option<&Path> {
        self.cluster.as_ref().map(PrivateCluster::socket_dir)
    }
}

fn start_cluster(data_dir: &Path) -> anyhow::Result<PrivateCluster> {
    let own = data_dir.join("postgres");
    tracing::info!(path = %own.display(), "starting the private database");
    match PrivateCluster::start(&options(own.clone())) {
        Ok(cluster) => Ok(cluster),
        // Run by root below a folder that only root may enter: PostgreSQL, which refuses to run as
        // root, needs another place.
        Err(EmbeddedError::Unreachable { .. }) => {
            let elsewhere = elsewhere(&own)?;
            tracing::info!(
                path = %elsewhere.display(),
                "only root can enter the data folder: the database is kept elsewhere"
            );
            std::fs::create_dir_all(ELSEWHERE).context(ELSEWHERE)?;
            Ok(PrivateCluster::start(&options(elsewhere))?)
        }
        Err(error) => Err(error.into()),
    }
}

fn options(data_dir: PathBuf) -> ClusterOptions {
    ClusterOptions {
        data_dir,
        bin_dir: None,
    }
}

/// Where the database of a data folder is kept that PostgreSQL's user cannot enter.
fn elsewhere(own: &Path) -> anyhow::Result<PathBuf> {
    Ok(Path::new(ELSEWHERE).join(name_of(own)?))
}

/// One name for each data folder.
fn name_of(path: &Path) -> anyhow::Result<String> {
    let path = std::path::absolute(path).context("the data folder's path")?;
    let name: String = path
        .to_string_lossy()
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '-' })
        .collect();
    Ok(name.trim_matches('-').to_owned())
}

const ELSEWHERE: &str = "/var/lib/trunkline";
