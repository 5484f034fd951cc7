//! Asks whether the database answers, and takes to it what waits on the disk.

use std::{sync::Arc, time::Duration};

use store::Store;

use super::{Shared, post::Post};

/// Runs until the ledger is closed.
pub(super) async fn run(store: Store, post: Arc<Post>, shared: Arc<Shared>) {
    while !shared.is_closing() {
        let answers = tokio::time::timeout(ANSWER, store.probe()).await;
        let answers = matches!(answers, Ok(Ok(())));
        let is_empty = shared
            .with_spool(|spool| spool.depth().entries == 0)
            .await
            .unwrap_or(true);
        let pause = match (answers, is_empty) {
            (true, true) => {
                shared.set_away(false);
                PROBE
            }
            (true, false) if drain(&post, &shared).await => continue,
            (true | false, _) => {
                shared.set_away(true);
                RETRY
            }
        };
        // The timeout is the usual case.
        let _ = tokio::time::timeout(pause, shared.wake.notified()).await;
    }
}

/// Writes what waits, oldest first. Whether all of it is written.
async fn drain(post: &Post, shared: &Arc<Shared>) -> bool {
    let mut written = 0;
    while !shared.is_closing() {
        let head = match shared.with_spool(super::spool::Spool::head).await {
            Some(Ok(Some(head))) => head,
            Some(Ok(None)) => {
                tracing::info!(
                    facts = written,
                    "what waited on the disk is in the database"
                );
                return true;
            }
            Some(Err(error)) => {
                tracing::error!(%error, "what waits on the disk cannot be read");
                return false;
            }
            None => return false,
        };
        let count = head.entries.len();
        let left = post.write(head.entries.clone()).await;
        if left.is_empty() {
            written += count;
            shared.with_spool(move |spool| spool.done(&head)).await;
        } else {
            shared.with_spool(super::spool::Spool::keep).await;
            return false;
        }
    }
    false
}

/// Between two questions while all is well.
const PROBE: Duration = Duration::from_secs(2);
const RETRY: Duration = Duration::from_millis(500);
const ANSWER: Duration = Duration::from_secs(2);
