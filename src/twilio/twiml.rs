//! TwiML, as far as we speak it: typed verbs in, an XML document out.
//!
//! Contract: Twilio's TwiML reference for voice. A [`Response`] is a list of [`Verb`]s that the
//! carrier carries out in order. Texts and addresses are escaped; characters that XML cannot carry
//! are left out.
//!
//! Knows no call and no tenant.

mod dial;
mod gather;
mod record;
mod stream;
mod writer;

use std::time::Duration;

use axum::{
    http::header,
    response::{IntoResponse, Response as HttpResponse},
};
pub use dial::{Dial, LegRecording};
pub use gather::Gather;
pub use record::Record;
pub use stream::{Parameter, ParameterTooLong, Stream};
use writer::Element;

/// The answer to a voice webhook.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[must_use]
pub struct Response {
    verbs: Vec<Verb>,
}

/// One thing the carrier shall do. Addresses are absolute, or paths at our public origin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verb {
    Say(String),
    /// Silence, in whole seconds.
    Pause(Duration),
    Gather(Gather),
    /// What follows it is never reached: its `action` answers.
    Dial(Dial),
    /// What follows it is reached only if nothing was recorded.
    Record(Record),
    /// A two-way media stream; what follows is reached when the stream is closed.
    Connect(Stream),
    Redirect(String),
    Reject(RejectReason),
    Hangup,
}

/// What the caller of an unanswered call hears.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RejectReason {
    /// The network's "not in service".
    Rejected,
    Busy,
}

impl Response {
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a verb.
    pub fn then(mut self, verb: Verb) -> Self {
        self.verbs.push(verb);
        self
    }

    /// Says a text; an empty one is passed over.
    pub fn say(self, text: impl Into<String>) -> Self {
        let text = text.into();
        if text.trim().is_empty() {
            self
        } else {
            self.then(Verb::Say(text))
        }
    }

    pub fn hang_up(self) -> Self {
        self.then(Verb::Hangup)
    }

    pub fn verbs(&self) -> &[Verb] {
        &self.verbs
    }

    /// The document.
    pub fn to_xml(&self) -> String {
        let children = self.verbs.iter().map(Verb::element).collect();
        writer::document(&Element::new("Response").children(children))
    }
}

impl IntoResponse for Response {
    fn into_response(self) -> HttpResponse {
        ([(header::CONTENT_TYPE, CONTENT_TYPE)], self.to_xml()).into_response()
    }
}

impl Verb {
    fn element(&self) -> Element {
        match self {
            Self::Say(text) => Element::new("Say").text(text),
            Self::Pause(length) => Element::new("Pause").attr("length", seconds(*length)),
            Self::Gather(gather) => gather.element(),
            Self::Dial(dial) => dial.element(),
            Self::Record(record) => record.element(),
            Self::Connect(stream) => Element::new("Connect").children(vec![stream.element()]),
            Self::Redirect(to) => Element::new("Redirect").attr("method", "POST").text(to),
            Self::Reject(RejectReason::Rejected) => Element::new("Reject"),
            Self::Reject(RejectReason::Busy) => Element::new("Reject").attr("reason", "busy"),
            Self::Hangup => Element::new("Hangup"),
        }
    }
}

/// Whole seconds, rounded up and at least one, which is what the attributes take.
fn seconds(length: Duration) -> String {
    let rounded_up = length.as_secs() + u64::from(length.subsec_nanos() > 0);
    rounded_up.max(1).to_string()
}

const CONTENT_TYPE: &str = "text/xml; charset=utf-8";

#[cfg(test)]
mod tests;
