//! Notes about a call.

use axum::{Json, response::Response};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{
    audit::AuditEntry,
    call::{NewNote, NoteRow},
    membership::Role,
};
use tenant_config::id::NoteId;
use utoipa::ToSchema;
use uuid::Uuid;

use super::call::one_call;
use crate::api::{
    answer::Answer,
    body::{Body, Id, TwoIds},
    caller::InTenant,
    check::Faults,
    page::Page,
    problem::{Code, Outcome, Problem},
};

/// A note that is to be written.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NoteInput {
    /// 1 to 5000 characters.
    #[schema(example = "Wants an estimate by Friday.")]
    pub text: String,
}

/// A note.
#[derive(Debug, Serialize, ToSchema)]
pub struct NoteView {
    pub id: Uuid,
    pub text: String,
    /// As the author was called then.
    pub author: String,
    /// Whoever asks wrote it.
    pub is_own: bool,
    pub created_at: DateTime<Utc>,
}

impl NoteView {
    pub(super) fn of(row: NoteRow, who: &InTenant) -> Self {
        Self {
            id: row.id.0,
            is_own: who.author().is_some_and(|author| row.is_by(author)),
            text: row.text,
            author: row.author_name,
            created_at: row.created_at,
        }
    }
}

/// The notes about a call.
#[utoipa::path(
    get, path = "/calls/{id}/notes", tag = "Calls", params(("id" = Uuid, Path)),
    responses((status = 200, description = "In the order in which they were written", body = Page<NoteView>))
)]
pub async fn list_notes(who: InTenant, Id(id): Id) -> Outcome<Json<Page<NoteView>>> {
    let mut tx = who.begin().await?;
    let (call, _) = one_call(&who, &mut tx, id).await?;
    let notes = tx.notes(&call, MOST).await?.into_iter();
    Ok(Json(Page::whole(
        notes.map(|note| NoteView::of(note, &who)).collect(),
    )))
}

/// Write a note about a call. A call has at most 200.
#[utoipa::path(
    post, path = "/calls/{id}/notes", tag = "Calls", params(("id" = Uuid, Path)),
    request_body = NoteInput,
    responses((status = 201, description = "Written", body = NoteView))
)]
pub async fn add_note(
    who: InTenant,
    Id(id): Id,
    Body(input): Body<NoteInput>,
) -> Outcome<Response> {
    let mut tx = who.begin().await?;
    let (call, _) = one_call(&who, &mut tx, id).await?;
    let mut faults = Faults::default();
    let text = faults.text("/text", &input.text, 5_000);
    faults.none()?;
    let author = who
        .author()
        .ok_or_else(|| Problem::internal(&"a note of nobody's"))?;
    tx.take_turns(call.call_id.0).await?;
    if tx.notes(&call, MOST).await?.len() >= usize::from(MOST) {
        return Err(Problem::new(
            Code::Conflict,
            "The call has 200 notes. Delete one first.",
        ));
    }
    let note = NewNote {
        id: NoteId(Uuid::now_v7()),
        text,
        author,
        author_name: who.name(),
        at: who.now(),
    };
    tx.add_note(&call, &note).await?;
    let view = NoteView {
        id: note.id.0,
        text: note.text,
        author: note.author_name,
        is_own: true,
        created_at: note.at,
    };
    let entry = AuditEntry::new(who.now(), "call.note_added", "call")
        .of(&call.call_id)
        .after(json!({"note_id": view.id}));
    let place = format!("/calls/{}/notes/{}", call.call_id, view.id);
    who.record(tx, entry, Answer::made(&view, &place)?).await
}

/// Delete a note: one's own, or as an administrator anybody's.
#[utoipa::path(
    delete, path = "/calls/{id}/notes/{note_id}", tag = "Calls",
    params(("id" = Uuid, Path), ("note_id" = Uuid, Path)),
    responses((status = 204, description = "Deleted"))
)]
pub async fn delete_note(who: InTenant, TwoIds(id, note): TwoIds) -> Outcome<Response> {
    let mut tx = who.begin().await?;
    let (call, _) = one_call(&who, &mut tx, id).await?;
    let notes = tx.notes(&call, MOST).await?;
    let found = notes.into_iter().find(|row| row.id.0 == note);
    let found = found.ok_or_else(Problem::not_found)?;
    let is_own = who.author().is_some_and(|author| found.is_by(author));
    let is_admin = matches!(who.role, Some(Role::Admin | Role::TenantOwner));
    if !is_own && !is_admin {
        let detail = "Somebody else wrote it. Ask them, or an administrator.";
        return Err(Problem::new(Code::Forbidden, detail));
    }
    tx.delete_note(&call, found.id).await?;
    let entry = AuditEntry::new(who.now(), "call.note_deleted", "call")
        .of(&call.call_id)
        .before(json!({"note_id": note, "author": found.author_name}));
    who.record(tx, entry, Answer::done()).await
}

/// Notes of a call.
pub(super) const MOST: u16 = 200;
