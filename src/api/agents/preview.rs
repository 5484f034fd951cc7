//! A voice says a sentence, to be listened to before it is chosen.
//!
//! Calls come first. A preview takes one of the places that calls have and is refused where a call would
//! be; of those on a node one speaks at a time; and it is given up after a while.

use std::{sync::Arc, time::Duration};

use agents::tts::SpeechSynthesizer;
use axum::{
    http::header,
    response::{IntoResponse as _, Response},
};
use futures_util::StreamExt as _;
use media::frame::SAMPLE_RATE;
use serde::Deserialize;
use tenant_config::id::CallId;
use utoipa::ToSchema;
use uuid::Uuid;

use super::voices::check_custom;
use crate::{
    api::{
        body::Body,
        caller::InTenant,
        check::Faults,
        problem::{Code, Outcome, Problem},
    },
    session::line::Line,
};

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PreviewInput {
    /// As an agent's `voice`; the node's own if nothing is said.
    #[serde(default)]
    #[schema(example = "kokoro:af_heart")]
    pub voice: Option<String>,
    /// At most 200 characters.
    #[schema(max_length = 200)]
    pub text: String,
}

/// Hear a voice.
#[utoipa::path(
    post, path = "/voices/preview", tag = "Agents", request_body = PreviewInput,
    responses((status = 200, description = "The voice as callers hear it: 8 kHz, 16 bits, mono",
               content_type = "audio/wav", body = Vec<u8>))
)]
pub async fn preview_voice(who: InTenant, Body(input): Body<PreviewInput>) -> Outcome<Response> {
    let mut faults = Faults::default();
    let text = faults.text("/text", &input.text, 200);
    let name = faults.optional("/voice", input.voice.as_deref(), 100);
    faults.none()?;
    check_custom(&who, name.as_deref()).await?;
    let services = &who.api.services;
    let Line::Agent(providers) = &services.line else {
        return Err(super::minds::no_agent());
    };
    let Ok(_turn) = services.previews.try_lock() else {
        return Err(later("Somebody else is listening to a voice."));
    };
    let place = services
        .admission
        .reserve(CallId(Uuid::now_v7()), std::time::Instant::now());
    let _place = place.map_err(|_| later("The node has its hands full with calls."))?;
    let voice = match name {
        None => Arc::clone(&providers.voice),
        Some(name) => providers.choice.voice(&name).await.map_err(|error| {
            tracing::debug!(%error, "a voice that is not there was asked for");
            Problem::field("/voice", "unknown", "Take a name of GET /voices.")
        })?,
    };
    let spoken = tokio::time::timeout(PATIENCE, speak(&*voice, &text));
    let samples = spoken
        .await
        .map_err(|_| later("The voice takes too long."))??;
    let wav = wav(&samples).map_err(|error| Problem::internal(&error))?;
    Ok(([(header::CONTENT_TYPE, "audio/wav")], wav).into_response())
}

async fn speak(voice: &dyn SpeechSynthesizer, text: &str) -> Outcome<Vec<i16>> {
    let (mut samples, mut pieces) = (Vec::new(), voice.speak(text));
    while let Some(piece) = pieces.next().await {
        samples.extend(piece.map_err(|error| {
            tracing::warn!(%error, "a voice could not be listened to");
            let detail = format!("The voice does not answer ({}).", error.fault.code());
            Problem::new(Code::Unavailable, detail)
        })?);
        if samples.len() > LONGEST {
            return Err(Problem::new(
                Code::Unavailable,
                "The voice does not come to an end.",
            ));
        }
    }
    Ok(samples)
}

fn wav(samples: &[i16]) -> Result<Vec<u8>, hound::Error> {
    let spec = hound::WavSpec {
        channels: 1,
        sample_rate: SAMPLE_RATE,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    let mut file = std::io::Cursor::new(Vec::with_capacity(44 + samples.len() * 2));
    let mut writer = hound::WavWriter::new(&mut file, spec)?;
    for sample in samples {
        writer.write_sample(*sample)?;
    }
    writer.finalize()?;
    Ok(file.into_inner())
}

fn later(detail: &'static str) -> Problem {
    Problem::new(Code::Unavailable, detail).retry_after(Duration::from_secs(2))
}

const PATIENCE: Duration = Duration::from_secs(20);
/// A minute, in samples: several times what 200 characters take.
const LONGEST: usize = 60 * SAMPLE_RATE as usize;
