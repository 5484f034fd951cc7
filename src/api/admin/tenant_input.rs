//! A tenant as the platform makes it.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use store::{
    TenantTx,
    invite::NewInvite,
    membership::Role,
    pack::{Pack, PackOrder},
    tenant::{NewTenant, TenantProfile, TenantSettings, TenantSummary},
};
use tenant_config::{
    id::{InviteId, TenantId},
    plan::{PlanTier, TenantStatus},
};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::api::{
    caller::Platform,
    check::Faults,
    identity::secret,
    people::invite,
    problem::{Outcome, Problem},
    tenant::{branding, settings::SettingsView},
};

/// What a tenant pays for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TierWord {
    Starter,
    Pro,
    Elite,
}

impl From<TierWord> for PlanTier {
    fn from(word: TierWord) -> Self {
        match word {
            TierWord::Starter => Self::Starter,
            TierWord::Pro => Self::Pro,
            TierWord::Elite => Self::Elite,
        }
    }
}

impl From<PlanTier> for TierWord {
    fn from(tier: PlanTier) -> Self {
        match tier {
            PlanTier::Starter => Self::Starter,
            PlanTier::Pro => Self::Pro,
            PlanTier::Elite => Self::Elite,
        }
    }
}

/// A tenant that is to be made.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewTenantInput {
    pub company_name: String,
    /// 1 to 63 small letters, digits and inner dashes: its subdomain.
    #[schema(example = "bright-dental")]
    pub slug: String,
    #[serde(default = "starter")]
    pub plan_tier: TierWord,
    /// Begins as `trialing`, or with `false` as `active`.
    #[serde(default = "yes")]
    pub trial: bool,
    /// An IANA name.
    #[schema(example = "America/Chicago")]
    pub timezone: String,
    /// ISO 4217.
    #[serde(default = "usd")]
    #[schema(example = "USD")]
    pub currency: String,
    #[serde(default)]
    pub address: Option<String>,
    #[serde(default)]
    pub industry: Option<String>,
    /// The key of the industry pack that it begins with; without it that of its industry, or `general`.
    #[serde(default)]
    #[schema(example = "detailing")]
    pub pack: Option<String>,
    #[serde(default)]
    pub city: Option<String>,
    #[serde(default)]
    pub contact_name: Option<String>,
    #[serde(default)]
    pub contact_phone: Option<String>,
    /// Who is invited as its first `tenant_owner`, and its contact.
    #[serde(default)]
    #[schema(example = "ann@example.com")]
    pub admin_email: Option<String>,
    /// A sandbox.
    #[serde(default)]
    pub is_test_mode: bool,
    /// Logo, colours: an object of its own, whose `logo_url` is an https address; in a clone that of its source if
    /// nothing is said.
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    pub branding: Option<Map<String, Value>>,
}

pub(super) const fn starter() -> TierWord {
    TierWord::Starter
}

const fn yes() -> bool {
    true
}

pub(super) fn usd() -> String {
    "USD".to_owned()
}

impl NewTenantInput {
    /// The tenant, checked.
    pub fn read(&self, now: DateTime<Utc>) -> Outcome<NewTenant> {
        let mut faults = Faults::default();
        let slug = self.slug.trim();
        let fits = (1..=63).contains(&slug.len())
            && slug
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
            && !slug.starts_with('-')
            && !slug.ends_with('-');
        if !fits {
            faults.add(
                "/slug",
                "format",
                "A subdomain has 1 to 63 small letters, digits and inner dashes.",
            );
        }
        let timezone = self.timezone.parse().unwrap_or_else(|_| {
            faults.add(
                "/timezone",
                "unknown",
                "This must be an IANA name such as America/Chicago.",
            );
            chrono_tz::UTC
        });
        if self.currency.len() != 3 || !self.currency.bytes().all(|b| b.is_ascii_uppercase()) {
            faults.add(
                "/currency",
                "format",
                "A currency has three capital letters, such as USD.",
            );
        }
        let email = self
            .admin_email
            .as_deref()
            .filter(|email| !email.trim().is_empty());
        let new = NewTenant {
            id: TenantId(Uuid::now_v7()),
            slug: slug.to_owned(),
            company_name: faults.text("/company_name", &self.company_name, 255),
            status: if self.trial {
                TenantStatus::Trialing
            } else {
                TenantStatus::Active
            },
            tier: self.plan_tier.into(),
            timezone,
            currency: self.currency.clone(),
            address: faults.optional("/address", self.address.as_deref(), 500),
            industry: faults.optional("/industry", self.industry.as_deref(), 100),
            city: faults.optional("/city", self.city.as_deref(), 100),
            contact_name: faults.optional("/contact_name", self.contact_name.as_deref(), 200),
            contact_email: email.map(|email| faults.email("/admin_email", email)),
            contact_phone: faults.number("/contact_phone", self.contact_phone.as_deref()),
            is_test_mode: self.is_test_mode,
            branding: self
                .branding
                .as_ref()
                .map(|said| branding::read_new(&mut faults, said)),
            created_at: now,
        };
        faults.none()?;
        Ok(new)
    }
}

