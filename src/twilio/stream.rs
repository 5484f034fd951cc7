//! The media stream: a signed upgrade, a `start` with a token that is good once, and then a call.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{
    Router,
    extract::{
        FromRef, OriginalUri, State,
        ws::{Message, WebSocket, WebSocketUpgrade},
    },
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
    routing::any,
};
use call::{
    CallConfig, Resume,
    config::{Limits, Phrases, ProviderNames},
};
use chrono::{DateTime, Utc};
use media::{
    playout::PlayoutConfig,
    twilio::{self, Start, StreamMessage, StreamWriter},
};
use sha2::{Digest, Sha256};
use store::{
    Actor, Store, StoreError, TenantScope, TenantTx,
    call::{CallRef, CallStatus, StatusReport, TokenVerdict},
    node::LifeId,
};
use tenant_config::phone::E164;
use tracing::Instrument;

use super::signature::{self, Signed, Verifier};
use crate::{
    admission::{Admission, Permit},
    clock::Clock,
    ledger::{Ledger, Share, memory::HeldCall},
    session::{
        brief, driver, echo,
        goodbye::Goodbye,
        keeper::Desk,
        line::Line,
        recorder::{file_name_part, storage_key, writer::RecordingWriter},
        registry::{Registered, Registry},
        tools::StoreTools,
    },
};

/// Everything a stream needs; built at the roof.
#[derive(Clone)]
pub struct StreamState {
    pub store: Store,
    pub signatures: Arc<Verifier>,
    pub clock: Clock,
    pub recordings: RecordingWriter,
    /// The folder where the inputs of each call are written down, if the operator wants that.
    pub record_inputs: Option<std::path::PathBuf>,
    pub line: Line,
    pub registry: Registry,
    pub admission: Admission,
    pub ledger: Ledger,
    /// The life of this node, which holds its calls.
    pub life: LifeId,
}

/// The path that the TwiML names.
pub const PATH: &str = "/twilio/media";

pub fn router<S>() -> Router<S>
where
    StreamState: FromRef<S>,
    S: Clone + Send + Sync + 'static,
{
    Router::new()
        .route(PATH, any(upgrade))
        .route("/twilio/media/", any(upgrade))
}

async fn upgrade(
    State(state): State<StreamState>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    upgrade: WebSocketUpgrade,
) -> Response {
    let header = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let signed = Signed {
        signature: header(signature::HEADER),
        by_shared_key: headers.contains_key(signature::SETTINGS_HEADER),
    };
    if let Err(rejection) = state.signatures.verify_upgrade(uri.path(), signed) {
        refused(rejection.reason());
        tracing::warn!(%rejection, "media stream refused");
        return (StatusCode::FORBIDDEN, "signature").into_response();
    }
    upgrade
        .protocols(["audio.twilio.com"])
        .read_buffer_size(BUFFER)
        .write_buffer_size(BUFFER)
        .max_message_size(LONGEST_MESSAGE)
        .max_frame_size(LONGEST_MESSAGE)
        .on_upgrade(move |socket| serve(state, socket))
}

// What is over when a conversation begins (questions to the database) is boxed in here and below: a
// future keeps room for all that it may do for as long as it lives, and a call lives long.
async fn serve(state: StreamState, mut socket: WebSocket) {
    let start = match tokio::time::timeout(START_WITHIN, await_start(&mut socket)).await {
        Ok(Ok(start)) => start,
        Ok(Err(goodbye)) => {
            refused("no_start");
            return close(socket, goodbye).await;
        }
        Err(_) => {
            refused("no_start");
            return close(socket, Goodbye::Refused("no start")).await;
        }
    };
    let Some(call) = Box::pin(admit(&state, &start)).await else {
        return close(socket, Goodbye::Refused("token")).await;
    };
    let span = tracing::info_span!(
        "call",
        tenant = %call.tenant_id,
        call = %call.call_id,
        stream = start.stream_sid.as_str(),
    );
    Box::pin(converse(state, socket, start, call).instrument(span)).await;
}

/// The first `start`, or how to part from a peer that goes away or sends something that is no
/// stream.
async fn await_start(socket: &mut WebSocket) -> Result<Start, Goodbye> {
    loop {
        let message = socket.recv().await.ok_or(Goodbye::Over)?;
        let Message::Text(text) = message.map_err(|error| Goodbye::after(&error))? else {
            continue;
        };
        match twilio::parse(&text) {
            Ok(StreamMessage::Start(start)) => return Ok(start),
            Ok(_) => {}
            Err(error) => tracing::debug!(%error, "stream message before start not understood"),
        }
    }
}

