//! What became of each call, and whether that is what the scenario wanted.

use std::time::Duration;

use media::twilio::CallSid;
use serde::Serialize;

use super::scenario::Kind;
use crate::{
    call::{CallError, Placed},
    report::{Ending, StreamEnd, VerbHeard},
    stream::StreamError,
};

/// One call.
#[derive(Debug, Clone, Serialize)]
pub(super) struct CallRecord {
    pub call_sid: String,
    pub scenario: String,
    /// Since the run began.
    pub placed_ms: u64,
    /// The server answered the webhook with a document, so it owes a record of the call.
    pub answered: bool,
    pub answered_in_ms: Option<f64>,
    pub duration_ms: u64,
    pub streams: usize,
    pub outcome: Outcome,
    /// How it ended, or why it was lost; few different texts.
    pub why: String,
}

/// What a call came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Outcome {
    /// As the scenario wanted it.
    Completed,
    Lost,
}

impl CallRecord {
    /// Of a call with webhooks.
    pub(super) fn of(placed: &Placed, kind: &Kind, at: Duration) -> Self {
        let (outcome, why) = match judge(placed, kind) {
            Ok(why) => (Outcome::Completed, why),
            Err(why) => (Outcome::Lost, why),
        };
        Self {
            call_sid: placed.call_sid.to_string(),
            scenario: kind.name.clone(),
            placed_ms: ms(at),
            answered: placed.was_answered,
            answered_in_ms: placed.answered_in.map(|took| took.as_secs_f64() * 1_000.0),
            duration_ms: ms(placed.duration),
            streams: placed.held.len(),
            outcome,
            why,
        }
    }

    /// Of a stream without webhooks, answered when it was opened.
    pub(super) fn of_stream(
        call_sid: &CallSid,
        kind: &Kind,
        (at, lasted): (Duration, Duration),
        opened_in: Option<Duration>,
        held: Result<StreamEnd, CallError>,
    ) -> Self {
        let judged = held
            .map_err(|error| why_failed(&error))
            .and_then(stream_ending);
        let (outcome, why) = match judged {
            Ok(why) => (Outcome::Completed, why.to_owned()),
            Err(why) => (Outcome::Lost, why),
        };
        Self {
            call_sid: call_sid.to_string(),
            scenario: kind.name.clone(),
            placed_ms: ms(at),
            answered: opened_in.is_some(),
            answered_in_ms: opened_in.map(|took| took.as_secs_f64() * 1_000.0),
            duration_ms: ms(lasted),
            streams: usize::from(opened_in.is_some()),
            outcome,
            why,
        }
    }

    /// Of a call that did not end when all had to.
    pub(super) fn left_open(
        call_sid: &CallSid,
        scenario: String,
        at: Duration,
        now: Duration,
    ) -> Self {
        Self {
            call_sid: call_sid.to_string(),
            scenario,
            placed_ms: ms(at),
            answered: false,
            answered_in_ms: None,
            duration_ms: ms(now.saturating_sub(at)),
            streams: 0,
            outcome: Outcome::Lost,
            why: "not over in time".to_owned(),
        }
    }
}

/// How a call ended as it should, or why it counts as lost.
fn judge(placed: &Placed, kind: &Kind) -> Result<String, String> {
    for &end in &placed.held {
        stream_ending(end)?;
    }
    let ending = match &placed.outcome {
        Ok(ending) => *ending,
        Err(error) => return Err(why_failed(error)),
    };
    if ending == Ending::Rejected {
        return Err("rejected by the server".to_owned());
    }
    if kind.needs_stream {
        if placed.held.is_empty() {
            return Err(format!("no media stream, but {}", verbs(&placed.verbs)));
        }
        if let Some(fallback) = fallback(&placed.verbs) {
            return Err(format!("fell back to <{fallback}>"));
        }
    }
    Ok(match ending {
        Ending::CallerHungUp | Ending::TimeLimit => "caller hung up",
        Ending::AgentHungUp | Ending::NoVerbLeft => "agent hung up",
        Ending::Rejected => "rejected",
    }
    .to_owned())
}

/// A stream that breaks or is closed with an error is a lost call, whatever the caller is told then.
fn stream_ending(end: StreamEnd) -> Result<&'static str, String> {
    match end {
        StreamEnd::ByServer { code: Some(1_000) } => Ok("agent hung up"),
        StreamEnd::ByServer { code: Some(code) } => Err(format!("stream closed with {code}")),
        StreamEnd::ByServer { code: None } => Err("stream broken by the server".to_owned()),
        StreamEnd::ByCaller | StreamEnd::TimeLimit => Ok("caller hung up"),
        StreamEnd::Dropped => Ok("caller's socket dropped"),
    }
}

