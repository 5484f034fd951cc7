//! The voices that an agent may speak with on this node.

use axum::Json;
use openai_compatible::OpenAiSpeech;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    api::{
        caller::InTenant,
        page::Page,
        problem::{Code, Outcome, Problem},
    },
    session::{
        choice::{Choice, Offer},
        line::Line,
        providers::Providers,
    },
};

/// A voice, by the name that an agent's `voice` takes.
#[derive(Debug, Serialize, ToSchema)]
pub struct VoiceView {
    #[schema(example = "kokoro:af_heart")]
    pub name: String,
    /// `local` (this machine), or `server`.
    pub source: &'static str,
    /// What it speaks, as BCP 47 tags; empty where its server does not tell.
    pub languages: Vec<&'static str>,
    /// Agents without a `voice` of their own speak with it.
    pub is_default: bool,
    /// `false`: the API that the server speaks has this voice, and the server has not said whether
    /// it does. Listen to it.
    pub confirmed: bool,
}

/// The voices of this node.
#[utoipa::path(
    get, path = "/voices", tag = "Agents",
    responses((status = 200, description = "Those of a server first", body = Page<VoiceView>))
)]
pub async fn list_voices(who: InTenant) -> Outcome<Json<Page<VoiceView>>> {
    let voices = match &who.api.services.line {
        Line::Agent(providers) => all(providers).await,
        Line::Echo => Vec::new(),
    };
    Ok(Json(Page::whole(voices)))
}

/// A voice that is not offered to everybody is a custom one, by its id at the speech server: a refusal for
/// who has no `voice_cloning`. Asks that server, so no transaction should be open.
pub(super) async fn check_custom(who: &InTenant, voice: Option<&str>) -> Outcome<()> {
    let choice = match &who.api.services.line {
        Line::Agent(providers) => providers.choice.clone(),
        Line::Echo => Choice::default(),
    };
    let Some(voice) = voice else { return Ok(()) };
    if !choice.is_custom(voice).await || who.begin().await?.has_feature(CLONING).await? {
        return Ok(());
    }
    let refused = Problem::new(Code::Forbidden, "Custom voices are not switched on.");
    Err(refused.at(
        "/voice",
        "feature",
        "Take a name of GET /voices, or switch on the feature `voice_cloning` if the plan has it.",
    ))
}

const CLONING: &str = "voice_cloning";

async fn all(providers: &Providers) -> Vec<VoiceView> {
    let choice = &providers.choice;
    let own = providers.voice.name();
    let default = choice.speech.as_deref().map(OpenAiSpeech::voice);
    let served = choice.server_voices().await.into_iter();
    let mut voices: Vec<VoiceView> = served
        .map(|Offer { name, is_confirmed }| VoiceView {
            is_default: default == Some(name.as_str()),
            name,
            source: "server",
            languages: Vec::new(),
            confirmed: is_confirmed,
        })
        .collect();
    let local = choice.local_voices().into_iter();
    voices.extend(local.map(|name| VoiceView {
        name: name.to_owned(),
        source: "local",
        languages: vec![LOCAL_LANGUAGE],
        is_default: default.is_none() && name == own,
        confirmed: true,
    }));
    voices
}

/// Every local voice is made of the sounds of US English (`local_speech`'s phonemes).
const LOCAL_LANGUAGE: &str = "en-US";
