//! Why something was not sent: for good, or for now.

use std::time::Duration;

/// What came of an attempt that failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// It will never be taken as it is: not tried again.
    #[error("{}", .0.reason)]
    Refused(Refusal),
    /// The way was closed, or it is not known whether it was taken.
    #[error("{}", .0.reason)]
    NotNow(NotNow),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// For whoever reads the row: may name a number.
    pub reason: String,
    /// The other side's code, such as `550` or `21211`.
    pub code: Option<String>,
    /// The recipient told the carrier to let nothing through.
    pub is_opt_out: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotNow {
    pub reason: String,
    /// The same without a number or an address.
    pub loggable: String,
    /// The other side said when.
    pub not_before: Option<Duration>,
    /// It may have been taken.
    pub is_unclear: bool,
}

impl SendError {
    pub fn refused(reason: impl Into<String>) -> Self {
        Self::Refused(Refusal {
            reason: reason.into(),
            code: None,
            is_opt_out: false,
        })
    }

    pub fn not_now(reason: impl Into<String>) -> Self {
        let reason = reason.into();
        Self::NotNow(NotNow {
            loggable: reason.clone(),
            reason,
            not_before: None,
            is_unclear: false,
        })
    }

    /// Nothing here can send it.
    pub fn unset() -> Self {
        Self::not_now("this node cannot send it")
    }

    /// For the log.
    pub fn loggable(&self) -> String {
        match self {
            Self::Refused(refusal) => match &refusal.code {
                Some(code) => format!("refused with code {code}"),
                None => "refused".to_owned(),
            },
            Self::NotNow(not_now) => not_now.loggable.clone(),
        }
    }

    pub const fn not_before(&self) -> Option<Duration> {
        match self {
            Self::Refused(_) => None,
            Self::NotNow(not_now) => not_now.not_before,
        }
    }

    /// It may have been taken all the same.
    pub const fn is_unclear(&self) -> bool {
        match self {
            Self::Refused(_) => false,
            Self::NotNow(not_now) => not_now.is_unclear,
        }
    }
}
