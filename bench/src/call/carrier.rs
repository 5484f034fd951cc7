//! The carrier's side of one call: asks for documents, follows them, tells the end.

use std::{collections::VecDeque, time::Duration};

use media::twilio::CallSid;
use tokio::time::Instant;
use url::Url;

use super::{
    CallError, CallOptions, DialOutcome,
    crowd::{Crowd, Placed},
    form::{Form, Parties, pairs},
    route::Route,
    verbs::Flow,
    webhook::{Answer, Webhook},
};
use crate::{
    mouth::Mouth,
    report::{CallReport, Document, Ending, Posted, StreamEnd, StreamReport, VerbHeard},
    sid::new_call_sid,
    twiml::{self, Method},
};

/// One call in progress.
#[derive(Debug)]
pub(super) struct Carrier<'a> {
    pub(super) options: &'a CallOptions,
    pub(super) parties: Parties,
    pub(super) route: Route,
    pub(super) mouth: Mouth,
    pub(super) dials: VecDeque<DialOutcome>,
    pub(super) began: Instant,
    pub(super) streams: Vec<StreamReport>,
    /// How it holds media streams when it is one of many.
    pub(super) crowd: Option<Crowd<'a>>,
    /// How the streams ended that were held so.
    pub(super) held: Vec<StreamEnd>,
    verbs: Vec<VerbHeard>,
    documents: Vec<Document>,
    callbacks: Vec<Posted>,
    webhook: Webhook,
}

/// A document to be asked for.
#[derive(Debug)]
pub(super) struct Request {
    pub url: Url,
    pub method: Method,
    pub extra: Form,
}

/// More documents than any sane call needs.
const MOST_DOCUMENTS: usize = 200;

impl<'a> Carrier<'a> {
    pub(super) fn new(options: &'a CallOptions) -> Result<Self, CallError> {
        let faults = &options.faults;
        let webhook = Webhook::new(&options.auth_token, faults.webhook_signature)?;
        Self::over(options, webhook, new_call_sid())
    }

    /// One of many callers: shares connections and threads with the others.
    pub(super) fn in_crowd(options: &'a CallOptions, crowd: Crowd<'a>) -> Result<Self, CallError> {
        let fault = options.faults.webhook_signature;
        let webhook = Webhook::over(crowd.http.clone(), &options.auth_token, fault);
        let call_sid = crowd.call_sid.clone();
        Ok(Self {
            crowd: Some(crowd),
            ..Self::over(options, webhook, call_sid)?
        })
    }

    fn over(
        options: &'a CallOptions,
        webhook: Webhook,
        call_sid: CallSid,
    ) -> Result<Self, CallError> {
        let account_sid = options.account_sid.parse().map_err(|_| CallError::Option {
            field: "account_sid",
            value: options.account_sid.clone(),
            expected: "AC and 32 hex digits",
        })?;
        if !(options.verb_speed.is_finite() && options.verb_speed > 0.0) {
            return Err(CallError::Option {
                field: "verb_speed",
                value: options.verb_speed.to_string(),
                expected: "a number above 0",
            });
        }
        Ok(Self {
            options,
            parties: Parties {
                call_sid,
                account_sid,
                from: options.from.clone(),
                to: options.to.clone(),
            },
            route: Route::new(&options.base_url, options.public_origin.as_deref())?,
            mouth: Mouth::new(&options.script),
            dials: options.dial_outcomes.iter().copied().collect(),
            began: Instant::now(),
            streams: Vec::new(),
            crowd: None,
            held: Vec::new(),
            verbs: Vec::new(),
            documents: Vec::new(),
            callbacks: Vec::new(),
            webhook,
        })
    }

    /// As [`Self::run`], but a call that fails half way is told of as well; its end is reported to
    /// the server then too, as carriers do.
    pub(super) async fn live(mut self) -> Placed {
        let followed = self.follow().await;
        let ending = *followed.as_ref().unwrap_or(&Ending::NoVerbLeft);
        let was_answered = !self.documents.is_empty();
        let told = if was_answered {
            self.tell_the_end(ending).await
        } else {
            Ok(())
        };
        Placed {
            call_sid: self.parties.call_sid,
            was_answered,
            answered_in: self.documents.first().map(|document| document.took),
            verbs: self.verbs,
            held: self.held,
            outcome: followed.and_then(|ending| told.map(|()| ending)),
            duration: self.began.elapsed(),
        }
    }

    pub(super) async fn run(mut self) -> Result<CallReport, CallError> {
        let ending = self.follow().await?;
        self.tell_the_end(ending).await?;
        Ok(CallReport {
            call_sid: self.parties.call_sid,
            documents: self.documents,
            verbs: self.verbs,
            callbacks: self.callbacks,
            streams: self.streams,
            ending,
            duration: self.began.elapsed(),
        })
    }

