//! Failures on demand: which call fails, how, and after how much of its answer.

use std::{
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

use crate::{ProviderError, ProviderFault, Stage};

/// Which calls a trouble strikes, counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Calls {
    All,
    /// Only this one.
    Nth(u32),
    /// This one and all after it.
    From(u32),
}

/// One failure to be played.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    pub calls: Calls,
    pub fault: ProviderFault,
    /// How long until it shows, after what was still delivered.
    pub after: Duration,
    /// Pieces of the answer that still arrive; zero fails before the first.
    pub pieces: usize,
}

impl Trouble {
    /// No connection, at once.
    pub const fn unreachable(calls: Calls) -> Self {
        Self {
            calls,
            fault: ProviderFault::Unreachable,
            after: Duration::ZERO,
            pieces: 0,
        }
    }

    /// Nothing, until the deadline has passed.
    pub const fn timed_out(calls: Calls, deadline: Duration) -> Self {
        Self {
            calls,
            fault: ProviderFault::TimedOut,
            after: deadline,
            pieces: 0,
        }
    }

    /// The answer breaks off after this many pieces.
    pub const fn dropped_after(calls: Calls, pieces: usize) -> Self {
        Self {
            calls,
            fault: ProviderFault::Dropped,
            after: Duration::ZERO,
            pieces,
        }
    }

    const fn strikes(&self, call: u32) -> bool {
        match self.calls {
            Calls::All => true,
            Calls::Nth(n) => call == n,
            Calls::From(n) => call >= n,
        }
    }
}

/// Waits; no time at all is not even a timer's tick.
pub(super) async fn pause(time: Duration) {
    if !time.is_zero() {
        tokio::time::sleep(time).await;
    }
}

/// Counts the calls of one fake and says which of them fail.
#[derive(Debug)]
pub(super) struct Troubles {
    provider: &'static str,
    stage: Stage,
    list: Vec<Trouble>,
    calls: AtomicU32,
}

impl Troubles {
    pub(super) const fn none(provider: &'static str, stage: Stage) -> Self {
        Self {
            provider,
            stage,
            list: Vec::new(),
            calls: AtomicU32::new(0),
        }
    }

    pub(super) fn add(&mut self, trouble: Trouble) {
        self.list.push(trouble);
    }

    /// Counts one call; its zero-based place among all and the trouble that strikes it.
    pub(super) fn next_call(&self) -> (usize, Option<Trouble>) {
        let before = self.calls.fetch_add(1, Ordering::SeqCst);
        (
            before as usize,
            self.list.iter().find(|t| t.strikes(before + 1)).cloned(),
        )
    }

    pub(super) fn calls(&self) -> u32 {
        self.calls.load(Ordering::SeqCst)
    }

    pub(super) fn error(&self, fault: ProviderFault) -> ProviderError {
        ProviderError {
            provider: self.provider.to_owned(),
            stage: self.stage,
            fault,
            detail: "scripted".to_owned(),
        }
    }
}
