//! What each verb does.

use std::time::Duration;

use url::Url;

use super::{
    CallError, DialOutcome,
    carrier::{Carrier, Request},
    crowd::Crowd,
    form::{Form, pairs},
    webhook::signature,
};
use crate::{
    conversation::{Setting, converse},
    exchange::{self, Caller, Held, Seat, Side},
    report::{Ending, StreamEnd},
    script::Step,
    sid::{new_call_sid, new_recording_sid},
    stream::{StartFields, StreamClient},
    twiml::{Dial, Gather, Method, Record, Stream, Target, Verb},
};

/// Where a call goes after a verb.
#[derive(Debug)]
pub(super) enum Flow {
    Next,
    Goto(Request),
    End(Ending),
}

/// What a person answers to a `<Gather>`.
enum Keys {
    Pressed(String),
    None,
    HungUp,
}

/// How long a character takes to say, roughly: 15 in a second.
const SAY_CHARACTER: Duration = Duration::from_millis(66);

impl Carrier<'_> {
    pub(super) async fn run_verb(&mut self, url: &Url, verb: Verb) -> Result<Flow, CallError> {
        let name = verb.name();
        match verb {
            Verb::Say(say) => {
                self.pass(SAY_CHARACTER * say.text.chars().count() as u32)
                    .await;
                self.heard(name, say.text);
                Ok(Flow::Next)
            }
            Verb::Play { url, digits } => {
                self.heard(name, digits.unwrap_or(url));
                Ok(Flow::Next)
            }
            Verb::Pause(length) => {
                self.heard(name, format!("{} s", length.as_secs()));
                self.pass(length).await;
                Ok(Flow::Next)
            }
            Verb::Gather(gather) => Box::pin(self.gather(url, gather)).await,
            Verb::Dial(dial) => self.dial(url, dial).await,
            Verb::Record(record) => self.record(url, record).await,
            Verb::Redirect {
                url: target,
                method,
            } => {
                self.heard(name, target.as_str());
                self.go(url, Some(&target), method, Form::new())
            }
            Verb::Hangup => {
                self.heard(name, "");
                Ok(Flow::End(Ending::AgentHungUp))
            }
            Verb::Reject(reason) => {
                self.heard(name, format!("{reason:?}").to_lowercase());
                Ok(Flow::End(Ending::Rejected))
            }
            Verb::Connect { action, stream } => self.connect(url, action, stream).await,
        }
    }

    async fn gather(&mut self, url: &Url, gather: Gather) -> Result<Flow, CallError> {
        for prompt in gather.prompts.clone() {
            self.run_verb(url, prompt).await?;
        }
        let keys = match self.keys(&gather).await {
            Keys::HungUp => return Ok(Flow::End(Ending::CallerHungUp)),
            Keys::None if !gather.action_on_empty_result => {
                self.heard("Gather", "no input");
                return Ok(Flow::Next);
            }
            Keys::None => String::new(),
            Keys::Pressed(keys) => keys,
        };
        self.heard("Gather", keys.as_str());
        let extra = pairs(&[("Digits", &keys), ("FinishedOnKey", "")]);
        self.go(url, gather.action.as_deref(), gather.method, extra)
    }

    fn presses_next(&mut self) -> bool {
        matches!(self.mouth.steps().front(), Some(Step::Press { .. }))
    }

    /// Takes keys from the script. A `Wait` as long as the timeout is no input; speech is none
    /// either and stays in the script for a stream to come.
    async fn keys(&mut self, gather: &Gather) -> Keys {
        loop {
            match self.mouth.steps().pop_front() {
                Some(Step::Press { digits }) => {
                    let (taken, left) = taken_keys(&digits, gather);
                    if !left.is_empty() {
                        let digits = left;
                        self.mouth.steps().push_front(Step::Press { digits });
                    }
                    return Keys::Pressed(taken);
                }
                Some(Step::HangUp) => return Keys::HungUp,
                Some(Step::Wait(wait)) => {
                    self.pass(wait.min(gather.timeout)).await;
                    if wait < gather.timeout {
                        continue;
                    }
                    let rest = wait.saturating_sub(gather.timeout);
                    if !rest.is_zero() {
                        self.mouth.steps().push_front(Step::Wait(rest));
                    }
                    return Keys::None;
                }
                // The prompt was what the caller waited for.
                Some(Step::WaitForAgent { .. }) if self.presses_next() => {}
                Some(
                    other @ (Step::Say { .. }
                    | Step::BargeIn { .. }
                    | Step::WaitForAgent { .. }
                    | Step::DropSocket),
                ) => {
                    self.mouth.steps().push_front(other);
                    self.pass(gather.timeout).await;
                    return Keys::None;
                }
                None => {
                    self.pass(gather.timeout).await;
                    return Keys::None;
                }
            }
        }
    }

    async fn dial(&mut self, url: &Url, dial: Dial) -> Result<Flow, CallError> {
        let targets: Vec<_> = dial.targets.iter().map(target_text).collect();
        self.heard("Dial", targets.join(" "));
        let outcome = self.dials.pop_front().unwrap_or(DialOutcome::NoAnswer);
        let talked = match outcome {
            DialOutcome::Answered(talked) => talked,
            DialOutcome::NoAnswer => {
                self.pass(dial.timeout).await;
                Duration::ZERO
            }
            DialOutcome::Busy | DialOutcome::Failed => Duration::ZERO,
        };
        self.pass(talked).await;
        let bridged = matches!(outcome, DialOutcome::Answered(_));
        let mut extra = pairs(&[
            ("DialCallStatus", outcome.status()),
            ("DialCallSid", new_call_sid().as_str()),
            ("DialBridged", if bridged { "true" } else { "false" }),
        ]);
        if bridged {
            let seconds = talked.as_secs().to_string();
            extra.extend(pairs(&[("DialCallDuration", &seconds)]));
        }
        let recorded = dial.record.as_deref();
        if bridged && recorded.is_some_and(|how| !matches!(how, "do-not-record" | "false")) {
            let (sid, recording) = self.recording(talked);
            extra.extend(recording.clone());
            if let Some(callback) = dial.recording_status_callback {
                self.tell_recording(url, &callback, &sid, recording, "DialVerb")
                    .await?;
            }
        }
        match dial.action {
            Some(action) => self.go(url, Some(&action), dial.method, extra),
            None => Ok(Flow::Next),
        }
    }

    async fn record(&mut self, url: &Url, record: Record) -> Result<Flow, CallError> {
        let length = self.options.voicemail.min(record.max_length);
        self.pass(length).await;
        self.heard("Record", format!("{} s", length.as_secs()));
        if length.is_zero() {
            // Twilio does not ask the action when nothing was recorded.
            return Ok(Flow::Next);
        }
        let (sid, extra) = self.recording(length);
        if let Some(callback) = &record.recording_status_callback {
            self.tell_recording(url, callback, &sid, extra.clone(), "RecordVerb")
                .await?;
        }
        self.go(url, record.action.as_deref(), record.method, extra)
    }

    /// A new recording: its name, and how it is told to actions.
    fn recording(&self, length: Duration) -> (String, Form) {
        let sid = new_recording_sid();
        let account = &self.parties.account_sid;
        let url = format!("https://api.twilio.com/2010-04-01/Accounts/{account}/Recordings/{sid}");
        let seconds = length.as_secs().to_string();
        let form = pairs(&[
            ("RecordingUrl", url.as_str()),
            ("RecordingSid", &sid),
            ("RecordingDuration", &seconds),
        ]);
        (sid, form)
    }

    async fn tell_recording(
        &mut self,
        url: &Url,
        callback: &str,
        sid: &str,
        mut form: Form,
        source: &str,
    ) -> Result<(), CallError> {
        let channels = if source == "DialVerb" { "2" } else { "1" };
        form.extend(pairs(&[
            ("RecordingStatus", "completed"),
            ("RecordingChannels", channels),
            ("RecordingSource", source),
        ]));
        tracing::debug!(recording = sid, "telling of a recording");
        let callback = self.route.resolve(Some(url), callback)?;
        self.call_back(&callback, "in-progress", form).await
    }

    async fn connect(
        &mut self,
        url: &Url,
        action: Option<String>,
        stream: Stream,
    ) -> Result<Flow, CallError> {
        self.heard("Connect", stream.url.as_str());
        let faults = &self.options.faults;
        let token = &self.options.auth_token;
        let signature = signature(faults.stream_signature, token, &stream.url, &[]);
        let wire = self.route.wire(&stream.url);
        let start = StartFields {
            account_sid: self.parties.account_sid.clone(),
            call_sid: self.parties.call_sid.clone(),
            parameters: tampered(stream.parameters, &faults.parameters),
        };
        let end = match self.crowd.clone() {
            Some(crowd) => self.hold(crowd, &wire, signature.as_deref(), start).await?,
            None => self.converse(&wire, signature.as_deref(), start).await?,
        };
        match (end, action) {
            (StreamEnd::ByCaller, _) => Ok(Flow::End(Ending::CallerHungUp)),
            (StreamEnd::TimeLimit, _) => Ok(Flow::End(Ending::TimeLimit)),
            (StreamEnd::ByServer { .. } | StreamEnd::Dropped, Some(action)) => {
                self.go(url, Some(&action), Method::Post, Form::new())
            }
            (StreamEnd::ByServer { .. } | StreamEnd::Dropped, None) => Ok(Flow::Next),
        }
    }

    /// Every sample, for the report.
    async fn converse(
        &mut self,
        wire: &Url,
        signature: Option<&str>,
        start: StartFields,
    ) -> Result<StreamEnd, CallError> {
        let client = StreamClient::connect(wire, signature).await?;
        let setting = Setting {
            start,
            faults: &self.options.faults,
            record_heard: self.options.record_heard,
            deadline: self.deadline(),
        };
        let report = converse(client, &mut self.mouth, &setting).await;
        let end = report.end;
        self.streams.push(report);
        Ok(end)
    }

    /// Among many, by the threads that hold them all.
    async fn hold(
        &mut self,
        crowd: Crowd<'_>,
        wire: &Url,
        signature: Option<&str>,
        start: StartFields,
    ) -> Result<StreamEnd, CallError> {
        let upgraded = exchange::open(wire, signature).await?;
        let caller = if crowd.is_echo {
            Caller::Echo
        } else {
            Caller::Scripted(Box::new(std::mem::take(&mut self.mouth)))
        };
        let seat = Seat {
            start,
            caller,
            hang_up_at: self.deadline().into_std(),
        };
        let held = crowd.exchange.hold(Side::Server, upgraded, seat).await;
        let Held { end, caller } = held.ok_or(CallError::Exchange)?;
        if let Caller::Scripted(mouth) = caller {
            self.mouth = *mouth;
        }
        self.held.push(end);
        Ok(end)
    }

    /// On to an action; without one, Twilio asks for the present document again.
    fn go(
        &self,
        from: &Url,
        action: Option<&str>,
        method: Method,
        extra: Form,
    ) -> Result<Flow, CallError> {
        let url = match action {
            Some(action) => self.route.resolve(Some(from), action)?,
            None => from.clone(),
        };
        Ok(Flow::Goto(Request { url, method, extra }))
    }
}

/// The keys that a `<Gather>` takes, and those that are left for the next.
fn taken_keys(digits: &str, gather: &Gather) -> (String, String) {
    let mut taken = String::new();
    let mut keys = digits.chars();
    while gather.num_digits.is_none_or(|most| taken.len() < most)
        && let Some(key) = keys.next()
    {
        if Some(key) == gather.finish_on_key {
            break;
        }
        taken.push(key);
    }
    (taken, keys.collect())
}

fn tampered(
    mut parameters: Vec<(String, String)>,
    instead: &[(String, String)],
) -> Vec<(String, String)> {
    for (name, value) in &mut parameters {
        if let Some((_, other)) = instead.iter().find(|(n, _)| n == name) {
            value.clone_from(other);
        }
    }
    parameters
}

fn target_text(target: &Target) -> &str {
    match target {
        Target::Number(text) | Target::Sip(text) => text,
    }
}
