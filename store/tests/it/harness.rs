//! What every test starts from.

use std::{
    path::Path,
    sync::{
        Arc, Mutex, Weak,
        atomic::{AtomicU32, Ordering},
    },
};

use chrono::{DateTime, TimeZone, Utc};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, postgres::PgConnectOptions};
use store::{
    Actor, DatabaseSource, PlatformActor, PlatformTx, Store, StoreError, TenantScope, TenantTx,
    call::{CallMode, CallRef, Direction, NewCall},
    embedded::{ClusterOptions, PrivateCluster},
    membership::Role,
    seed::SeedOptions,
    tenant::ResolutionMethod,
    user::NewUser,
};
use tempfile::TempDir;
use tenant_config::{
    id::{TenantId, UserId},
    phone::{E164, IvrMode},
};
use uuid::Uuid;

/// A fresh, migrated database. The cluster goes with the last test that uses it.
pub(crate) struct Db {
    pub(crate) store: Store,
    pub(crate) name: String,
    cluster: Arc<Cluster>,
}

pub(crate) struct Cluster {
    // Stops before its folder goes: fields are dropped in order.
    pub(crate) postgres: PrivateCluster,
    /// A migrated database to copy, made by the first test. The lock also keeps tests from setting
    /// up roles, which belong to the whole cluster, at once.
    template: tokio::sync::Mutex<bool>,
    _folder: TempDir,
}

impl Cluster {
    pub(crate) fn start() -> Self {
        let folder = folder();
        let postgres = start_in(folder.path());
        Self {
            postgres,
            template: tokio::sync::Mutex::new(false),
            _folder: folder,
        }
    }

    fn source(&self, database: &str) -> DatabaseSource {
        let socket_dir = self.postgres.socket_dir().to_owned();
        DatabaseSource::Embedded {
            socket_dir,
            database: database.to_owned(),
        }
    }

    async fn copy_template(&self, name: &str) {
        let mut made = self.template.lock().await;
        let mut conn = connect(self.postgres.socket_dir(), "postgres", "postgres").await;
        if !*made {
            conn.execute("ALTER SYSTEM SET fsync = off").await.unwrap();
            conn.execute("SELECT pg_reload_conf()").await.unwrap();
            let store = Store::connect(&self.source("template")).await.unwrap();
            store.prepare_partitions(Utc::now()).await.unwrap();
            store.close().await;
            *made = true;
        }
        let copy = AssertSqlSafe(format!(
            "CREATE DATABASE {name} TEMPLATE template STRATEGY file_copy"
        ));
        conn.execute(copy).await.unwrap();
    }
}

