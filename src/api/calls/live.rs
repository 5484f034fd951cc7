//! Calls that go on: what happens in them as it happens, and a hand on them.
//!
//! The stream tells what this node writes about the tenant's calls. It says each thing once and
//! keeps nothing back: whoever connects again reads the lists first.

use std::{convert::Infallible, time::Duration};

use axum::response::{
    Response,
    sse::{Event, KeepAlive, Sse},
};
use call::io::Command;
use futures_util::{Stream, stream};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use store::{
    TenantTx,
    audit::AuditEntry,
    call::CallRef,
    news::{CallChange, CallNews, CallWatch, Heard},
};
use tenant_config::id::CallId;
use tokio::time::{Interval, MissedTickBehavior, interval};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    call::{CallView, one_call},
    record::{EventView, TurnView},
};
use crate::{
    api::{
        answer::Answer,
        body::{Id, Params},
        caller::InTenant,
        guard::Pass,
        problem::{Code, Outcome, Problem},
    },
    session::registry::Commanded,
};

/// Of which calls.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct WatchParams {
    /// Of this one alone.
    pub call_id: Option<Uuid>,
}

/// What is said about a call, by the event's name: `call.started`, `call.status` and `call.ended`
/// have a `call`, `transcript.updated` a `turn`, `call.event` an `event`, `call.recorded` a
/// `recording_id`.
#[derive(Debug, Serialize, ToSchema)]
pub struct LiveView {
    pub call_id: Uuid,
    #[serde(flatten)]
    pub about: About,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum About {
    Call(Box<CallView>),
    Turn(Box<TurnView>),
    Event(Box<EventView>),
    RecordingId(Uuid),
}

/// Watch the tenant's calls as they happen (server-sent events). `ready` comes first; `missed` says
/// that the lists must be read again; `end` says why nothing follows, such as a session that is over.
#[utoipa::path(
    get, path = "/events", tag = "Calls", params(WatchParams),
    responses((status = 200, description = "Events, for as long as they are read",
               body = LiveView, content_type = "text/event-stream"))
)]
pub async fn watch_calls(
    who: InTenant,
    pass: Pass,
    Params(params): Params<WatchParams>,
) -> Outcome<Sse<impl Stream<Item = Result<Event, Infallible>>>> {
    if who.sees_only_tests() {
        return Err(Problem::new(
            Code::TestKey,
            "Watching calls takes a live key.",
        ));
    }
    let news = who.api.store.watch_calls(who.scope.tenant_id);
    let news = news.ok_or_else(|| {
        let detail = "A hundred watch this tenant's calls already. Close one of them.";
        Problem::new(Code::TooManyRequests, detail).retry_after(CHECK_AGAIN)
    })?;
    if let Some(id) = params.call_id {
        one_call(&who, &mut who.begin().await?, id).await?;
    }
    let mut check = interval(CHECK_AGAIN);
    check.set_missed_tick_behavior(MissedTickBehavior::Delay);
    // The first tick comes at once.
    check.tick().await;
    let watching = Watching {
        who,
        pass,
        news,
        only: params.call_id.map(CallId),
        check,
        step: Step::Ready,
    };
    let events = stream::unfold(watching, Watching::next);
    Ok(Sse::new(events).keep_alive(KeepAlive::new().interval(CHECK_AGAIN)))
}

/// Hang a conversation up.
#[utoipa::path(
    post, path = "/calls/live/{id}/hangup", tag = "Calls", params(("id" = Uuid, Path)),
    responses((status = 202, description = "The agent stops, and the line is closed"))
)]
pub async fn hang_up(who: InTenant, Id(id): Id) -> Outcome<Response> {
    let mut tx = who.begin().await?;
    let (call, summary) = one_call(&who, &mut tx, id).await?;
    if summary.ended_at.is_some() {
        return Err(Problem::new(Code::Conflict, "The call is over."));
    }
    let registry = &who.api.registry;
    match registry.command(who.scope.tenant_id, call.call_id, Command::HangUp) {
        Commanded::Told => {}
        Commanded::Busy => {
            let detail = "The call has several commands to carry out already.";
            return Err(Problem::new(Code::Unavailable, detail).retry_after(Duration::from_secs(1)));
        }
        Commanded::NotHere => {
            let detail = "No conversation of this call goes on at this node: it rings, is forwarded, \
                          is in a menu, or another node has it.";
            return Err(Problem::new(Code::Conflict, detail));
        }
    }
    let entry = AuditEntry::new(who.now(), "call.hung_up", "call").of(&call.call_id);
    let answer = Answer::accepted();
    who.record(tx, entry, answer).await
}

