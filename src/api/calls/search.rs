//! Words that were said, found again.

use axum::Json;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use store::search::FoundTurn;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::api::{
    body::Params,
    caller::InTenant,
    check::parameter,
    page::{Page, PageParams, storable},
    problem::{Code, Outcome, Problem},
};

/// Which words.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct SearchParams {
    /// Words, `"phrases"`, `or`, `-without`.
    pub q: String,
    /// So many at most, 1 to 200; 50 if nothing is said.
    #[param(minimum = 1, maximum = 200)]
    pub limit: Option<u16>,
    /// In calls that began before.
    pub before: Option<DateTime<Utc>>,
}

/// A turn in which the words were said.
#[derive(Debug, Serialize, ToSchema)]
pub struct FoundView {
    pub call_id: Uuid,
    pub call_started_at: DateTime<Utc>,
    /// The turn's number in its call.
    pub seq: i32,
    /// `caller` or `agent`.
    pub speaker: String,
    pub start_ms: i64,
    pub text: String,
}

impl From<FoundTurn> for FoundView {
    fn from(found: FoundTurn) -> Self {
        Self {
            call_id: found.call.call_id.0,
            call_started_at: found.call.started_at,
            seq: found.seq,
            speaker: found.speaker,
            start_ms: found.start_ms,
            text: found.text,
        }
    }
}

/// Find what was said.
#[utoipa::path(
    get, path = "/search/turns", tag = "Calls", params(SearchParams),
    responses((status = 200, description = "The latest call first", body = Page<FoundView>))
)]
pub async fn search_turns(
    who: InTenant,
    Params(params): Params<SearchParams>,
) -> Outcome<Json<Page<FoundView>>> {
    // What is found is not told apart by mode.
    if who.sees_only_tests() {
        return Err(Problem::new(Code::TestKey, "Search takes a live key."));
    }
    let words = params.q.trim();
    if words.is_empty() || words.chars().count() > 200 || words.contains('\0') {
        return Err(parameter(
            "?q",
            "Search for 1 to 200 characters.".to_owned(),
        ));
    }
    let page = PageParams {
        limit: params.limit,
        cursor: None,
    };
    let before = storable(params.before.unwrap_or(DateTime::<Utc>::MAX_UTC));
    let found = who
        .begin()
        .await?
        .search_turns(words, before, page.limit()?)
        .await?;
    Ok(Json(Page::whole(
        found.into_iter().map(FoundView::from).collect(),
    )))
}
