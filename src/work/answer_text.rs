//! `answer_text`: the agent answers what a contact wrote.
//!
//! One job for a contact at a time. What comes in while an answer is thought of is answered by the
//! next one: storing a text and settling an answer take turns, so that no text falls between the two.
//! A mind that fails is asked again, unless a tool was run: that would be done twice. Then, and after
//! the last attempt, the contact is told that there is no answer.

use std::sync::{Arc, Mutex};

use chrono::{DateTime, Utc};
use serde_json::json;
use store::{
    Actor, StoreError, TenantScope, TenantTx,
    call::{CallMode, Direction},
    job::{LeasedJob, NewJob},
    message::{NewText, TextRow},
    outbox::{Channel, NewOutbox},
};
use tenant_config::{
    id::{AgentId, ContactId, JobId, MessageId, OutboxId},
    phone::{IvrMode, PhoneConfig},
};
use uuid::Uuid;

use super::{Trouble, Worker};
use crate::{
    session::{brief, tools::StoreTools},
    texting::{
        memory::{self, Memory},
        mind::{Mind, Turn},
    },
};

/// The kind of job.
#[derive(Debug, Clone, Copy)]
pub struct AnswerText;

impl AnswerText {
    pub const KIND: &'static str = "answer_text";

    /// The answer to what a contact wrote from `since` on.
    pub fn job(contact: ContactId, since: MessageId, at: DateTime<Utc>) -> NewJob {
        NewJob {
            id: JobId(Uuid::now_v7()),
            kind: Self::KIND,
            payload: json!({"contact_id": contact, "since": since}),
            dedupe_key: Some(contact.to_string()),
            due_at: at,
            max_attempts: 3,
            created_at: at,
        }
    }

    /// Who answers texts to a line: the agent that is in its way of answering calls.
    pub const fn agent_of(line: &PhoneConfig) -> Option<AgentId> {
        match line.ivr_mode {
            IvrMode::AiVoice | IvrMode::Ivr => line.agent_id,
            IvrMode::Simple => None,
        }
    }
}

/// What is to be answered, to whom, and by whom.
struct Task {
    contact: ContactId,
    memory: Memory,
    mode: CallMode,
    /// The language model that the agent wants.
    model: Option<String>,
}

pub(super) async fn answer(worker: &Worker, job: &LeasedJob) -> Result<(), Trouble> {
    let minds = worker.minds.as_ref();
    let minds = minds.ok_or_else(|| Trouble::new("this node has no agent"))?;
    let mut tx = worker.tx(job).await?;
    let prepared = prepare(&mut tx, job).await?;
    tx.commit().await?;
    let Some((task, briefed)) = prepared else {
        return worker.finish(worker.tx(job).await?, job).await;
    };
    let backend = StoreTools {
        store: worker.store.clone(),
        clock: worker.clock,
        scope: TenantScope::new(job.tenant, Actor::Worker),
        call: None,
        hours: briefed.hours.clone(),
        caller: briefed.caller.clone(),
        outcome: Arc::new(Mutex::new(None)),
    };
    let mind = Mind {
        chat: match &task.model {
            Some(model) => minds.chat_of(model),
            None => Arc::clone(&minds.chat),
        },
        brief: Arc::new(briefed),
        backend: Arc::new(backend),
    };
    let turn = match mind.answer(&task.memory.before, &task.memory.asked).await {
        Ok(turn) => turn,
        Err(broken) if broken.has_done() => {
            tracing::error!(error = %broken, "an answer broke off after a tool was run; the contact is told");
            apology(broken.done)
        }
        Err(broken) => return Err(Trouble::new(broken.to_string())),
    };
    settle(worker, job, &task, &turn).await
}

/// After the last attempt the contact is told.
pub(super) async fn failed(
    worker: &Worker,
    tx: &mut TenantTx,
    job: &LeasedJob,
    is_dead: bool,
) -> Result<(), StoreError> {
    if !is_dead {
        return Ok(());
    }
    count("unanswered");
    if let Some((task, _)) = prepare(tx, job).await? {
        let asked = call::conversation::Message::Caller {
            text: task.memory.asked.clone(),
        };
        put_out(worker, tx, &task, &apology(vec![asked])).await?;
    }
    Ok(())
}

