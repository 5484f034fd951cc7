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

    /// Connects, migrates, checks the roles.
    pub async fn connect(&self) -> anyhow::Result<Store> {
        let whose = if self.cluster.is_some() {
            "the private database"
        } else {
            "DATABASE_URL"
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
            let elsewhere = Path::new("/var/lib/trunkline").join(name_of(&own)?);
            tracing::info!(
                path = %elsewhere.display(),
                "only root can enter the data folder: the database is kept elsewhere"
            );
            std::fs::create_dir_all("/var/lib/trunkline").context("/var/lib/trunkline")?;
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
