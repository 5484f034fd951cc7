//! The worker: carries out what waits in the queue, a few jobs at a time.
//!
//! It takes the kinds that this node can carry out and leaves the rest to wait, for another node or
//! for another day: mails wait where no mail server is set. A job may be carried out twice (a node
//! that dies keeps nobody from trying again), so each kind makes sure that twice does no harm. One
//! that fails is tried again after a growing pause, and is dead after its last attempt; that is loud.
//! Knows the kinds by name only; what each does is in a file of its own.

mod answer_text;
mod customer_text;
mod deliver;
pub mod housekeeping;
mod pace;
mod release_number;
mod trouble;
mod wake;
mod welcome_text;

use std::time::Duration;

use store::{
    Actor, Store, StoreError, TenantScope, TenantTx,
    automation::{MissedCall, Reminder},
    job::{JobState, LeasedJob},
    outbox::Channel,
};
use tokio::{
    sync::watch,
    task::{JoinHandle, JoinSet},
};
use tracing::Instrument as _;

use crate::{
    clock::Clock, post::Post, session::providers::Providers, twilio::signature::PublicOrigin,
};
pub use answer_text::AnswerText;
pub use pace::Pace;
pub use release_number::ReleaseNumber;
use trouble::Trouble;
pub use wake::Wake;
pub use welcome_text::WelcomeText;

/// What a worker works with. Cheap to clone.
#[derive(Clone)]
pub struct Worker {
    pub store: Store,
    pub clock: Clock,
    /// How mails and texts leave.
    pub post: Post,
    /// Who answers texts; nobody on a stand.
    pub minds: Option<Providers>,
    /// Where the carrier reaches us.
    pub origin: PublicOrigin,
    pub wake: Wake,
    pub pace: Pace,
}

/// A worker at work.
#[derive(Debug)]
pub struct Working {
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl Working {
    /// Takes no more jobs, and waits a little for those under way. What is cut off is tried again
    /// when its lease is over.
    pub async fn stop(self) {
        let _ = self.stop.send(true);
        if let Err(error) = self.task.await {
            tracing::error!(%error, "the worker broke off");
        }
    }
}

impl Worker {
    pub fn start(self) -> Working {
        self.say_what_waits();
        let (stop, stopped) = watch::channel(false);
        Working {
            stop,
            task: tokio::spawn(self.run(stopped)),
        }
    }

    /// The kinds that this node can carry out.
    fn kinds(&self) -> Vec<&'static str> {
        let mut kinds = Vec::new();
        if self.post.mail.is_some() {
            kinds.push(Channel::Email.job_kind());
        }
        if self.post.carrier.is_some() {
            kinds.extend([
                Channel::Sms.job_kind(),
                ReleaseNumber::KIND,
                WelcomeText::KIND,
                Reminder::KIND,
                MissedCall::KIND,
            ]);
        }
        if self.minds.is_some() {
            kinds.push(AnswerText::KIND);
        }
        kinds
    }

    fn say_what_waits(&self) {
        if self.post.mail.is_none() {
            tracing::warn!(
                "no mail server is set (TRUNKLINE_SMTP_URL): mails wait in the mailbox, GET /admin/mailbox"
            );
        }
        if self.post.carrier.is_none() {
            tracing::warn!("no carrier account is set (TWILIO_ACCOUNT_SID): texts wait");
        }
    }

    async fn run(self, mut stop: watch::Receiver<bool>) {
        let kinds = self.kinds();
        let mut running = JoinSet::new();
        let mut is_away = false;
        loop {
            let free = self.pace.at_once.saturating_sub(running.len());
            let taken = self.take(&kinds, free, &mut is_away).await;
            for job in taken {
                let worker = self.clone();
                running.spawn(async move { worker.carry_out(job).await });
            }
            let has_room = running.len() < self.pace.at_once;
            tokio::select! {
                _ = stop.changed() => break,
                Some(ended) = running.join_next() => note_panic(ended),
                () = self.wake.called(), if has_room => {}
                () = tokio::time::sleep(self.pace.poll) => {}
            }
        }
        let ending = async { while running.join_next().await.is_some() {} };
        if tokio::time::timeout(LAST_JOBS, ending).await.is_err() {
            tracing::warn!(
                jobs = running.len(),
                "jobs are cut off; they are tried again"
            );
        }
    }

    /// Jobs that are due, as many as there is room for.
    async fn take(&self, kinds: &[&str], room: usize, is_away: &mut bool) -> Vec<LeasedJob> {
        let at_most = u16::try_from(room).unwrap_or(u16::MAX);
        if at_most == 0 || kinds.is_empty() {
            return Vec::new();
        }
        let now = self.clock.now();
        let lease = now + self.pace.lease;
        match self.store.claim_jobs(kinds, now, lease, at_most).await {
            Ok(jobs) => {
                *is_away = false;
                jobs
            }
            Err(error) => {
                // Once, not at each look.
                if !std::mem::replace(is_away, true) {
                    tracing::error!(%error, "the queue cannot be read; the worker keeps asking");
                }
                Vec::new()
            }
        }
    }

