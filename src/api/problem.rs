//! The one answer to every request that is not served: problem details for HTTP APIs (RFC 9457).
//!
//! A handler returns a [`Problem`]; the request's own middleware writes it out, because the body
//! carries the request's id. What went wrong inside is logged here and never told.

use std::{borrow::Cow, time::Duration};

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use store::StoreError;
use utoipa::ToSchema;

/// What went wrong, in a word that programs can rely on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Code {
    InvalidRequest,
    InvalidJson,
    InvalidCursor,
    InvalidCredentials,
    Unauthenticated,
    SessionEnded,
    PasswordChangeRequired,
    Forbidden,
    MissingScope,
    TestKey,
    ReadOnlyImpersonation,
    NotWhileImpersonating,
    TenantClosed,
    NotFound,
    Purged,
    MethodNotAllowed,
    Conflict,
    Duplicate,
    Refused,
    RequestInFlight,
    PreconditionFailed,
    TooLarge,
    UnsupportedMediaType,
    RangeNotSatisfiable,
    InvalidFields,
    KeyReused,
    TooManyRequests,
    Internal,
    Unavailable,
}

impl Code {
    /// Every code with its status and what it says in general.
    const fn facts(self) -> (StatusCode, &'static str, &'static str) {
        use StatusCode as S;
        match self {
            Self::InvalidRequest => (
                S::BAD_REQUEST,
                "invalid_request",
                "The request cannot be read",
            ),
            Self::InvalidJson => (S::BAD_REQUEST, "invalid_json", "The body is no JSON"),
            Self::InvalidCursor => (S::BAD_REQUEST, "invalid_cursor", "No such page"),
            Self::InvalidCredentials => (
                S::UNAUTHORIZED,
                "invalid_credentials",
                "That does not let you in",
            ),
            Self::Unauthenticated => (S::UNAUTHORIZED, "unauthenticated", "Who are you?"),
            Self::SessionEnded => (S::UNAUTHORIZED, "session_ended", "The session is over"),
            Self::PasswordChangeRequired => (
                S::FORBIDDEN,
                "password_change_required",
                "Choose a password of your own first",
            ),
            Self::Forbidden => (S::FORBIDDEN, "forbidden", "Not allowed"),
            Self::MissingScope => (S::FORBIDDEN, "missing_scope", "The key has not this scope"),
            Self::TestKey => (
                S::FORBIDDEN,
                "test_key",
                "A test key changes nothing that is live",
            ),
            Self::ReadOnlyImpersonation => (
                S::FORBIDDEN,
                "read_only_impersonation",
                "This impersonation only reads",
            ),
            Self::NotWhileImpersonating => (
                S::FORBIDDEN,
                "not_while_impersonating",
                "Not in somebody else's place",
            ),
            Self::TenantClosed => (
                S::FORBIDDEN,
                "tenant_closed",
                "The tenant's settings are locked",
            ),
            Self::NotFound => (S::NOT_FOUND, "not_found", "There is nothing here"),
            Self::Purged => (S::GONE, "purged", "It was taken away for good"),
            Self::MethodNotAllowed => (
                S::METHOD_NOT_ALLOWED,
                "method_not_allowed",
                "Not in this way",
            ),
            Self::Conflict => (S::CONFLICT, "conflict", "It conflicts with what there is"),
            Self::Duplicate => (S::CONFLICT, "duplicate", "It is taken"),
            Self::Refused => (S::CONFLICT, "refused", "A rule does not allow it"),
            Self::RequestInFlight => (
                S::CONFLICT,
                "request_in_flight",
                "The same request is under way",
            ),
            Self::PreconditionFailed => (
                S::PRECONDITION_FAILED,
                "precondition_failed",
                "Somebody changed it in the meantime",
            ),
            Self::TooLarge => (S::PAYLOAD_TOO_LARGE, "too_large", "The body is too large"),
            Self::UnsupportedMediaType => (
                S::UNSUPPORTED_MEDIA_TYPE,
                "unsupported_media_type",
                "The body is of a kind that is not taken here",
            ),
            Self::RangeNotSatisfiable => (
                S::RANGE_NOT_SATISFIABLE,
                "range_not_satisfiable",
                "There is nothing in this range",
            ),
            Self::InvalidFields => (
                S::UNPROCESSABLE_ENTITY,
                "invalid_fields",
                "Some fields are not right",
            ),
            Self::KeyReused => (
                S::UNPROCESSABLE_ENTITY,
                "idempotency_key_reused",
                "The key was used for another request",
            ),
            Self::TooManyRequests => (
                S::TOO_MANY_REQUESTS,
                "too_many_requests",
                "Too many requests",
            ),
            Self::Internal => (
                S::INTERNAL_SERVER_ERROR,
                "internal",
                "Something went wrong on our side",
            ),
            Self::Unavailable => (S::SERVICE_UNAVAILABLE, "unavailable", "Not at the moment"),
        }
    }

