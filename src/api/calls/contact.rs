//! Contacts: who calls and writes, one for each number.

use axum::{Json, response::Response};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{
    TenantTx,
    audit::AuditEntry,
    contact::{Contact, ContactEdit, ContactFilter},
};
use tenant_config::id::ContactId;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::api::{
    answer::Answer,
    body::{Body, Id, Params, Patch},
    caller::InTenant,
    check::Faults,
    etag::{IfMatch, tagged},
    page::{Page, PageParams},
    problem::{Code, Outcome, Problem},
};

/// Which contacts.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ContactParams {
    /// So many at most, 1 to 200; 50 if nothing is said.
    #[param(minimum = 1, maximum = 200)]
    pub limit: Option<u16>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
    /// A part of number, name or address.
    pub q: Option<String>,
}

/// A contact that is made by hand.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewContactInput {
    #[schema(example = "+19185550142")]
    pub number: String,
    #[serde(default)]
    pub name: Option<String>,
    #[serde(default)]
    pub email: Option<String>,
    #[serde(default)]
    pub notes: String,
    /// It wants no texts.
    #[serde(default)]
    pub opted_out: bool,
}

impl NewContactInput {
    fn fields(self) -> ContactInput {
        ContactInput {
            name: self.name,
            email: self.email,
            notes: self.notes,
            opted_out: self.opted_out,
        }
    }
}

/// What may be changed; a contact keeps its number.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ContactInput {
    #[serde(default)]
    pub name: Option<String>,
    #[serde(default)]
    pub email: Option<String>,
    #[serde(default)]
    pub notes: String,
    /// It wants no texts.
    #[serde(default)]
    pub opted_out: bool,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct ContactView {
    pub id: Uuid,
    pub number: String,
    pub name: Option<String>,
    pub email: Option<String>,
    pub notes: String,
    /// Since when it wants no texts.
    pub opted_out_at: Option<DateTime<Utc>>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

impl From<&Contact> for ContactView {
    fn from(contact: &Contact) -> Self {
        Self {
            id: contact.id.0,
            number: contact.number.as_str().to_owned(),
            name: contact.name.clone(),
            email: contact.email.clone(),
            notes: contact.notes.clone(),
            opted_out_at: contact.opted_out_at,
            created_at: contact.created_at,
            updated_at: contact.updated_at,
        }
    }
}

impl From<&Contact> for ContactInput {
    fn from(contact: &Contact) -> Self {
        Self {
            name: contact.name.clone(),
            email: contact.email.clone(),
            notes: contact.notes.clone(),
            opted_out: contact.opted_out_at.is_some(),
        }
    }
}

impl ContactInput {
    fn read(&self) -> Outcome<ContactEdit> {
        let mut faults = Faults::default();
        let email = self
            .email
            .as_deref()
            .filter(|email| !email.trim().is_empty());
        let edit = ContactEdit {
            name: faults.optional("/name", self.name.as_deref(), 200),
            email: email.map(|email| faults.email("/email", email)),
            notes: self.notes.trim().to_owned(),
        };
        faults.at_most("/notes", &edit.notes, 10_000);
        faults.none()?;
        Ok(edit)
    }
}

/// The tenant's contacts.
#[utoipa::path(
    get, path = "/contacts", tag = "Contacts", params(ContactParams),
    responses((status = 200, description = "The newest first", body = Page<ContactView>))
)]
pub async fn list_contacts(
    who: InTenant,
    Params(params): Params<ContactParams>,
) -> Outcome<Json<Page<ContactView>>> {
    let page = PageParams {
        limit: params.limit,
        cursor: params.cursor,
    };
    let filter = ContactFilter {
        search: params.q.filter(|q| !q.is_empty() && !q.contains('\0')),
        before: page.before()?.map(|(at, id)| (at, ContactId(id))),
        at_most: page.fetch()?,
    };
    let contacts = who.begin().await?.contacts(&filter).await?;
    let key = |contact: &Contact| (contact.created_at, contact.id.0);
    Ok(Json(page.page(contacts, key, |contact| {
        ContactView::from(&contact)
    })?))
}

