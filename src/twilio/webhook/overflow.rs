//! The answer to a call that no conversation can be had for: too many are held, or the node is
//! being stopped.
//!
//! It is an answer like any other, never an error: the carrier would play its own.

use call::record::EndReason;
use serde_json::json;
use store::{StoreError, TenantTx};
use tenant_config::phone::Fallback;

use super::{active_call::ActiveCall, phrases};
use crate::{admission::Limit, twilio::twiml::Response};

impl ActiveCall<'_> {
    /// What the line's tenant chose for this, noted and counted. The busy message where nothing
    /// was chosen; on a node that is being stopped, where the lines are not busy, the fallback.
    pub(super) async fn overflow(
        &self,
        tx: &mut TenantTx,
        limit: Limit,
    ) -> Result<Response, StoreError> {
        metrics::counter!("trunkline_overflow_total", "limit" => limit.as_str()).increment(1);
        tracing::info!(limit = limit.as_str(), "no room for a conversation");
        self.note(tx, "overflow", &json!({ "limit": limit.as_str() }))
            .await?;
        let chosen = self.line.as_ref().and_then(|line| line.overflow.clone());
        let said = Response::new();
        match (chosen, limit) {
            (Some(chosen), Limit::Draining) => {
                let because = Some(EndReason::NodeDraining);
                self.take(tx, said, chosen, because).await
            }
            (None, Limit::Draining) => {
                let said = said.say(phrases::AGENT_UNAVAILABLE);
                self.fall_back(tx, said, Some(EndReason::NodeDraining))
                    .await
            }
            (chosen, Limit::Node | Limit::Load | Limit::Tenant) => {
                let busy = || Fallback::Message {
                    text: phrases::ALL_BUSY.to_owned(),
                };
                let chosen = chosen.unwrap_or_else(busy);
                self.take(tx, said, chosen, Some(EndReason::Overflow)).await
            }
        }
    }
}
