//! Lines: the numbers of a tenant and how each is answered.

use axum::{Json, response::Response};
use serde_json::{Value, json};
use store::{
    TenantTx,
    audit::AuditEntry,
    phone::{SecretEdit, SipEdit},
    secret::SecretPlace,
};
use tenant_config::id::{PhoneConfigId, TenantId};
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
        state::ApiState,
    },
    secrets::{Keyring, place_of},
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
    let mut tx = who.begin().await?;
    let (view, entry) = set_up(&who.api, &mut tx, who.scope.tenant_id, &input).await?;
    let answer = Answer::made(&view, &format!("/phone-configs/{}", view.id))?;
    who.record(tx, entry, answer).await
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
    let mut tx = who.begin().await?;
    let tenant = who.scope.tenant_id;
    let (view, entry) = change(&who.api, &mut tx, tenant, PhoneConfigId(id), &seen, &patch).await?;
    who.record(tx, entry, Answer::ok(&view)?).await
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

/// What a line is, and what the log is told of it.
pub(in crate::api) type Changed = (LineView, AuditEntry);

/// Sets up a line in the tenant whose transaction it is.
pub(in crate::api) async fn set_up(
    api: &ApiState,
    tx: &mut TenantTx,
    tenant: TenantId,
    input: &LineInput,
) -> Outcome<Changed> {
    let id = PhoneConfigId(Uuid::now_v7());
    let config = input.read(id, tenant)?;
    let sip = sip(&api.keys, id, input, None)?;
    let now = api.clock.now();
    tx.create_line(&config, &sip, now).await?;
    let view = LineView::from(&tx.line(id).await?.ok_or_else(Problem::not_found)?);
    let entry = AuditEntry::new(now, "phone_config.created", "phone_config")
        .of(&id)
        .after(json!(view));
    Ok((view, entry))
}

/// Changes a line of the tenant whose transaction it is.
pub(in crate::api) async fn change(
    api: &ApiState,
    tx: &mut TenantTx,
    tenant: TenantId,
    id: PhoneConfigId,
    seen: &IfMatch,
    patch: &Patch,
) -> Outcome<Changed> {
    tx.take_turns(id.0).await?;
    let was = tx.line(id).await?.ok_or_else(Problem::not_found)?;
    let before = LineView::from(&was);
    seen.check(&before)?;
    let input = patch.onto(&LineInput::from(&was))?;
    let config = input.read(id, tenant)?;
    if was.carrier_number_sid.is_some() && config.phone_number != was.config.phone_number {
        return Err(bought());
    }
    let sip = sip(&api.keys, id, &input, patch.0.get("sip_password"))?;
    tx.save_line(&config, &sip).await?;
    let after = LineView::from(&tx.line(id).await?.ok_or_else(Problem::not_found)?);
    let entry = AuditEntry::new(api.clock.now(), "phone_config.edited", "phone_config")
        .of(&id)
        .before(json!(before))
        .after(json!(after));
    Ok((after, entry))
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
    keys: &Keyring,
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
            let sealed = keys.seal(&place, password.as_bytes());
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