/// Make a contact. A number that calls gets one by itself.
#[utoipa::path(
    post, path = "/contacts", tag = "Contacts", request_body = NewContactInput,
    responses((status = 201, description = "Made", body = ContactView))
)]
pub async fn create_contact(
    who: InTenant,
    Body(input): Body<NewContactInput>,
) -> Outcome<Response> {
    let mut faults = Faults::default();
    let number = faults.number("/number", Some(&input.number));
    if number.is_none() && input.number.trim().is_empty() {
        faults.add("/number", "required", "A contact is a number.");
    }
    let number = faults.none_but(number)?;
    let fields = input.fields();
    let edit = fields.read()?;
    let mut tx = who.begin().await?;
    let (contact, is_new) = tx.find_or_make_contact(&number, who.now()).await?;
    if !is_new {
        return Err(
            Problem::new(Code::Duplicate, "This number is a contact already.").at(
                "/number",
                "duplicate",
                format!("It is {}.", contact.id),
            ),
        );
    }
    let view = write(&who, &mut tx, contact.id, &edit, fields.opted_out).await?;
    let entry = AuditEntry::new(who.now(), "contact.created", "contact")
        .of(&contact.id)
        .after(json!(view));
    let answer = Answer::made(&view, &format!("/contacts/{}", contact.id))?;
    who.record(tx, entry, answer).await
}

/// One contact.
#[utoipa::path(
    get, path = "/contacts/{id}", tag = "Contacts", params(("id" = Uuid, Path)),
    responses((status = 200, description = "The contact", body = ContactView))
)]
pub async fn get_contact(who: InTenant, Id(id): Id) -> Outcome<Response> {
    let contact = who.begin().await?.contact(ContactId(id)).await?;
    tagged(ContactView::from(&contact.ok_or_else(Problem::not_found)?))
}

/// Change a contact.
#[utoipa::path(
    patch, path = "/contacts/{id}", tag = "Contacts", params(("id" = Uuid, Path)),
    request_body = ContactInput,
    responses((status = 200, description = "Changed", body = ContactView))
)]
pub async fn edit_contact(
    who: InTenant,
    Id(id): Id,
    seen: IfMatch,
    patch: Patch,
) -> Outcome<Response> {
    let id = ContactId(id);
    let mut tx = who.begin().await?;
    tx.take_turns(id.0).await?;
    let was = tx.contact(id).await?.ok_or_else(Problem::not_found)?;
    let before = ContactView::from(&was);
    seen.check(&before)?;
    let fields = patch.onto(&ContactInput::from(&was))?;
    let view = write(&who, &mut tx, id, &fields.read()?, fields.opted_out).await?;
    let entry = AuditEntry::new(who.now(), "contact.edited", "contact")
        .of(&id)
        .before(json!(before))
        .after(json!(view));
    who.record(tx, entry, Answer::ok(&view)?).await
}

/// Forget a contact. Its calls and messages stay, without it.
#[utoipa::path(
    delete, path = "/contacts/{id}", tag = "Contacts", params(("id" = Uuid, Path)),
    responses((status = 204, description = "Forgotten"))
)]
pub async fn delete_contact(who: InTenant, Id(id): Id) -> Outcome<Response> {
    let id = ContactId(id);
    let mut tx = who.begin().await?;
    if !tx.delete_contact(id).await? {
        return Err(Problem::not_found());
    }
    // Who it was is to be forgotten: the log keeps the id alone.
    let entry = AuditEntry::new(who.now(), "contact.deleted", "contact").of(&id);
    who.record(tx, entry, Answer::done()).await
}

async fn write(
    who: &InTenant,
    tx: &mut TenantTx,
    id: ContactId,
    edit: &ContactEdit,
    opted_out: bool,
) -> Outcome<ContactView> {
    tx.edit_contact(id, edit, who.now()).await?;
    tx.set_opt_out(id, opted_out, who.now()).await?;
    let is = tx.contact(id).await?.ok_or_else(Problem::not_found)?;
    Ok(ContactView::from(&is))
}