/// Uses up the token in `start`. No audio is touched before this.
async fn admit(state: &StreamState, start: &Start) -> Option<CallRef> {
    let Some(token) = start.custom_parameters.get("token") else {
        refused("no_token");
        return None;
    };
    let hash = Sha256::digest(token.as_bytes()).into();
    let now = state.clock.now();
    let verdict = state
        .store
        .consume_stream_token(&hash, start.call_sid.as_str(), now)
        .await;
    match verdict {
        Ok(TokenVerdict::Accepted(call)) => return Some(call),
        Ok(TokenVerdict::Used) => refused("token_used"),
        Ok(TokenVerdict::Expired) => refused("token_expired"),
        Ok(TokenVerdict::Foreign) => refused("token_foreign"),
        Ok(TokenVerdict::Unknown) => refused("token_unknown"),
        Err(error) => {
            refused("store");
            tracing::error!(%error, "stream token not checked");
        }
    }
    None
}

async fn converse(state: StreamState, socket: WebSocket, start: Start, call: CallRef) {
    let Some((registered, commands)) = state.registry.enter(call.tenant_id, call.call_id) else {
        return refuse_second(socket).await;
    };
    let permit = state.admission.open(call.call_id);
    let mut providers = match state.line {
        Line::Agent(ref providers) => providers.clone(),
        Line::Echo => {
            match Box::pin(hold_for_echo(&state, &call)).await {
                Ok(true) => {}
                Ok(false) => return refuse_second(socket).await,
                Err(error) => {
                    tracing::error!(%error, "the echo does not begin");
                    return close(socket, Goodbye::Over).await;
                }
            }
            let desk = Desk {
                ledger: state.ledger,
                clock: state.clock,
                call,
                call_sid: start.call_sid.as_str().to_owned(),
                share: Share::default(),
            };
            let writer = StreamWriter::new(&start.stream_sid);
            Box::pin(echo::run(desk, commands, socket, writer)).await;
            return drop::<Registered>(registered);
        }
    };
    let Prepared {
        briefed,
        caller,
        resume,
        recording,
    } = match Box::pin(prepare(&state, &call, &start)).await {
        Ok(Some(prepared)) => prepared,
        Ok(None) => return refuse_second(socket).await,
        Err(error) => {
            // The carrier asks what comes next and is told the tenant's fallback.
            tracing::error!(%error, "conversation not begun");
            return close(socket, Goodbye::Over).await;
        }
    };
    let outcome = Arc::new(Mutex::new(None));
    let backend = StoreTools {
        store: state.store.clone(),
        clock: state.clock,
        scope: TenantScope::new(call.tenant_id, Actor::Call(call.call_id)),
        call: Some(call),
        hours: briefed.brief.hours.clone(),
        caller,
        outcome: Arc::clone(&outcome),
    };
    providers = providers.expecting(&briefed.brief);
    let wishes = &briefed.agent.settings;
    if wishes.voice.is_some() || wishes.model.is_some() {
        let (voice, model) = (wishes.voice.as_deref(), wishes.model.as_deref());
        providers = Box::pin(providers.chosen(voice, model)).await;
    }
    let is_resumed = resume.is_some();
    let config = CallConfig {
        resume,
        settings: briefed.agent.settings,
        greeting: briefed.brief.greeting.clone(),
        playout: PlayoutConfig::default(),
        phrases: Phrases::default(),
        limits: Limits::default(),
        providers: ProviderNames {
            asr: providers.recognizer.name().to_owned(),
            chat: providers.chat.name().to_owned(),
            tts: providers.voice.name().to_owned(),
            vad: providers.voice_activity.name().to_owned(),
        },
    };
    let input_log = state.record_inputs.map(|dir| {
        let stream = file_name_part(start.stream_sid.as_str());
        dir.join(format!("{}-{stream}.jsonl", call.call_id))
    });
    let session = driver::Session {
        ledger: state.ledger,
        clock: state.clock,
        recordings: state.recordings,
        providers,
        call,
        call_sid: start.call_sid.as_str().to_owned(),
        recording,
        began_after_ms: if is_resumed {
            ms_since(call.started_at, &state.clock)
        } else {
            0
        },
        config,
        brief: Arc::new(briefed.brief),
        backend: Arc::new(backend),
        outcome,
        input_log,
        commands,
    };
    tracing::info!("conversation begins");
    driver::run(session, socket, StreamWriter::new(&start.stream_sid)).await;
    drop::<Registered>(registered);
    drop::<Permit>(permit);
}

