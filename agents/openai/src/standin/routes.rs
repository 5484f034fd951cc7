//! The endpoints, and the stream that plays a reply.

use std::{io, sync::Arc, time::Duration};

use axum::{
    Json, Router,
    body::Body,
    extract::{Multipart, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use futures_util::stream;
use serde_json::{Value, json};

use super::{KEY, Reply, Shared, Step, check};

pub(super) fn router(shared: Arc<Shared>) -> Router {
    Router::new()
        .route("/v1/chat/completions", post(chat))
        .route("/v1/audio/transcriptions", post(transcription))
        .route("/v1/audio/speech", post(speech))
        .route("/v1/models", get(models))
        .route("/v1/audio/voices", get(voices))
        .with_state(shared)
}

async fn chat(
    State(shared): State<Arc<Shared>>,
    headers: HeaderMap,
    Json(body): Json<Value>,
) -> Response {
    if !is_authorised(&headers) {
        return refuse(
            &shared,
            StatusCode::UNAUTHORIZED,
            "the key is missing or wrong".to_owned(),
        );
    }
    if let Err(what) = check::chat(&body) {
        return refuse(&shared, StatusCode::BAD_REQUEST, what);
    }
    let streamed = body["stream"] == true;
    let scripted = shared.log().chat_replies.pop_front();
    let last = body["messages"].as_array().and_then(|all| all.last());
    let heard = last
        .and_then(|message| message["content"].as_str())
        .unwrap_or_default();
    let default = if streamed {
        Reply::words(&["You said: ", heard, "."])
    } else {
        let message = json!({"role": "assistant", "content": "Y"});
        let choice = json!({"index": 0, "message": message, "finish_reason": "length"});
        Reply::json(&json!({"choices": [choice]}))
    };
    shared.log().chats.push(body);
    play(shared, scripted.unwrap_or(default)).await
}

async fn transcription(
    State(shared): State<Arc<Shared>>,
    headers: HeaderMap,
    form: Multipart,
) -> Response {
    if !is_authorised(&headers) {
        return refuse(
            &shared,
            StatusCode::UNAUTHORIZED,
            "the key is missing or wrong".to_owned(),
        );
    }
    let read = match read_form(form).await {
        Ok((fields, file)) => check::upload(fields, &file),
        Err(error) => Err(error.to_string()),
    };
    let upload = match read {
        Ok(upload) => upload,
        Err(what) => return refuse(&shared, StatusCode::BAD_REQUEST, what),
    };
    let scripted = {
        let mut log = shared.log();
        log.uploads.push(upload);
        log.transcription_replies.pop_front()
    };
    play(
        shared,
        scripted.unwrap_or_else(|| Reply::transcript("hello")),
    )
    .await
}

async fn speech(
    State(shared): State<Arc<Shared>>,
    headers: HeaderMap,
    Json(body): Json<Value>,
) -> Response {
    if !is_authorised(&headers) {
        return refuse(
            &shared,
            StatusCode::UNAUTHORIZED,
            "the key is missing or wrong".to_owned(),
        );
    }
    if let Err(what) = check::speech(&body) {
        return refuse(&shared, StatusCode::BAD_REQUEST, what);
    }
    let input = body["input"].as_str().unwrap_or_default();
    let default = Reply::pcm(&tone(input.chars().count()), 4_801);
    let scripted = {
        let mut log = shared.log();
        log.speeches.push(body);
        log.speech_replies.pop_front()
    };
    play(shared, scripted.unwrap_or(default)).await
}

async fn models(State(shared): State<Arc<Shared>>, headers: HeaderMap) -> Response {
    let names = ["gpt-4o", "gpt-4o-mini", "text-embedding-3-small"];
    let data = names.map(|name| json!({"id": name, "object": "model", "owned_by": "standin"}));
    list(&shared, &headers, &json!({"object": "list", "data": data}))
}

async fn voices(State(shared): State<Arc<Shared>>, headers: HeaderMap) -> Response {
    list(
        &shared,
        &headers,
        &json!({"voices": ["alloy", "echo", "shimmer", "zoe"]}),
    )
}

fn list(shared: &Shared, headers: &HeaderMap, list: &Value) -> Response {
    if is_authorised(headers) {
        return Json(list).into_response();
    }
    let what = "the key is missing or wrong".to_owned();
    refuse(shared, StatusCode::UNAUTHORIZED, what)
}

/// A 400 Hz square wave at 24 kHz, 50 ms for each character: as long as speech of it would be.
fn tone(characters: usize) -> Vec<i16> {
    (0..characters * 1_200)
        .map(|n| if n % 60 < 30 { 8_000 } else { -8_000 })
        .collect()
}

async fn read_form(
    mut form: Multipart,
) -> Result<(Vec<(String, String)>, Vec<u8>), axum::extract::multipart::MultipartError> {
    let (mut fields, mut file) = (Vec::new(), Vec::new());
    while let Some(field) = form.next_field().await? {
        let name = field.name().unwrap_or_default().to_owned();
        if name == "file" {
            file = field.bytes().await?.to_vec();
        } else {
            fields.push((name, field.text().await?));
        }
    }
    Ok((fields, file))
}

fn is_authorised(headers: &HeaderMap) -> bool {
    let sent = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok());
    sent.and_then(|sent| sent.strip_prefix("Bearer ")) == Some(KEY)
}

fn refuse(shared: &Shared, status: StatusCode, what: String) -> Response {
    let error = json!({"error": {"message": &what, "code": "refused_by_the_stand_in"}});
    shared.log().violations.push(what);
    (status, Json(error)).into_response()
}

/// Counts an answer that is dropped before its end.
struct Watch {
    shared: Arc<Shared>,
    ended: bool,
}

impl Drop for Watch {
    fn drop(&mut self) {
        if !self.ended {
            self.shared.cancelled.send_modify(|count| *count += 1);
        }
    }
}

async fn play(shared: Arc<Shared>, reply: Reply) -> Response {
    let watch = Watch {
        shared,
        ended: false,
    };
    let mut steps = reply.steps.into_iter().peekable();
    // Headers leave with the first bytes, so a wait before them holds them back.
    while let Some(Step::Wait(time)) = steps.peek() {
        tokio::time::sleep(*time).await;
        steps.next();
    }
    let body = stream::unfold((steps, watch), async |(mut steps, mut watch)| {
        loop {
            match steps.next() {
                None => {
                    watch.ended = true;
                    return None;
                }
                Some(Step::Wait(time)) => tokio::time::sleep(time).await,
                Some(Step::Bytes(bytes)) => {
                    return Some((Ok(bytes), (steps, watch)));
                }
                Some(Step::BreakOff) => {
                    watch.ended = true;
                    // The connection is torn down with what is still unsent: let that leave first.
                    tokio::time::sleep(FLUSH).await;
                    return Some((Err(io::Error::other("told to break off")), (steps, watch)));
                }
            }
        }
    });
    let status = StatusCode::from_u16(reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let head = [(header::CONTENT_TYPE, reply.content_type)];
    (status, head, Body::from_stream(body)).into_response()
}

const FLUSH: Duration = Duration::from_millis(50);