/// Reads what there is to answer; `None` when nothing is, or nobody may.
async fn prepare(
    tx: &mut TenantTx,
    job: &LeasedJob,
) -> Result<Option<(Task, agents::brief::Brief)>, StoreError> {
    let Some((contact, since)) = payload(job) else {
        tracing::error!("the job names no contact_id and since");
        return Ok(None);
    };
    let Some(known) = tx.contact(contact).await? else {
        return Ok(None);
    };
    let tenant = tx.tenant_row().await?;
    if known.opted_out_at.is_some() || !tenant.status.answers_calls() {
        return Ok(None);
    }
    let texts = tx.conversation(contact, None, memory::AT_MOST).await?;
    let Some(memory) = Memory::of(texts, since) else {
        return Ok(None);
    };
    let line = match memory.last.line {
        Some(line) => tx.phone_config(line).await?,
        None => None,
    };
    let Some(line) = line.filter(|line| AnswerText::agent_of(line).is_some()) else {
        return Ok(None);
    };
    let briefed = brief::load_for_text(tx, line, known.number, memory.began_at).await?;
    let mode = if tenant.is_test_mode {
        CallMode::Test
    } else {
        CallMode::Live
    };
    Ok(briefed.map(|briefed| {
        let task = Task {
            contact,
            memory,
            mode,
            model: briefed.agent.settings.model,
        };
        (task, briefed.brief)
    }))
}

/// Puts the answer out, and queues the next one where more has come in meanwhile.
async fn settle(worker: &Worker, job: &LeasedJob, task: &Task, turn: &Turn) -> Result<(), Trouble> {
    let mut tx = worker.tx(job).await?;
    tx.take_turns(task.contact.0).await?;
    let contact = tx.contact(task.contact).await?;
    if contact.is_some_and(|contact| contact.opted_out_at.is_none()) && !turn.words.is_empty() {
        put_out(worker, &mut tx, task, turn).await?;
        count("answered");
    }
    let texts = tx.conversation(task.contact, None, memory::AT_MOST).await?;
    let newer = first_after(&texts, &task.memory.last);
    let now = worker.clock.now();
    if !tx.finish_job(job, now).await? {
        tracing::warn!("an answer took longer than its lease; another worker has it");
        return Ok(());
    }
    if let Some(since) = newer {
        tx.enqueue(&AnswerText::job(task.contact, since, now))
            .await?;
    }
    tx.commit().await?;
    worker.wake.call();
    Ok(())
}

/// The first text that came in after this one; `latest_first`.
fn first_after(latest_first: &[TextRow], last: &TextRow) -> Option<MessageId> {
    let key = |row: &TextRow| (row.created_at, row.id);
    let oldest = latest_first
        .iter()
        .rfind(|row| row.direction == Direction::Inbound && key(row) > key(last));
    oldest.map(|row| row.id)
}

/// Stores an answer and hands it to the outbox.
async fn put_out(
    worker: &Worker,
    tx: &mut TenantTx,
    task: &Task,
    turn: &Turn,
) -> Result<(), StoreError> {
    let last = &task.memory.last;
    let (id, now) = (MessageId(Uuid::now_v7()), worker.clock.now());
    let words = fitting(&turn.words);
    let text = NewText {
        id,
        direction: Direction::Outbound,
        contact: task.contact,
        line: last.line,
        from: last.to.clone(),
        to: last.from.clone(),
        text: words.clone(),
        provider: "twilio",
        provider_message_id: None,
        mode: task.mode,
        at: now,
    };
    tx.store_text(&text).await?;
    tx.keep_agent_turn(id, &json!(turn.messages)).await?;
    tx.post(&NewOutbox {
        id: OutboxId(Uuid::now_v7()),
        channel: Channel::Sms,
        kind: "text_answer",
        recipient: last.from.as_str().to_owned(),
        subject: None,
        body: words,
        message: Some(id),
        at: now,
    })
    .await
}

fn apology(done: Vec<call::conversation::Message>) -> Turn {
    let mut messages = done;
    messages.push(call::conversation::Message::Agent {
        text: APOLOGY.to_owned(),
        interrupted: false,
    });
    Turn {
        words: APOLOGY.to_owned(),
        messages,
    }
}

/// What a text holds; the carrier refuses a longer one.
fn fitting(words: &str) -> String {
    if words.chars().count() <= LONGEST {
        return words.to_owned();
    }
    let mut short: String = words.chars().take(LONGEST - 1).collect();
    short.push('…');
    short
}

fn payload(job: &LeasedJob) -> Option<(ContactId, MessageId)> {
    let read = |name: &str| job.payload.get(name).cloned();
    let contact = serde_json::from_value(read("contact_id")?).ok()?;
    let since = serde_json::from_value(read("since")?).ok()?;
    Some((contact, since))
}

fn count(outcome: &'static str) {
    metrics::counter!("trunkline_text_answers_total", "outcome" => outcome).increment(1);
}

const APOLOGY: &str = "Sorry, I cannot answer by text right now. Please call this number.";
/// Characters of a text, by Twilio's reference.
const LONGEST: usize = 1600;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_never_longer_than_the_carrier_takes() {
        assert_eq!(fitting("short"), "short");
        let cut = fitting(&"ü".repeat(2000));
        assert_eq!(cut.chars().count(), 1600);
        assert!(cut.ends_with('…'));
    }
}
