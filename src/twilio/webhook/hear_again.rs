//! What the carrier said while the database was away, acted on afterwards.
//!
//! The same code hears it as heard it first, with the clock at the time when it was said.

use call::record::EndReason;
use futures_util::future::{BoxFuture, FutureExt};
use store::{
    StoreError,
    call::{ClosedBy, HangupBy},
};

use super::{
    WebhookState,
    active_call::{ActiveCall, Ending},
    answer::WebhookError,
    recording, status, text, text_status,
};
use crate::{
    clock::Clock,
    ledger::entry::{Carrier, CarrierWord, HearError, WordKind},
    twilio::form::Form,
};

/// Acts on what could not be acted on in time.
#[derive(Debug, Clone)]
pub struct HearAgain(WebhookState);

impl HearAgain {
    pub const fn new(state: WebhookState) -> Self {
        Self(state)
    }

    async fn act(&self, word: &CarrierWord) -> Result<(), WebhookError> {
        let state = WebhookState {
            clock: Clock::fixed(word.at),
            ..self.0.clone()
        };
        let form = Form::of(word.form.clone());
        match word.kind {
            WordKind::TurnedAway => turned_away(&state, &form).await,
            WordKind::Status => status::follow(&state, &form).await,
            WordKind::CarrierRecording => {
                recording::keep(&state, &form, &Form::of(word.query.clone())).await
            }
            WordKind::Text => text::take(&state, &form).await,
            WordKind::TextStatus => {
                text_status::follow(&state, &form, &Form::of(word.query.clone())).await
            }
        }
    }
}

impl Carrier for HearAgain {
    fn hear<'a>(&'a self, word: &'a CarrierWord) -> BoxFuture<'a, Result<(), HearError>> {
        let acted = async {
            match self.act(word).await {
                Ok(()) => Ok(()),
                Err(WebhookError::Store(error)) => Err(HearError::Store(error)),
                Err(WebhookError::TooSlow | WebhookError::Deferred) => {
                    Err(StoreError::timed_out().into())
                }
                Err(error @ (WebhookError::Form(_) | WebhookError::UnknownCall)) => {
                    Err(HearError::Refused(error.to_string()))
                }
            }
        };
        acted.boxed()
    }
}

/// The caller heard an apology and was hung up on: a call all the same.
async fn turned_away(state: &WebhookState, form: &Form) -> Result<(), WebhookError> {
    let call = ActiveCall::begin(state, form).await?;
    let ending = Ending {
        reason: EndReason::DatabaseAway,
        hangup_by: HangupBy::System,
        outcome: None,
    };
    let mut tx = call.tx().await?;
    // Should the call have gone on after all, whoever led it knows better.
    call.close(&mut tx, &ending, None, ClosedBy::Carrier)
        .await?;
    tx.commit().await?;
    Ok(())
}
