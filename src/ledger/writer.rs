//! Takes entries from the queue to the database, or to the spool while the database is away.

use std::{sync::Arc, time::Duration};

use tokio::sync::{mpsc, oneshot};

use super::{Handed, Shared, entry::Entry, lost, post::Post};

/// Runs until the ledger is closed, or nobody can hand anything over any more.
pub(super) async fn run(
    mut received: mpsc::Receiver<Handed>,
    post: Arc<Post>,
    shared: Arc<Shared>,
) {
    let mut batch = Vec::new();
    loop {
        let stop = shared.stop.notified();
        if shared.is_closing() {
            received.close();
        }
        let taken = tokio::select! {
            biased;
            taken = received.recv_many(&mut batch, BATCH) => taken,
            () = stop => continue,
        };
        if taken == 0 {
            return;
        }
        settle(batch.drain(..), &post, &shared).await;
    }
}

async fn settle(batch: impl Iterator<Item = Handed>, post: &Post, shared: &Arc<Shared>) {
    let mut waiting: Vec<oneshot::Sender<()>> = Vec::new();
    let entries: Vec<Entry> = batch
        .map(|handed| {
            waiting.extend(handed.safe);
            handed.entry
        })
        .collect();
    // Behind what waits already, whatever the database says at this moment.
    let left = if shared.must_spool() {
        entries
    } else {
        post.write(entries).await
    };
    if !left.is_empty() && shared.spool.is_some() {
        spool(left, shared).await;
    } else if !left.is_empty() {
        insist(left, post).await;
    }
    for safe in waiting {
        // Nobody may be waiting any more.
        let _ = safe.send(());
    }
}

/// Tries again where there is no disk to wait on.
async fn insist(mut left: Vec<Entry>, post: &Post) {
    for pause in INSIST {
        tokio::time::sleep(pause).await;
        left = post.write(left).await;
        if left.is_empty() {
            return;
        }
    }
    tracing::error!(
        facts = left.len(),
        "facts not kept: the database stays away"
    );
    for entry in left {
        lost(entry.kind(), "away");
    }
}

/// Puts entries on the disk. A disk that refuses is tried again: meanwhile the queue fills.
async fn spool(entries: Vec<Entry>, shared: &Arc<Shared>) {
    shared.set_away(true);
    let entries = Arc::new(entries);
    let mut refused_before = false;
    loop {
        let taking = Arc::clone(&entries);
        match shared.with_spool(move |spool| spool.append(&taking)).await {
            Some(Ok(dropped)) => {
                for (what, count) in dropped {
                    metrics::counter!("trunkline_facts_lost_total", "what" => what, "why" => "spool_full")
                        .increment(count);
                }
                break;
            }
            Some(Err(error)) if !refused_before => {
                tracing::error!(%error, "the disk takes no facts");
                refused_before = true;
            }
            Some(Err(_)) | None => {}
        }
        if shared.is_closing() {
            for entry in entries.iter() {
                lost(entry.kind(), "disk");
            }
            break;
        }
        tokio::time::sleep(DISK_PAUSE).await;
    }
    shared.wake.notify_one();
}

/// Entries settled together.
const BATCH: usize = 512;
const INSIST: [Duration; 3] = [
    Duration::from_millis(200),
    Duration::from_millis(800),
    Duration::from_millis(1500),
];
const DISK_PAUSE: Duration = Duration::from_secs(1);
