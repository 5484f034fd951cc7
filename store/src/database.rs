//! Reaching the database: roles, migrations, and pools that cannot see past a tenant.
//!
//! - A private cluster ([`crate::embedded`]): its superuser creates roles and the database,
//!   `tl_migrator` (as `tl_owner`) migrates, the pools log in as `tl_app`, `tl_worker` and
//!   `tl_platform`.
//! - A server of the operator's: the given login creates the roles (superuser, or CREATEROLE plus
//!   CREATE on the database), becomes `tl_owner` to migrate, and its pools run `SET ROLE` on each
//!   new connection. The privileges in force are then those of the role, not of the login.
//!
//! Either way the pools' roles are examined before use: a role that bypasses row-level security is
//! refused.

pub mod inspect;

use std::{path::PathBuf, str::FromStr, time::Duration};

use chrono::{DateTime, Utc};
use sqlx::{
    AssertSqlSafe, Connection, Executor, PgConnection, PgPool,
    migrate::Migrator,
    postgres::{PgConnectOptions, PgPoolOptions},
};

use crate::{StoreError, embedded::PrivateCluster, news::Watchers};

static MIGRATIONS: Migrator = sqlx::migrate!("../migrations");

/// Partitions of calls exist from the running month to this many months on.
const MONTHS_AHEAD: i32 = 4;

/// A caller waits for what waits for a connection.
const ACQUIRE: Duration = Duration::from_secs(3);

/// Where the database is.
#[derive(Debug, Clone)]
pub enum DatabaseSource {
    /// A private cluster, reached by its socket, with trust for every role.
    Embedded {
        socket_dir: PathBuf,
        database: String,
    },
    /// A `postgres://` URL of the operator's.
    External { url: String },
}

impl DatabaseSource {
    pub fn embedded(cluster: &PrivateCluster) -> Self {
        Self::Embedded {
            socket_dir: cluster.socket_dir().to_owned(),
            database: PrivateCluster::DATABASE.to_owned(),
        }
    }
}

/// The database, ready: migrated, with a pool for requests and media, one for workers and one for
/// the platform.
#[derive(Debug, Clone)]
pub struct Store {
    app: PgPool,
    worker: PgPool,
    platform: PgPool,
    watchers: Watchers,
}

impl Store {
    /// Connects, creates what is missing, migrates, and checks the roles.
    pub async fn connect(source: &DatabaseSource) -> Result<Self, StoreError> {
        let access = Access::of(source)?;
        access.create_database().await?;
        access.bootstrap().await?;
        access.migrate().await?;
        let store = Self {
            app: access.pool(AppRole::App, 16).await?,
            worker: access.pool(AppRole::Worker, 4).await?,
            platform: access.pool(AppRole::Platform, 4).await?,
            watchers: Watchers::default(),
        };
        check_role(&store.app).await?;
        check_role(&store.worker).await?;
        check_role(&store.platform).await?;
        Ok(store)
    }

    /// Whether a query gets an answer.
    pub async fn ping(&self) -> Result<(), StoreError> {
        sqlx::query("SELECT 1").execute(&self.app).await?;
        Ok(())
    }

    /// Whether background work gets an answer. Calls and webhooks, however many, cannot delay it.
    pub async fn probe(&self) -> Result<(), StoreError> {
        sqlx::query("SELECT 1").execute(&self.worker).await?;
        Ok(())
    }

    /// Makes the partitions of the running month and the three after it. Run at boot and daily; a
    /// call in a month that has none makes it. `now`: from 2020 to two years from the server's own
    /// present.
    pub async fn prepare_partitions(&self, now: DateTime<Utc>) -> Result<(), StoreError> {
        sqlx::query!(
            "SELECT app.ensure_call_partitions($1, $2)",
            now,
            MONTHS_AHEAD
        )
        .execute(&self.worker)
        .await?;
        Ok(())
    }

    /// Closes the pools, after what runs on them has ended.
    pub async fn close(&self) {
        self.app.close().await;
        self.worker.close().await;
        self.platform.close().await;
    }

    pub(crate) const fn app_pool(&self) -> &PgPool {
        &self.app
    }

    pub(crate) const fn worker_pool(&self) -> &PgPool {
        &self.worker
    }

    pub(crate) const fn platform_pool(&self) -> &PgPool {
        &self.platform
    }

    pub(crate) const fn watchers(&self) -> &Watchers {
        &self.watchers
    }
}

#[derive(Debug, Clone, Copy)]
enum AppRole {
    App,
    Worker,
    Platform,
}

impl AppRole {
    const fn name(self) -> &'static str {
        match self {
            Self::App => "tl_app",
            Self::Worker => "tl_worker",
            Self::Platform => "tl_platform",
        }
    }

    const fn become_it(self) -> &'static str {
        match self {
            Self::App => "SET ROLE tl_app",
            Self::Worker => "SET ROLE tl_worker",
            Self::Platform => "SET ROLE tl_platform",
        }
    }
}

/// How each role is reached.
struct Access {
    options: PgConnectOptions,
    /// Every role can log in; else one login becomes each role.
    logs_in_as_roles: bool,
    database: String,
}

