//! Tags of calls, and those of the tenant.

use std::collections::HashSet;

use axum::{Json, response::Response};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{audit::AuditEntry, call::TagCount};
use utoipa::ToSchema;

use super::call::one_call;
use crate::api::{
    answer::Answer,
    body::{Body, Id},
    caller::InTenant,
    check::Faults,
    page::Page,
    problem::Outcome,
};

/// All tags of a call.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TagsInput {
    /// At most 20, each of 1 to 40 characters. Two that differ in case alone are the same.
    #[schema(example = json!(["Estimate", "Call back"]))]
    pub tags: Vec<String>,
}

/// A tag of the tenant's.
#[derive(Debug, Serialize, ToSchema)]
pub struct TagView {
    pub tag: String,
    /// So many calls have it.
    pub calls: i64,
}

impl From<TagCount> for TagView {
    fn from(row: TagCount) -> Self {
        Self {
            tag: row.tag,
            calls: row.calls,
        }
    }
}

impl TagsInput {
    fn read(self) -> Outcome<Vec<String>> {
        let mut faults = Faults::default();
        if self.tags.len() > MOST {
            faults.add(
                "/tags",
                "too_many",
                format!("A call has at most {MOST} tags."),
            );
        }
        let mut seen = HashSet::new();
        let mut tags = Vec::new();
        for (n, tag) in self.tags.iter().enumerate() {
            let tag = faults.text(&format!("/tags/{n}"), tag, 40);
            if seen.insert(tag.to_lowercase()) {
                tags.push(tag);
            }
        }
        faults.none()?;
        Ok(tags)
    }
}

/// Give a call these tags, in place of those that it has.
#[utoipa::path(
    put, path = "/calls/{id}/tags", tag = "Calls", params(("id" = Uuid, Path)),
    request_body = TagsInput,
    responses((status = 200, description = "The tags that it has", body = TagsInput))
)]
pub async fn set_tags(
    who: InTenant,
    Id(id): Id,
    Body(input): Body<TagsInput>,
) -> Outcome<Response> {
    let mut tx = who.begin().await?;
    tx.take_turns(id).await?;
    let (call, was) = one_call(&who, &mut tx, id).await?;
    let tags = input.read()?;
    tx.set_tags(&call, &tags).await?;
    let entry = AuditEntry::new(who.now(), "call.tagged", "call")
        .of(&call.call_id)
        .before(json!({"tags": was.tags}))
        .after(json!({"tags": tags}));
    who.record(tx, entry, Answer::ok(&TagsInput { tags })?)
        .await
}

/// The tags that calls have.
#[utoipa::path(
    get, path = "/tags", tag = "Calls",
    responses((status = 200, description = "Those of most calls first", body = Page<TagView>))
)]
pub async fn list_tags(who: InTenant) -> Outcome<Json<Page<TagView>>> {
    let mut tx = who.begin().await?;
    let tags = match who.mode() {
        None => tx.tags().await?,
        Some(mode) => tx.tags_of(mode).await?,
    };
    Ok(Json(Page::whole(
        tags.into_iter().map(TagView::from).collect(),
    )))
}

/// Tags of a call.
const MOST: usize = 20;
