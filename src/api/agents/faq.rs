//! Questions that callers ask, and their answers.

use axum::{Json, response::Response};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{TenantTx, audit::AuditEntry, knowledge::FaqRow};
use tenant_config::{id::FaqId, knowledge::Faq};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::api::{
    answer::Answer,
    body::{Body, Id, Patch},
    caller::InTenant,
    check::Faults,
    etag::{IfMatch, tagged},
    page::Page,
    problem::{Outcome, Problem},
};

#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FaqInput {
    #[schema(example = "Where can I park?")]
    pub question: String,
    #[schema(example = "There is free parking behind the building.")]
    pub answer: String,
    /// Words by which the question is known.
    #[serde(default)]
    pub keywords: Vec<String>,
    /// Its place in the tenant's order.
    #[serde(default)]
    pub position: i32,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct FaqView {
    pub id: Uuid,
    #[serde(flatten)]
    pub faq: FaqInput,
}

impl From<&FaqRow> for FaqInput {
    fn from(row: &FaqRow) -> Self {
        Self {
            question: row.faq.question.clone(),
            answer: row.faq.answer.clone(),
            keywords: row.faq.keywords.clone(),
            position: row.position,
        }
    }
}

impl From<&FaqRow> for FaqView {
    fn from(row: &FaqRow) -> Self {
        Self {
            id: row.id.0,
            faq: row.into(),
        }
    }
}

impl FaqInput {
    pub(super) fn read(&self, id: FaqId) -> Outcome<FaqRow> {
        let mut faults = Faults::default();
        let word = self.keywords.iter().enumerate();
        let word = word.map(|(n, word)| faults.text(&format!("/keywords/{n}"), word, 60));
        let keywords: Vec<String> = word.collect();
        if keywords.len() > 30 {
            faults.add(
                "/keywords",
                "too_long",
                "A question has at most 30 keywords.",
            );
        }
        let row = FaqRow {
            id,
            faq: Faq {
                question: faults.text("/question", &self.question, 300),
                answer: faults.text("/answer", &self.answer, 2000),
                keywords,
            },
            position: self.position,
        };
        faults.none()?;
        Ok(row)
    }
}

/// The tenant's questions and answers.
#[utoipa::path(
    get, path = "/knowledge/faqs", tag = "Knowledge",
    responses((status = 200, description = "In the tenant's order", body = Page<FaqView>))
)]
pub async fn list_faqs(who: InTenant) -> Outcome<Json<Page<FaqView>>> {
    let rows = who.begin().await?.all_faqs().await?;
    Ok(Json(Page::whole(rows.iter().map(FaqView::from).collect())))
}

/// Add a question.
#[utoipa::path(
    post, path = "/knowledge/faqs", tag = "Knowledge", request_body = FaqInput,
    responses((status = 201, description = "Added", body = FaqView))
)]
pub async fn create_faq(who: InTenant, Body(input): Body<FaqInput>) -> Outcome<Response> {
    let id = FaqId(Uuid::now_v7());
    let row = input.read(id)?;
    let mut tx = who.begin().await?;
    tx.save_faq(&row).await?;
    let view = FaqView::from(&row);
    let entry = AuditEntry::new(who.now(), "faq.created", "faq")
        .of(&id)
        .after(json!(view));
    who.record(
        tx,
        entry,
        Answer::made(&view, &format!("/knowledge/faqs/{id}"))?,
    )
    .await
}

/// One question.
#[utoipa::path(
    get, path = "/knowledge/faqs/{id}", tag = "Knowledge", params(("id" = Uuid, Path)),
    responses((status = 200, description = "The question", body = FaqView))
)]
pub async fn get_faq(who: InTenant, Id(id): Id) -> Outcome<Response> {
    let mut tx = who.begin().await?;
    tagged(FaqView::from(&faq(&mut tx, FaqId(id)).await?))
}

/// Change a question. Agents know it at the next call.
#[utoipa::path(
    patch, path = "/knowledge/faqs/{id}", tag = "Knowledge", params(("id" = Uuid, Path)),
    request_body = FaqInput,
    responses((status = 200, description = "Changed", body = FaqView))
)]
pub async fn edit_faq(who: InTenant, Id(id): Id, seen: IfMatch, patch: Patch) -> Outcome<Response> {
    let id = FaqId(id);
    let mut tx = who.begin().await?;
    tx.take_turns(id.0).await?;
    let before = FaqView::from(&faq(&mut tx, id).await?);
    seen.check(&before)?;
    let row = patch.onto(&before.faq)?.read(id)?;
    tx.save_faq(&row).await?;
    let after = FaqView::from(&row);
    let entry = AuditEntry::new(who.now(), "faq.edited", "faq")
        .of(&id)
        .before(json!(before))
        .after(json!(after));
    who.record(tx, entry, Answer::ok(&after)?).await
}

/// Take a question away.
#[utoipa::path(
    delete, path = "/knowledge/faqs/{id}", tag = "Knowledge", params(("id" = Uuid, Path)),
    responses((status = 204, description = "Taken away"))
)]
pub async fn delete_faq(who: InTenant, Id(id): Id) -> Outcome<Response> {
    let id = FaqId(id);
    let mut tx = who.begin().await?;
    let was = faq(&mut tx, id).await?;
    tx.delete_faq(id).await?;
    let entry = AuditEntry::new(who.now(), "faq.deleted", "faq")
        .of(&id)
        .before(json!(FaqView::from(&was)));
    who.record(tx, entry, Answer::done()).await
}

async fn faq(tx: &mut TenantTx, id: FaqId) -> Outcome<FaqRow> {
    let rows = tx.all_faqs().await?;
    rows.into_iter()
        .find(|row| row.id == id)
        .ok_or_else(Problem::not_found)
}
