//! A server of the operator's: the login needs few rights, and unsafe roles are refused.

use sqlx::{Connection, Executor, PgConnection};
use store::{DatabaseSource, Store, StoreError, embedded::PrivateCluster, seed::SeedOptions};

use crate::harness::Cluster;

async fn superuser(cluster: &Cluster) -> PgConnection {
    let url = cluster
        .postgres
        .url(PrivateCluster::SUPERUSER)
        .replace("/trunkline?", "/postgres?");
    PgConnection::connect(&url).await.unwrap()
}

fn external(cluster: &Cluster, login: &str) -> DatabaseSource {
    DatabaseSource::External {
        url: cluster.postgres.url(login),
    }
}

#[tokio::test]
async fn a_login_that_may_create_roles_is_enough() {
    let cluster = Cluster::start();
    let mut conn = superuser(&cluster).await;
    conn.execute("CREATE ROLE operator LOGIN CREATEROLE")
        .await
        .unwrap();
    conn.execute("CREATE DATABASE trunkline OWNER operator")
        .await
        .unwrap();
    let source = external(&cluster, "operator");
    let store = Store::connect(&source).await.unwrap();
    let seeded = store.seed(&SeedOptions::default()).await.unwrap();
    assert!(seeded.demo.created);
    assert_eq!(store.live_calls().await.unwrap(), 0);
    // A second node, and a restart.
    let again = Store::connect(&source).await.unwrap();
    assert!(
        !again
            .seed(&SeedOptions::default())
            .await
            .unwrap()
            .demo
            .created
    );
}

#[tokio::test]
async fn a_login_without_rights_is_told_what_it_needs() {
    let cluster = Cluster::start();
    let mut conn = superuser(&cluster).await;
    conn.execute("CREATE ROLE nobody LOGIN").await.unwrap();
    conn.execute("CREATE DATABASE trunkline").await.unwrap();
    let error = Store::connect(&external(&cluster, "nobody"))
        .await
        .unwrap_err();
    assert!(
        matches!(&error, StoreError::Unfit(why) if why.contains("CREATEROLE")),
        "{error}"
    );
}

#[tokio::test]
async fn roles_that_row_security_does_not_bind_are_refused() {
    let cluster = Cluster::start();
    let source = DatabaseSource::embedded(&cluster.postgres);
    Store::connect(&source).await.unwrap().close().await;
    let mut conn = superuser(&cluster).await;
    for (breach, repair) in [
        (
            "ALTER ROLE tl_app BYPASSRLS",
            "ALTER ROLE tl_app NOBYPASSRLS",
        ),
        (
            "ALTER ROLE tl_worker SUPERUSER",
            "ALTER ROLE tl_worker NOSUPERUSER",
        ),
        ("GRANT tl_owner TO tl_app", "REVOKE tl_owner FROM tl_app"),
    ] {
        conn.execute(breach).await.unwrap();
        let error = Store::connect(&source).await.unwrap_err();
        assert!(
            matches!(&error, StoreError::Unfit(why) if why.contains("row-level")),
            "{breach}: {error}"
        );
        conn.execute(repair).await.unwrap();
    }
    Store::connect(&source).await.unwrap();
}

#[tokio::test]
async fn an_unreadable_url_is_told_without_repeating_its_password() {
    let source = DatabaseSource::External {
        url: "mysql://user:s3cret@host/db".to_owned(),
    };
    let error = Store::connect(&source).await.unwrap_err().to_string();
    assert!(
        error.contains("postgres://") && !error.contains("s3cret"),
        "{error}"
    );
}
