//! What was heard, put right.

use axum::{extract::FromRequestParts, http::request::Parts, response::Response};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::audit::AuditEntry;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{call::one_call, record::TurnView};
use crate::api::{
    answer::Answer,
    body::Patch,
    caller::InTenant,
    check::Faults,
    etag::IfMatch,
    problem::{Outcome, Problem},
};

/// What was really said.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CorrectionInput {
    /// 1 to 4000 characters. What was heard (`heard_text`) takes the correction away.
    pub text: String,
}

/// A call and the number of a turn in the address. What is no number is the number of nothing.
#[derive(Debug, Clone, Copy)]
pub struct TurnAddress(Uuid, u32);

impl<S: Send + Sync> FromRequestParts<S> for TurnAddress {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Outcome<Self> {
        let path = axum::extract::Path::<(Uuid, u32)>::from_request_parts(parts, state).await;
        path.map(|axum::extract::Path((call, seq))| Self(call, seq))
            .map_err(|_| Problem::not_found())
    }
}

/// Put right what was heard. What was heard stays beside it, and the words' times are those of what was
/// heard.
#[utoipa::path(
    patch, path = "/calls/{id}/turns/{seq}", tag = "Calls",
    params(("id" = Uuid, Path), ("seq" = u32, Path)), request_body = CorrectionInput,
    responses((status = 200, description = "The turn", body = TurnView))
)]
pub async fn correct_turn(
    who: InTenant,
    TurnAddress(id, seq): TurnAddress,
    seen: IfMatch,
    patch: Patch,
) -> Outcome<Response> {
    let mut tx = who.begin().await?;
    tx.take_turns(id).await?;
    let (call, _) = one_call(&who, &mut tx, id).await?;
    let was = tx.turn(&call, seq).await?.ok_or_else(Problem::not_found)?;
    let heard = was.heard_text.clone().unwrap_or_else(|| was.text.clone());
    let was = TurnView::from(was);
    seen.check(&was)?;
    let input: CorrectionInput = patch.onto(&CorrectionInput {
        text: was.text.clone(),
    })?;
    let mut faults = Faults::default();
    let text = faults.text("/text", &input.text, 4_000);
    faults.none()?;
    let correction = Some(text.as_str()).filter(|text| *text != heard.trim());
    tx.correct_turn(&call, seq, correction, who.now()).await?;
    let view = tx.turn(&call, seq).await?.ok_or_else(Problem::not_found)?;
    let view = TurnView::from(view);
    let entry = AuditEntry::new(who.now(), "call.turn_corrected", "call")
        .of(&call.call_id)
        .before(json!({"seq": seq, "text": was.text}))
        .after(json!({"seq": seq, "text": view.text}));
    who.record(tx, entry, Answer::ok(&view)?).await
}
