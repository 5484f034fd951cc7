//! Lines: the numbers of a tenant and how each is answered.

use axum::{Json, response::Response};
use serde_json::{Value, json};
use store::{
    audit::AuditEntry,
    phone::{LineRow, SecretEdit, SipEdit},
    secret::SecretPlace,
};
use tenant_config::id::PhoneConfigId;
use uuid::Uuid;

use super::line_input::{LineInput, LineView};
use crate::{
    api::{
        answer::Answer,
        body::{Body, Id, Patch},
        caller::InTenant,
        etag::{IfMatch, tagged},
        page::Page,
        problem::{Code, Outcome, Problem},
    },
    secrets::place_of,
};

/// The tenant's lines.
#[utoipa::path(
    get, path = "/phone-configs", tag = "Phone configs",
    responses((status = 200, description = "The oldest first", body = Page<LineView>))
)]
pub async fn list_lines(who: InTenant) -> Outcome<Json<Page<LineView>>> {
    let lines = who.begin().await?.lines().await?;
    Ok(Json(Page::whole(
        lines.iter().map(LineView::from).collect(),
    )))
}

/// Set up a line.
#[utoipa::path(
    post, path = "/phone-configs", tag = "Phone configs", request_body = LineInput,
    responses((status = 201, description = "Made", body = LineView))
)]
pub async fn create_line(who: InTenant, Body(input): Body<LineInput>) -> Outcome<Response> {
    let id = PhoneConfigId(Uuid::now_v7());
    let config = input.read(id, who.scope.tenant_id)?;
    let sip = sip(&who, id, &input, None)?;
    let mut tx = who.begin().await?;
    tx.create_line(&config, &sip, who.now()).await?;
    let line = tx.line(id).await?.ok_or_else(Problem::not_found)?;
    let view = LineView::from(&line);
    let entry = AuditEntry::new(who.now(), "phone_config.created", "phone_config")
        .of(&id)
        .after(json!(view));
    who.record(
        tx,
        entry,
        Answer::made(&view, &format!("/phone-configs/{id}"))?,
    )
    .await
}

/// One line.
#[utoipa::path(
    get, path = "/phone-configs/{id}", tag = "Phone configs", params(("id" = Uuid, Path)),
    responses((status = 200, description = "The line", body = LineView))
)]
pub async fn get_line(who: InTenant, Id(id): Id) -> Outcome<Response> {
    let line = who.begin().await?.line(PhoneConfigId(id)).await?;
    tagged(LineView::from(&line.ok_or_else(Problem::not_found)?))
}

/// Change a line. The next call is answered in the new way.
#[utoipa::path(
    patch, path = "/phone-configs/{id}", tag = "Phone configs", params(("id" = Uuid, Path)),
    request_body = LineInput,
    responses((status = 200, description = "Changed", body = LineView))
)]
pub async fn edit_line(
    who: InTenant,
    Id(id): Id,
    seen: IfMatch,
    patch: Patch,
) -> Outcome<Response> {
    let id = PhoneConfigId(id);
    let mut tx = who.begin().await?;
    tx.take_turns(id.0).await?;
    let was = tx.line(id).await?.ok_or_else(Problem::not_found)?;
    let before = LineView::from(&was);
    seen.check(&before)?;
    let input = patch.onto(&LineInput::from(&was))?;
    let config = input.read(id, who.scope.tenant_id)?;
    if was.carrier_number_sid.is_some() && config.phone_number != was.config.phone_number {
        return Err(bought());
    }
    let sip = sip(&who, id, &input, patch.0.get("sip_password"))?;
    tx.save_line(&config, &sip).await?;
    let is: LineRow = tx.line(id).await?.ok_or_else(Problem::not_found)?;
    let after = LineView::from(&is);
    let entry = AuditEntry::new(who.now(), "phone_config.edited", "phone_config")
        .of(&id)
        .before(json!(before))
        .after(json!(after));
    who.record(tx, entry, Answer::ok(&after)?).await
}

/// Take a line down. Its calls stay; a call that goes on ends as it would.
#[utoipa::path(
    delete, path = "/phone-configs/{id}", tag = "Phone configs", params(("id" = Uuid, Path)),
    responses((status = 204, description = "Taken down"))
)]
pub async fn delete_line(who: InTenant, Id(id): Id) -> Outcome<Response> {
    let id = PhoneConfigId(id);
    let mut tx = who.begin().await?;
    let was = tx.line(id).await?.ok_or_else(Problem::not_found)?;
    if was.is_root_protected {
        return Err(Problem::new(
            Code::Refused,
            "Root's own line answers for every number that is nobody's. It stays.",
        ));
    }
    if was.carrier_number_sid.is_some() {
        return Err(bought());
    }
    if !tx.delete_line(id).await? {
        return Err(Problem::not_found());
    }
    let entry = AuditEntry::new(who.now(), "phone_config.deleted", "phone_config")
        .of(&id)
        .before(json!(LineView::from(&was)));
    who.record(tx, entry, Answer::done()).await
}

/// Without its line a number would be paid for and forgotten.
fn bought() -> Problem {
    Problem::new(
        Code::Refused,
        "This number was bought here. POST /phone-configs/{id}/release gives it back to the carrier.",
    )
}

/// How the line registers, its password encrypted for this line alone.
pub(super) fn sip(
    who: &InTenant,
    id: PhoneConfigId,
    input: &LineInput,
    patched: Option<&Value>,
) -> Outcome<SipEdit> {
    let password = match input
        .sip_password
        .as_deref()
        .filter(|password| !password.is_empty())
    {
        Some(password) => {
            if password.len() > 1024 {
                return Err(Problem::field(
                    "/sip_password",
                    "too_long",
                    "This has at most 1024 bytes.",
                ));
            }
            let place = place_of(SecretPlace::SipPassword, id.0);
            let sealed = who.api.keys.seal(&place, password.as_bytes());
            let sealed = sealed.map_err(|error| Problem::internal(&error))?;
            SecretEdit::Set {
                encrypted: sealed.bytes,
                key_id: sealed.key_id,
            }
        }
        // An empty text says what `null` says.
        None if patched.is_some() => SecretEdit::Clear,
        None => SecretEdit::Keep,
    };
    Ok(SipEdit {
        domain: input.sip_domain()?,
        username: input.sip_username()?,
        password,
    })
}
