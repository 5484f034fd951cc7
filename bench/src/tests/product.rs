//! A server that plays the product: verifies signatures by the vectors' rule, answers documents by
//! path, greets on the stream, clears when interrupted, answers once and closes.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use axum::{
    Router,
    extract::{
        OriginalUri, State, WebSocketUpgrade,
        ws::{Message, WebSocket},
    },
    http::{HeaderMap, StatusCode, header::HOST},
    response::{IntoResponse as _, Response},
    routing::{get, post},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use media::{
    mulaw,
    twilio::{StreamMessage, parse},
};
use serde_json::json;

use crate::signature;

pub(crate) const TOKEN: &str = "secret-of-the-test";

/// What the server saw.
#[derive(Debug, Clone, Default)]
pub(crate) struct Log {
    forms: HashMap<String, HashMap<String, String>>,
    /// From the sending of a mark to its echo.
    pub mark_times: HashMap<String, Duration>,
    pub media: u64,
    pub stops: u32,
    pub keys: String,
}

impl Log {
    /// A value of the last form that came to `path`.
    pub(crate) fn form(&self, path: &str, name: &str) -> &str {
        &self.forms[path][name]
    }
}

#[derive(Clone)]
struct Shared {
    documents: Arc<HashMap<String, String>>,
    log: Arc<Mutex<Log>>,
}

pub(crate) struct Product {
    pub base: String,
    log: Arc<Mutex<Log>>,
}

impl Product {
    /// Documents by path, without their `<Response>`; `WS` stands for the server's address.
    pub(crate) async fn serve(documents: &[(&str, &str)]) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let host = listener.local_addr().unwrap().to_string();
        let documents = documents.iter().map(|(path, inner)| {
            let inner = inner.replace("WS", &format!("ws://{host}"));
            ((*path).to_owned(), format!("<Response>{inner}</Response>"))
        });
        let shared = Shared {
            documents: Arc::new(documents.collect()),
            log: Arc::default(),
        };
        let log = Arc::clone(&shared.log);
        let router = Router::new()
            .route("/media", get(upgrade))
            .route("/{*path}", post(webhook))
            .with_state(shared);
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self {
            base: format!("http://{host}"),
            log,
        }
    }

    pub(crate) fn log(&self) -> Log {
        self.log.lock().unwrap().clone()
    }
}

fn is_signed(headers: &HeaderMap, scheme: &str, path: &str, form: &[(String, String)]) -> bool {
    let host = headers[HOST].to_str().unwrap();
    let expected = signature::sign_form(TOKEN, &format!("{scheme}://{host}{path}"), form);
    headers
        .get(signature::HEADER)
        .is_some_and(|found| found == expected.as_str())
}

async fn webhook(
    State(shared): State<Shared>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    body: String,
) -> Response {
    let form: Vec<(String, String)> = url::form_urlencoded::parse(body.as_bytes())
        .into_owned()
        .collect();
    if !is_signed(&headers, "http", &uri.to_string(), &form) {
        return StatusCode::FORBIDDEN.into_response();
    }
    let path = uri.path().to_owned();
    let document = shared.documents.get(&path).cloned();
    let mut log = shared.log.lock().unwrap();
    log.forms.insert(path, form.into_iter().collect());
    document.unwrap_or_default().into_response()
}

async fn upgrade(
    State(shared): State<Shared>,
    headers: HeaderMap,
    upgrade: WebSocketUpgrade,
) -> Response {
    if !is_signed(&headers, "ws", "/media", &[]) {
        return StatusCode::FORBIDDEN.into_response();
    }
    upgrade.on_upgrade(move |socket| async move {
        let mut stream = Stream {
            socket,
            log: shared.log,
            sid: String::new(),
            marks: HashMap::new(),
        };
        stream.run().await;
    })
}

struct Stream {
    socket: WebSocket,
    log: Arc<Mutex<Log>>,
    sid: String,
    marks: HashMap<String, Instant>,
}

impl Stream {
    /// Greets for 600 ms; a loud frame meanwhile is a barge-in; 300 ms after the last loud frame
    /// answers for 200 ms and closes when that was heard.
    async fn run(&mut self) {
        let mut spoken: Option<Instant> = None;
        let mut answered = false;
        while let Some(Ok(message)) = self.socket.recv().await {
            let Message::Text(text) = message else {
                continue;
            };
            match parse(&text).unwrap() {
                StreamMessage::Start(start) => {
                    self.sid = start.stream_sid.to_string();
                    if start.custom_parameters["token"] == "rude" {
                        self.be_rude().await;
                    } else {
                        self.speak(600, "m0").await;
                    }
                }
                StreamMessage::Media(media) => {
                    self.log.lock().unwrap().media += 1;
                    let bytes = STANDARD.decode(&*media.payload).unwrap();
                    if bytes
                        .iter()
                        .any(|&b| mulaw::decode(b).unsigned_abs() > 1_000)
                    {
                        spoken = Some(Instant::now());
                        if !self.marks.is_empty() {
                            self.send(&json!({"event": "clear", "streamSid": self.sid}))
                                .await;
                            self.marks.clear();
                        }
                    }
                }
                StreamMessage::Mark { name } if name == "m1" => {
                    // Returning drops the socket; a close frame goes first.
                    let frame = axum::extract::ws::CloseFrame {
                        code: 1000,
                        reason: "".into(),
                    };
                    let _ = self.socket.send(Message::Close(Some(frame))).await;
                    return;
                }
                StreamMessage::Mark { name } => {
                    if let Some(sent) = self.marks.remove(&*name) {
                        let mut log = self.log.lock().unwrap();
                        log.mark_times.insert(name.into_owned(), sent.elapsed());
                    }
                }
                StreamMessage::Dtmf { digit } => {
                    self.log.lock().unwrap().keys.push(digit.as_char());
                }
                StreamMessage::Stop => self.log.lock().unwrap().stops += 1,
                StreamMessage::Connected | StreamMessage::Unknown { .. } => {}
            }
            let is_due = spoken.is_some_and(|at| at.elapsed() >= Duration::from_millis(300));
            if is_due && !answered {
                answered = true;
                self.speak(200, "m1").await;
            }
        }
    }

    async fn be_rude(&mut self) {
        self.socket
            .send(Message::Binary(vec![1, 2, 3].into()))
            .await
            .unwrap();
        self.send(&json!({"event": "clear", "streamSid": "MZother"}))
            .await;
    }

    async fn speak(&mut self, ms: usize, mark: &str) {
        for _ in 0..ms / 20 {
            let payload = STANDARD.encode([mulaw::encode(8_000); 160]);
            let media = json!({"payload": payload});
            self.send(&json!({"event": "media", "streamSid": self.sid, "media": media}))
                .await;
        }
        self.marks.insert(mark.to_owned(), Instant::now());
        self.send(&json!({"event": "mark", "streamSid": self.sid, "mark": {"name": mark}}))
            .await;
    }

    async fn send(&mut self, message: &serde_json::Value) {
        // The caller may be gone, which the next receive tells.
        let _ = self.socket.send(Message::text(message.to_string())).await;
    }
}