/// Somebody who watches.
struct Watching {
    who: InTenant,
    pass: Pass,
    news: CallWatch,
    only: Option<CallId>,
    check: Interval,
    step: Step,
}

enum Step {
    Ready,
    Going,
    Over,
}

impl Watching {
    async fn next(mut self) -> Option<(Result<Event, Infallible>, Self)> {
        let event = match self.step {
            Step::Ready => {
                self.step = Step::Going;
                told("ready", &json!({"at": self.who.now()}))
            }
            Step::Going => self.what_happens().await,
            Step::Over => return None,
        };
        Some((Ok(event), self))
    }

    /// Waits for something to say.
    async fn what_happens(&mut self) -> Event {
        loop {
            let heard = tokio::select! {
                heard = self.news.next() => heard,
                _ = self.check.tick() => match self.pass.holds(&self.who.api).await {
                    Ok(()) => continue,
                    Err(problem) => return self.end(problem.code().as_str()),
                },
            };
            match heard {
                Heard::News(news) if self.only.is_some_and(|id| id != news.call.call_id) => {}
                Heard::News(news) => match self.show(&news).await {
                    Ok(Some(event)) => return event,
                    Ok(None) => {}
                    // It is in the database, which does not answer at the moment.
                    Err(_) => return told("missed", &json!({"count": 1})),
                },
                Heard::Missed(count) => return told("missed", &json!({"count": count})),
                Heard::Over => return self.end("stopping"),
            }
        }
    }

    fn end(&mut self, why: &str) -> Event {
        self.step = Step::Over;
        told("end", &json!({"code": why}))
    }

    /// What the news are about, read as whoever watches; `None` when it is gone again.
    async fn show(&self, news: &CallNews) -> Outcome<Option<Event>> {
        let mut tx = self.who.begin().await?;
        let call = &news.call;
        let (name, about) = match news.change {
            CallChange::Began => ("call.started", summary(&mut tx, call).await?),
            CallChange::Moved => ("call.status", summary(&mut tx, call).await?),
            CallChange::Ended => ("call.ended", summary(&mut tx, call).await?),
            CallChange::Turn(seq) => {
                let turn = tx.turn(call, seq).await?;
                let about = turn.map(|turn| About::Turn(Box::new(turn.into())));
                ("transcript.updated", about)
            }
            CallChange::Event(id) => {
                let event = tx.event(call, id).await?;
                let about = event.map(|event| About::Event(Box::new(event.into())));
                ("call.event", about)
            }
            CallChange::Recorded(id) => ("call.recorded", Some(About::RecordingId(id.0))),
        };
        let Some(about) = about else { return Ok(None) };
        let view = LiveView {
            call_id: call.call_id.0,
            about,
        };
        let data = serde_json::to_value(&view).map_err(|error| Problem::internal(&error))?;
        Ok(Some(told(name, &data)))
    }
}

async fn summary(tx: &mut TenantTx, call: &CallRef) -> Outcome<Option<About>> {
    let summary = tx.call_summary(call).await?;
    Ok(summary.map(|summary| About::Call(Box::new(summary.into()))))
}

/// JSON has no line breaks of its own, so it is one line of data.
fn told(name: &str, data: &Value) -> Event {
    Event::default().event(name).data(data.to_string())
}

/// How long somebody may go on watching who may not any more.
const CHECK_AGAIN: Duration = Duration::from_secs(15);
