//! The recordings of a call: what there is, what they look like, who may listen, and their end.

use axum::{Extension, Json, response::Response};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use store::{
    Actor, TenantTx,
    audit::AuditEntry,
    call::{CallRef, StoredRecording},
};
use tenant_config::id::RecordingId;
use utoipa::ToSchema;
use uuid::Uuid;

use super::call::one_call;
use crate::{
    api::{
        answer::Answer,
        body::{Id, Params, TwoIds},
        caller::{InTenant, SignedIn},
        check::parameter,
        identity::{
            listening::{LIFETIME, Listener, Listening},
            token::Act,
        },
        page::Page,
        problem::{Code, Outcome, Problem},
    },
    sound::SoundError,
};

/// A sound file of a call.
#[derive(Debug, Serialize, ToSchema)]
pub struct RecordingView {
    pub id: Uuid,
    /// `conversation`, `forward` or `voicemail`. Those that are no conversation are kept by the carrier.
    pub kind: String,
    /// 2: the caller left, the agent right.
    pub channels: i16,
    pub sample_rate: Option<i32>,
    pub bytes: Option<i64>,
    pub duration_ms: Option<i64>,
    /// Nothing more will be written.
    pub complete: bool,
    pub created_at: DateTime<Utc>,
    /// When its sound was taken away for good.
    pub purged_at: Option<DateTime<Utc>>,
}

/// How finely.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct PeakParams {
    /// So many points at most, 1 to 4000; 1000 if nothing is said. A point is never of less than 10 ms.
    #[param(minimum = 1, maximum = 4000)]
    pub points: Option<u16>,
}

/// What a recording looks like.
#[derive(Debug, Serialize, ToSchema)]
pub struct PeaksView {
    pub duration_ms: u64,
    /// For each channel the lowest and the highest sample of each point, in turn, from -128 to 127. The
    /// caller first, then the agent.
    pub channels: Vec<Vec<i8>>,
}

/// Where a recording can be listened to.
#[derive(Debug, Serialize, ToSchema)]
pub struct LinkView {
    /// A path of this server. It needs no bearer: whoever has it may listen.
    #[schema(example = "/api/v1/media/eyJ0…")]
    pub url: String,
    pub expires_at: DateTime<Utc>,
}

impl From<StoredRecording> for RecordingView {
    fn from(row: StoredRecording) -> Self {
        Self {
            id: row.id.0,
            kind: row.kind,
            channels: row.channels,
            sample_rate: row.sample_rate,
            bytes: row.bytes,
            duration_ms: row.duration_ms,
            complete: row.complete,
            created_at: row.created_at,
            purged_at: row.purged_at,
        }
    }
}

impl From<SoundError> for Problem {
    fn from(error: SoundError) -> Self {
        match error {
            SoundError::Elsewhere => Self::new(
                Code::Conflict,
                "The carrier keeps this sound. Listen to it there.",
            ),
            SoundError::Missing => Self::new(
                Code::Conflict,
                "This node has no such sound: another node recorded it, or it was never written.",
            ),
            SoundError::Unreadable(_) => Self::internal(&error),
        }
    }
}

/// What was recorded of a call.
#[utoipa::path(
    get, path = "/calls/{id}/recordings", tag = "Calls", params(("id" = Uuid, Path)),
    responses((status = 200, description = "In order", body = Page<RecordingView>))
)]
pub async fn list_recordings(who: InTenant, Id(id): Id) -> Outcome<Json<Page<RecordingView>>> {
    let mut tx = who.begin().await?;
    let (call, _) = one_call(&who, &mut tx, id).await?;
    let recordings = tx.recordings(&call).await?;
    let views = recordings.into_iter().map(RecordingView::from).collect();
    Ok(Json(Page::whole(views)))
}

/// What a recording looks like: its peaks, for a waveform.
#[utoipa::path(
    get, path = "/calls/{id}/recordings/{recording_id}/peaks", tag = "Calls",
    params(("id" = Uuid, Path), ("recording_id" = Uuid, Path), PeakParams),
    responses((status = 200, description = "Of what there is of it", body = PeaksView))
)]
pub async fn outline_recording(
    who: InTenant,
    TwoIds(id, recording): TwoIds,
    Params(params): Params<PeakParams>,
) -> Outcome<Json<PeaksView>> {
    let points = params.points.unwrap_or(1000);
    if !(1..=4000).contains(&points) {
        return Err(parameter("?points", "Ask for 1 to 4000 points.".to_owned()));
    }
    let mut tx = who.begin().await?;
    let (_, recording) = one_recording(&who, &mut tx, id, recording).await?;
    drop(tx);
    let recording = with_sound(recording)?;
    let sounds = &who.api.services.sounds;
    let outline = sounds.outline(&recording.storage_key, recording.complete);
    let outline = outline.await?;
    Ok(Json(PeaksView {
        duration_ms: outline.duration_ms(),
        channels: outline.drawn(points.into()).into(),
    }))
}

