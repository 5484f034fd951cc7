//! One purchase of a number, and its undoing.
//!
//! A number costs money from the moment it is bought. So its line is written first, in a transaction
//! that waits for the purchase: what the database refuses was never bought. Before the purchase a job
//! is queued that gives the number back if it has no line after some minutes: whatever fails in between,
//! the node itself included, nobody pays for a number that nobody has. Knows no request.

use chrono::{DateTime, Utc};
use serde_json::json;
use store::{audit::AuditEntry, job::NewJob};
use tenant_config::phone::{E164, PhoneConfig};

use crate::{
    api::{
        problem::{Code, Outcome, Problem},
        state::ApiState,
    },
    twilio::rest::{NumberWebhooks, RestError, TwilioRest},
    work::ReleaseNumber,
};

/// A number that is being bought for a line.
pub struct Purchase<'a> {
    api: &'a ApiState,
    carrier: &'a TwilioRest,
    line: &'a PhoneConfig,
    number: &'a E164,
}

impl<'a> Purchase<'a> {
    /// Of the line's number.
    pub fn of(api: &'a ApiState, line: &'a PhoneConfig) -> Outcome<Self> {
        let number = line.phone_number.as_ref().ok_or_else(|| {
            Problem::field(
                "/phone_number",
                "required",
                "Say which number is to be bought.",
            )
        })?;
        Ok(Self {
            api,
            carrier: carrier(api)?,
            line,
            number,
        })
    }

    /// What looks after it; to be queued, and committed, before it is bought.
    pub fn look_after(&self, now: DateTime<Utc>) -> NewJob {
        ReleaseNumber::job(self.line.tenant_id, self.line.id, self.number, now)
    }

    /// Buys the number and lets `attach` make it the line's, under the carrier's name for it; what
    /// cannot be attached is given back. After an error there is nothing to undo but what
    /// [`Unfinished`] says.
    pub async fn complete<T>(
        &self,
        attach: impl AsyncFnOnce(String) -> Outcome<T>,
    ) -> Result<T, Unfinished> {
        let sid = self.buy().await?;
        match attach(sid.clone()).await {
            Ok(done) => Ok(done),
            Err(problem) => Err(Unfinished {
                problem,
                stranded: self.undo(Some(&sid)).await,
            }),
        }
    }

    /// Buys the number with its webhooks; the carrier's name for it.
    async fn buy(&self) -> Result<String, Unfinished> {
        let url = |path| self.api.origin.url(path);
        let webhooks = NumberWebhooks {
            voice: url("/twilio/voice/incoming"),
            voice_status: url("/twilio/voice/status"),
            sms: url("/sms"),
        };
        let label = ReleaseNumber::label(self.line.id);
        let error = match self
            .carrier
            .buy_number(self.number, &label, &webhooks)
            .await
        {
            Ok(bought) => {
                count("bought");
                return Ok(bought.sid);
            }
            Err(error) => error,
        };
        let stranded = match &error {
            // It may have been bought.
            RestError::Unclear(_) => self.undo(None).await,
            RestError::Refused { .. }
            | RestError::Unauthorised { .. }
            | RestError::Busy { .. }
            | RestError::Unreachable => None,
        };
        Err(Unfinished {
            problem: not_done(&error, "/phone_number"),
            stranded,
        })
    }

    /// Gives the number back; `sid` where the carrier said it. What the tenant's log is to say when
    /// that fails, too: the job keeps trying.
    async fn undo(&self, sid: Option<&str>) -> Option<AuditEntry> {
        let undone = async {
            let sid = if let Some(sid) = sid {
                Some(sid.to_owned())
            } else {
                let own = self.carrier.own_number(self.number).await?;
                let label = ReleaseNumber::label(self.line.id);
                own.filter(|own| own.friendly_name == label)
                    .map(|own| own.sid)
            };
            match sid {
                Some(sid) => self.carrier.release_number(&sid).await,
                None => Ok(()),
            }
        };
        let Err(error) = undone.await else {
            count("undone");
            return None;
        };
        count("undo_failed");
        tracing::error!(line = %self.line.id, why = error.loggable(),
            "a number was bought, has no line, and could not be given back; a job keeps trying");
        let entry = AuditEntry::new(
            self.api.clock.now(),
            "phone_number.undo_failed",
            "phone_config",
        )
        .of(&self.line.id)
        .after(json!({"phone_number": self.number}))
        .because(&error.to_string());
        Some(entry)
    }
}

/// A number that was not bought.
pub struct Unfinished {
    pub problem: Problem,
    /// It may have been bought all the same, and could not be given back: for the log.
    pub stranded: Option<AuditEntry>,
}

/// The account that numbers are bought for.
pub fn carrier(api: &ApiState) -> Outcome<&TwilioRest> {
    api.services.post.carrier.as_deref().ok_or_else(|| {
        Problem::new(
            Code::Refused,
            "This server has no account at a carrier: its operator sets TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN.",
        )
    })
}

/// What the carrier's trouble means for who asked.
pub fn not_done(error: &RestError, pointer: &str) -> Problem {
    tracing::warn!(
        why = error.loggable(),
        "the carrier did not do what was asked about a number"
    );
    match error {
        RestError::Refused { message, .. } => {
            let detail = format!("The carrier refuses it: {message}");
            Problem::new(Code::Conflict, detail.clone()).at(pointer, "refused", detail)
        }
        RestError::Unauthorised { .. } => Problem::new(
            Code::Unavailable,
            "The carrier does not accept this server's account. Its operator has to see to it.",
        ),
        RestError::Busy { .. } | RestError::Unreachable | RestError::Unclear(_) => Problem::new(
            Code::Unavailable,
            "The carrier does not answer. Nothing was changed; please try again.",
        ),
    }
}

/// Counts what became of a number.
pub fn count(outcome: &'static str) {
    metrics::counter!("trunkline_numbers_total", "outcome" => outcome).increment(1);
}
