//! Closes calls that nobody else will: those of nodes that are gone, and those that went quiet.
//!
//! Every node runs one. A node says now and then that it lives; one that was not heard of for a
//! lease is gone. After a time without the database a node waits a lease before it judges the
//! others, who could not be heard either. A node's own former lives are over when it starts; it
//! waits a little, since the carrier may still have the caller and ask what comes next. A call that
//! was reaped and whose holder's word comes after all is corrected by it.

use std::{path::PathBuf, time::Duration};

use call::record::EndReason;
use chrono::{DateTime, Utc};
use store::{
    Actor, Store, StoreError, TenantScope,
    call::{CallEnd, CallStatus, ClosedBy, HangupBy},
    node::{AbandonedCall, AbandonedQuery, LifeId, NodeLife},
};
use tokio::time::Instant;

use super::{Ledger, recordings};
use crate::{clock::Clock, session::registry::Registry};

/// What a reaper works with.
#[derive(Debug, Clone)]
pub struct Reaper {
    pub store: Store,
    pub ledger: Ledger,
    pub registry: Registry,
    pub clock: Clock,
    pub own: NodeLife,
    pub data_dir: PathBuf,
    pub times: Times,
}

/// How patient a reaper is.
#[derive(Debug, Clone, Copy)]
pub struct Times {
    /// Between two signs of life, and two looks around.
    pub beat: Duration,
    /// A node that was not seen for so long is gone.
    pub lease: Duration,
    /// How long the carrier has, after a start, to ask for the calls of the former life.
    pub grace: Duration,
    /// A call that never came to any place is over after this.
    pub unplaced: Duration,
}

impl Default for Times {
    fn default() -> Self {
        Self {
            beat: Duration::from_secs(10),
            lease: Duration::from_mins(1),
            grace: Duration::from_secs(15),
            unplaced: Duration::from_mins(15),
        }
    }
}

/// What one reaper remembers.
struct Watch {
    began: Instant,
    /// Since when every sign of life was written.
    heard_since: Option<Instant>,
    /// Lives of this node whose calls are not in order yet.
    former: Option<Vec<LifeId>>,
}

impl Reaper {
    /// Runs as long as the node does.
    pub async fn run(self) {
        let mut watch = Watch {
            began: Instant::now(),
            heard_since: None,
            former: None,
        };
        let mut beat = tokio::time::interval(self.times.beat);
        beat.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            beat.tick().await;
            self.ledger.memory().forget(Instant::now().into_std());
            let round = tokio::time::timeout(ROUND, self.round(&mut watch)).await;
            match round {
                Ok(Ok(())) => {}
                Ok(Err(error)) => {
                    tracing::debug!(%error, "no look at abandoned calls");
                    watch.heard_since = None;
                }
                Err(_) => watch.heard_since = None,
            }
        }
    }

    async fn round(&self, watch: &mut Watch) -> Result<(), StoreError> {
        self.store.sign_of_life(self.own, self.clock.now()).await?;
        let now = Instant::now();
        let heard_since = *watch.heard_since.get_or_insert(now);
        // What this node knows itself comes first.
        if self.ledger.is_behind() {
            return Ok(());
        }
        if watch.former.is_none() {
            watch.former = Some(self.inherit().await?);
        }
        if now.duration_since(watch.began) < self.times.grace {
            return Ok(());
        }
        let judges_others = now.duration_since(heard_since) >= self.times.lease;
        if self.reap(judges_others).await? {
            for life in watch.former.iter_mut().flat_map(std::mem::take) {
                self.store.close_life(life, self.clock.now()).await?;
            }
        }
        Ok(())
    }

    /// Looks after what this node's former lives left on the disk.
    async fn inherit(&self) -> Result<Vec<LifeId>, StoreError> {
        self.store
            .forget_lives(self.clock.now() - KEPT_LIVES)
            .await?;
        let former = self.store.former_lives(self.own).await?;
        for life in &former {
            let (store, ledger, folder) = (&self.store, &self.ledger, &self.data_dir);
            let repaired = recordings::repair(store, ledger, self.clock, folder, *life).await?;
            tracing::warn!(
                recordings = repaired,
                "the server was not stopped in order: its calls are closed"
            );
        }
        Ok(former)
    }

    /// Closes what is abandoned. Whether none is left.
    async fn reap(&self, judges_others: bool) -> Result<bool, StoreError> {
        let at = self.clock.now();
        let gone_before = if judges_others {
            at - self.times.lease
        } else {
            DateTime::UNIX_EPOCH
        };
        let query = AbandonedQuery {
            at,
            gone_before,
            begun_before: at - self.times.unplaced,
            at_most: AT_MOST,
        };
        let abandoned = self.store.abandoned_calls(self.own, &query).await?;
        let is_all = abandoned.len() < usize::from(AT_MOST);
        for call in abandoned {
            let is_mine = call.held_by == Some(self.own.life);
            if !(is_mine && self.registry.holds(call.call.call_id)) {
                self.close(&call, at).await?;
            }
        }
        Ok(is_all)
    }

    /// The last moment at which the call is known to have lived: the latest of what it left behind
    /// and its node's last sign of life, which may be a beat old. A node that lives and lost the
    /// call says nothing by living.
    fn last_alive(
        &self,
        abandoned: &AbandonedCall,
        trace: Option<DateTime<Utc>>,
        at: DateTime<Utc>,
    ) -> DateTime<Utc> {
        let is_mine = abandoned.held_by == Some(self.own.life);
        let beat = abandoned.last_seen.filter(|_| !is_mine);
        // Some traces have the database's own time, which a stand's clock does not follow.
        trace.max(beat).unwrap_or(abandoned.call.started_at).min(at)
    }

    async fn close(&self, abandoned: &AbandonedCall, at: DateTime<Utc>) -> Result<(), StoreError> {
        let call = &abandoned.call;
        let scope = TenantScope::new(call.tenant_id, Actor::Worker);
        let mut tx = self.store.tenant(&scope).await?;
        let row = tx.call(call).await?;
        let reason = match abandoned.held_by {
            Some(_) => EndReason::NodeLost,
            None => EndReason::Abandoned,
        };
        let ended_at = match row.ended_at {
            Some(told) => told,
            None => self.last_alive(abandoned, tx.last_trace(call).await?, at),
        };
        let ended_at = ended_at.max(call.started_at);
        let lasted = (ended_at - call.started_at).num_milliseconds();
        let end = CallEnd {
            closed_by: ClosedBy::Reaper,
            ended_at,
            reason,
            hangup_by: HangupBy::System,
            duration_ms: u64::try_from(lasted).unwrap_or_default(),
            latency_p50_ms: None,
            latency_p95_ms: None,
            interruptions: 0,
            outcome: tx.achievement(call).await?,
            failure: None,
            status: Some(CallStatus::Completed),
        };
        let is_closed = tx.end_call(call, &end).await?;
        tx.commit().await?;
        if is_closed {
            metrics::counter!("trunkline_calls_reaped_total", "reason" => reason.as_str())
                .increment(1);
            tracing::warn!(call = %call.call_id, tenant = %call.tenant_id,
                reason = reason.as_str(), "call closed by the reaper");
        }
        Ok(())
    }
}

/// Calls closed in one round.
const AT_MOST: u16 = 500;
/// A round that takes longer has lost its database.
const ROUND: Duration = Duration::from_secs(30);
/// Lives that were closed are of no use to anybody after this.
const KEPT_LIVES: chrono::Duration = chrono::Duration::days(30);
