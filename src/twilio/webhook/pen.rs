//! What a webhook writes with: a transaction, or, while the database is away, a list for the ledger.

use std::future::Future;

use store::{StoreError, TenantTx, call::Fact};

/// Takes facts of one call.
pub(super) trait Pen: Send {
    /// Whether it changed anything, as far as that can be told.
    fn write(&mut self, fact: Fact) -> impl Future<Output = Result<bool, StoreError>> + Send;
}

impl Pen for TenantTx {
    async fn write(&mut self, fact: Fact) -> Result<bool, StoreError> {
        self.keep_fact(&fact).await
    }
}

impl Pen for Vec<Fact> {
    async fn write(&mut self, fact: Fact) -> Result<bool, StoreError> {
        self.push(fact);
        Ok(true)
    }
}
