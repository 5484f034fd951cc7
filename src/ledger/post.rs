//! From entries to rows: facts by tenant, several in one transaction; the carrier's words one by one.
//!
//! What cannot be written because the database is away is handed back. What the database refuses
//! for good is written down as lost, alone, so that nothing else waits for it.

use std::{sync::Arc, time::Duration};

use futures_util::{StreamExt, stream};
use store::{Store, StoreError, call::Fact};
use tenant_config::id::TenantId;

use super::{
    entry::{Carrier, CarrierWord, Entry, HearError},
    lost,
};

/// Writes entries.
pub(super) struct Post {
    store: Store,
    carrier: Arc<dyn Carrier>,
}

/// What became of a piece of work.
enum Fate {
    /// Written, or refused for good.
    Settled,
    Away,
}

impl Post {
    pub(super) fn new(store: Store, carrier: Arc<dyn Carrier>) -> Self {
        Self { store, carrier }
    }

    /// Writes entries, those of a call in their order. Those that could not be written, in order.
    pub(super) async fn write(&self, entries: Vec<Entry>) -> Vec<Entry> {
        let mut left = Vec::new();
        let mut words = Vec::new();
        let mut tenants: Vec<(TenantId, Vec<Fact>)> = Vec::new();
        for entry in entries {
            match entry {
                Entry::Word(word) => words.push(word),
                Entry::Fact(fact) => {
                    let tenant = fact.call.tenant_id;
                    match tenants.iter_mut().find(|(id, _)| *id == tenant) {
                        Some((_, facts)) => facts.push(fact),
                        None => tenants.push((tenant, vec![fact])),
                    }
                }
            }
        }
        let written = stream::iter(tenants).map(|(tenant, facts)| async move {
            match self.facts(tenant, &facts).await {
                Fate::Settled => Vec::new(),
                Fate::Away => facts,
            }
        });
        let mut written = written.buffered(AT_ONCE);
        while let Some(unwritten) = written.next().await {
            left.extend(unwritten.into_iter().map(Entry::Fact));
        }
        for word in words {
            // A word may tell of the end of a call whose facts come before it.
            let fate = if left.is_empty() {
                self.word(&word).await
            } else {
                Fate::Away
            };
            if matches!(fate, Fate::Away) {
                left.push(Entry::Word(word));
            }
        }
        left
    }

    async fn facts(&self, tenant: TenantId, facts: &[Fact]) -> Fate {
        match self.attempt(tenant, facts).await {
            Ok(()) => return Fate::Settled,
            Err(StoreError::Unavailable(error)) => return away(&error),
            Err(error) if facts.len() > 1 => {
                tracing::debug!(%error, "facts are written one by one");
            }
            Err(error) => {
                refused(facts, &error);
                return Fate::Settled;
            }
        }
        for fact in facts {
            let alone = std::slice::from_ref(fact);
            match self.attempt(tenant, alone).await {
                Ok(()) => {}
                // Those before it are written again with it, which changes nothing.
                Err(StoreError::Unavailable(error)) => return away(&error),
                Err(error) => refused(alone, &error),
            }
        }
        Fate::Settled
    }

    async fn attempt(&self, tenant: TenantId, facts: &[Fact]) -> Result<(), StoreError> {
        let patience = PATIENCE + PATIENCE_EACH * facts.len() as u32;
        tokio::time::timeout(patience, self.store.keep_facts(tenant, facts))
            .await
            .unwrap_or_else(|_| Err(StoreError::timed_out()))
    }

    async fn word(&self, word: &CarrierWord) -> Fate {
        let heard = tokio::time::timeout(PATIENCE_WORD, self.carrier.hear(word)).await;
        match heard {
            Ok(Ok(())) => Fate::Settled,
            Ok(Err(HearError::Store(StoreError::Unavailable(error)))) => away(&error),
            Ok(Err(error)) => {
                tracing::error!(kind = ?word.kind, %error, "what the carrier said is not kept");
                lost(Entry::Word(word.clone()).kind(), "refused");
                Fate::Settled
            }
            Err(_) => Fate::Away,
        }
    }
}

fn away(error: &impl std::error::Error) -> Fate {
    tracing::debug!(%error, "facts could not be written");
    Fate::Away
}

fn refused(facts: &[Fact], error: &StoreError) {
    for fact in facts {
        let (call, what) = (fact.call.call_id, fact.kind());
        tracing::error!(%call, tenant = %fact.call.tenant_id, what, %error, "fact of a call not kept");
        lost(what, "refused");
    }
}

/// Transactions at once; the pool for such work has four connections.
const AT_ONCE: usize = 3;
/// A database that needs longer for a transaction is away.
const PATIENCE: Duration = Duration::from_secs(3);
const PATIENCE_EACH: Duration = Duration::from_millis(20);
const PATIENCE_WORD: Duration = Duration::from_secs(10);
