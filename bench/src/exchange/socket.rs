//! A WebSocket to the server under test, opened by hand so that its bytes can be driven without a
//! runtime. Plain `ws://` only: a load tool measures the server, not a TLS proxy before it.

use std::{io, net::TcpStream, time::Duration};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use sha1::{Digest as _, Sha1};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio_tungstenite::tungstenite;
use url::Url;

use crate::{
    signature,
    stream::{STREAM_SECONDS, StreamError},
};

/// An upgraded connection, non-blocking, and what already came behind the upgrade.
#[derive(Debug)]
pub(crate) struct Upgraded {
    pub tcp: TcpStream,
    pub leftover: Vec<u8>,
}

/// An answer to an upgrade fits in this many bytes.
const LONGEST_ANSWER: usize = 16 * 1024;
/// What RFC 6455 has the server hash behind the key.
const KEY_SUFFIX: &str = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

/// Opens `url`, with this signature or with none; at most ten seconds.
pub(crate) async fn open(url: &Url, signature: Option<&str>) -> Result<Upgraded, StreamError> {
    let limit = Duration::from_secs(STREAM_SECONDS);
    let opening = upgrade(url, signature);
    let opened = tokio::time::timeout(limit, opening).await;
    opened.unwrap_or_else(|_| {
        Err(StreamError::Timeout {
            url: url.to_string(),
        })
    })
}

async fn upgrade(url: &Url, signature: Option<&str>) -> Result<Upgraded, StreamError> {
    let fault = |source: io::Error| StreamError::Connect {
        url: url.to_string(),
        source: Box::new(tungstenite::Error::Io(source)),
    };
    let ("ws", Some(host)) = (url.scheme(), url.host_str()) else {
        return Err(fault(io::Error::other(
            "the load tool opens ws://host:port only; name the server, not its TLS proxy",
        )));
    };
    let port = url.port_or_known_default().unwrap_or(80);
    // An address in brackets stands for itself in a URL only.
    let address = (host.trim_matches(['[', ']']), port);
    let mut tcp = tokio::net::TcpStream::connect(address)
        .await
        .map_err(fault)?;
    tcp.set_nodelay(true).map_err(fault)?;
    let key = STANDARD.encode(uuid::Uuid::new_v4().as_bytes());
    tcp.write_all(request(url, host, port, &key, signature).as_bytes())
        .await
        .map_err(fault)?;
    let (head, leftover) = read_head(&mut tcp).await.map_err(fault)?;
    check(&head, url, &key).map_err(|refusal| match refusal {
        Refusal::Status(status) => StreamError::Refused {
            url: url.to_string(),
            status,
        },
        Refusal::NoWebSocket => fault(io::Error::other("the answer is no WebSocket upgrade")),
    })?;
    let tcp = tcp.into_std().map_err(fault)?;
    Ok(Upgraded { tcp, leftover })
}

fn request(url: &Url, host: &str, port: u16, key: &str, signature: Option<&str>) -> String {
    let query = url.query().map(|q| format!("?{q}")).unwrap_or_default();
    let signature = signature
        .map(|value| format!("{}: {value}\r\n", signature::HEADER))
        .unwrap_or_default();
    format!(
        "GET {}{query} HTTP/1.1\r\nHost: {host}:{port}\r\nConnection: Upgrade\r\n\
         Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n\
         {signature}\r\n",
        url.path()
    )
}

/// The head of an answer, and the bytes behind it.
async fn read_head(tcp: &mut tokio::net::TcpStream) -> io::Result<(String, Vec<u8>)> {
    let mut answer = Vec::new();
    loop {
        if let Some(end) = answer.windows(4).position(|four| four == b"\r\n\r\n") {
            let leftover = answer.split_off(end + 4);
            return Ok((String::from_utf8_lossy(&answer).into_owned(), leftover));
        }
        if answer.len() > LONGEST_ANSWER {
            return Err(io::Error::other("the answer to the upgrade never ends"));
        }
        if tcp.read_buf(&mut answer).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
    }
}

#[derive(Debug, PartialEq, Eq)]
enum Refusal {
    Status(u16),
    NoWebSocket,
}

fn check(head: &str, url: &Url, key: &str) -> Result<(), Refusal> {
    let status = head.split_ascii_whitespace().nth(1);
    match status.and_then(|status| status.parse().ok()) {
        Some(101) => {}
        Some(status) => return Err(Refusal::Status(status)),
        None => return Err(Refusal::NoWebSocket),
    }
    let expected = STANDARD.encode(Sha1::digest(format!("{key}{KEY_SUFFIX}")));
    let accepted = head
        .lines()
        .filter_map(|line| line.split_once(':'))
        .any(|(name, value)| {
            name.eq_ignore_ascii_case("sec-websocket-accept") && value.trim() == expected
        });
    tracing::trace!(%url, accepted, "media stream upgraded");
    accepted.then_some(()).ok_or(Refusal::NoWebSocket)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_hash_of_our_key_is_an_upgrade() {
        let url = Url::parse("ws://a/b").unwrap();
        // The example of RFC 6455, 1.3.
        let key = "dGhlIHNhbXBsZSBub25jZQ==";
        let answer = |accept: &str| {
            format!("HTTP/1.1 101 Switching Protocols\r\nsec-websocket-accept: {accept}\r\n\r\n")
        };
        let right = answer("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
        assert_eq!(check(&right, &url, key), Ok(()));
        assert_eq!(check(&answer("x"), &url, key), Err(Refusal::NoWebSocket));
        let refused = check("HTTP/1.1 403 Forbidden\r\n\r\n", &url, key);
        assert_eq!(refused, Err(Refusal::Status(403)));
    }
}
