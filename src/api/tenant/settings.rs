//! The tenant's settings: who it is, how it works, how long things are kept, sandbox or not.

use axum::response::Response;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use store::{
    TenantTx,
    audit::AuditEntry,
    tenant::{Retention, TenantEdit, TenantProfile, TenantSettings},
};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{branding, logo};
use crate::api::{
    answer::Answer,
    body::Patch,
    caller::InTenant,
    check::Faults,
    etag::{IfMatch, tagged},
    problem::Outcome,
};

/// What a tenant may settle about itself.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SettingsInput {
    pub company_name: String,
    /// An IANA name.
    #[schema(example = "America/Chicago")]
    pub timezone: String,
    #[serde(default)]
    pub address: Option<String>,
    #[serde(default)]
    pub city: Option<String>,
    #[serde(default)]
    pub industry: Option<String>,
    #[serde(default)]
    pub contact_name: Option<String>,
    #[serde(default)]
    pub contact_email: Option<String>,
    #[serde(default)]
    pub contact_phone: Option<String>,
    /// Logo, colours: an object of your own. Its `logo_url` is an https address, or what `PUT /settings/logo`
    /// answered with.
    #[serde(default)]
    #[schema(value_type = Object)]
    pub branding: Map<String, Value>,
    pub retention: RetentionInput,
    /// A sandbox: what happens is marked as a test and counts nowhere.
    #[serde(default)]
    pub is_test_mode: bool,
    /// An object of your own.
    #[serde(default)]
    #[schema(value_type = Object)]
    pub preferences: Map<String, Value>,
    /// Who is told what: an object of your own.
    #[serde(default)]
    #[schema(value_type = Object)]
    pub notifications: Map<String, Value>,
}

/// Days that things are kept; the facts of a call outlive its sound and its words.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RetentionInput {
    /// 1 to 3650.
    pub audio_days: u32,
    pub transcript_days: u32,
    pub call_days: u32,
}

/// The tenant as it is.
#[derive(Debug, Serialize, ToSchema)]
pub struct SettingsView {
    pub tenant_id: Uuid,
    pub slug: String,
    /// `trialing`, `active`, `past_due`, `suspended` or `cancelled`.
    pub status: &'static str,
    /// `starter`, `pro` or `elite`.
    pub plan_tier: &'static str,
    /// ISO 4217.
    pub currency: String,
    pub health_score: i16,
    /// Conversations that may be held at once; `null` is no limit.
    pub max_calls: Option<u32>,
    pub created_at: DateTime<Utc>,
    #[serde(flatten)]
    pub settings: SettingsInput,
}

impl SettingsView {
    pub(in crate::api) fn of(profile: &TenantProfile, settings: &TenantSettings) -> Self {
        let row = &profile.row;
        Self {
            tenant_id: row.id.0,
            slug: row.slug.clone(),
            status: row.status.as_str(),
            plan_tier: profile.tier.as_str(),
            currency: row.currency.clone(),
            health_score: profile.health_score,
            max_calls: row.max_calls,
            created_at: profile.created_at,
            settings: SettingsInput {
                company_name: row.company_name.clone(),
                timezone: row.timezone.name().to_owned(),
                address: row.address.clone(),
                city: profile.city.clone(),
                industry: profile.industry.clone(),
                contact_name: profile.contact_name.clone(),
                contact_email: profile.contact_email.clone(),
                contact_phone: profile.contact_phone.clone().map(String::from),
                branding: object(&profile.branding),
                retention: RetentionInput {
                    audio_days: profile.retention.audio_days,
                    transcript_days: profile.retention.transcript_days,
                    call_days: profile.retention.call_days,
                },
                is_test_mode: row.is_test_mode,
                preferences: object(&settings.preferences),
                notifications: object(&settings.notifications),
            },
        }
    }
}

fn object(value: &Value) -> Map<String, Value> {
    value.as_object().cloned().unwrap_or_default()
}

