//! Twilio's webhooks: what the carrier asks while a call lives, and tells about texts; one endpoint
//! per file.
//!
//! A voice webhook is answered with HTTP 200 and TwiML whatever happens inside: a caller is never
//! left with a dead line because a database is down. Only a request that is not the carrier's (403)
//! or that cannot be read (400) gets anything else. What is said depends on the stored call alone,
//! so any node can answer, also after a restart; only while the database is away does a node answer
//! from its memory of the calls that it held.
//!
//! ```text
//! incoming ─▶ simple ─▶ Dial ───────────────▶ next?leg=dial ─▶ hang up | fallback
//!          ─▶ ivr ────▶ Gather ─▶ gather ─▶ … (dial, voicemail, ai)
//!          ─▶ ai ─────▶ Connect Stream ─────▶ next ─▶ hang up | dial | voicemail | fallback
//!                                voicemail ─▶ next?leg=voicemail ─▶ hang up
//! ```

mod active_call;
mod ai;
mod answer;
mod gather;
mod hear_again;
mod incoming;
mod leave;
mod menu;
mod next;
mod overflow;
mod pen;
mod phrases;
mod place;
mod recording;
mod signed_form;
mod status;
mod text;
mod text_status;

use std::sync::Arc;

use axum::{Router, extract::FromRef, routing::post};
pub use hear_again::HearAgain;
pub use signed_form::SignedForm;
use store::Store;

use super::signature::{PublicOrigin, Verifier};
use crate::{admission::Admission, clock::Clock, ledger::Ledger, work::Wake};

/// Everything the webhooks need; built at the roof. Cheap to clone.
#[derive(Debug, Clone)]
pub struct WebhookState {
    pub store: Store,
    pub signatures: Arc<Verifier>,
    /// Where the carrier reaches the media stream.
    pub origin: PublicOrigin,
    pub clock: Clock,
    /// How many conversations this node holds.
    pub admission: Admission,
    /// For development: a number that belongs to nobody is answered with root's own line. Otherwise
    /// its callers hear that it is not configured.
    pub unassigned_answers_as_root: bool,
    pub ledger: Ledger,
    /// Whoever answers texts.
    pub wake: Wake,
}

/// All webhooks, as POST.
pub fn router<S>() -> Router<S>
where
    WebhookState: FromRef<S>,
    S: Clone + Send + Sync + 'static,
{
    Router::new()
        .route("/twilio/voice/incoming", post(incoming::incoming))
        .route("/twilio/voice/ai", post(ai::ai))
        .route(GATHER, post(gather::gather))
        .route(NEXT, post(next::next))
        .route("/twilio/voice/status", post(status::status))
        .route("/twilio/recording", post(recording::recording))
        .route("/sms", post(text::text))
        .route("/sms/status", post(text_status::text_status))
}

/// The name of the carrier, as calls are stored with it.
const PROVIDER: &str = "twilio";

const GATHER: &str = "/twilio/voice/gather";
const GATHER_NO_INPUT: &str = "/twilio/voice/gather?no_input=1";
const NEXT: &str = "/twilio/voice/next";
const NEXT_AFTER_DIAL: &str = "/twilio/voice/next?leg=dial";
const NEXT_AFTER_VOICEMAIL: &str = "/twilio/voice/next?leg=voicemail";
const NEXT_AFTER_SILENCE: &str = "/twilio/voice/next?leg=voicemail&empty=1";
const RECORDING_OF_FORWARD: &str = "/twilio/recording?kind=forward";
const RECORDING_OF_VOICEMAIL: &str = "/twilio/recording?kind=voicemail";
const MEDIA: &str = "/twilio/media";