impl NewTenantInput {
    /// What it begins with.
    pub fn pack(&self) -> Outcome<&'static Pack> {
        let key = self.pack.as_deref().map(str::trim);
        let Some(key) = key.filter(|key| !key.is_empty()) else {
            let industry = self.industry.as_deref().unwrap_or_default();
            return Ok(Pack::of_industry(industry));
        };
        Pack::find(key).ok_or_else(|| {
            let keys: Vec<&str> = Pack::all().iter().map(|pack| pack.key.as_str()).collect();
            let detail = format!("This must be one of {}.", keys.join(", "));
            Problem::field("/pack", "unknown", detail)
        })
    }
}

/// Gives a tenant that is being made what it begins with.
pub(super) async fn give_pack(tx: &mut TenantTx, pack: &Pack, at: DateTime<Utc>) -> Outcome<()> {
    let order = PackOrder {
        pack,
        booking: None,
        menu: None,
        at,
    };
    tx.apply_pack(&order).await?;
    Ok(())
}

/// A tenant in the platform's list.
#[derive(Debug, Serialize, ToSchema)]
pub struct TenantSummaryView {
    pub id: Uuid,
    pub slug: String,
    pub company_name: String,
    /// `trialing`, `active`, `past_due`, `suspended` or `cancelled`.
    pub status: &'static str,
    pub plan_tier: TierWord,
    pub is_root: bool,
    pub is_test_mode: bool,
    pub health_score: i16,
    pub members: i64,
    pub lines: i64,
    pub created_at: DateTime<Utc>,
    /// When its rows may go; `null` keeps them.
    pub purge_after: Option<DateTime<Utc>>,
}

impl From<TenantSummary> for TenantSummaryView {
    fn from(tenant: TenantSummary) -> Self {
        Self {
            id: tenant.id.0,
            slug: tenant.slug,
            company_name: tenant.company_name,
            status: tenant.status.as_str(),
            plan_tier: tenant.tier.into(),
            is_root: tenant.is_root,
            is_test_mode: tenant.is_test_mode,
            health_score: tenant.health_score,
            members: tenant.members,
            lines: tenant.lines,
            created_at: tenant.created_at,
            purge_after: tenant.purge_after,
        }
    }
}

/// A tenant as the platform sees it.
#[derive(Debug, Serialize, ToSchema)]
pub struct TenantView {
    pub id: Uuid,
    pub is_root: bool,
    pub status_reason: Option<String>,
    pub status_since: Option<DateTime<Utc>>,
    pub purge_after: Option<DateTime<Utc>>,
    #[serde(flatten)]
    pub settings: SettingsView,
}

impl TenantView {
    pub fn of(profile: &TenantProfile, settings: &TenantSettings) -> Self {
        Self {
            id: profile.row.id.0,
            is_root: profile.row.is_root,
            status_reason: profile.status_reason.clone(),
            status_since: profile.status_since,
            purge_after: profile.purge_after,
            settings: SettingsView::of(profile, settings),
        }
    }

    /// The transaction's tenant.
    pub async fn load(tx: &mut TenantTx) -> Outcome<Self> {
        let profile = tx.profile().await?;
        let settings = tx.settings(false).await?;
        Ok(Self::of(&profile, &settings))
    }
}

/// Invites a tenant's first `tenant_owner`, in the transaction that makes it.
pub(super) async fn invite_owner(
    who: &Platform,
    tx: &mut TenantTx,
    new: &NewTenant,
) -> Outcome<()> {
    let Some(email) = &new.contact_email else {
        return Ok(());
    };
    let token = secret::fresh();
    let invite = NewInvite {
        contact: None,
        id: InviteId(Uuid::now_v7()),
        email: email.clone(),
        role: Role::TenantOwner,
        hash: secret::hash(&token),
        invited_by: Some(who.user),
        at: new.created_at,
        expires_at: new.created_at + invite::OPEN,
    };
    tx.invite(&invite).await?;
    let link = who.api.origin.url(&format!("/accept-invite?token={token}"));
    tx.post(&invite::mail(&invite, &new.company_name, &link))
        .await?;
    Ok(())
}
