//! What this node works with: what is set, what is missing, and when it answered last.

use axum::Json;
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    api::{caller::Platform, page::Page, problem::Outcome},
    post::Seen,
};

/// Something that the node works with. Holds no secret.
#[derive(Debug, Serialize, ToSchema)]
pub struct IntegrationView {
    /// `mail`, `carrier`, or the stage of a call that a mind does: `chat`, `recognizer`, `voice`, …
    #[schema(example = "mail")]
    pub name: String,
    pub configured: bool,
    /// Who it is, such as a host.
    pub detail: Option<String>,
    /// Settings that are missing.
    pub missing: Vec<&'static str>,
    /// As far as this node has seen since it was started.
    pub last_success_at: Option<DateTime<Utc>>,
    pub last_failure_at: Option<DateTime<Utc>>,
    pub last_failure: Option<String>,
}

impl IntegrationView {
    fn new(name: &str, detail: Option<String>, missing: Vec<&'static str>, seen: Seen) -> Self {
        let (last_failure_at, last_failure) = seen.last_failure.unzip();
        Self {
            name: name.to_owned(),
            configured: detail.is_some(),
            detail,
            missing,
            last_success_at: seen.last_success,
            last_failure_at,
            last_failure,
        }
    }
}

/// What this node works with.
#[utoipa::path(
    get, path = "/admin/integrations/status", tag = "Platform: people",
    responses((status = 200, description = "Of this node", body = Page<IntegrationView>))
)]
pub async fn integrations_status(who: Platform) -> Outcome<Json<Page<IntegrationView>>> {
    let services = &who.api.services;
    let mail = match &services.post.mail {
        Some(server) => IntegrationView::new(
            "mail",
            Some(format!("{}, from {}", server.host(), server.from())),
            Vec::new(),
            server.pulse().seen(),
        ),
        None => IntegrationView::new(
            "mail",
            None,
            vec!["TRUNKLINE_SMTP_URL", "TRUNKLINE_MAIL_FROM"],
            Seen::default(),
        ),
    };
    let carrier = match &services.post.carrier {
        Some(carrier) => IntegrationView::new(
            "carrier",
            Some(format!(
                "{}, account {}",
                carrier.base(),
                carrier.account_hint()
            )),
            Vec::new(),
            carrier.pulse().seen(),
        ),
        None => IntegrationView::new(
            "carrier",
            None,
            vec!["TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN"],
            Seen::default(),
        ),
    };
    let mut all = vec![mail, carrier];
    let minds = services.minds.as_object().into_iter().flatten();
    all.extend(minds.map(|(stage, name)| {
        let name = name.as_str().map(str::to_owned);
        IntegrationView::new(stage, name, Vec::new(), Seen::default())
    }));
    Ok(Json(Page::whole(all)))
}