impl Access {
    fn of(source: &DatabaseSource) -> Result<Self, StoreError> {
        match source {
            DatabaseSource::Embedded {
                socket_dir,
                database,
            } => Ok(Self {
                options: PgConnectOptions::new_without_pgpass()
                    .socket(socket_dir)
                    .username(PrivateCluster::SUPERUSER)
                    .database(database),
                logs_in_as_roles: true,
                database: database.clone(),
            }),
            DatabaseSource::External { url } => {
                let scheme = url.starts_with("postgres://") || url.starts_with("postgresql://");
                let options = PgConnectOptions::from_str(url).ok().filter(|_| scheme);
                let options = options.ok_or_else(|| {
                    StoreError::Unfit(
                        "DATABASE_URL cannot be read; it should look like \
                         postgres://user:password@host:5432/database"
                            .to_owned(),
                    )
                })?;
                Ok(Self {
                    options,
                    logs_in_as_roles: false,
                    database: String::new(),
                })
            }
        }
    }

    /// A private cluster starts without our database; an operator's server has the one it names.
    async fn create_database(&self) -> Result<(), StoreError> {
        if !self.logs_in_as_roles {
            return Ok(());
        }
        let mut conn =
            PgConnection::connect_with(&self.options.clone().database("postgres")).await?;
        let exists: bool =
            sqlx::query_scalar("SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)")
                .bind(&self.database)
                .fetch_one(&mut conn)
                .await?;
        if !exists {
            let name = self.database.replace('"', "\"\"");
            conn.execute(AssertSqlSafe(format!("CREATE DATABASE \"{name}\"")))
                .await?;
        }
        Ok(conn.close().await?)
    }

    async fn bootstrap(&self) -> Result<(), StoreError> {
        let mut conn = PgConnection::connect_with(&self.options).await?;
        // Nodes that start together take turns.
        conn.execute("SELECT pg_advisory_lock(hashtext('trunkline.bootstrap'))")
            .await?;
        let done = conn
            .execute(sqlx::raw_sql(include_str!("database/bootstrap.sql")))
            .await;
        if let Err(error) = done {
            let denied = error
                .as_database_error()
                .is_some_and(|e| e.code().as_deref() == Some("42501"));
            if denied {
                return Err(StoreError::Unfit(format!(
                    "the database login may not create roles or a schema; give it CREATEROLE and \
                     CREATE on the database, and let an administrator run CREATE EXTENSION \
                     btree_gist and btree_gin if that is refused ({error})"
                )));
            }
            return Err(error.into());
        }
        Ok(conn.close().await?)
    }

    async fn migrate(&self) -> Result<(), StoreError> {
        let mut options = self.options.clone().options([("search_path", "app")]);
        if self.logs_in_as_roles {
            options = options.username("tl_migrator");
        }
        let mut conn = PgConnection::connect_with(&options).await?;
        conn.execute("SET ROLE tl_owner").await?;
        MIGRATIONS.run(&mut conn).await?;
        Ok(conn.close().await?)
    }

    async fn pool(&self, role: AppRole, size: u32) -> Result<PgPool, StoreError> {
        let pool = PgPoolOptions::new()
            .max_connections(size)
            .acquire_timeout(ACQUIRE);
        if self.logs_in_as_roles {
            return Ok(pool
                .connect_with(self.options.clone().username(role.name()))
                .await?);
        }
        let pool = pool.after_connect(move |conn, _| {
            Box::pin(async move { conn.execute(role.become_it()).await.map(|_| ()) })
        });
        Ok(pool.connect_with(self.options.clone()).await?)
    }
}

/// A connection past row-level security, for what is copied in by the million. A
/// [`StoreError::Unfit`] where the login is no superuser.
pub(crate) async fn superuser(source: &DatabaseSource) -> Result<PgConnection, StoreError> {
    let mut conn = PgConnection::connect_with(&Access::of(source)?.options).await?;
    let is_superuser: bool =
        sqlx::query_scalar("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
            .fetch_one(&mut conn)
            .await?;
    if is_superuser {
        return Ok(conn);
    }
    Err(StoreError::Unfit(
        "this writes past row-level security and takes the database's superuser; use a private \
         database (no DATABASE_URL), or a superuser's DATABASE_URL"
            .to_owned(),
    ))
}

/// Refuses a role that row-level security does not bind.
async fn check_role(pool: &PgPool) -> Result<(), StoreError> {
    let (name, unbound): (String, bool) = sqlx::query_as(
        "SELECT r.rolname::text, r.rolsuper OR r.rolbypassrls OR pg_has_role(r.rolname, 'tl_owner', 'MEMBER') \
         FROM pg_roles r WHERE r.rolname = current_user",
    )
    .fetch_one(pool)
    .await?;
    if unbound {
        return Err(StoreError::Unfit(format!(
            "role {name} is a superuser, bypasses row-level security or may become tl_owner, so \
             tenants would not be kept apart; remove that from the role"
        )));
    }
    Ok(())
}
