//! What the API's handlers share. Built at the roof.

use std::{net::IpAddr, sync::Arc};

use chrono::{DateTime, Utc};
use serde_json::Value;
use store::Store;

use super::{
    identity::{password::Passwords, token::Tokens},
    limits::Limits,
    places::Places,
};
use crate::{
    admission::Admission,
    clock::Clock,
    ledger::Ledger,
    post::Post,
    secrets::Keyring,
    session::{line::Line, registry::Registry},
    sound::Sounds,
    twilio::signature::PublicOrigin,
};

/// Cheap to clone.
#[derive(Clone)]
pub struct ApiState {
    pub store: Store,
    pub clock: Clock,
    /// Where people reach this server; links in mails begin with it.
    pub origin: PublicOrigin,
    pub keys: Keyring,
    pub tokens: Tokens,
    pub passwords: Passwords,
    pub limits: Limits,
    pub places: Places,
    /// Below it each tenant has an address of its own, by its slug.
    pub base_domain: Option<Arc<str>>,
    /// The conversations of this node.
    pub registry: Registry,
    /// Who may say whom a request comes from.
    pub trusted_proxies: Arc<[IpAddr]>,
    pub services: Services,
}

/// What the node works with beyond its database.
#[derive(Debug, Clone)]
pub struct Services {
    /// Who sends mails and texts, and sells numbers.
    pub post: Post,
    /// What works for the calls of this node, by name.
    pub minds: Arc<Value>,
    /// The recordings of this node.
    pub sounds: Sounds,
    /// What speaks for it; voices are tried with it.
    pub line: Line,
    pub admission: Admission,
    pub ledger: Ledger,
    /// When this node was started.
    pub began_at: DateTime<Utc>,
    /// Held by whoever has a voice tried: one at a time.
    pub previews: Arc<tokio::sync::Mutex<()>>,
}

/// What the operator settles about the API.
#[derive(Debug, Clone)]
pub struct ApiSettings {
    /// Requests in a minute for each tenant, and for each of its keys.
    pub requests_per_minute: u32,
    /// Those are counted together with the other nodes of the database.
    pub shared_limits: bool,
    pub trusted_proxies: Vec<IpAddr>,
    /// Such as `example.com`, where a tenant is at `acme.example.com`.
    pub base_domain: Option<String>,
}

impl Default for ApiSettings {
    fn default() -> Self {
        Self {
            requests_per_minute: 600,
            shared_limits: false,
            trusted_proxies: Vec::new(),
            base_domain: None,
        }
    }
}

impl ApiState {
    pub fn new(
        store: Store,
        clock: Clock,
        origin: PublicOrigin,
        keys: Keyring,
        registry: Registry,
        settings: ApiSettings,
        services: Services,
    ) -> Self {
        let limits = if settings.shared_limits {
            Limits::of_all_nodes(settings.requests_per_minute, store.clone())
        } else {
            Limits::of_this_node(settings.requests_per_minute)
        };
        Self {
            store,
            clock,
            origin,
            tokens: Tokens::new(keys.clone()),
            keys,
            passwords: Passwords::new(),
            limits,
            places: Places::new(),
            base_domain: settings.base_domain.map(Arc::from),
            registry,
            trusted_proxies: settings.trusted_proxies.into(),
            services,
        }
    }
}