    pub const fn status(self) -> StatusCode {
        self.facts().0
    }

    pub const fn as_str(self) -> &'static str {
        self.facts().1
    }

    const fn title(self) -> &'static str {
        self.facts().2
    }
}

/// A field that is not right.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct FieldError {
    /// Where: a JSON pointer (RFC 6901) into the body, or `?name` for a parameter of the address.
    #[schema(example = "/phone_number")]
    pub pointer: String,
    /// What kind of fault, such as `required`, `format`, `too_long`, `unknown`.
    pub code: &'static str,
    /// What to do about it.
    pub detail: String,
}

/// A request that is not served.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    code: Code,
    detail: Cow<'static, str>,
    errors: Vec<FieldError>,
    retry_after: Option<Duration>,
}

/// The body of every answer with a status of 400 and above.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Problem)]
pub struct ProblemBody {
    /// The code as a URI.
    #[serde(rename = "type")]
    #[schema(example = "urn:trunkline:problem:not_found")]
    pub kind: String,
    pub title: &'static str,
    /// The HTTP status.
    pub status: u16,
    /// For programs.
    pub code: &'static str,
    /// For people: what happened here.
    pub detail: String,
    /// Say it when you ask for help; it is in the log and in the audit log.
    pub request_id: String,
    /// The fields that are not right.
    pub errors: Vec<FieldError>,
}

pub type Outcome<T> = Result<T, Problem>;

impl Problem {
    pub fn new(code: Code, detail: impl Into<Cow<'static, str>>) -> Self {
        Self {
            code,
            detail: detail.into(),
            errors: Vec::new(),
            retry_after: None,
        }
    }

    /// An id that there is not, or that is another tenant's: nobody can tell which.
    pub fn not_found() -> Self {
        Self::new(Code::NotFound, "There is nothing of that id here.")
    }

    /// One field that is not right.
    pub fn field(pointer: &str, code: &'static str, detail: impl Into<String>) -> Self {
        Self::fields(vec![FieldError {
            pointer: pointer.to_owned(),
            code,
            detail: detail.into(),
        }])
    }

    pub fn fields(errors: Vec<FieldError>) -> Self {
        Self {
            errors,
            ..Self::new(
                Code::InvalidFields,
                "See `errors` for each field and what to do.",
            )
        }
    }

    /// Something of ours is broken; the cause goes to the log.
    pub fn internal(cause: &dyn std::fmt::Display) -> Self {
        tracing::error!(error = %cause, "a request failed");
        Self::new(
            Code::Internal,
            "It has been written down. Say the request id when you ask for help.",
        )
    }

    #[must_use]
    pub fn at(mut self, pointer: &str, code: &'static str, detail: impl Into<String>) -> Self {
        self.errors.push(FieldError {
            pointer: pointer.to_owned(),
            code,
            detail: detail.into(),
        });
        self
    }

    /// The same for a body that is a part of another.
    #[must_use]
    pub fn within(mut self, pointer: &str) -> Self {
        for error in &mut self.errors {
            error.pointer.insert_str(0, pointer);
        }
        self
    }

    #[must_use]
    pub const fn retry_after(mut self, wait: Duration) -> Self {
        self.retry_after = Some(wait);
        self
    }

    pub const fn code(&self) -> Code {
        self.code
    }

