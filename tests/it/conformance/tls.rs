//! A proxy that ends TLS before a node, as an operator puts one there; with a certificate that it
//! made itself.

use std::{
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use rcgen::CertifiedKey;
use tokio::{
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        ServerConfig,
        crypto::aws_lc_rs,
        pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer},
    },
};

/// A port with TLS on it. It stops when it is dropped.
pub(super) struct TlsProxy {
    port: u16,
    certificate_pem: String,
    acceptor: TlsAcceptor,
    listener: Option<TcpListener>,
    connections: Arc<AtomicUsize>,
    serving: Option<JoinHandle<()>>,
}

impl TlsProxy {
    /// Takes a port; nothing is answered until [`Self::to`].
    pub(super) async fn bind() -> Self {
        let CertifiedKey { cert, signing_key } =
            rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(signing_key.serialize_der()));
        let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![cert.der().clone()], key)
            .unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        Self {
            port: listener.local_addr().unwrap().port(),
            certificate_pem: cert.pem(),
            acceptor: TlsAcceptor::from(Arc::new(config)),
            listener: Some(listener),
            connections: Arc::default(),
            serving: None,
        }
    }

    /// What the carrier knows.
    pub(super) fn origin(&self) -> String {
        format!("https://localhost:{}", self.port)
    }

    /// Hands everything on to the node at `http://address`.
    pub(super) fn to(mut self, node: &str) -> Self {
        let node = node.trim_start_matches("http://").to_owned();
        let (acceptor, listener) = (self.acceptor.clone(), self.listener.take().unwrap());
        let connections = Arc::clone(&self.connections);
        self.serving = Some(tokio::spawn(async move {
            while let Ok((arrived, _)) = listener.accept().await {
                connections.fetch_add(1, Ordering::Relaxed);
                tokio::spawn(hand_on(acceptor.clone(), arrived, node.clone()));
            }
        }));
        self
    }

    /// Connections that came.
    pub(super) fn connections(&self) -> usize {
        self.connections.load(Ordering::Relaxed)
    }

    /// A file with what a caller must trust.
    pub(super) fn certificate(&self, folder: &Path) -> PathBuf {
        let path = folder.join("trusted.pem");
        std::fs::write(&path, &self.certificate_pem).unwrap();
        path
    }
}

impl Drop for TlsProxy {
    fn drop(&mut self) {
        if let Some(serving) = &self.serving {
            serving.abort();
        }
    }
}

async fn hand_on(acceptor: TlsAcceptor, arrived: TcpStream, node: String) {
    arrived.set_nodelay(true).unwrap();
    // A peer that trusts nobody goes away, which its own side reports.
    let Ok(mut secure) = acceptor.accept(arrived).await else {
        return;
    };
    let mut plain = TcpStream::connect(node).await.unwrap();
    plain.set_nodelay(true).unwrap();
    // Either side may close without a goodbye.
    let _ = tokio::io::copy_bidirectional(&mut secure, &mut plain).await;
}
