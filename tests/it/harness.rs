//! What every scenario starts from: a real Postgres for the binary, and for each test a database of
//! its own with root and the demo tenant.

use std::{
    net::SocketAddr,
    path::Path,
    sync::{
        Arc, Mutex, Weak,
        atomic::{AtomicU32, Ordering},
    },
};

use chrono::{DateTime, TimeZone, Utc};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, postgres::PgConnectOptions};
use store::{
    Actor, DatabaseSource, Store, TenantScope, TenantTx,
    call::{CallMode, CallRef, Direction, NewCall},
    embedded::{ClusterOptions, PrivateCluster},
    seed::SeedOptions,
    tenant::ResolutionMethod,
};
use tempfile::TempDir;
use tenant_config::{id::TenantId, phone::IvrMode};
use trunkline::clock::Clock;

use crate::chaos::Upstream;

/// The demo tenant's numbers, by how they are answered, and where they forward to.
pub(crate) const SIMPLE: &str = "+19185550101";
pub(crate) const IVR: &str = "+19185550102";
pub(crate) const AI_VOICE: &str = "+19185550103";
pub(crate) const TEAM: &str = "+19185550199";

/// A database with root and the demo tenant. The cluster goes with the last test that uses it.
pub(crate) struct Db {
    pub(crate) store: Store,
    pub(crate) demo: TenantId,
    name: String,
    cluster: Arc<Cluster>,
}

struct Cluster {
    // Stops before its folder goes: fields are dropped in order.
    postgres: PrivateCluster,
    /// A seeded database to copy, made by the first test that needs one.
    template: tokio::sync::Mutex<bool>,
    _folder: TempDir,
}

impl Db {
    pub(crate) async fn seeded() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let cluster = shared_cluster();
        let name = format!("test_{}", COUNT.fetch_add(1, Ordering::Relaxed));
        cluster.copy_template(&name).await;
        let store = Store::connect(&cluster.source(&name)).await.unwrap();
        let demo = store
            .tenant_by_slug("bright-dental")
            .await
            .unwrap()
            .unwrap();
        Self {
            store,
            demo,
            name,
            cluster,
        }
    }

    /// A connection past the store and past row-level security, to arrange and to look.
    pub(crate) async fn admin(&self) -> PgConnection {
        connect(self.cluster.postgres.socket_dir(), &self.name).await
    }

    /// The server's socket, for a proxy before it.
    pub(crate) fn upstream(&self) -> Upstream {
        let folder = self.cluster.postgres.socket_dir();
        Upstream::Unix(folder.join(".s.PGSQL.5432"))
    }

    /// Where a program finds the database, as its superuser.
    pub(crate) fn url(&self) -> String {
        let socket = self.cluster.postgres.socket_dir().display();
        format!("postgres://postgres@localhost/{}?host={socket}", self.name)
    }

    /// The same database by way of a proxy.
    pub(crate) async fn through(&self, proxy: SocketAddr) -> Store {
        let url = self.url_through(proxy);
        Store::connect(&DatabaseSource::External { url })
            .await
            .unwrap()
    }

    /// Where a program finds the database by way of a proxy.
    pub(crate) fn url_through(&self, proxy: SocketAddr) -> String {
        format!("postgres://postgres@{proxy}/{}?sslmode=disable", self.name)
    }

    /// A call to the demo tenant's agent that has begun.
    pub(crate) async fn begun_call(&self) -> CallRef {
        self.begun_call_of(self.demo).await
    }

    pub(crate) async fn begun_call_of(&self, tenant: TenantId) -> CallRef {
        let new = NewCall {
            provider: "twilio".to_owned(),
            provider_call_id: format!("CA{}", uuid::Uuid::new_v4().simple()),
            from: None,
            to: None,
            direction: Direction::Inbound,
            mode: CallMode::Live,
            ivr_mode: IvrMode::AiVoice,
            phone_config_id: None,
            agent_version_id: None,
            resolution_method: ResolutionMethod::ToNumber,
            started_at: Clock::system().now(),
        };
        let scope = TenantScope::new(tenant, Actor::System);
        let mut tx = self.store.tenant(&scope).await.unwrap();
        let begun = tx.begin_call(&new).await.unwrap();
        tx.commit().await.unwrap();
        begun.call
    }

    /// Runs statements that arrange a scenario.
    pub(crate) async fn arrange(&self, sql: &str) {
        self.admin()
            .await
            .execute(sqlx::raw_sql(AssertSqlSafe(sql.to_owned())))
            .await
            .unwrap();
    }

    /// The single value of a query, as text; `None` for NULL or no row.
    pub(crate) async fn value(&self, sql: &str) -> Option<String> {
        value_at(self.cluster.postgres.socket_dir(), &self.name, sql).await
    }

    /// A transaction of the demo tenant.
    pub(crate) async fn tx(&self) -> TenantTx {
        self.store
            .tenant(&TenantScope::new(self.demo, Actor::System))
            .await
            .unwrap()
    }
}