    /// The answer, for the request of this id.
    pub(super) fn render(&self, request_id: &str) -> Response {
        let body = ProblemBody {
            kind: format!("urn:trunkline:problem:{}", self.code.as_str()),
            title: self.code.title(),
            status: self.code.status().as_u16(),
            code: self.code.as_str(),
            detail: self.detail.clone().into_owned(),
            request_id: request_id.to_owned(),
            errors: self.errors.clone(),
        };
        let mut response = (self.code.status(), axum::Json(body)).into_response();
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        if let Some(wait) = self.retry_after {
            // Rounded up: whoever waits that long gets in.
            let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
            headers.insert(header::RETRY_AFTER, seconds.max(1).into());
        }
        if self.code.status() == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}

impl IntoResponse for Problem {
    /// Without a body: [`super::request`] writes it, with the request's id.
    fn into_response(self) -> Response {
        let mut response = self.code.status().into_response();
        response.extensions_mut().insert(self);
        response
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Unavailable(cause) => {
                tracing::warn!(%cause, "the database did not answer a request");
                Self::new(
                    Code::Unavailable,
                    "The database does not answer. Please try again.",
                )
                .retry_after(Duration::from_secs(2))
            }
            StoreError::Conflict { what } => conflict(&what),
            StoreError::Invalid { what } => Self::new(
                Code::InvalidFields,
                format!("A value is not one that can be stored ({what})."),
            ),
            StoreError::Refused { rule } => refused(&rule),
            StoreError::NotFound { .. } => Self::not_found(),
            other @ (StoreError::Corrupt { .. }
            | StoreError::Unfit(_)
            | StoreError::Migrate(_)
            | StoreError::Query(_)) => Self::internal(&other),
        }
    }
}

/// Constraints of the database that somebody may run into, and what to say. The rest is neutral.
fn conflict(constraint: &str) -> Problem {
    let taken = |pointer: &str, detail: &str| {
        Problem::new(Code::Duplicate, detail.to_owned()).at(pointer, "duplicate", detail)
    };
    match constraint {
        "tenant_phone_config_phone_number_key" => taken(
            "/phone_number",
            "This number has a line already. A number belongs to one line of one tenant.",
        ),
        "tenant_phone_config_messaging_service_sid_key" => taken(
            "/messaging_service_sid",
            "This messaging service has a line already.",
        ),
        "ivr_menus_tenant_id_name_key"
        | "agents_tenant_id_name_key"
        | "services_catalog_tenant_id_name_key" => {
            taken("/name", "There is one of this name already.")
        }
        "faqs_tenant_id_question_key" => taken("/question", "This question is answered already."),
        "tenants_slug_key" => taken("/slug", "This subdomain is taken."),
        "tenant_domains_host_key" | "tenant_domains_pkey" => {
            taken("/host", "This domain is given to a tenant already.")
        }
        "users_email" => taken("/email", "There is a login of this address already."),
        "memberships_pkey" => taken("/email", "They belong to this tenant already."),
        "impersonation_sessions_one" => Problem::new(
            Code::Conflict,
            "You are working in a tenant's place already. End that first.",
        ),
        _ => Problem::new(
            Code::Conflict,
            "It is in use, or it refers to something that is not there.",
        ),
    }
}

/// Rules of the database, in words.
fn refused(rule: &str) -> Problem {
    let detail = match rule {
        "read_only" => {
            return Problem::new(
                Code::ReadOnlyImpersonation,
                "This impersonation was begun to look, not to change.",
            );
        }
        "memberships_keep_an_admin" => {
            "The last administrator of a tenant stays. Make somebody else one first."
        }
        "users_keep_an_owner" => {
            "The last owner of the platform stays. Make somebody else one first."
        }
        "users_platform_people_by_owner" => {
            return Problem::new(
                Code::Forbidden,
                "Only an owner of the platform changes its people.",
            );
        }
        "tenants_status_moves" => "The tenant cannot go there from where it stands.",
        "impersonation_sessions_by_owner" => {
            return Problem::new(Code::Forbidden, "Only an owner works in a tenant's place.");
        }
        "impersonation_sessions_own_name" => "Nobody works in a tenant's place out of another one.",
        "impersonation_sessions_not_root" => {
            "Root is the platform's own: nobody works in its place."
        }
        "tenants" => "The root tenant keeps its name and stays active.",
        "tenant_phone_config" => {
            "Root's own line answers for every number that is nobody's. It stays."
        }
        _ => "A rule of the platform does not allow it.",
    };
    Problem::new(Code::Refused, detail)
}