    async fn follow(&mut self) -> Result<Ending, CallError> {
        let mut request = Request {
            url: self.route.resolve(None, &self.options.incoming_path)?,
            method: Method::Post,
            extra: Form::new(),
        };
        while self.documents.len() < MOST_DOCUMENTS {
            if Instant::now() >= self.deadline() {
                return Ok(Ending::TimeLimit);
            }
            let verbs = self.document(&request).await?;
            match self.run_verbs(&request.url, verbs).await? {
                Flow::Next => return Ok(Ending::NoVerbLeft),
                Flow::Goto(next) => request = next,
                Flow::End(ending) => return Ok(ending),
            }
        }
        Err(CallError::Circles {
            limit: MOST_DOCUMENTS,
        })
    }

    async fn run_verbs(&mut self, url: &Url, verbs: Vec<twiml::Verb>) -> Result<Flow, CallError> {
        for verb in verbs {
            match self.run_verb(url, verb).await? {
                Flow::Next => {}
                flow @ (Flow::Goto(_) | Flow::End(_)) => return Ok(flow),
            }
        }
        Ok(Flow::Next)
    }

    async fn document(&mut self, request: &Request) -> Result<Vec<twiml::Verb>, CallError> {
        let status = if self.documents.is_empty() {
            "ringing"
        } else {
            "in-progress"
        };
        let form = self.parties.form(status, request.extra.clone());
        let asked = Instant::now();
        let answer = self
            .webhook
            .ask(&self.route, &request.url, request.method, &form)
            .await?;
        let twiml = self.twiml_of(&request.url, answer)?;
        self.documents.push(Document {
            url: request.url.to_string(),
            took: asked.elapsed(),
            twiml: twiml.clone(),
        });
        twiml::parse(&twiml).map_err(|source| CallError::Twiml {
            url: request.url.to_string(),
            source: Box::new(source),
            document: twiml,
        })
    }

    fn twiml_of(&self, url: &Url, answer: Answer) -> Result<String, CallError> {
        let wire = self.route.wire(url).to_string();
        match answer.status {
            200 => Ok(answer.body),
            403 => Err(CallError::SignatureRefused {
                url: wire,
                signed: url.to_string(),
            }),
            status => Err(CallError::Status {
                url: wire,
                status,
                body: answer.body.chars().take(300).collect(),
            }),
        }
    }

    /// Posts a callback whose answer is not TwiML; a refusal is in the report.
    pub(super) async fn call_back(
        &mut self,
        url: &Url,
        call_status: &str,
        extra: Form,
    ) -> Result<(), CallError> {
        let form = self.parties.form(call_status, extra);
        let answer = self
            .webhook
            .ask(&self.route, url, Method::Post, &form)
            .await?;
        self.callbacks.push(Posted {
            at: self.began.elapsed(),
            url: url.to_string(),
            status: answer.status,
        });
        Ok(())
    }

    async fn tell_the_end(&mut self, ending: Ending) -> Result<(), CallError> {
        let url = self.route.resolve(None, &self.options.status_path)?;
        let status = match ending {
            Ending::Rejected => "busy",
            Ending::CallerHungUp | Ending::AgentHungUp | Ending::NoVerbLeft | Ending::TimeLimit => {
                "completed"
            }
        };
        let length = self.began.elapsed();
        let extra = pairs(&[
            ("CallDuration", length.as_secs().to_string().as_str()),
            (
                "Duration",
                length.as_secs().div_ceil(60).to_string().as_str(),
            ),
            ("CallbackSource", "call-progress-events"),
            ("SequenceNumber", "0"),
        ]);
        for _ in 0..=self.options.faults.repeat_status {
            self.call_back(&url, status, extra.clone()).await?;
        }
        Ok(())
    }

    pub(super) fn heard(&mut self, verb: &'static str, what: impl Into<String>) {
        self.verbs.push(VerbHeard {
            at: self.began.elapsed(),
            verb,
            what: what.into(),
        });
    }

    /// Lets time pass, at the speed of verbs, but not beyond the end of the call.
    pub(super) async fn pass(&self, duration: Duration) {
        let scaled = Duration::try_from_secs_f64(duration.as_secs_f64() / self.options.verb_speed)
            .unwrap_or(Duration::MAX);
        let left = self.deadline().saturating_duration_since(Instant::now());
        tokio::time::sleep(scaled.min(left)).await;
    }

    pub(super) fn deadline(&self) -> Instant {
        self.began + self.options.max_duration
    }
}
