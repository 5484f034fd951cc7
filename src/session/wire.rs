//! The stream towards the carrier.

use std::time::Duration;

use axum::extract::ws::{Message, Utf8Bytes, WebSocket};
use futures_util::{SinkExt, stream::SplitSink};
use media::{playout::MarkName, twilio::StreamWriter};

/// The stream towards the carrier. Messages of one drain leave together.
pub(super) struct Wire {
    sink: SplitSink<WebSocket, Message>,
    writer: StreamWriter,
    dirty: bool,
    lost: bool,
}

impl Wire {
    pub(super) fn new(sink: SplitSink<WebSocket, Message>, writer: StreamWriter) -> Self {
        Self {
            sink,
            writer,
            dirty: false,
            lost: false,
        }
    }

    /// The peer is gone or takes nothing any more; what is sent then is dropped.
    pub(super) const fn is_lost(&self) -> bool {
        self.lost
    }

    pub(super) async fn media(&mut self, payload: &[u8; 160]) {
        let text = Utf8Bytes::from(self.writer.media(payload));
        self.feed(text).await;
    }

    pub(super) async fn mark(&mut self, name: MarkName) {
        let text = Utf8Bytes::from(self.writer.mark(name));
        self.feed(text).await;
    }

    pub(super) async fn clear(&mut self) {
        let text = Utf8Bytes::from(self.writer.clear());
        self.feed(text).await;
    }

    async fn feed(&mut self, text: Utf8Bytes) {
        if self.lost {
            return;
        }
        let fed = tokio::time::timeout(SLOW_WIRE, self.sink.feed(Message::Text(text))).await;
        self.lost = !matches!(fed, Ok(Ok(())));
        self.dirty = true;
    }

    pub(super) async fn flush(&mut self) {
        if !self.dirty || self.lost {
            return;
        }
        self.dirty = false;
        let flushed = tokio::time::timeout(SLOW_WIRE, self.sink.flush()).await;
        self.lost = !matches!(flushed, Ok(Ok(())));
    }

    /// Closes the stream; the carrier then goes on with the next verb. Whether it was taken.
    pub(super) async fn close(mut self) -> bool {
        matches!(
            tokio::time::timeout(SLOW_WIRE, self.sink.close()).await,
            Ok(Ok(()))
        )
    }
}

/// A peer that takes no data for this long is gone.
const SLOW_WIRE: Duration = Duration::from_secs(2);
