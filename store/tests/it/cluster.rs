//! The private cluster: what survives, what is recovered, what is refused.

use std::{
    fs,
    path::Path,
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use sqlx::{Connection, Executor, PgConnection};
use store::{
    DatabaseSource, Store,
    embedded::{ClusterOptions, EmbeddedError, PrivateCluster},
    seed::SeedOptions,
};

use crate::harness::{folder, start_in};

async fn count_tenants(cluster: &PrivateCluster) -> i64 {
    let mut conn = PgConnection::connect(&cluster.url(PrivateCluster::SUPERUSER))
        .await
        .unwrap();
    sqlx::query_scalar("SELECT count(*) FROM app.tenants")
        .fetch_one(&mut conn)
        .await
        .unwrap()
}

async fn seed(cluster: &PrivateCluster) {
    let store = Store::connect(&DatabaseSource::embedded(cluster))
        .await
        .unwrap();
    store.seed(&SeedOptions::default()).await.unwrap();
    store.close().await;
}

fn alive(pid: u32) -> bool {
    // A killed child that nobody has waited for yet is a zombie, with state Z.
    fs::read_to_string(format!("/proc/{pid}/stat")).is_ok_and(|stat| !stat.contains(") Z "))
}

fn within_seconds<T>(seconds: u64, mut poll: impl FnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + Duration::from_secs(seconds);
    loop {
        if let Some(found) = poll() {
            return found;
        }
        assert!(Instant::now() < deadline, "not within {seconds} s");
        thread::sleep(Duration::from_millis(10));
    }
}

#[tokio::test]
async fn data_outlives_a_stop_and_a_start() {
    let folder = folder();
    let cluster = start_in(folder.path());
    seed(&cluster).await;
    let pid = cluster.pid().unwrap();
    cluster.stop();
    assert!(!alive(pid));
    let cluster = start_in(folder.path());
    seed(&cluster).await;
    assert_eq!(count_tenants(&cluster).await, 2);
}

#[tokio::test]
async fn a_killed_server_is_recovered() {
    let folder = folder();
    let cluster = start_in(folder.path());
    seed(&cluster).await;
    let pid = cluster.pid().unwrap().to_string();
    assert!(
        Command::new("kill")
            .args(["-9", &pid])
            .status()
            .unwrap()
            .success()
    );
    while alive(cluster.pid().unwrap()) {
        thread::sleep(Duration::from_millis(10));
    }
    assert!(
        folder.path().join("data/postmaster.pid").exists(),
        "nothing is left behind to recover"
    );
    drop(cluster);
    let cluster = start_in(folder.path());
    assert_eq!(count_tenants(&cluster).await, 2);
}

/// What the next test kills: a node that has started its cluster.
#[test]
#[ignore = "run as a process of its own by a_killed_node_takes_its_server_with_it"]
fn node_that_waits_to_be_killed() {
    let folder = std::env::var_os("TRUNKLINE_TEST_FOLDER").unwrap();
    let _cluster = start_in(Path::new(&folder));
    thread::sleep(Duration::from_mins(1));
}

#[tokio::test]
async fn a_killed_node_takes_its_server_with_it() {
    let folder = folder();
    let cluster = start_in(folder.path());
    seed(&cluster).await;
    cluster.stop();
    let mut node = Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "cluster::node_that_waits_to_be_killed",
            "--ignored",
        ])
        .env("TRUNKLINE_TEST_FOLDER", folder.path())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let lock = folder.path().join("data/postmaster.pid");
    let ready = || {
        fs::read_to_string(&lock)
            .ok()
            .filter(|text| text.contains("ready"))
    };
    let server = within_seconds(30, ready)
        .lines()
        .next()
        .unwrap()
        .parse()
        .unwrap();
    assert!(alive(server));
    node.kill().unwrap();
    node.wait().unwrap();
    within_seconds(30, || (!alive(server)).then_some(()));
    let cluster = start_in(folder.path());
    assert_eq!(count_tenants(&cluster).await, 2);
}

#[tokio::test]
async fn a_lock_file_with_another_processs_number_is_no_obstacle() {
    let folder = folder();
    start_in(folder.path()).stop();
    // Our own number: a running process, but no server of this data.
    let lock = folder.path().join("data/postmaster.pid");
    fs::write(&lock, format!("{}\n/nowhere\n", std::process::id())).unwrap();
    let cluster = start_in(folder.path());
    let url = cluster
        .url(PrivateCluster::SUPERUSER)
        .replace("/trunkline?", "/postgres?");
    PgConnection::connect(&url)
        .await
        .unwrap()
        .execute("SELECT 1")
        .await
        .unwrap();
}

#[test]
fn a_second_server_on_the_same_data_is_refused() {
    let folder = folder();
    let _first = start_in(folder.path());
    let options = ClusterOptions {
        data_dir: folder.path().to_owned(),
        bin_dir: None,
    };
    let second = PrivateCluster::start(&options);
    assert!(
        matches!(second, Err(EmbeddedError::InUse { .. })),
        "{second:?}"
    );
}

#[tokio::test]
async fn a_long_path_gets_a_short_socket() {
    let folder = folder();
    let long = folder.path().join("d".repeat(120));
    fs::create_dir(&long).unwrap();
    // The server's user passes through the outer folder.
    let open = std::os::unix::fs::PermissionsExt::from_mode(0o711);
    fs::set_permissions(folder.path(), open).unwrap();
    let cluster = start_in(&long);
    let socket = cluster.socket_dir().to_owned();
    assert!(socket.as_os_str().len() < 90, "{}", socket.display());
    seed(&cluster).await;
    cluster.stop();
    fs::remove_dir_all(socket).unwrap();
}

#[test]
fn data_of_another_version_is_named() {
    let folder = folder();
    fs::create_dir(folder.path().join("data")).unwrap();
    fs::write(folder.path().join("data/PG_VERSION"), "8\n").unwrap();
    let options = ClusterOptions {
        data_dir: folder.path().to_owned(),
        bin_dir: None,
    };
    let error = PrivateCluster::start(&options).unwrap_err();
    assert!(
        matches!(&error, EmbeddedError::OtherVersion { data, .. } if data == "8")
            || matches!(error, EmbeddedError::NoBinaries),
        "{error}"
    );
}