/// Wednesday, 18 November 2026, 12:00 in Chicago: the demo tenant is open.
pub(crate) fn noon() -> DateTime<Utc> {
    utc("2026-11-18 18:00")
}

/// An instant from `YYYY-MM-DD HH:MM`.
pub(crate) fn utc(text: &str) -> DateTime<Utc> {
    let naive = chrono::NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").unwrap();
    Utc.from_utc_datetime(&naive)
}

impl Cluster {
    fn start() -> Self {
        // A folder that the server's user may pass to, also when we are root.
        let folder = tempfile::Builder::new()
            .prefix("trunkline-it-")
            .tempdir_in("/tmp")
            .unwrap();
        let options = ClusterOptions {
            data_dir: folder.path().to_owned(),
            bin_dir: None,
        };
        Self {
            postgres: PrivateCluster::start(&options).unwrap(),
            template: tokio::sync::Mutex::new(false),
            _folder: folder,
        }
    }

    fn source(&self, database: &str) -> DatabaseSource {
        DatabaseSource::Embedded {
            socket_dir: self.postgres.socket_dir().to_owned(),
            database: database.to_owned(),
        }
    }

    async fn copy_template(&self, name: &str) {
        let mut made = self.template.lock().await;
        let mut conn = connect(self.postgres.socket_dir(), "postgres").await;
        if !*made {
            // What a power cut would lose is of no use to anybody.
            conn.execute("ALTER SYSTEM SET fsync = off").await.unwrap();
            conn.execute("SELECT pg_reload_conf()").await.unwrap();
            let store = Store::connect(&self.source("template")).await.unwrap();
            store.prepare_partitions(Utc::now()).await.unwrap();
            store.seed(&SeedOptions::default()).await.unwrap();
            store.close().await;
            *made = true;
        }
        let copy = format!("CREATE DATABASE {name} TEMPLATE template STRATEGY file_copy");
        conn.execute(AssertSqlSafe(copy)).await.unwrap();
    }
}

/// The single value of a query on a private server, as text; `None` for NULL or no row.
pub(crate) async fn value_at(socket: &Path, database: &str, sql: &str) -> Option<String> {
    sqlx::query_scalar::<_, Option<String>>(AssertSqlSafe(sql.to_owned()))
        .fetch_optional(&mut connect(socket, database).await)
        .await
        .unwrap()
        .flatten()
}

async fn connect(socket: &Path, database: &str) -> PgConnection {
    let options = PgConnectOptions::new_without_pgpass()
        .socket(socket)
        .username(PrivateCluster::SUPERUSER)
        .database(database);
    PgConnection::connect_with(&options).await.unwrap()
}

fn shared_cluster() -> Arc<Cluster> {
    static SHARED: Mutex<Weak<Cluster>> = Mutex::new(Weak::new());
    let mut shared = SHARED.lock().unwrap();
    if let Some(running) = shared.upgrade() {
        return running;
    }
    let started = Arc::new(Cluster::start());
    *shared = Arc::downgrade(&started);
    started
}
