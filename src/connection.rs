//! What the kernel is told of each connection that comes in: to send at once, to notice a peer that is
//! gone without a word, and to hold little for one that takes nothing.
//!
//! Knows no request and no call. A stream whose peer falls silent is ended by its call sooner than
//! any of these; they free what nobody waits on: idle connections, and what is left of a closed one.

use std::{io, time::Duration};

use rustix::net::sockopt;
use tokio::net::TcpStream;

/// Prepares a connection that was just accepted. One that cannot be prepared works all the same.
pub fn prepare(tcp: &TcpStream) {
    if let Err(error) = try_prepare(tcp) {
        tracing::warn!(%error, "a connection keeps the kernel's usual ways: frames may be late");
    }
}

fn try_prepare(tcp: &TcpStream) -> io::Result<()> {
    // A frame must not wait until the carrier has acknowledged the one before it.
    tcp.set_nodelay(true)?;
    sockopt::set_socket_keepalive(tcp, true)?;
    sockopt::set_tcp_keepidle(tcp, IDLE)?;
    sockopt::set_tcp_keepintvl(tcp, BETWEEN_PROBES)?;
    sockopt::set_tcp_keepcnt(tcp, PROBES)?;
    sockopt::set_tcp_user_timeout(tcp, UNACKNOWLEDGED.as_millis() as u32)?;
    sockopt::set_socket_send_buffer_size(tcp, SEND_BUFFER)?;
    Ok(())
}

/// A connection on which nothing moved for so long is asked whether its peer still is.
const IDLE: Duration = Duration::from_secs(30);
const BETWEEN_PROBES: Duration = Duration::from_secs(10);
const PROBES: u32 = 3;
/// What was sent and is not taken for so long never will be (TCP_USER_TIMEOUT, tcp(7)).
const UNACKNOWLEDGED: Duration = Duration::from_secs(20);
/// Bytes; the kernel doubles it for its own needs. Some seconds of a stream: a live carrier is never
/// a quarter of a second behind, and a dead one costs no more than this. Left to itself the kernel
/// keeps up to 4 MiB.
const SEND_BUFFER: usize = 64 * 1024;
