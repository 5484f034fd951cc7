//! What owners of the platform note about a tenant, and the extras that were bought with its set-up.
//! No tenant's request ever reads them.

use axum::response::Response;
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{PlatformTx, audit::AuditEntry, seed::ROOT_TENANT, tenant::TenantNotes};
use tenant_config::id::TenantId;
use utoipa::ToSchema;

use crate::api::{
    answer::Answer,
    body::{Id, Patch},
    caller::Platform,
    check::Faults,
    etag::{IfMatch, tagged},
    problem::{Outcome, Problem},
};

/// Something that was bought besides.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ExtraInput {
    #[schema(example = "logo_help")]
    pub name: String,
    /// How far it has come.
    #[schema(example = "open")]
    pub status: String,
}

/// Notes and extras.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NotesInput {
    /// At most 20000 characters.
    #[serde(default)]
    pub internal_notes: String,
    /// At most 100.
    #[serde(default)]
    pub extras: Vec<ExtraInput>,
}

impl NotesInput {
    /// The notes, checked.
    pub fn read(&self) -> Outcome<TenantNotes> {
        let mut faults = Faults::default();
        faults.at_most("/internal_notes", &self.internal_notes, 20_000);
        if self.extras.len() > 100 {
            faults.add("/extras", "too_long", "A tenant has at most 100 extras.");
        }
        for (n, extra) in self.extras.iter().enumerate() {
            faults.text(&format!("/extras/{n}/name"), &extra.name, 100);
            faults.text(&format!("/extras/{n}/status"), &extra.status, 100);
        }
        faults.none()?;
        Ok(TenantNotes {
            internal_notes: self.internal_notes.trim().to_owned(),
            extras: json!(self.extras),
        })
    }

    fn of(notes: &TenantNotes) -> Outcome<Self> {
        let extras: Result<Vec<ExtraInput>, _> = serde_json::from_value(notes.extras.clone());
        Ok(Self {
            internal_notes: notes.internal_notes.clone(),
            extras: extras.map_err(|error| Problem::internal(&error))?,
        })
    }

    async fn load(tx: &mut PlatformTx, tenant: TenantId) -> Outcome<Self> {
        // An unknown tenant has none.
        tx.enter(tenant).await?.tenant_row().await?;
        Self::of(&tx.tenant_notes(tenant).await?)
    }
}

/// What is noted about a tenant.
#[utoipa::path(
    get, path = "/admin/tenants/{id}/notes", tag = "Platform: tenants", params(("id" = Uuid, Path)),
    responses((status = 200, description = "The notes", body = NotesInput))
)]
pub async fn get_notes(who: Platform, Id(id): Id) -> Outcome<Response> {
    let mut tx = who.begin().await?;
    tagged(NotesInput::load(&mut tx, TenantId(id)).await?)
}

/// Change the notes, or how far the extras have come.
#[utoipa::path(
    patch, path = "/admin/tenants/{id}/notes", tag = "Platform: tenants", params(("id" = Uuid, Path)),
    request_body = NotesInput,
    responses((status = 200, description = "Changed", body = NotesInput))
)]
pub async fn edit_notes(
    who: Platform,
    Id(id): Id,
    seen: IfMatch,
    patch: Patch,
) -> Outcome<Response> {
    let tenant = TenantId(id);
    let mut tx = who.begin().await?;
    tx.enter(tenant).await?.lock_profile().await?;
    let was = NotesInput::load(&mut tx, tenant).await?;
    seen.check(&was)?;
    let notes = patch.onto(&was)?.read()?;
    tx.save_tenant_notes(tenant, &notes, who.now()).await?;
    let is = NotesInput::of(&notes)?;
    // Root's log is read by more than owners: that, and not what, was noted.
    let extras = notes.extras.as_array().map_or(0, Vec::len);
    let entry = AuditEntry::new(who.now(), "tenant_notes.edited", "tenant")
        .of(&tenant)
        .after(json!({"extras": extras}));
    who.record(tx, ROOT_TENANT, entry, Answer::ok(&is)?).await
}
