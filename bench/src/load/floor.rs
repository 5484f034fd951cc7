//! The noise floor: echo calls to a small WebSocket server in this process, held by the same
//! threads at the same pace and in the same run. What they measure is the machine, its loopback and
//! the tool; what the server under test takes longer is its own.

use std::{io, net::SocketAddr, sync::Arc, time::Instant};

use futures_util::{SinkExt as _, StreamExt as _};
use media::twilio::AccountSid;
use tokio::{
    net::{TcpListener, TcpStream},
    task::JoinSet,
};
use tokio_tungstenite::tungstenite::Message;
use url::Url;

use crate::{
    exchange::{self, Caller, Exchange, Seat, Side},
    sid::new_call_sid,
    stream::StartFields,
};

/// The calls of the floor, until [`Exchange::hang_up`] ends them.
#[derive(Debug)]
pub(super) struct Floor {
    calls: JoinSet<()>,
}

impl Floor {
    /// Opens so many echo calls that last until `until` at most.
    pub(super) async fn start(
        exchange: &Arc<Exchange>,
        calls: usize,
        until: Instant,
    ) -> io::Result<Self> {
        let mut set = JoinSet::new();
        if calls == 0 {
            return Ok(Self { calls: set });
        }
        let url = Url::parse(&format!("ws://{}/", serve()?)).map_err(io::Error::other)?;
        for _ in 0..calls {
            let upgraded = exchange::open(&url, None).await.map_err(io::Error::other)?;
            let seat = Seat {
                start: StartFields {
                    account_sid: account(),
                    call_sid: new_call_sid(),
                    parameters: Vec::new(),
                },
                caller: Caller::Echo,
                hang_up_at: until,
            };
            let exchange = Arc::clone(exchange);
            set.spawn(async move {
                exchange.hold(Side::Floor, upgraded, seat).await;
            });
        }
        Ok(Self { calls: set })
    }

    pub(super) async fn finish(self) {
        self.calls.join_all().await;
    }
}

pub(super) fn account() -> AccountSid {
    let sid = "AC00000000000000000000000000000000";
    sid.parse().expect("AC and 32 digits are a name")
}

/// The server has a thread of its own, as the one under test has a process.
fn serve() -> io::Result<SocketAddr> {
    let listener = std::net::TcpListener::bind("127.0.0.1:0")?;
    listener.set_nonblocking(true)?;
    let address = listener.local_addr()?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    std::thread::Builder::new()
        .name("floor".to_owned())
        .spawn(move || {
            let served = runtime.block_on(accept(listener));
            if let Err(error) = served {
                tracing::error!(%error, "the noise floor's server failed");
            }
        })?;
    Ok(address)
}

async fn accept(listener: std::net::TcpListener) -> io::Result<()> {
    let listener = TcpListener::from_std(listener)?;
    loop {
        let (tcp, _) = listener.accept().await?;
        tcp.set_nodelay(true)?;
        tokio::spawn(async move {
            if let Err(error) = echo(tcp).await {
                tracing::debug!(%error, "a call of the noise floor ended");
            }
        });
    }
}

/// Sends every payload back, and nothing else.
async fn echo(tcp: TcpStream) -> Result<(), tokio_tungstenite::tungstenite::Error> {
    let mut socket = tokio_tungstenite::accept_async(tcp).await?;
    let mut sid = String::new();
    while let Some(message) = socket.next().await {
        let Message::Text(text) = message? else {
            continue;
        };
        if text.contains(r#""event":"start""#) {
            sid = quoted_behind(&text, r#""streamSid":""#).to_owned();
        } else if text.contains(r#""event":"media""#) {
            let payload = quoted_behind(&text, r#""payload":""#);
            let echo = format!(
                r#"{{"event":"media","streamSid":"{sid}","media":{{"payload":"{payload}"}}}}"#
            );
            socket.send(Message::text(echo)).await?;
        }
    }
    Ok(())
}

/// Our own messages hold no escapes, so the next quote ends a text.
fn quoted_behind<'t>(text: &'t str, key: &str) -> &'t str {
    let value = text.split_once(key).map_or("", |(_, rest)| rest);
    value.split_once('"').map_or("", |(value, _)| value)
}
