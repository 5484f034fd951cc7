//! Why the carrier did not do what it was asked.

use std::time::Duration;

use reqwest::{Response, StatusCode, header};
use serde::Deserialize;

use crate::post::{NotNow, Refusal, SendError};

/// Settings with which the carrier cannot be asked.
#[derive(Debug, thiserror::Error)]
pub enum RestSettingsError {
    #[error(
        "TRUNKLINE_TWILIO_URL is {0:?}; it must be https://host, such as https://api.twilio.com"
    )]
    Base(String),
    #[error("TWILIO_ACCOUNT_SID must be AC and 32 hexadecimal digits")]
    Account,
    #[error("no HTTP client can be made: {0}")]
    Client(String),
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RestError {
    /// What was asked cannot be had.
    #[error("the carrier refused it ({status}{}): {message}", .code.map(|code| format!(", code {code}")).unwrap_or_default())]
    Refused {
        status: u16,
        /// Twilio's own, such as 21211.
        code: Option<u32>,
        message: String,
    },
    /// Our account or its token is not accepted.
    #[error("the carrier does not accept TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN ({status})")]
    Unauthorised { status: u16 },
    #[error("the carrier is busy ({status})")]
    Busy {
        status: u16,
        /// Not before so long.
        retry_after: Option<Duration>,
    },
    /// Nothing was asked: no connection was made.
    #[error("the carrier cannot be reached")]
    Unreachable,
    /// Whether it was done is not known.
    #[error("the carrier did not answer ({0}); whether it was done is not known")]
    Unclear(String),
}

/// The body of an error.
#[derive(Default, Deserialize)]
struct ErrorBody {
    code: Option<u32>,
    message: Option<String>,
}

impl RestError {
    /// An answer that is not a success.
    pub(super) async fn of(response: Response) -> Self {
        let status = response.status();
        let retry_after = response
            .headers()
            .get(header::RETRY_AFTER)
            .and_then(|value| value.to_str().ok()?.trim().parse().ok())
            .map(|seconds: u64| Duration::from_secs(seconds.min(LONGEST_WAIT_S)));
        let body: ErrorBody = response.json().await.unwrap_or_default();
        let code = status.as_u16();
        match status {
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN
                if body.code.is_none_or(|c| c < 21_000) =>
            {
                Self::Unauthorised { status: code }
            }
            StatusCode::TOO_MANY_REQUESTS | StatusCode::REQUEST_TIMEOUT => Self::Busy {
                status: code,
                retry_after,
            },
            status if status.is_client_error() => Self::Refused {
                status: code,
                code: body.code,
                message: body.message.unwrap_or_default().chars().take(300).collect(),
            },
            _ => Self::Busy {
                status: code,
                retry_after,
            },
        }
    }

    /// No whole answer came.
    pub(super) fn lost(error: &reqwest::Error) -> Self {
        if error.is_connect() {
            return Self::Unreachable;
        }
        Self::unclear(error)
    }

    pub(super) fn unclear(error: &reqwest::Error) -> Self {
        let what = if error.is_timeout() {
            "in time"
        } else if error.is_decode() {
            "in a way that can be read"
        } else {
            "to the end"
        };
        Self::Unclear(what.to_owned())
    }

    /// Without a number.
    pub fn loggable(&self) -> String {
        match self {
            Self::Refused { status, code, .. } => match code {
                Some(code) => format!("the carrier refused it ({status}, code {code})"),
                None => format!("the carrier refused it ({status})"),
            },
            Self::Unauthorised { .. }
            | Self::Busy { .. }
            | Self::Unreachable
            | Self::Unclear(_) => self.to_string(),
        }
    }
}

impl From<RestError> for SendError {
    fn from(error: RestError) -> Self {
        let (reason, loggable) = (error.to_string(), error.loggable());
        let is_unclear = matches!(error, RestError::Unclear(_));
        let not_now = |not_before| {
            Self::NotNow(NotNow {
                reason: reason.clone(),
                loggable: loggable.clone(),
                not_before,
                is_unclear,
            })
        };
        match error {
            RestError::Refused { code, .. } => Self::Refused(Refusal {
                code: code.map(|code| code.to_string()),
                is_opt_out: code == Some(UNSUBSCRIBED),
                reason,
            }),
            RestError::Busy { retry_after, .. } => not_now(retry_after),
            RestError::Unauthorised { .. } | RestError::Unreachable | RestError::Unclear(_) => {
                not_now(None)
            }
        }
    }
}

/// Twilio's error 21610: the recipient has replied STOP.
const UNSUBSCRIBED: u32 = 21_610;
/// What is waited for at most on somebody else's word.
const LONGEST_WAIT_S: u64 = 24 * 3600;

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(code: u32) -> RestError {
        RestError::Refused {
            status: 400,
            code: Some(code),
            message: "The 'To' number +19185550142 is not valid".to_owned(),
        }
    }

    #[test]
    fn a_number_is_in_the_row_and_not_in_the_log() {
        let error = SendError::from(refused(21_211));
        assert!(error.to_string().contains("+19185550142"));
        assert!(error.loggable().contains("21211") && !error.loggable().contains('+'));
    }

    #[test]
    fn only_what_can_never_be_taken_is_refused() {
        let is_final = |error: RestError| matches!(SendError::from(error), SendError::Refused(_));
        assert!(is_final(refused(21_211)));
        for error in [
            RestError::Unauthorised { status: 401 },
            RestError::Busy {
                status: 503,
                retry_after: None,
            },
            RestError::Unreachable,
            RestError::Unclear("in time".to_owned()),
        ] {
            assert!(!is_final(error.clone()), "{error}");
        }
        let SendError::Refused(refusal) = SendError::from(refused(21_610)) else {
            panic!("an opt-out is a refusal");
        };
        assert!(refusal.is_opt_out);
    }
}