/// Where the stream's recording will lie. A call that was handed over has one for each of its
/// streams.
fn recording_key(start: &Start, call: &CallRef, is_resumed: bool) -> String {
    let mut name = start.call_sid.as_str().to_owned();
    if is_resumed {
        name.push_str(start.stream_sid.as_str());
    }
    storage_key(call.tenant_id, call.call_id, &name, call.started_at)
}

fn ms_since(began: DateTime<Utc>, clock: &Clock) -> u64 {
    let passed = clock.now() - began;
    u64::try_from(passed.num_milliseconds()).unwrap_or_default()
}

/// What a conversation begins with.
struct Prepared {
    briefed: brief::Briefed,
    caller: Option<E164>,
    /// The conversation so far, of a call that was handed over.
    resume: Option<Resume>,
    /// Where the recording lies, below the data folder; `None` where the line wants none.
    recording: Option<String>,
}

/// Takes the call and reads what the agent may know; `None` when another stream has the call. An
/// error's text says what is missing.
async fn prepare(
    state: &StreamState,
    call: &CallRef,
    start: &Start,
) -> anyhow::Result<Option<Prepared>> {
    let scope = TenantScope::new(call.tenant_id, Actor::Call(call.call_id));
    let mut tx = state.store.tenant(&scope).await?;
    let now = state.clock.now();
    if !take(&mut tx, call, state.life, now).await? {
        return Ok(None);
    }
    let row = tx.call(call).await?;
    let briefed = brief::load(&mut tx, &row, now).await?;
    let briefed = briefed.ok_or_else(|| anyhow::anyhow!("the call has no published agent"))?;
    let longest = briefed.agent.settings.max_duration + AFTER_THE_LONGEST;
    tx.hold_place(call, now + longest).await?;
    let resume = tx.take_resume(call).await?;
    let recording = briefed
        .record()
        .then(|| recording_key(start, call, resume.is_some()));
    if let Some(key) = &recording {
        tx.begin_recording(call, key, state.life).await?;
    }
    tx.commit().await?;
    let caller = row.from.clone();
    state.ledger.memory().hold(HeldCall {
        row,
        tenant: briefed.tenant.clone(),
        line: briefed.line.clone(),
    });
    Ok(Some(Prepared {
        briefed,
        caller,
        resume,
        recording,
    }))
}

/// An echo needs to know nothing of its call. Whether it may have it.
async fn hold_for_echo(state: &StreamState, call: &CallRef) -> Result<bool, StoreError> {
    let scope = TenantScope::new(call.tenant_id, Actor::Call(call.call_id));
    let mut tx = state.store.tenant(&scope).await?;
    let is_held = take(&mut tx, call, state.life, state.clock.now()).await?;
    tx.commit().await?;
    Ok(is_held)
}

/// Holds the call for this node, which makes it an answered one: carriers report nothing between the
/// first webhook and the end of an inbound call. `false` when another stream has it.
async fn take(
    tx: &mut TenantTx,
    call: &CallRef,
    life: LifeId,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let is_held = tx.hold_call(call, life, now).await?;
    if is_held {
        tx.apply_status(call, &StatusReport::seen(CallStatus::InProgress, now))
            .await?;
    }
    Ok(is_held)
}

/// One stream holds a call, on whatever node.
async fn refuse_second(socket: WebSocket) {
    refused("already_live");
    close(socket, Goodbye::Refused("live")).await;
}

async fn close(mut socket: WebSocket, goodbye: Goodbye) {
    // A peer that is gone needs no goodbye.
    let _ = goodbye.say(&mut socket).await;
}

fn refused(reason: &'static str) {
    metrics::counter!("trunkline_streams_refused_total", "reason" => reason).increment(1);
    tracing::debug!(reason, "stream refused");
}

/// From the upgrade to `start`.
const START_WITHIN: Duration = Duration::from_secs(5);
/// A stream message is under 400 bytes; a small buffer keeps a call small.
const BUFFER: usize = 1024;
/// For the goodbye after the longest call, and for writing it down.
const AFTER_THE_LONGEST: Duration = Duration::from_mins(1);
/// A second of audio is 11 KiB of base64, and carriers send less at once; nothing sends this much.
/// More is refused with close code 1009.
const LONGEST_MESSAGE: usize = 256 * 1024;