impl SettingsInput {
    /// The settings, checked, and the hash of the uploaded logo that they name.
    fn read(&self) -> Outcome<(TenantEdit, Option<[u8; 32]>)> {
        let mut faults = Faults::default();
        let timezone = self.timezone.parse::<chrono_tz::Tz>().unwrap_or_else(|_| {
            faults.add(
                "/timezone",
                "unknown",
                "This must be an IANA name such as America/Chicago.",
            );
            chrono_tz::UTC
        });
        let keep = self.retention;
        let email = self
            .contact_email
            .as_deref()
            .filter(|email| !email.trim().is_empty());
        let edit = TenantEdit {
            company_name: faults.text("/company_name", &self.company_name, 255),
            timezone,
            address: faults.optional("/address", self.address.as_deref(), 500),
            city: faults.optional("/city", self.city.as_deref(), 100),
            industry: faults.optional("/industry", self.industry.as_deref(), 100),
            contact_name: faults.optional("/contact_name", self.contact_name.as_deref(), 200),
            contact_email: email.map(|email| faults.email("/contact_email", email)),
            contact_phone: faults.number("/contact_phone", self.contact_phone.as_deref()),
            branding: Value::Object(self.branding.clone()),
            retention: Retention {
                audio_days: faults.within("/retention/audio_days", keep.audio_days, 1, 3650),
                transcript_days: faults.within(
                    "/retention/transcript_days",
                    keep.transcript_days,
                    1,
                    3650,
                ),
                call_days: faults.within("/retention/call_days", keep.call_days, 1, 3650),
            },
            is_test_mode: self.is_test_mode,
        };
        let logo = branding::check(&mut faults, &self.branding);
        branding::own_object(&mut faults, "/preferences", &self.preferences);
        branding::own_object(&mut faults, "/notifications", &self.notifications);
        faults.none()?;
        Ok((edit, logo))
    }
}

/// The tenant's settings.
#[utoipa::path(
    get, path = "/settings", tag = "Settings",
    responses((status = 200, description = "The tenant", body = SettingsView))
)]
pub async fn get_settings(who: InTenant) -> Outcome<Response> {
    let mut tx = who.begin().await?;
    let profile = tx.profile().await?;
    let settings = tx.settings(false).await?;
    tagged(SettingsView::of(&profile, &settings))
}

/// Change the tenant's settings.
#[utoipa::path(
    patch, path = "/settings", tag = "Settings", request_body = SettingsInput,
    responses((status = 200, description = "Changed", body = SettingsView))
)]
pub async fn edit_settings(who: InTenant, seen: IfMatch, patch: Patch) -> Outcome<Response> {
    let mut tx = who.begin().await?;
    let (before, after) = change(&mut tx, &seen, &patch, who.now()).await?;
    let entry = AuditEntry::new(who.now(), "settings.edited", "tenant")
        .of(&who.scope.tenant_id)
        .before(json!(before.settings))
        .after(json!(after.settings));
    who.record(tx, entry, Answer::ok(&after)?).await
}

/// Changes the settings of the transaction's tenant; how they were and are.
pub(in crate::api) async fn change(
    tx: &mut TenantTx,
    seen: &IfMatch,
    patch: &Patch,
    at: DateTime<Utc>,
) -> Outcome<(SettingsView, SettingsView)> {
    let profile = tx.lock_profile().await?;
    let settings = tx.settings(true).await?;
    let before = SettingsView::of(&profile, &settings);
    seen.check(&before)?;
    let input = patch.onto(&before.settings)?;
    let (edit, logo) = input.read()?;
    logo::settle(tx, logo).await?;
    tx.save_profile(&edit, at).await?;
    let settings = TenantSettings {
        preferences: Value::Object(input.preferences),
        notifications: Value::Object(input.notifications),
        onboarding: settings.onboarding,
    };
    tx.save_settings(&settings, at).await?;
    let after = SettingsView::of(&tx.profile().await?, &settings);
    Ok((before, after))
}
