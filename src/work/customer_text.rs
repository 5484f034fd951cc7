//! `send_reminder`, `answer_missed_call`: what customers are texted by themselves, when its time has
//! come.
//!
//! Whether it is still right is judged then ([`store::automation`]). The text and the word that the job is
//! done are one transaction: however often it is tried, there is one text.

use serde::de::DeserializeOwned;
use store::{
    automation::{MissedCall, Reminder, Sent},
    job::LeasedJob,
};

use super::{Trouble, Worker};

pub(super) async fn remind(worker: &Worker, job: &LeasedJob) -> Result<(), Trouble> {
    let reminder: Reminder = payload(job)?;
    let mut tx = worker.tx(job).await?;
    let sent = tx.remind(&reminder, worker.clock.now()).await?;
    tell("reminder_text", sent);
    worker.finish(tx, job).await?;
    worker.wake.call();
    Ok(())
}

pub(super) async fn answer_missed_call(worker: &Worker, job: &LeasedJob) -> Result<(), Trouble> {
    let missed: MissedCall = payload(job)?;
    let mut tx = worker.tx(job).await?;
    let sent = tx.answer_missed_call(&missed, worker.clock.now()).await?;
    tell("missed_call_text", sent);
    worker.finish(tx, job).await?;
    worker.wake.call();
    Ok(())
}

fn tell(kind: &'static str, sent: Sent) {
    let outcome = match sent {
        Sent::Yes => "written",
        Sent::No(why) => {
            tracing::debug!(kind, why, "nothing is sent");
            "dropped"
        }
    };
    metrics::counter!("trunkline_customer_texts_total", "kind" => kind, "outcome" => outcome)
        .increment(1);
}

fn payload<T: DeserializeOwned>(job: &LeasedJob) -> Result<T, Trouble> {
    let read = serde_json::from_value(job.payload.clone());
    read.map_err(|error| Trouble::new(format!("the job's payload cannot be read: {error}")))
}