/// A link to listen by, good for an hour and for as long as whoever asks for it may listen.
#[utoipa::path(
    post, path = "/calls/{id}/recordings/{recording_id}/link", tag = "Calls",
    params(("id" = Uuid, Path), ("recording_id" = Uuid, Path)),
    responses((status = 200, description = "Where to listen", body = LinkView))
)]
pub async fn link_recording(
    who: InTenant,
    signed_in: Option<Extension<SignedIn>>,
    TwoIds(id, recording): TwoIds,
) -> Outcome<Response> {
    let mut tx = who.begin().await?;
    let (call, recording) = one_recording(&who, &mut tx, id, recording).await?;
    let recording = with_sound(recording)?;
    let listen = Listening {
        tenant: who.scope.tenant_id,
        call: call.call_id,
        recording: recording.id,
        by: listener(&who, signed_in.map(|Extension(who)| who))?,
    };
    // Said now rather than in a player.
    who.api.services.sounds.open(&recording.storage_key).await?;
    let link = link(&who.api, listen)?;
    who.finish(tx, Answer::ok(&link)?.once(&["url"])).await
}

/// Take a recording's sound away for good. That there was one stays. Ask again where the answer was a
/// problem of ours: what is left is taken away then.
#[utoipa::path(
    delete, path = "/calls/{id}/recordings/{recording_id}", tag = "Calls",
    params(("id" = Uuid, Path), ("recording_id" = Uuid, Path)),
    responses((status = 204, description = "There is no sound of it any more"))
)]
pub async fn purge_recording(who: InTenant, TwoIds(id, recording): TwoIds) -> Outcome<Response> {
    let mut tx = who.begin().await?;
    let (call, recording) = one_recording(&who, &mut tx, id, recording).await?;
    let sounds = who.api.services.sounds.clone();
    if recording.is_open {
        return Err(Problem::new(
            Code::Conflict,
            "The recording is still being written. Wait for the end of the call.",
        ));
    }
    let response = if recording.purged_at.is_some() {
        who.finish(tx, Answer::done()).await?
    } else {
        match sounds.open(&recording.storage_key).await {
            Ok(_) => {}
            // The disk took nothing of it.
            Err(SoundError::Missing) if recording.bytes.is_none() => {}
            Err(error) => return Err(error.into()),
        }
        tx.note_purged_recording(&call, recording.id, who.now())
            .await?;
        let entry = AuditEntry::new(who.now(), "recording.purged", "recording")
            .of(&recording.id)
            .before(
                serde_json::json!({"call_id": call.call_id, "duration_ms": recording.duration_ms}),
            );
        who.record(tx, entry, Answer::done()).await?
    };
    // Behind the row that says so: nothing says of a sound that is gone that it is there.
    match sounds.remove(&recording.storage_key).await {
        Ok(()) | Err(SoundError::Missing) => Ok(response),
        Err(error) => Err(error.into()),
    }
}

/// A recording of a call that whoever asks may see.
async fn one_recording(
    who: &InTenant,
    tx: &mut TenantTx,
    call: Uuid,
    recording: Uuid,
) -> Outcome<(CallRef, StoredRecording)> {
    let (call, _) = one_call(who, tx, call).await?;
    let found = tx.recording(&call, RecordingId(recording)).await?;
    Ok((call, found.ok_or_else(Problem::not_found)?))
}

/// One that was not purged.
pub(super) fn with_sound(recording: StoredRecording) -> Outcome<StoredRecording> {
    match recording.purged_at {
        None => Ok(recording),
        Some(at) => Err(Problem::new(
            Code::Purged,
            format!("The sound was taken away at {}.", at.to_rfc3339()),
        )),
    }
}

/// On whose right whoever asks listens.
fn listener(who: &InTenant, signed_in: Option<SignedIn>) -> Outcome<Listener> {
    if let Some(signed_in) = signed_in {
        return Ok(Listener::Session {
            sub: signed_in.user,
            sid: signed_in.session,
            act: signed_in.impersonation.map(|impersonation| Act {
                sub: impersonation.actor(),
                imp: impersonation.id(),
            }),
        });
    }
    match who.scope.actor {
        Actor::ApiKey(key) => Ok(Listener::Key(key)),
        Actor::System
        | Actor::Call(_)
        | Actor::Worker
        | Actor::User(_)
        | Actor::Platform(_)
        | Actor::Operator => Err(Problem::internal(&"somebody without a session or a key")),
    }
}

pub(super) fn link(api: &crate::api::state::ApiState, listen: Listening) -> Outcome<LinkView> {
    let now = api.clock.now();
    let expires_at = now + LIFETIME;
    let token = api.tokens.listening(listen, now, expires_at);
    let token = token.map_err(|error| Problem::internal(&error))?;
    Ok(LinkView {
        url: format!("/api/v1/media/{token}"),
        expires_at,
    })
}
