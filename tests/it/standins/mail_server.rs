//! A mail server that keeps what it is given (RFC 5321, as far as a client of ours speaks it).

use std::{
    collections::VecDeque,
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use secrecy::SecretString;
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream, tcp::OwnedWriteHalf},
    task::JoinHandle,
};
use trunkline::{clock::Clock, post::MailServer};

/// A mail as it came.
#[derive(Debug, Clone)]
pub(crate) struct Received {
    pub(crate) to: String,
    pub(crate) text: String,
}

/// What becomes of the next mail; it is taken where nothing is said.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Manner {
    /// This reply to the recipient, such as `550 no such user`.
    Replies(&'static str),
    /// Takes it, and breaks off before it says so.
    TakesAndBreaksOff,
}

/// Stops when it is dropped.
pub(crate) struct MailSink {
    pub(crate) address: SocketAddr,
    shared: Arc<Shared>,
    task: JoinHandle<()>,
}

#[derive(Default)]
struct Shared {
    received: Mutex<Vec<Received>>,
    manners: Mutex<VecDeque<Manner>>,
}

impl MailSink {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let shared = Arc::new(Shared::default());
        let own = Arc::clone(&shared);
        let task = tokio::spawn(async move {
            while let Ok((peer, _)) = listener.accept().await {
                let shared = Arc::clone(&own);
                tokio::spawn(async move { converse(peer, &shared).await });
            }
        });
        Self {
            address,
            shared,
            task,
        }
    }

    pub(crate) fn url(&self) -> String {
        format!("smtp://{}", self.address)
    }

    pub(crate) fn client(&self) -> Arc<MailServer> {
        let url = SecretString::from(self.url());
        let from = "Trunkline <noreply@trunkline.test>";
        Arc::new(MailServer::new(&url, from, Clock::system()).unwrap())
    }

    pub(crate) fn next(&self, manners: impl IntoIterator<Item = Manner>) {
        self.shared.manners.lock().unwrap().extend(manners);
    }

    pub(crate) fn received(&self) -> Vec<Received> {
        self.shared.received.lock().unwrap().clone()
    }
}

impl Drop for MailSink {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn converse(peer: TcpStream, shared: &Shared) {
    let (read, mut write) = peer.into_split();
    let mut lines = BufReader::new(read).lines();
    say(&mut write, "220 sink.test").await;
    let mut to = String::new();
    let mut manner = None;
    while let Ok(Some(line)) = lines.next_line().await {
        let verb = line
            .split([' ', ':'])
            .next()
            .unwrap_or_default()
            .to_uppercase();
        match verb.as_str() {
            "EHLO" => say(&mut write, "250-sink.test\r\n250 8BITMIME").await,
            "MAIL" => {
                manner = shared.manners.lock().unwrap().pop_front();
                say(&mut write, "250 go on").await;
            }
            "RCPT" => {
                to = line.split(['<', '>']).nth(1).unwrap_or_default().to_owned();
                let reply = match manner {
                    Some(Manner::Replies(reply)) => reply,
                    Some(Manner::TakesAndBreaksOff) | None => "250 go on",
                };
                say(&mut write, reply).await;
            }
            "DATA" => {
                say(&mut write, "354 until a dot").await;
                let mut text = String::new();
                while let Ok(Some(line)) = lines.next_line().await {
                    if line == "." {
                        break;
                    }
                    text.push_str(line.strip_prefix('.').unwrap_or(&line));
                    text.push('\n');
                }
                let to = to.clone();
                shared.received.lock().unwrap().push(Received { to, text });
                if matches!(manner, Some(Manner::TakesAndBreaksOff)) {
                    return;
                }
                say(&mut write, "250 taken").await;
            }
            "QUIT" => {
                say(&mut write, "221 bye").await;
                return;
            }
            _ => say(&mut write, "250 as you like").await,
        }
    }
}

async fn say(write: &mut OwnedWriteHalf, reply: &str) {
    let _ = write.write_all(format!("{reply}\r\n").as_bytes()).await;
}
