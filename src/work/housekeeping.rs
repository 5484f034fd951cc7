//! What must be done now and then, whatever else goes on: room for calls to come, and what is over is
//! forgotten. Any node may do it, and all do.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use store::{Store, StoreError};

use crate::clock::Clock;

/// Keeps house for as long as it is polled.
pub async fn keep(store: Store, clock: Clock) {
    let mut hourly = tokio::time::interval(Duration::from_hours(1));
    loop {
        hourly.tick().await;
        tidy(&store, clock.now()).await;
    }
}

/// All of it once. What fails is logged, and done the next time.
pub async fn tidy(store: &Store, now: DateTime<Utc>) {
    let hour_ago = now - TimeDelta::hours(1);
    let month_ago = now - TimeDelta::days(30);
    done("make partitions", store.prepare_partitions(now).await);
    done(
        "forget stream tokens",
        store.purge_stream_tokens(hour_ago).await,
    );
    done(
        "forget answers and jobs that are done",
        store.purge_finished(now, month_ago).await,
    );
    done(
        "forget sessions and failed logins",
        store.purge_identity(month_ago).await,
    );
    done(
        "forget counts of requests",
        store.purge_request_counts().await,
    );
}

fn done<T>(what: &str, outcome: Result<T, StoreError>) {
    if let Err(error) = outcome {
        tracing::error!(%error, "housekeeping could not {what}");
    }
}
