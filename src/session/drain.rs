//! How a node lets go of its conversations when it is told to stop.
//!
//! Nobody new is admitted; live conversations may come to their end; those that are left are handed
//! over: each writes down where it stands and closes its stream, and whichever node the carrier
//! then asks what follows goes on with it.

use std::time::{Duration, Instant};

use call::io::Command;

use super::registry::Registry;
use crate::admission::Admission;

/// Returns when no conversation is left, or when `patience` and the time for handing over are up.
/// `hurry` ends the patience early.
pub async fn drain(
    admission: &Admission,
    registry: &Registry,
    patience: Duration,
    hurry: impl Future<Output = ()>,
) {
    admission.drain();
    // A stream that was promised to a caller may still open.
    let is_idle = || registry.is_empty() && admission.taken(Instant::now()) == 0;
    tokio::select! {
        _ = wait_until(patience, is_idle) => {}
        () = hurry => {}
    }
    let left = registry.len();
    if left == 0 {
        return;
    }
    tracing::info!(calls = left, "handing over the calls that are left");
    metrics::counter!("trunkline_handovers_total").increment(left as u64);
    let is_over = || {
        // Again and again: a stream may have opened since.
        registry.command_all(Command::HandOver);
        registry.is_empty()
    };
    if !wait_until(HANDING_OVER, is_over).await {
        tracing::warn!(calls = registry.len(), "stopping with live calls");
    }
    // The carrier asks what follows as soon as a stream is closed, and may ask us.
    tokio::time::sleep(LINGER).await;
}

async fn wait_until(patience: Duration, is_so: impl Fn() -> bool) -> bool {
    let deadline = Instant::now() + patience;
    while !is_so() {
        if Instant::now() >= deadline {
            return false;
        }
        tokio::time::sleep(POLL).await;
    }
    true
}

/// For the caller's last words to be recognized (4 s) and everything to be written (4 s).
const HANDING_OVER: Duration = Duration::from_secs(10);
const LINGER: Duration = Duration::from_secs(3);
const POLL: Duration = Duration::from_millis(100);
