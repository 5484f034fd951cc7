//! How a media stream is closed from our side, as its peer is told: the close codes of RFC 6455.
//!
//! Knows no call; the carrier goes on with the next verb whatever the code is.

use std::{error::Error as _, time::Duration};

use axum::extract::ws::{CloseFrame, Message, WebSocket, close_code};
use tokio_tungstenite::tungstenite;

/// Why we close.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Goodbye {
    /// 1000: the conversation is over.
    Over,
    /// 1008: the peer may not do what it did; the reason is for its log.
    Refused(&'static str),
    /// 1009: a message was longer than we read.
    TooLong,
}

impl Goodbye {
    /// What to say to a peer after reading from it failed with `error`.
    pub(crate) fn after(error: &axum::Error) -> Self {
        let cause = error.source().and_then(|e| e.downcast_ref());
        match cause {
            Some(tungstenite::Error::Capacity(_)) => Self::TooLong,
            Some(_) | None => Self::Over,
        }
    }

    /// Closes the stream.
    pub(crate) async fn say(self, socket: &mut WebSocket) -> Result<(), axum::Error> {
        let frame = Message::Close(Some(self.frame()));
        socket.send(frame).await?;
        if self == Self::TooLong {
            // The rest of the message lies unread. To drop the socket at once would reset the
            // connection, and a peer that still sends would never see why.
            tokio::time::sleep(LINGER).await;
        }
        Ok(())
    }

    fn frame(self) -> CloseFrame {
        let (code, reason) = match self {
            Self::Over => (close_code::NORMAL, ""),
            Self::Refused(reason) => (close_code::POLICY, reason),
            Self::TooLong => (close_code::SIZE, "message too long"),
        };
        CloseFrame {
            code,
            reason: reason.into(),
        }
    }
}

/// For a peer to finish sending and to read the code.
const LINGER: Duration = Duration::from_secs(1);
