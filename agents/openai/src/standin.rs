//! A server to test against: it speaks the API on loopback, checks what it is sent, and fails
//! when it is told to.
//!
//! Deterministic and real: sockets, HTTP, server-sent events, multipart. Every request must
//! carry the key [`KEY`] and be well-formed in the sense of the public API; what is not is
//! refused with 400 and kept in [`StandIn::violations`]. Answers are queued as [`Reply`] per
//! endpoint; without one there is a plain default answer. It has no model and knows no language.

mod check;
mod reply;
mod routes;

use std::{
    collections::VecDeque,
    io,
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use serde_json::Value;
use tokio::{net::TcpListener, sync::watch, task::JoinHandle};

pub use reply::{Reply, Step};

/// The key that every request must carry.
pub const KEY: &str = "standin-key";

/// A running server; it ends when this is dropped.
pub struct StandIn {
    address: SocketAddr,
    shared: Arc<Shared>,
    task: JoinHandle<()>,
}

/// A transcription request as it arrived.
#[derive(Debug, Clone, PartialEq)]
pub struct Upload {
    /// The form's texts by name, in order.
    pub fields: Vec<(String, String)>,
    pub sample_rate: u32,
    pub samples: Vec<i16>,
}

impl StandIn {
    /// Listens on a free port of 127.0.0.1.
    pub async fn start() -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared::default());
        let router = routes::router(Arc::clone(&shared));
        let task = tokio::spawn(async move {
            // Serving ends with the task; there is nobody to report an accept error to.
            let _ended = axum::serve(listener, router).await;
        });
        Ok(Self {
            address,
            shared,
            task,
        })
    }

    /// For whoever stands between.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// For `OpenAiConfig`.
    pub fn base_url(&self) -> String {
        format!("http://{}/v1", self.address)
    }

    /// A base URL where nobody listens.
    pub async fn dead_url() -> io::Result<String> {
        let address = TcpListener::bind("127.0.0.1:0").await?.local_addr()?;
        Ok(format!("http://{address}/v1"))
    }

    /// Answers the next unanswered chat request.
    pub fn reply_to_chat(&self, reply: Reply) {
        self.shared.log().chat_replies.push_back(reply);
    }

    pub fn reply_to_transcription(&self, reply: Reply) {
        self.shared.log().transcription_replies.push_back(reply);
    }

    pub fn reply_to_speech(&self, reply: Reply) {
        self.shared.log().speech_replies.push_back(reply);
    }

    /// The bodies of the chat requests so far.
    pub fn chats(&self) -> Vec<Value> {
        self.shared.log().chats.clone()
    }

    pub fn uploads(&self) -> Vec<Upload> {
        self.shared.log().uploads.clone()
    }

    /// The bodies of the speech requests so far.
    pub fn speeches(&self) -> Vec<Value> {
        self.shared.log().speeches.clone()
    }

    /// What was wrong with requests; empty when the client is right.
    pub fn violations(&self) -> Vec<String> {
        self.shared.log().violations.clone()
    }

    /// Answers that the client gave up before their end.
    pub fn cancelled(&self) -> usize {
        *self.shared.cancelled.borrow()
    }

    /// Waits until `count` answers were given up; false when they were not within `limit`.
    pub async fn wait_cancelled(&self, count: usize, limit: Duration) -> bool {
        let mut cancelled = self.shared.cancelled.subscribe();
        let waited = tokio::time::timeout(limit, cancelled.wait_for(|n| *n >= count)).await;
        matches!(waited, Ok(Ok(_)))
    }
}

impl Drop for StandIn {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// What the routes and the handle share.
#[derive(Default)]
struct Shared {
    log: Mutex<Log>,
    cancelled: watch::Sender<usize>,
}

impl Shared {
    fn log(&self) -> MutexGuard<'_, Log> {
        // The lists stay whole whatever a panicking test did.
        self.log.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[derive(Default)]
struct Log {
    chat_replies: VecDeque<Reply>,
    transcription_replies: VecDeque<Reply>,
    speech_replies: VecDeque<Reply>,
    chats: Vec<Value>,
    uploads: Vec<Upload>,
    speeches: Vec<Value>,
    violations: Vec<String>,
}
