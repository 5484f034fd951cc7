//! What went wrong, in the terms of a CDR.
//!
//! Details name phases, statuses, error codes and operating-system causes. They never quote a
//! server's message or an answer's text: both can hold what a caller said, or parts of a key.

use std::error::Error as _;

use agents::{ProviderError, ProviderFault, Stage};
use async_openai::error::{ApiErrorResponse, OpenAIError, StreamError};

use crate::deadline::Late;

/// Who failed: the part that is the same in all errors of one adapter.
#[derive(Debug, Clone)]
pub(crate) struct Who {
    pub(crate) provider: String,
    pub(crate) stage: Stage,
}

impl Who {
    pub(crate) fn fault(&self, fault: ProviderFault, detail: impl Into<String>) -> ProviderError {
        let detail = detail.into();
        ProviderError {
            provider: self.provider.clone(),
            stage: self.stage,
            fault,
            detail,
        }
    }

    pub(crate) fn late(&self, late: Late) -> ProviderError {
        let Late { phase, limit } = late;
        let detail = format!("deadline `{phase}` of {} ms passed", limit.as_millis());
        self.fault(ProviderFault::TimedOut, detail)
    }

    pub(crate) fn invalid(&self, detail: impl Into<String>) -> ProviderError {
        self.fault(ProviderFault::Invalid, detail)
    }

    /// JSON that does not read; only the kind and the place, never the text.
    pub(crate) fn unreadable(&self, error: &serde_json::Error) -> ProviderError {
        let kind = error.classify();
        let at = (error.line(), error.column());
        self.invalid(format!(
            "the answer is no JSON of the expected shape ({kind:?} at {at:?})"
        ))
    }

    pub(crate) fn openai(&self, error: OpenAIError) -> ProviderError {
        match error {
            OpenAIError::Reqwest(error) => self.http(error),
            OpenAIError::ApiError(error) => self.refused(&error),
            OpenAIError::JSONDeserialize(error, _) => self.unreadable(&error),
            OpenAIError::StreamError(error) => match *error {
                // Its text is all that is left of the cause.
                StreamError::EventStream(text) if text.starts_with("Transport error") => {
                    self.fault(ProviderFault::Dropped, "the stream broke off")
                }
                StreamError::EventStream(_) => self.invalid("the stream is no UTF-8 event stream"),
                StreamError::UnknownEvent(_) => self.invalid("the stream holds an unknown event"),
            },
            OpenAIError::Boxed(error) => self.invalid(format!("the request failed: {error}")),
            OpenAIError::InvalidArgument(what)
            | OpenAIError::FileSaveError(what)
            | OpenAIError::FileReadError(what) => {
                self.invalid(format!("the request cannot be made: {what}"))
            }
        }
    }

    pub(crate) fn http(&self, error: reqwest::Error) -> ProviderError {
        let error = error.without_url();
        let fault = match () {
            () if error.is_timeout() => ProviderFault::TimedOut,
            () if error.is_connect() => ProviderFault::Unreachable,
            () if error.is_builder() => ProviderFault::Invalid,
            () => ProviderFault::Dropped,
        };
        self.fault(fault, causes(&error))
    }

    fn refused(&self, error: &ApiErrorResponse) -> ProviderError {
        let status = error.status_code.as_u16();
        let code = error
            .api_error
            .code
            .as_deref()
            .or(error.api_error.r#type.as_deref());
        self.refused_with(Some(status), code)
    }

    /// A refusal, with the server's own code where it has the form of one.
    pub(crate) fn refused_with(&self, status: Option<u16>, code: Option<&str>) -> ProviderError {
        let code = code.filter(|code| is_code(code)).unwrap_or("no error code");
        let detail = match status {
            Some(status) => format!("HTTP {status}, {code}"),
            None => format!("error in the stream, {code}"),
        };
        self.fault(ProviderFault::Refused { status }, detail)
    }
}

/// Whether a server's text is a code such as `invalid_api_key` and no message.
fn is_code(text: &str) -> bool {
    (1..=64).contains(&text.len())
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "_-.".contains(c))
        && !text.starts_with("sk-")
}

/// The error and what caused it, outermost first.
fn causes(error: &reqwest::Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        text = format!("{text}: {cause}");
        next = cause.source();
    }
    text
}
