//! A tenant's standing on the platform.

use serde::{Deserialize, Serialize};

/// Where a tenant stands; it decides whether its calls are answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TenantStatus {
    Trialing,
    Active,
    PastDue,
    Suspended,
    Cancelled,
}

impl TenantStatus {
    pub const ALL: [Self; 5] = [
        Self::Trialing,
        Self::Active,
        Self::PastDue,
        Self::Suspended,
        Self::Cancelled,
    ];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Trialing => "trialing",
            Self::Active => "active",
            Self::PastDue => "past_due",
            Self::Suspended => "suspended",
            Self::Cancelled => "cancelled",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.as_str() == text)
    }

    /// Whether calls to the tenant are served.
    pub const fn answers_calls(self) -> bool {
        match self {
            Self::Trialing | Self::Active | Self::PastDue => true,
            Self::Suspended | Self::Cancelled => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_read_as_written() {
        for status in TenantStatus::ALL {
            assert_eq!(TenantStatus::parse(status.as_str()), Some(status));
            assert_eq!(serde_json::to_value(status).unwrap(), status.as_str());
        }
        assert_eq!(TenantStatus::parse("Active"), None);
    }

    #[test]
    fn late_payers_are_served_and_the_suspended_are_not() {
        assert!(TenantStatus::PastDue.answers_calls());
        assert!(!TenantStatus::Suspended.answers_calls());
        assert!(!TenantStatus::Cancelled.answers_calls());
    }
}