/// What a caller hears behind its stream instead of the conversation.
fn fallback(verbs: &[VerbHeard]) -> Option<&'static str> {
    let mut behind = verbs.iter().rev();
    let behind = behind.by_ref().take_while(|heard| heard.verb != "Connect");
    { behind }
        .map(|heard| heard.verb)
        .find(|verb| matches!(*verb, "Dial" | "Record" | "Gather" | "Say"))
}

fn verbs(verbs: &[VerbHeard]) -> String {
    let names: Vec<_> = verbs.iter().map(|heard| heard.verb).collect();
    names.join(" ")
}

/// Short and the same for all calls of one fate, for counting.
fn why_failed(error: &CallError) -> String {
    match error {
        CallError::Unreachable { .. } => "server unreachable".to_owned(),
        CallError::Timeout { .. } => "webhook timeout".to_owned(),
        CallError::Http { .. } => "webhook connection broken".to_owned(),
        CallError::SignatureRefused { .. } => "webhook signature refused".to_owned(),
        CallError::Status { status, .. } => format!("webhook answered HTTP {status}"),
        CallError::Twiml { source, .. } => format!("TwiML cannot be run: {source}"),
        CallError::Circles { .. } => "TwiML goes in circles".to_owned(),
        CallError::Exchange | CallError::Option { .. } => error.to_string(),
        CallError::Stream(StreamError::Refused { status, .. }) => {
            format!("stream refused with HTTP {status}")
        }
        CallError::Stream(StreamError::Timeout { .. }) => "stream upgrade timeout".to_owned(),
        CallError::Stream(StreamError::Connect { .. }) => "stream connection refused".to_owned(),
        CallError::Stream(
            error @ (StreamError::Signature | StreamError::Broken(_) | StreamError::Stuck),
        ) => error.to_string(),
    }
}

fn ms(duration: Duration) -> u64 {
    duration.as_millis() as u64
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use crate::{load::scenario::Scenario, sid::new_call_sid};

    fn placed(
        held: Vec<StreamEnd>,
        verbs: &[&'static str],
        outcome: Result<Ending, CallError>,
    ) -> Placed {
        let heard = |&verb: &&'static str| VerbHeard {
            at: Duration::ZERO,
            verb,
            what: String::new(),
        };
        Placed {
            call_sid: new_call_sid(),
            was_answered: true,
            answered_in: Some(Duration::from_millis(3)),
            verbs: verbs.iter().map(heard).collect(),
            held,
            outcome,
            duration: Duration::from_secs(9),
        }
    }

    const CLEAN: StreamEnd = StreamEnd::ByServer { code: Some(1_000) };
    const BROKEN: StreamEnd = StreamEnd::ByServer { code: None };

    #[rstest]
    #[case(vec![StreamEnd::ByCaller], &["Connect"], Ok(Ending::CallerHungUp), Outcome::Completed, "caller hung up")]
    #[case(vec![CLEAN], &["Connect", "Redirect", "Hangup"], Ok(Ending::AgentHungUp), Outcome::Completed, "agent hung up")]
    #[case(vec![CLEAN], &["Connect", "Redirect", "Dial"], Ok(Ending::NoVerbLeft), Outcome::Lost, "fell back to <Dial>")]
    #[case(vec![BROKEN], &["Connect", "Redirect", "Hangup"], Ok(Ending::AgentHungUp), Outcome::Lost, "stream broken")]
    #[case(vec![], &["Say", "Hangup"], Ok(Ending::AgentHungUp), Outcome::Lost, "no media stream, but Say Hangup")]
    #[case(vec![], &["Reject"], Ok(Ending::Rejected), Outcome::Lost, "rejected")]
    #[case(vec![], &[], Err(CallError::Timeout { url: String::new(), seconds: 15 }), Outcome::Lost, "webhook timeout")]
    fn a_call_is_completed_only_as_the_scenario_wants_it(
        #[case] held: Vec<StreamEnd>,
        #[case] verbs: &[&'static str],
        #[case] outcome: Result<Ending, CallError>,
        #[case] expected: Outcome,
        #[case] why: &str,
    ) {
        let kind = &Scenario::load("scripted-agent").unwrap().kinds[0];
        let record = CallRecord::of(&placed(held, verbs, outcome), kind, Duration::ZERO);
        assert_eq!(record.outcome, expected, "{}", record.why);
        assert!(record.why.contains(why), "{}", record.why);
    }

    #[test]
    fn a_menu_needs_no_stream() {
        let kind = &Scenario::load("dtmf-ivr").unwrap().kinds[0];
        let placed = placed(vec![], &["Say", "Gather"], Ok(Ending::CallerHungUp));
        assert_eq!(
            CallRecord::of(&placed, kind, Duration::ZERO).outcome,
            Outcome::Completed
        );
    }
}
