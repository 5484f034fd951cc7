//! A form that the carrier signed, as an extractor: a handler that takes one runs for nobody else.

use axum::{
    body::{self, Bytes},
    extract::{FromRef, FromRequest, OriginalUri, Request},
    http::{HeaderMap, StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};

use super::WebhookState;
use crate::twilio::{
    form::Form,
    signature::{self, Rejection, Signed},
};

/// A verified form and the query of its address, which the signature covers too.
#[derive(Debug)]
pub struct SignedForm {
    pub form: Form,
    pub query: Form,
}

impl<S> FromRequest<S> for SignedForm
where
    WebhookState: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        let (parts, body) = request.into_parts();
        let uri = parts
            .extensions
            .get::<OriginalUri>()
            .map_or(&parts.uri, |original| &original.0);
        let path_and_query = uri.path_and_query().map_or("/", |p| p.as_str());
        let signed = signed(&parts.headers);
        if signed.signature.is_none() && !signed.by_shared_key {
            return Err(refuse(&parts, Rejection::Unsigned));
        }
        if !is_form(&parts.headers) {
            return Err(malformed(
                "the body must be application/x-www-form-urlencoded",
            ));
        }
        let body: Bytes = body::to_bytes(body, BODY_LIMIT)
            .await
            .map_err(|_| malformed("the body cannot be read or has more than 65536 bytes"))?;
        let form = Form::parse(&body);
        WebhookState::from_ref(state)
            .signatures
            .verify_form(path_and_query, form.fields(), signed)
            .map_err(|rejection| refuse(&parts, rejection))?;
        let query = Form::parse(uri.query().unwrap_or_default().as_bytes());
        Ok(Self { form, query })
    }
}

fn signed(headers: &HeaderMap) -> Signed<'_> {
    Signed {
        signature: headers
            .get(signature::HEADER)
            .and_then(|value| value.to_str().ok()),
        by_shared_key: headers.contains_key(signature::SETTINGS_HEADER),
    }
}

fn is_form(headers: &HeaderMap) -> bool {
    let content_type = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    let media_type = content_type
        .and_then(|text| text.split(';').next())
        .unwrap_or_default();
    media_type
        .trim()
        .eq_ignore_ascii_case("application/x-www-form-urlencoded")
}

/// The sender learns that it is about the signature and no more.
fn refuse(parts: &Parts, rejection: Rejection) -> Response {
    let reason = rejection.reason();
    metrics::counter!("trunkline_webhook_rejected_total", "reason" => reason).increment(1);
    tracing::warn!(
        path = parts.uri.path(),
        reason,
        "webhook refused: {rejection}"
    );
    (StatusCode::FORBIDDEN, "signature").into_response()
}

fn malformed(what: &'static str) -> Response {
    metrics::counter!("trunkline_webhook_rejected_total", "reason" => "malformed").increment(1);
    (StatusCode::BAD_REQUEST, what).into_response()
}

/// Twilio's forms are a few KiB; a message body has at most 1600 characters.
const BODY_LIMIT: usize = 64 * 1024;
