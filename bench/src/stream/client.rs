//! The socket of a stream, opened as Twilio opens it. Also the way in for conformance tests, which
//! send what they like.

use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use tokio::net::TcpStream;
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async,
    tungstenite::{self, Message, client::IntoClientRequest as _, http::HeaderValue},
};
use url::Url;

use crate::signature;

/// An open socket.
#[derive(Debug)]
pub struct StreamClient {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
}

/// What came from the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Received {
    Text(String),
    Binary(Vec<u8>),
    /// The end, with the close code and reason if they were given. Nothing comes after it.
    Closed {
        code: Option<u16>,
        reason: String,
    },
}

/// Why a stream could not be opened or used.
#[derive(Debug, thiserror::Error)]
pub enum StreamError {
    #[error("the server refused the media stream at {url} with HTTP {status} (Twilio's 31920)")]
    Refused { url: String, status: u16 },
    #[error("no media stream at {url} within {SECONDS} s (Twilio's 31901)")]
    Timeout { url: String },
    #[error("the media stream at {url} cannot be opened: {source}")]
    Connect {
        url: String,
        source: Box<tungstenite::Error>,
    },
    #[error("the signature cannot stand in a header")]
    Signature,
    #[error("the media stream broke: {0}")]
    Broken(Box<tungstenite::Error>),
    #[error("the server has not read for {SECONDS} s")]
    Stuck,
}

/// Twilio's limit for an upgrade, and ours for a server that stops reading.
pub(crate) const SECONDS: u64 = 10;
const LIMIT: Duration = Duration::from_secs(SECONDS);

impl StreamClient {
    /// Opens `url` with this signature, or with none.
    pub async fn connect(url: &Url, signature: Option<&str>) -> Result<Self, StreamError> {
        let fault = |source| StreamError::Connect {
            url: url.to_string(),
            source: Box::new(source),
        };
        let mut request = url.as_str().into_client_request().map_err(fault)?;
        if let Some(signature) = signature {
            let value = HeaderValue::from_str(signature).map_err(|_| StreamError::Signature)?;
            request.headers_mut().insert("x-twilio-signature", value);
        }
        let opened = tokio::time::timeout(LIMIT, connect_async(request)).await;
        match opened {
            Err(_) => Err(StreamError::Timeout {
                url: url.to_string(),
            }),
            Ok(Err(tungstenite::Error::Http(response))) => Err(StreamError::Refused {
                url: url.to_string(),
                status: response.status().as_u16(),
            }),
            Ok(Err(source)) => Err(fault(source)),
            Ok(Ok((socket, _))) => Ok(Self::over(socket)),
        }
    }

    /// Opens `url`, signed as Twilio signs it when `public_url` is what it was told.
    pub async fn connect_signed(
        url: &Url,
        public_url: &Url,
        auth_token: &str,
    ) -> Result<Self, StreamError> {
        let signature = signature::sign_url(auth_token, public_url.as_str());
        Self::connect(url, Some(&signature)).await
    }

    fn over(socket: WebSocketStream<MaybeTlsStream<TcpStream>>) -> Self {
        // Small packets must not wait for company; without this, pacing means nothing.
        if let MaybeTlsStream::Plain(tcp) = socket.get_ref()
            && let Err(error) = tcp.set_nodelay(true)
        {
            tracing::warn!(%error, "the socket keeps Nagle's algorithm: sends may be late");
        }
        Self { socket }
    }

    /// Sends any text.
    pub async fn send_text(&mut self, text: impl Into<String>) -> Result<(), StreamError> {
        self.send(Message::text(text.into())).await
    }

    /// Sends bytes, which no carrier does.
    pub async fn send_binary(&mut self, bytes: Vec<u8>) -> Result<(), StreamError> {
        self.send(Message::binary(bytes)).await
    }

    /// The next message. A reset counts as a close without a code. Safe to cancel.
    pub async fn receive(&mut self) -> Received {
        loop {
            match self.socket.next().await {
                Some(Ok(Message::Text(text))) => return Received::Text(text.as_str().to_owned()),
                Some(Ok(Message::Binary(bytes))) => return Received::Binary(bytes.to_vec()),
                Some(Ok(Message::Close(frame))) => {
                    let reason = frame.as_ref().map(|frame| frame.reason.as_str().to_owned());
                    return Received::Closed {
                        code: frame.map(|frame| frame.code.into()),
                        reason: reason.unwrap_or_default(),
                    };
                }
                Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Frame(_))) => {}
                Some(Err(_)) | None => {
                    return Received::Closed {
                        code: None,
                        reason: String::new(),
                    };
                }
            }
        }
    }

    /// Closes with a handshake, or answers the server's close.
    pub async fn close(mut self) {
        let closing = async {
            // An error means that the server closed first; reading on sends the answer it waits for.
            let _ = self.socket.close(None).await;
            while let Some(Ok(_)) = self.socket.next().await {}
        };
        // A server that does not answer a close is left.
        let _ = tokio::time::timeout(Duration::from_secs(2), closing).await;
    }

    /// Breaks the connection with a TCP reset (under TLS: drops it without a goodbye).
    pub fn reset(self) {
        if let MaybeTlsStream::Plain(tcp) = self.socket.get_ref()
            && let Err(error) = tcp.set_zero_linger()
        {
            tracing::warn!(%error, "the socket ends with FIN instead of a reset");
        }
    }

    async fn send(&mut self, message: Message) -> Result<(), StreamError> {
        match tokio::time::timeout(LIMIT, self.socket.send(message)).await {
            Err(_) => Err(StreamError::Stuck),
            Ok(sent) => sent.map_err(|error| StreamError::Broken(Box::new(error))),
        }
    }
}
