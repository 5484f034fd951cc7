//! What thinks, hears and speaks on this node, and which language models an agent may choose.

use axum::Json;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    api::{
        caller::InTenant,
        problem::{Code, Outcome, Problem},
    },
    session::{choice::Offer, line::Line},
};

/// The minds of the node that was asked.
#[derive(Debug, Serialize, ToSchema)]
pub struct MindsView {
    pub chat: ChatView,
    /// Who recognizes what callers say.
    #[schema(example = "whisper:tiny.en")]
    pub recognizer: String,
    /// The voice of agents that name none; `GET /voices` has them all.
    pub voice: String,
}

/// Who answers.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChatView {
    /// Of agents that name no `model`.
    #[schema(example = "openai:gpt-4o-mini")]
    pub name: String,
    /// Whether a language model is set. Without one the receptionist follows rules, and neither an
    /// agent's `prompt` nor its `model` changes what it says.
    pub is_language_model: bool,
    /// What an agent's `model` takes here.
    pub models: Vec<ModelView>,
    /// `false`: the server did not answer when it was asked for its models.
    pub asked: bool,
}

/// A language model by name.
#[derive(Debug, Serialize, ToSchema)]
pub struct ModelView {
    #[schema(example = "gpt-4o-mini")]
    pub name: String,
    pub is_default: bool,
    /// `false`: the node is set to it, and the server has not named it.
    pub confirmed: bool,
}

/// What thinks, hears and speaks here.
#[utoipa::path(
    get, path = "/minds", tag = "Agents",
    responses((status = 200, description = "Of the node that was asked", body = MindsView))
)]
pub async fn show_minds(who: InTenant) -> Outcome<Json<MindsView>> {
    let Line::Agent(providers) = &who.api.services.line else {
        return Ok(Json(nobody()));
    };
    let choice = &providers.choice;
    let default = choice.chat.as_ref().map(|chat| chat.model().to_owned());
    let (offers, asked) = choice.models().await;
    let model = |Offer { name, is_confirmed }| ModelView {
        is_default: default.as_deref() == Some(&name),
        name,
        confirmed: is_confirmed,
    };
    Ok(Json(MindsView {
        chat: ChatView {
            name: providers.chat.name().to_owned(),
            is_language_model: default.is_some(),
            models: offers.into_iter().map(model).collect(),
            asked,
        },
        recognizer: providers.recognizer.name().to_owned(),
        voice: providers.voice.name().to_owned(),
    }))
}

/// A stand for measurements, where callers hear themselves.
fn nobody() -> MindsView {
    MindsView {
        chat: ChatView {
            name: "none".to_owned(),
            is_language_model: false,
            models: Vec::new(),
            asked: true,
        },
        recognizer: "none".to_owned(),
        voice: "none".to_owned(),
    }
}

/// Why nothing can be said or thought here.
pub(super) fn no_agent() -> Problem {
    Problem::new(
        Code::Unavailable,
        "This node is a stand for measurements: it has no agent and no voice.",
    )
}
