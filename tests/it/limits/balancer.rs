//! A load balancer in front of nodes: it passes connections on to one of them, and can be told to
//! use another from then on.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

pub(crate) struct Balancer {
    pub(crate) url: String,
    shared: Arc<Shared>,
    accepting: JoinHandle<()>,
}

#[derive(Default)]
struct Shared {
    target: Mutex<Option<SocketAddr>>,
    /// Connections that carry requests, not a media stream.
    requests: Mutex<Vec<JoinHandle<()>>>,
}

impl Balancer {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let shared = Arc::new(Shared::default());
        let passing = Arc::clone(&shared);
        let accepting = tokio::spawn(async move {
            while let Ok((caller, _)) = listener.accept().await {
                let target = *passing.target.lock().unwrap();
                let connection = tokio::spawn(pass_on(caller, target));
                // Only a stream is long; a request's connection that is cut is opened anew.
                passing.requests.lock().unwrap().push(connection);
            }
        });
        Self {
            url,
            shared,
            accepting,
        }
    }

    /// The node at `url` gets every request and every stream that begins from now on.
    pub(crate) fn point_to(&self, url: &str) {
        let address = url.trim_start_matches("http://").parse().unwrap();
        *self.shared.target.lock().unwrap() = Some(address);
        for connection in self.shared.requests.lock().unwrap().drain(..) {
            connection.abort();
        }
    }
}

impl Drop for Balancer {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn pass_on(mut caller: TcpStream, target: Option<SocketAddr>) {
    let Some(target) = target else { return };
    let Ok(mut node) = TcpStream::connect(target).await else {
        return;
    };
    let mut first = [0; 4];
    let is_stream = caller.peek(&mut first).await.is_ok() && &first == b"GET ";
    if is_stream {
        // It outlives whoever may abort this.
        tokio::spawn(async move { copy_bidirectional(&mut caller, &mut node).await });
        return;
    }
    let _ = copy_bidirectional(&mut caller, &mut node).await;
}
