//! A call as one of hundreds: the same webhooks and the same TwiML, but one HTTP client and few
//! threads for all, and a short account instead of every sample.

use std::time::Duration;

use media::twilio::CallSid;

use super::{CallError, CallOptions, carrier::Carrier, webhook};
use crate::{
    exchange::Exchange,
    report::{Ending, StreamEnd, VerbHeard},
};

/// What the calls of a crowd share.
#[derive(Debug, Clone)]
pub(crate) struct Crowd<'a> {
    pub exchange: &'a Exchange,
    pub http: reqwest::Client,
    pub call_sid: CallSid,
    /// The caller sends frames to be timed and says nothing.
    pub is_echo: bool,
}

/// A call that was placed, whatever came of it.
#[derive(Debug)]
pub(crate) struct Placed {
    pub call_sid: CallSid,
    /// The server has answered its webhook with a document.
    pub was_answered: bool,
    /// From the first webhook to its document.
    pub answered_in: Option<Duration>,
    pub verbs: Vec<VerbHeard>,
    /// How its media streams ended.
    pub held: Vec<StreamEnd>,
    pub outcome: Result<Ending, CallError>,
    pub duration: Duration,
}

/// The client that a crowd shares.
pub(crate) fn http_client() -> Result<reqwest::Client, CallError> {
    webhook::client()
}

/// Places a call and stays until its end.
pub(crate) async fn place_in_crowd(options: &CallOptions, crowd: Crowd<'_>) -> Placed {
    let call_sid = crowd.call_sid.clone();
    match Carrier::in_crowd(options, crowd) {
        Ok(carrier) => carrier.live().await,
        Err(error) => Placed {
            call_sid,
            was_answered: false,
            answered_in: None,
            verbs: Vec::new(),
            held: Vec::new(),
            outcome: Err(error),
            duration: Duration::ZERO,
        },
    }
}