    async fn carry_out(&self, job: LeasedJob) {
        let span = tracing::info_span!("job", kind = job.kind, job = %job.id, tenant = %job.tenant,
                                       attempt = job.attempt);
        let work = async {
            let done = tokio::time::timeout(self.pace.longest, self.act(&job)).await;
            let outcome = match done.unwrap_or_else(|_| Err(Trouble::too_long())) {
                Ok(()) => "done",
                Err(trouble) => self.give_back(&job, &trouble).await,
            };
            metrics::counter!("trunkline_jobs_total", "kind" => job.kind.clone(), "outcome" => outcome)
                .increment(1);
        };
        work.instrument(span).await;
    }

    async fn act(&self, job: &LeasedJob) -> Result<(), Trouble> {
        match job.kind.as_str() {
            AnswerText::KIND => answer_text::answer(self, job).await,
            ReleaseNumber::KIND => release_number::release(self, job).await,
            WelcomeText::KIND => welcome_text::write(self, job).await,
            Reminder::KIND => customer_text::remind(self, job).await,
            MissedCall::KIND => customer_text::answer_missed_call(self, job).await,
            kind if Channel::ALL
                .iter()
                .any(|channel| channel.job_kind() == kind) =>
            {
                deliver::deliver(self, job).await
            }
            // Only kinds of ours are asked for.
            other => Err(Trouble::new(format!(
                "no job of kind {other} is known here"
            ))),
        }
    }

    /// The attempt failed: again after a pause, or never again. What came of it.
    async fn give_back(&self, job: &LeasedJob, trouble: &Trouble) -> &'static str {
        let (now, pause) = (self.clock.now(), self.pace.pause(job.attempt));
        let unclear = trouble.is_unclear.then_some(self.pace.unclear_pause);
        let least = unclear.max(trouble.not_before).unwrap_or_default();
        let retry_at = now + pause.max(least);
        let given_back = async {
            let mut tx = self.tx(job).await?;
            let state = tx.fail_job(job, &trouble.reason, now, retry_at).await?;
            if let Some(state) = state {
                self.tell_of_failure(&mut tx, job, trouble, state == JobState::Dead)
                    .await?;
            }
            tx.commit().await?;
            Ok::<_, StoreError>(state)
        };
        match given_back.await {
            Ok(Some(JobState::Dead)) => {
                tracing::error!(
                    why = trouble.loggable,
                    "a job is dead: every attempt failed"
                );
                "dead"
            }
            Ok(Some(JobState::Ready | JobState::Leased | JobState::Done)) => {
                tracing::warn!(
                    why = trouble.loggable,
                    again_in_s = (retry_at - now).num_seconds(),
                    "a job failed and is tried again"
                );
                "retried"
            }
            Ok(None) => {
                tracing::warn!(
                    why = trouble.loggable,
                    "a job took longer than its lease; another worker has it"
                );
                "lost"
            }
            Err(error) => {
                tracing::error!(%error, why = trouble.loggable, "a job failed, and that could not be written down");
                "lost"
            }
        }
    }

    async fn tell_of_failure(
        &self,
        tx: &mut TenantTx,
        job: &LeasedJob,
        trouble: &Trouble,
        is_dead: bool,
    ) -> Result<(), StoreError> {
        match job.kind.as_str() {
            AnswerText::KIND => answer_text::failed(self, tx, job, is_dead).await,
            ReleaseNumber::KIND => release_number::failed(self, tx, job, trouble, is_dead).await,
            // Nothing hangs on it but the job's own row.
            WelcomeText::KIND | Reminder::KIND | MissedCall::KIND => Ok(()),
            _ => deliver::failed(self, tx, job, trouble, is_dead).await,
        }
    }

    /// A transaction of the job's tenant, as a worker.
    async fn tx(&self, job: &LeasedJob) -> Result<TenantTx, StoreError> {
        let scope = TenantScope::new(job.tenant, Actor::Worker);
        self.store.tenant(&scope).await
    }

    /// The job is done with what the transaction holds. Without its lease nothing is kept: whoever
    /// has it now does it all.
    async fn finish(&self, mut tx: TenantTx, job: &LeasedJob) -> Result<(), Trouble> {
        if tx.finish_job(job, self.clock.now()).await? {
            tx.commit().await?;
        } else {
            tracing::warn!("a job took longer than its lease; another worker has it");
        }
        Ok(())
    }
}

fn note_panic(ended: Result<(), tokio::task::JoinError>) {
    if let Err(error) = ended {
        tracing::error!(%error, "a job broke off; it is tried again when its lease is over");
    }
}

/// For jobs under way when the node stops.
const LAST_JOBS: Duration = Duration::from_secs(10);
