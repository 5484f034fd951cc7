//! The ways on that need no media: forwarding, voicemail, the line's fallback, hanging up.
//!
//! Each adds its verbs to what was said so far and stores where the call then is.

use std::time::Duration;

use call::record::EndReason;
use serde_json::json;
use store::{
    StoreError,
    call::{CallOutcome, HangupBy},
};
use tenant_config::phone::{DialTarget, Fallback};

use super::{
    NEXT_AFTER_DIAL, NEXT_AFTER_SILENCE, NEXT_AFTER_VOICEMAIL, RECORDING_OF_FORWARD,
    RECORDING_OF_VOICEMAIL,
    active_call::{ActiveCall, Ending},
    pen::Pen,
    phrases,
    place::Place,
};
use crate::twilio::twiml::{Dial, LegRecording, Record, Response, Verb};

impl ActiveCall<'_> {
    /// Rings somebody else. `because`: the trouble that made us do it.
    pub(super) async fn dial(
        &self,
        tx: &mut impl Pen,
        said: Response,
        to: DialTarget,
        because: Option<EndReason>,
    ) -> Result<Response, StoreError> {
        let line = self.line.as_ref();
        let recording = match line {
            Some(line) if line.record => LegRecording::Dual {
                callback: RECORDING_OF_FORWARD.to_owned(),
            },
            _ => LegRecording::Off,
        };
        let dial = Dial {
            to: to.clone(),
            caller_id: self.caller_id(),
            timeout: line.map_or(DIAL_TIMEOUT, |line| line.dial_timeout),
            recording,
            action: NEXT_AFTER_DIAL.to_owned(),
        };
        Place::Dialling { to, because }.store(tx, self).await?;
        Ok(said.then(Verb::Dial(dial)))
    }

    /// Takes a spoken message.
    pub(super) async fn voicemail(
        &self,
        tx: &mut impl Pen,
        said: Response,
        because: Option<EndReason>,
    ) -> Result<Response, StoreError> {
        let record = Record {
            action: NEXT_AFTER_VOICEMAIL.to_owned(),
            callback: RECORDING_OF_VOICEMAIL.to_owned(),
            max_length: MESSAGE_LENGTH,
            silence: MESSAGE_SILENCE,
        };
        Place::Voicemail { because }.store(tx, self).await?;
        Ok(said
            .say(phrases::LEAVE_A_MESSAGE)
            .then(Verb::Record(record))
            .then(Verb::Redirect(NEXT_AFTER_SILENCE.to_owned())))
    }

    /// What the tenant chose for a line whose first answer is not to be had.
    pub(super) async fn fall_back(
        &self,
        tx: &mut impl Pen,
        said: Response,
        because: Option<EndReason>,
    ) -> Result<Response, StoreError> {
        match self.line.as_ref().map(|line| line.fallback.clone()) {
            Some(fallback) => self.take(tx, said, fallback, because).await,
            None => self.voicemail(tx, said, because).await,
        }
    }

    /// A fallback that is known.
    pub(super) async fn take(
        &self,
        tx: &mut impl Pen,
        said: Response,
        fallback: Fallback,
        because: Option<EndReason>,
    ) -> Result<Response, StoreError> {
        match fallback {
            Fallback::Forward { to } => self.dial(tx, said, to, because).await,
            Fallback::Voicemail => self.voicemail(tx, said, because).await,
            Fallback::Message { text } => {
                let reason = because.unwrap_or(EndReason::Unanswered);
                self.hang_up(tx, said.say(text), reason, None).await
            }
        }
    }

    /// The line lacks what its mode needs: an event, and the fallback.
    pub(super) async fn misconfigured(
        &self,
        tx: &mut impl Pen,
        said: Response,
        missing: &'static str,
    ) -> Result<Response, StoreError> {
        tracing::warn!(missing, "the line is not configured for its mode");
        self.note(tx, "misconfigured", &json!({ "missing": missing }))
            .await?;
        self.fall_back(tx, said, Some(EndReason::Misconfigured))
            .await
    }

    /// Ends the call from our side.
    pub(super) async fn hang_up(
        &self,
        tx: &mut impl Pen,
        said: Response,
        reason: EndReason,
        outcome: Option<CallOutcome>,
    ) -> Result<Response, StoreError> {
        let ending = Ending {
            reason,
            hangup_by: HangupBy::System,
            outcome,
        };
        self.end(tx, &ending).await?;
        Ok(said.hang_up())
    }
}

/// How long a phone rings where no line says so.
const DIAL_TIMEOUT: Duration = Duration::from_secs(20);

const MESSAGE_LENGTH: Duration = Duration::from_mins(3);
const MESSAGE_SILENCE: Duration = Duration::from_secs(5);
