//! What a request that changes something is answered with, in a form that can be said again.

use axum::{
    body::Body,
    http::{HeaderValue, StatusCode, header},
    response::Response,
};
use serde::Serialize;
use serde_json::Value;
use store::idempotency::KeptAnswer;

use super::{
    etag,
    problem::{Outcome, Problem},
};

/// An answer before it is sent.
#[derive(Debug, Clone)]
pub struct Answer {
    status: StatusCode,
    body: Option<Value>,
    tag: Option<String>,
    location: Option<String>,
    /// Fields that are said once and kept nowhere.
    once: &'static [&'static str],
}

/// Marks a response whose answer was kept under its request's key.
#[derive(Debug, Clone, Copy)]
pub(super) struct Kept;

impl Answer {
    pub const fn empty(status: StatusCode) -> Self {
        Self {
            status,
            body: None,
            tag: None,
            location: None,
            once: &[],
        }
    }

    /// There is nothing to say but that it is done.
    pub const fn done() -> Self {
        Self::empty(StatusCode::NO_CONTENT)
    }

    /// It will be done, and there is nothing to say yet.
    pub const fn accepted() -> Self {
        Self::empty(StatusCode::ACCEPTED)
    }

    /// What there is, with its tag.
    pub fn of(status: StatusCode, shown: &impl Serialize) -> Outcome<Self> {
        let body = serde_json::to_value(shown).map_err(|error| Problem::internal(&error))?;
        Ok(Self {
            body: Some(body),
            tag: Some(etag::tag(shown)?),
            ..Self::empty(status)
        })
    }

    pub fn ok(shown: &impl Serialize) -> Outcome<Self> {
        Self::of(StatusCode::OK, shown)
    }

    /// Something that was made, and its place below `/api/v1`.
    pub fn made(shown: &impl Serialize, place: &str) -> Outcome<Self> {
        Ok(Self {
            location: Some(format!("/api/v1{place}")),
            ..Self::of(StatusCode::CREATED, shown)?
        })
    }

    /// These fields are secrets: whoever asks again with the same key gets `null` for them.
    #[must_use]
    pub const fn once(mut self, fields: &'static [&'static str]) -> Self {
        self.once = fields;
        self
    }

    /// What is kept to be said again.
    pub(super) fn kept(&self) -> KeptAnswer {
        let mut body = self.body.clone();
        if let Some(Value::Object(fields)) = &mut body {
            for name in self.once {
                if let Some(field) = fields.get_mut(*name) {
                    *field = Value::Null;
                }
            }
        }
        KeptAnswer {
            status: self.status.as_u16(),
            content_type: body.as_ref().map(|_| JSON.to_owned()),
            body: body
                .map(|body| body.to_string().into_bytes())
                .unwrap_or_default(),
        }
    }

    pub(super) fn respond(self, is_kept: bool) -> Response {
        let mut response = match &self.body {
            Some(body) => said(self.status, Some(JSON), body.to_string().into_bytes()),
            None => said(self.status, None, Vec::new()),
        };
        let headers = response.headers_mut();
        for (name, value) in [(header::ETAG, self.tag), (header::LOCATION, self.location)] {
            if let Some(value) = value.and_then(|value| HeaderValue::from_str(&value).ok()) {
                headers.insert(name, value);
            }
        }
        if is_kept {
            response.extensions_mut().insert(Kept);
        }
        response
    }
}

/// An answer that was kept, said again.
pub(super) fn again(kept: KeptAnswer) -> Response {
    let status = StatusCode::from_u16(kept.status).unwrap_or(StatusCode::OK);
    let mut response = said(status, kept.content_type.as_deref(), kept.body);
    response
        .headers_mut()
        .insert("idempotent-replayed", HeaderValue::from_static("true"));
    response
}

fn said(status: StatusCode, content_type: Option<&str>, body: Vec<u8>) -> Response {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    if let Some(value) = content_type.and_then(|value| HeaderValue::from_str(value).ok()) {
        response.headers_mut().insert(header::CONTENT_TYPE, value);
    }
    response
}

const JSON: &str = "application/json";

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_secret_is_answered_and_not_kept() {
        let answer = Answer::made(&json!({"id": 1, "key": "tk_live_x"}), "/api-keys/1").unwrap();
        let answer = answer.once(&["key"]);
        let kept = String::from_utf8(answer.kept().body).unwrap();
        assert_eq!(kept, r#"{"id":1,"key":null}"#);
        let response = answer.respond(true);
        assert_eq!(response.headers()["location"], "/api/v1/api-keys/1");
        assert!(response.extensions().get::<Kept>().is_some());
    }
}
