//! The deadlines of one request. Every wait on a server goes through here.

use std::{future::Future, time::Duration};

use tokio::time::{Instant, timeout_at};

use crate::Timeouts;

/// A wait that took too long: which one, and its limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Late {
    pub(crate) phase: &'static str,
    pub(crate) limit: Duration,
}

/// Counts from the moment the request is made.
#[derive(Debug)]
pub(crate) struct Deadlines {
    timeouts: Timeouts,
    started: Instant,
}

impl Deadlines {
    pub(crate) fn start(timeouts: Timeouts) -> Self {
        Self {
            timeouts,
            started: Instant::now(),
        }
    }

    /// Waits for something that must have come by the time of the first piece.
    pub(crate) async fn first<F: Future>(&self, wait: F) -> Result<F::Output, Late> {
        let limit = self.timeouts.first;
        self.wait("first", limit, self.started + limit, wait).await
    }

    /// Waits for the next piece of an answer that has begun.
    pub(crate) async fn between<F: Future>(&self, wait: F) -> Result<F::Output, Late> {
        let limit = self.timeouts.between;
        self.wait("between", limit, Instant::now() + limit, wait)
            .await
    }

    /// Waits for something that must be whole by the end of all time there is.
    pub(crate) async fn total<F: Future>(&self, wait: F) -> Result<F::Output, Late> {
        let limit = self.timeouts.total;
        self.wait("total", limit, self.started + limit, wait).await
    }

    /// Waits a moment for what is welcome but not needed.
    pub(crate) async fn grace<F: Future>(&self, wait: F) -> Result<F::Output, Late> {
        let limit = GRACE.min(self.timeouts.between);
        self.wait("grace", limit, Instant::now() + limit, wait)
            .await
    }

    async fn wait<F: Future>(
        &self,
        phase: &'static str,
        limit: Duration,
        until: Instant,
        wait: F,
    ) -> Result<F::Output, Late> {
        let total = self.timeouts.total;
        let end = self.started + total;
        let late = if end < until {
            Late {
                phase: "total",
                limit: total,
            }
        } else {
            Late { phase, limit }
        };
        timeout_at(until.min(end), wait)
            .await
            .map_err(|_elapsed| late)
    }
}

const GRACE: Duration = Duration::from_millis(500);

#[cfg(test)]
mod tests {
    use std::future::pending;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn the_nearer_of_phase_and_total_ends_the_wait_and_is_named() {
        let secs = Duration::from_secs;
        let timeouts = Timeouts {
            connect: secs(1),
            first: secs(3),
            between: secs(2),
            total: secs(6),
        };
        let deadlines = Deadlines::start(timeouts);
        let begun = Instant::now();
        assert_eq!(deadlines.first(async { 7 }).await, Ok(7));
        let late = deadlines.first(pending::<()>()).await.unwrap_err();
        assert_eq!((late.phase, begun.elapsed()), ("first", secs(3)));
        let late = deadlines.between(pending::<()>()).await.unwrap_err();
        assert_eq!((late.phase, begun.elapsed()), ("between", secs(5)));
        let late = deadlines.between(pending::<()>()).await.unwrap_err();
        assert_eq!((late.phase, begun.elapsed()), ("total", secs(6)));
    }
}
