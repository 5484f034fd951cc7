//! The stream from and to the carrier.

use std::{pin::pin, time::Duration};

use axum::extract::ws::{Message, Utf8Bytes, WebSocket};
use bytes::BytesMut;
use futures_util::{FutureExt, SinkExt};
use media::{playout::MarkName, twilio::StreamWriter};

use super::goodbye::Goodbye;

/// The stream from and to the carrier. Messages of one drain leave together.
pub(super) struct Wire {
    socket: WebSocket,
    writer: StreamWriter,
    /// What is written next; its memory comes back when the message has left.
    outgoing: BytesMut,
    dirty: bool,
    lost: bool,
}

impl Wire {
    pub(super) fn new(socket: WebSocket, writer: StreamWriter) -> Self {
        Self {
            socket,
            writer,
            outgoing: BytesMut::new(),
            dirty: false,
            lost: false,
        }
    }

    /// The next message of the carrier; `None` when there will be none. Dropped before it is
    /// ready, it has taken nothing.
    pub(super) async fn receive(&mut self) -> Option<Result<Message, axum::Error>> {
        self.socket.recv().await
    }

    /// The peer is gone or takes nothing any more; what is sent then is dropped.
    pub(super) const fn is_lost(&self) -> bool {
        self.lost
    }

    pub(super) async fn media(&mut self, payload: &[u8; 160]) {
        let text = packed(&mut self.outgoing, self.writer.media(payload));
        self.feed(text).await;
    }

    pub(super) async fn mark(&mut self, name: MarkName) {
        let text = packed(&mut self.outgoing, self.writer.mark(name));
        self.feed(text).await;
    }

    pub(super) async fn clear(&mut self) {
        let text = packed(&mut self.outgoing, self.writer.clear());
        self.feed(text).await;
    }

    async fn feed(&mut self, text: Utf8Bytes) {
        if self.lost {
            return;
        }
        self.lost = !in_time(self.socket.feed(Message::Text(text))).await;
        self.dirty = true;
    }

    pub(super) async fn flush(&mut self) {
        if !self.dirty || self.lost {
            return;
        }
        self.dirty = false;
        self.lost = !in_time(self.socket.flush()).await;
    }

    /// Closes the stream; the carrier then goes on with the next verb. Whether it was taken.
    pub(super) async fn close(mut self, goodbye: Goodbye) -> bool {
        in_time(goodbye.say(&mut self.socket)).await
    }
}

/// The text as a message that allocates nothing once the one before it has left.
fn packed(outgoing: &mut BytesMut, text: &str) -> Utf8Bytes {
    outgoing.extend_from_slice(text.as_bytes());
    let bytes = outgoing.split().freeze();
    // What was a text still is one.
    Utf8Bytes::try_from(bytes).unwrap_or_else(|_| Utf8Bytes::from(text))
}

/// Whether the peer took it. Nearly always it does so at once, and then there is no timer.
async fn in_time<E>(sending: impl Future<Output = Result<(), E>>) -> bool {
    let mut sending = pin!(sending);
    if let Some(sent) = sending.as_mut().now_or_never() {
        return sent.is_ok();
    }
    matches!(tokio::time::timeout(SLOW_WIRE, sending).await, Ok(Ok(())))
}

/// A peer that takes no data for this long is gone.
const SLOW_WIRE: Duration = Duration::from_secs(2);
