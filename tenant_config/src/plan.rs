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

    /// Where a tenant may go from here. A cancellation can be undone until its rows are gone. The
    /// database holds the same table (`app.guard_tenant_status`).
    pub const fn may_become(self, next: Self) -> bool {
        match self {
            Self::Trialing => !matches!(next, Self::Trialing),
            Self::Active => matches!(next, Self::PastDue | Self::Suspended | Self::Cancelled),
            Self::PastDue => matches!(next, Self::Active | Self::Suspended | Self::Cancelled),
            Self::Suspended => matches!(next, Self::Active | Self::PastDue | Self::Cancelled),
            Self::Cancelled => matches!(next, Self::Active),
        }
    }

    /// Whether the tenant's people may change its settings. Reading and exporting stay allowed.
    pub const fn allows_changes(self) -> bool {
        self.answers_calls()
    }

    /// Whether calls to the tenant are served.
    pub const fn answers_calls(self) -> bool {
        match self {
            Self::Trialing | Self::Active | Self::PastDue => true,
            Self::Suspended | Self::Cancelled => false,
        }
    }
}

/// What a tenant pays for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PlanTier {
    Starter,
    Pro,
    Elite,
}

impl PlanTier {
    pub const ALL: [Self; 3] = [Self::Starter, Self::Pro, Self::Elite];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Starter => "starter",
            Self::Pro => "pro",
            Self::Elite => "elite",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|t| t.as_str() == text)
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
        for tier in PlanTier::ALL {
            assert_eq!(PlanTier::parse(tier.as_str()), Some(tier));
            assert_eq!(serde_json::to_value(tier).unwrap(), tier.as_str());
        }
    }

    #[test]
    fn late_payers_are_served_and_the_suspended_are_not() {
        assert!(TenantStatus::PastDue.answers_calls());
        assert!(!TenantStatus::Suspended.answers_calls());
        assert!(!TenantStatus::Cancelled.answers_calls());
    }
}
