//! Keys of a tenant's programs. A key is shown once, when it is made.

use axum::{Json, response::Response};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{
    api_key::{ApiKeyRow, KeyMode, NewApiKey},
    audit::AuditEntry,
};
use tenant_config::id::ApiKeyId;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::api::{
    access::SCOPES,
    answer::Answer,
    body::{Body, Id},
    caller::InTenant,
    check::Faults,
    identity::secret,
    page::{Page, storable},
    problem::{Code, Outcome, Problem},
};

/// Which rows a key touches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum KeyModeWord {
    Live,
    /// Sees test calls alone, and changes settings only in a sandbox.
    Test,
}

impl From<KeyMode> for KeyModeWord {
    fn from(mode: KeyMode) -> Self {
        match mode {
            KeyMode::Live => Self::Live,
            KeyMode::Test => Self::Test,
        }
    }
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct KeyInput {
    #[schema(example = "Reporting")]
    pub name: String,
    /// `calls:read`, `config:read`, `config:write`, `contacts:read`, `contacts:write`.
    pub scopes: Vec<String>,
    #[serde(default = "live")]
    pub mode: KeyModeWord,
    /// Without it the key is good until it is revoked.
    #[serde(default)]
    pub expires_at: Option<DateTime<Utc>>,
}

const fn live() -> KeyModeWord {
    KeyModeWord::Live
}

#[derive(Debug, Serialize, ToSchema)]
pub struct KeyView {
    pub id: Uuid,
    pub name: String,
    /// How the key begins, to know it again.
    pub prefix: String,
    pub scopes: Vec<String>,
    pub mode: KeyModeWord,
    pub created_by: Option<Uuid>,
    pub created_at: DateTime<Utc>,
    pub expires_at: Option<DateTime<Utc>>,
    /// To about five minutes.
    pub last_used_at: Option<DateTime<Utc>>,
    pub revoked_at: Option<DateTime<Utc>>,
}

/// A key that was made.
#[derive(Debug, Serialize, ToSchema)]
pub struct NewKeyView {
    /// Keep it: it is not shown again. `null` when the same request is answered again.
    pub key: Option<String>,
    #[serde(flatten)]
    pub view: KeyView,
}

impl From<ApiKeyRow> for KeyView {
    fn from(row: ApiKeyRow) -> Self {
        Self {
            id: row.id.0,
            name: row.name,
            prefix: row.prefix,
            scopes: row.scopes,
            mode: row.mode.into(),
            created_by: row.created_by.map(|id| id.0),
            created_at: row.created_at,
            expires_at: row.expires_at,
            last_used_at: row.last_used_at,
            revoked_at: row.revoked_at,
        }
    }
}

/// The tenant's keys, with those that were revoked.
#[utoipa::path(
    get, path = "/api-keys", tag = "Keys",
    responses((status = 200, description = "The latest first", body = Page<KeyView>))
)]
pub async fn list_keys(who: InTenant) -> Outcome<Json<Page<KeyView>>> {
    in_own_name(&who)?;
    let rows = who.begin().await?.api_keys().await?;
    Ok(Json(Page::whole(
        rows.into_iter().map(KeyView::from).collect(),
    )))
}

/// Make a key.
#[utoipa::path(
    post, path = "/api-keys", tag = "Keys", request_body = KeyInput,
    responses((status = 201, description = "Made", body = NewKeyView))
)]
pub async fn create_key(who: InTenant, Body(input): Body<KeyInput>) -> Outcome<Response> {
    in_own_name(&who)?;
    let now = who.now();
    let mut faults = Faults::default();
    let name = faults.text("/name", &input.name, 100);
    let mut scopes = input.scopes;
    scopes.sort();
    scopes.dedup();
    if scopes.is_empty() {
        faults.add("/scopes", "required", "A key without a scope may nothing.");
    }
    if let Some(unknown) = scopes
        .iter()
        .find(|scope| !SCOPES.contains(&scope.as_str()))
    {
        let detail = format!("{unknown:?} is none of {}.", SCOPES.join(", "));
        faults.add("/scopes", "word", detail);
    }
    if input.expires_at.is_some_and(|end| end <= now) {
        faults.add("/expires_at", "range", "This must lie ahead.");
    }
    faults.none()?;
    let (mode, word) = match input.mode {
        KeyModeWord::Live => (KeyMode::Live, "live"),
        KeyModeWord::Test => (KeyMode::Test, "test"),
    };
    let key = format!("tk_{word}_{}", secret::fresh());
    let new = NewApiKey {
        id: ApiKeyId(Uuid::now_v7()),
        name: name.clone(),
        prefix: key.chars().take(PREFIX).collect(),
        hash: secret::hash(&key),
        scopes: scopes.clone(),
        mode,
        created_by: who.user(),
        at: now,
        expires_at: input.expires_at.map(storable),
    };
    let mut tx = who.begin().await?;
    tx.create_api_key(&new).await?;
    let view = KeyView {
        id: new.id.0,
        name,
        prefix: new.prefix,
        scopes,
        mode: input.mode,
        created_by: new.created_by.map(|id| id.0),
        created_at: now,
        expires_at: new.expires_at,
        last_used_at: None,
        revoked_at: None,
    };
    let entry = AuditEntry::new(now, "api_key.created", "api_key")
        .of(&new.id)
        .after(json!(view));
    let made = NewKeyView {
        key: Some(key),
        view,
    };
    let answer = Answer::made(&made, &format!("/api-keys/{}", new.id))?.once(&["key"]);
    who.record(tx, entry, answer).await
}

/// Revoke a key, at once.
#[utoipa::path(
    delete, path = "/api-keys/{id}", tag = "Keys", params(("id" = Uuid, Path)),
    responses((status = 204, description = "Revoked"))
)]
pub async fn revoke_key(who: InTenant, Id(id): Id) -> Outcome<Response> {
    in_own_name(&who)?;
    let id = ApiKeyId(id);
    let mut tx = who.begin().await?;
    if !tx.revoke_api_key(id, who.now()).await? {
        return Err(Problem::not_found());
    }
    let entry = AuditEntry::new(who.now(), "api_key.revoked", "api_key").of(&id);
    who.record(tx, entry, Answer::done()).await
}

/// Keys outlive an impersonation: in a tenant's place they are neither seen nor made.
fn in_own_name(who: &InTenant) -> Outcome<()> {
    match who.scope.impersonation() {
        None => Ok(()),
        Some(_) => Err(Problem::new(
            Code::NotWhileImpersonating,
            "Keys are for the tenant's own people to see and make.",
        )),
    }
}

/// `tk_live_` and eight more.
const PREFIX: usize = 16;
