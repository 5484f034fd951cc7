//! A proxy that does to a connection what networks and dying servers do. Stands before Postgres or
//! before a provider; what it does can be changed while connections are open.

use std::{
    io,
    net::SocketAddr,
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::{TcpListener, TcpStream, UnixStream},
    sync::watch,
    task::JoinHandle,
};

/// What is done to connections.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Toxic {
    /// Nothing.
    None,
    /// Every piece of an answer comes this much later.
    Delay(Duration),
    /// Answers come at so many bytes a second.
    Slow(u32),
    /// Nothing passes, and nobody is told: a stopped process, a pulled cable.
    Stall,
    /// After so many bytes of its answer a connection stalls.
    StallAfter(usize),
    /// Connections are reset, those that are open at once.
    Reset,
    /// After so many bytes of its answer a connection is reset.
    ResetAfter(usize),
    /// After so many bytes of its answer a connection brings nonsense.
    GarbageAfter(usize),
    /// Nobody listens, and open connections are reset.
    Refuse,
    /// The next `COMMIT` is carried out, but its answer is lost with the connection.
    LoseCommit,
}

/// What is proxied.
#[derive(Debug, Clone)]
pub(crate) enum Upstream {
    Tcp(SocketAddr),
    Unix(PathBuf),
}

/// A running proxy; it ends when this is dropped.
pub(crate) struct Chaos {
    pub(crate) address: SocketAddr,
    shared: Arc<Shared>,
    task: JoinHandle<()>,
}

struct Shared {
    upstream: Upstream,
    toxic: watch::Sender<Toxic>,
    lost_commits: AtomicUsize,
}

trait Pipe: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Pipe for T {}

impl Chaos {
    pub(crate) async fn before(upstream: Upstream) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let shared = Arc::new(Shared {
            upstream,
            toxic: watch::Sender::new(Toxic::None),
            lost_commits: AtomicUsize::new(0),
        });
        let task = tokio::spawn(serve(listener, address, Arc::clone(&shared)));
        Self {
            address,
            shared,
            task,
        }
    }

    /// From here on this is done to every connection, open or not.
    pub(crate) fn set(&self, toxic: Toxic) {
        self.shared.toxic.send_replace(toxic);
    }

    /// Commits whose answer was lost.
    pub(crate) fn lost_commits(&self) -> usize {
        self.shared.lost_commits.load(Ordering::Relaxed)
    }
}

impl Drop for Chaos {
    fn drop(&mut self) {
        self.task.abort();
        // Connections end with it.
        self.set(Toxic::Reset);
    }
}

async fn serve(listener: TcpListener, address: SocketAddr, shared: Arc<Shared>) {
    let mut toxic = shared.toxic.subscribe();
    let mut listener = Some(listener);
    loop {
        if *toxic.borrow_and_update() == Toxic::Refuse {
            listener = None;
            toxic.changed().await.unwrap();
            continue;
        }
        if listener.is_none() {
            listener = Some(TcpListener::bind(address).await.unwrap());
        }
        tokio::select! {
            accepted = listener.as_ref().unwrap().accept() => {
                if let Ok((client, _)) = accepted {
                    tokio::spawn(carry(client, Arc::clone(&shared)));
                }
            }
            _ = toxic.changed() => {}
        }
    }
}

async fn carry(client: TcpStream, shared: Arc<Shared>) {
    let upstream: io::Result<Box<dyn Pipe>> = match &shared.upstream {
        Upstream::Tcp(address) => TcpStream::connect(address).await.map(|s| Box::new(s) as _),
        Upstream::Unix(path) => UnixStream::connect(path).await.map(|s| Box::new(s) as _),
    };
    let Ok(server) = upstream else {
        return;
    };
    let connection = Connection {
        client,
        server,
        answered: 0,
        shared,
    };
    // Either side may go at any time.
    let _ = connection.run().await;
}

struct Connection {
    client: TcpStream,
    server: Box<dyn Pipe>,
    answered: usize,
    shared: Arc<Shared>,
}

impl Connection {
    async fn run(mut self) -> io::Result<()> {
        let mut changes = self.shared.toxic.subscribe();
        let (mut asked, mut answered) = (vec![0; 16 * 1024], vec![0; 16 * 1024]);
        loop {
            let toxic = *changes.borrow_and_update();
            if matches!(toxic, Toxic::Reset | Toxic::Refuse) {
                return self.reset();
            }
            let is_stalled = toxic == Toxic::Stall
                || matches!(toxic, Toxic::StallAfter(bytes) if self.answered >= bytes);
            tokio::select! {
                changed = changes.changed() => if changed.is_err() { return Ok(()) },
                read = self.client.read(&mut asked), if !is_stalled => match read? {
                    0 => return Ok(()),
                    n => {
                        self.server.write_all(&asked[..n]).await?;
                        let commits = asked[..n].windows(6).any(|word| word == b"COMMIT");
                        if toxic == Toxic::LoseCommit && commits {
                            return self.lose_answer().await;
                        }
                    }
                },
                read = self.server.read(&mut answered), if !is_stalled => match read? {
                    0 => return Ok(()),
                    n => self.answer(&answered[..n], toxic).await?,
                },
            }
        }
    }

    async fn answer(&mut self, bytes: &[u8], toxic: Toxic) -> io::Result<()> {
        let before = self.answered;
        self.answered += bytes.len();
        match toxic {
            Toxic::Delay(delay) => tokio::time::sleep(delay).await,
            Toxic::Slow(bytes_per_s) => {
                for piece in bytes.chunks(64) {
                    let takes = piece.len() as f64 / f64::from(bytes_per_s);
                    tokio::time::sleep(Duration::from_secs_f64(takes)).await;
                    self.client.write_all(piece).await?;
                }
                return Ok(());
            }
            Toxic::StallAfter(limit) | Toxic::ResetAfter(limit) if self.answered > limit => {
                let passing = limit.saturating_sub(before).min(bytes.len());
                self.client.write_all(&bytes[..passing]).await?;
                return if matches!(toxic, Toxic::ResetAfter(_)) {
                    // What was sent shall arrive before the reset does.
                    tokio::time::sleep(Duration::from_millis(100)).await;
                    self.reset()
                } else {
                    Ok(())
                };
            }
            Toxic::GarbageAfter(limit) if self.answered > limit => {
                let passing = limit.saturating_sub(before).min(bytes.len());
                self.client.write_all(&bytes[..passing]).await?;
                let garbage = vec![0xA7; bytes.len() - passing];
                return self.client.write_all(&garbage).await;
            }
            Toxic::None
            | Toxic::Stall
            | Toxic::StallAfter(_)
            | Toxic::Reset
            | Toxic::ResetAfter(_)
            | Toxic::GarbageAfter(_)
            | Toxic::Refuse
            | Toxic::LoseCommit => {}
        }
        self.client.write_all(bytes).await
    }

    /// The server has its say, and nobody hears it.
    async fn lose_answer(&mut self) -> io::Result<()> {
        let mut answer = [0; 1024];
        if self.server.read(&mut answer).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.shared.lost_commits.fetch_add(1, Ordering::Relaxed);
        self.shared.toxic.send_replace(Toxic::None);
        self.reset()
    }

    fn reset(&mut self) -> io::Result<()> {
        // Closing it then sends RST instead of FIN.
        self.client.set_zero_linger()?;
        Err(io::ErrorKind::ConnectionReset.into())
    }
}