impl Db {
    pub(crate) async fn fresh() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let cluster = shared_cluster();
        let name = format!("test_{}", COUNT.fetch_add(1, Ordering::Relaxed));
        cluster.copy_template(&name).await;
        let store = Store::connect(&cluster.source(&name)).await.unwrap();
        Self {
            store,
            name,
            cluster,
        }
    }

    /// A connection of our own as a role, past the store.
    pub(crate) async fn connect_as(&self, role: &str) -> PgConnection {
        connect(self.cluster.postgres.socket_dir(), role, &self.name).await
    }

    pub(crate) async fn tx(&self, tenant: TenantId) -> TenantTx {
        self.store
            .tenant(&TenantScope::new(tenant, Actor::System))
            .await
            .unwrap()
    }

    /// The demo tenant.
    pub(crate) async fn seeded(&self) -> TenantId {
        self.store
            .seed(&SeedOptions::default())
            .await
            .unwrap()
            .demo
            .tenant
            .id
    }

    /// A tenant with nothing but a name.
    pub(crate) async fn tenant(&self, slug: &str) -> TenantId {
        let id = Uuid::now_v7();
        let mut conn = self.connect_as("postgres").await;
        sqlx::query("INSERT INTO app.tenants (id, slug, company_name) VALUES ($1, $2, $2)")
            .bind(id)
            .bind(slug)
            .execute(&mut conn)
            .await
            .unwrap();
        TenantId(id)
    }

    /// A login that belongs to a tenant.
    pub(crate) async fn member(&self, tenant: TenantId, name: &str, role: Role) -> UserId {
        let user = UserId(Uuid::now_v7());
        let mut tx = self.tx(tenant).await;
        tx.create_user(&NewUser {
            id: user,
            email: format!("{name}@example.com"),
            name: name.to_owned(),
            password_hash: Some(format!("hash of {name}")),
            created_at: noon(),
        })
        .await
        .unwrap();
        tx.add_member(user, role, noon()).await.unwrap();
        tx.commit().await.unwrap();
        user
    }

    /// An owner of the platform; the first call makes one.
    pub(crate) async fn owner(&self) -> PlatformActor {
        let id = UserId(Uuid::now_v7());
        self.store
            .create_first_owner(id, "owner@example.com", "hash", noon())
            .await
            .unwrap();
        let owner = self.store.find_login("owner@example.com").await.unwrap();
        let owner = owner.unwrap().user;
        self.store.platform_actor(owner).await.unwrap().unwrap()
    }

    pub(crate) async fn platform(&self) -> PlatformTx {
        let owner = self.owner().await;
        self.store.platform(owner).await.unwrap()
    }

    /// A call of a tenant, begun at [`noon`].
    pub(crate) async fn call(&self, tenant: TenantId, sid: &str) -> CallRef {
        let mut tx = self.tx(tenant).await;
        let begun = tx.begin_call(&new_call(sid)).await.unwrap();
        tx.commit().await.unwrap();
        assert!(!begun.already_known);
        begun.call
    }
}

pub(crate) async fn connect(socket: &Path, role: &str, database: &str) -> PgConnection {
    let options = PgConnectOptions::new_without_pgpass()
        .socket(socket)
        .username(role)
        .database(database);
    PgConnection::connect_with(&options).await.unwrap()
}

/// A folder that the server's user may pass to, also when we are root.
pub(crate) fn folder() -> TempDir {
    tempfile::Builder::new()
        .prefix("trunkline-test-")
        .tempdir_in("/tmp")
        .unwrap()
}

pub(crate) fn start_in(folder: &Path) -> PrivateCluster {
    PrivateCluster::start(&ClusterOptions {
        data_dir: folder.to_owned(),
        bin_dir: None,
    })
    .unwrap()
}

/// A Wednesday in November 2026, 12:00 in Chicago.
pub(crate) fn noon() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 11, 18, 18, 0, 0).unwrap()
}

pub(crate) fn number(text: &str) -> E164 {
    E164::normalise(text).unwrap()
}

pub(crate) fn new_call(sid: &str) -> NewCall {
    NewCall {
        provider: "twilio".to_owned(),
        provider_call_id: sid.to_owned(),
        from: Some(number("+19185550142")),
        to: Some(number("+19185550103")),
        direction: Direction::Inbound,
        mode: CallMode::Live,
        ivr_mode: IvrMode::AiVoice,
        phone_config_id: None,
        agent_version_id: None,
        resolution_method: ResolutionMethod::ToNumber,
        started_at: noon(),
    }
}

/// The database denied it: no privilege, or no policy.
pub(crate) fn denied(error: &StoreError) -> bool {
    let StoreError::Query(error) = error else {
        return false;
    };
    let code = error
        .as_database_error()
        .and_then(sqlx::error::DatabaseError::code);
    code.as_deref() == Some("42501")
}

/// The SQLSTATE of a refusal.
pub(crate) fn sqlstate<T: std::fmt::Debug>(result: Result<T, sqlx::Error>) -> String {
    let error = result.unwrap_err();
    error
        .as_database_error()
        .unwrap()
        .code()
        .unwrap()
        .into_owned()
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
