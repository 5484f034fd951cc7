//! What it costs that a transaction names its tenant: one that does, and one that does not, in turn on one
//! server. `cargo bench -p store --bench tenant_context`
#![expect(
    clippy::unwrap_used,
    reason = "a measurement that cannot go on has failed"
)]
#![expect(clippy::print_stdout, reason = "it prints a figure")]

use std::time::{Duration, Instant};

use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use store::{
    Actor, DatabaseSource, Store, TenantScope,
    embedded::{ClusterOptions, PrivateCluster},
    seed::ROOT_TENANT,
};

const ROUNDS: usize = 5_000;
const TARGET: Duration = Duration::from_micros(200);

fn main() {
    // A folder that the server's user may pass to, also when we are root.
    let folder = tempfile::Builder::new()
        .prefix("trunkline-bench-")
        .tempdir_in("/tmp")
        .unwrap();
    let options = ClusterOptions {
        data_dir: folder.path().to_owned(),
        bin_dir: None,
    };
    let cluster = PrivateCluster::start(&options).unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    let (with, without) = runtime.block_on(measure(&cluster));
    let cost = with.saturating_sub(without);
    println!(
        "a transaction: {without:?}; of a tenant: {with:?}; the tenant costs {cost:?} (medians of {ROUNDS})"
    );
    drop(cluster);
    if cost >= TARGET {
        println!("over {TARGET:?}");
        std::process::exit(1);
    }
}

async fn measure(cluster: &PrivateCluster) -> (Duration, Duration) {
    let store = Store::connect(&DatabaseSource::embedded(cluster))
        .await
        .unwrap();
    let plain = PgConnectOptions::new_without_pgpass()
        .socket(cluster.socket_dir())
        .username("tl_app")
        .database(PrivateCluster::DATABASE);
    let plain = PgPoolOptions::new()
        .max_connections(1)
        .connect_with(plain)
        .await
        .unwrap();
    let scope = TenantScope::new(ROOT_TENANT, Actor::System);
    let (mut with, mut without) = (Vec::new(), Vec::new());
    for round in 0..ROUNDS + 200 {
        let began = Instant::now();
        plain.begin().await.unwrap().commit().await.unwrap();
        let between = Instant::now();
        store.tenant(&scope).await.unwrap().commit().await.unwrap();
        // The first ones warm up.
        if round >= 200 {
            without.push(between - began);
            with.push(between.elapsed());
        }
    }
    plain.close().await;
    store.close().await;
    (median(with), median(without))
}

fn median(mut of: Vec<Duration>) -> Duration {
    of.sort_unstable();
    of[of.len() / 2]
}
