//! A call's first row.

use chrono::{DateTime, SubsecRound, Utc};
use tenant_config::{
    id::{AgentVersionId, CallId, PhoneConfigId},
    phone::{E164, IvrMode},
};
use uuid::Uuid;

use super::CallRef;
use crate::{StoreError, TenantTx, news::CallChange, tenant::ResolutionMethod};

/// What is known when a call comes in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewCall {
    /// Such as `twilio`.
    pub provider: String,
    /// The provider's id, such as a CallSid.
    pub provider_call_id: String,
    /// `None` when withheld or no phone number.
    pub from: Option<E164>,
    pub to: Option<E164>,
    pub direction: Direction,
    pub mode: CallMode,
    pub ivr_mode: IvrMode,
    pub phone_config_id: Option<PhoneConfigId>,
    pub agent_version_id: Option<AgentVersionId>,
    pub resolution_method: ResolutionMethod,
    pub started_at: DateTime<Utc>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Direction {
    Inbound,
    Outbound,
}

impl Direction {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Inbound => "inbound",
            Self::Outbound => "outbound",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        [Self::Inbound, Self::Outbound]
            .into_iter()
            .find(|direction| direction.as_str() == text)
    }
}

/// Whether a call counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CallMode {
    Live,
    Test,
}

impl CallMode {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::Test => "test",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        [Self::Live, Self::Test]
            .into_iter()
            .find(|mode| mode.as_str() == text)
    }
}

/// The stored call, new or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BegunCall {
    pub call: CallRef,
    /// The webhook was a repeat: the call had been stored before.
    pub already_known: bool,
}

impl TenantTx {
    /// Stores a call once for each provider's id. A repeat answers with the stored call. An id that
    /// another tenant's call has is a [`StoreError::Conflict`].
    ///
    /// Call it before other writes of the transaction: it may have to make a month's partition,
    /// which locks the table of calls for a moment.
    pub async fn begin_call(&mut self, new: &NewCall) -> Result<BegunCall, StoreError> {
        let call = CallRef {
            tenant_id: self.tenant_id(),
            call_id: CallId(Uuid::now_v7()),
            started_at: new.started_at.trunc_subsecs(6),
        };
        sqlx::query!("SELECT app.ensure_call_partitions($1, 1)", call.started_at)
            .execute(self.conn())
            .await?;
        let claimed = sqlx::query!(
            "INSERT INTO app.call_keys (tenant_id, provider, provider_call_id, call_id, started_at)
             VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
            call.tenant_id.0,
            new.provider,
            new.provider_call_id,
            call.call_id.0,
            call.started_at
        )
        .execute(self.conn())
        .await?;
        if claimed.rows_affected() == 0 {
            return self.known_call(new).await;
        }
        self.insert_call(&call, new).await?;
        self.tell(&call, CallChange::Began);
        Ok(BegunCall {
            call,
            already_known: false,
        })
    }

    async fn known_call(&mut self, new: &NewCall) -> Result<BegunCall, StoreError> {
        let tenant_id = self.tenant_id();
        let key = sqlx::query!(
            "SELECT call_id, started_at FROM app.call_keys
             WHERE tenant_id = $1 AND provider = $2 AND provider_call_id = $3",
            tenant_id.0,
            new.provider,
            new.provider_call_id
        )
        .fetch_optional(self.conn())
        .await?
        .ok_or_else(|| StoreError::Conflict {
            what: "the provider's call id".to_owned(),
        })?;
        let call = CallRef {
            tenant_id,
            call_id: CallId(key.call_id),
            started_at: key.started_at,
        };
        Ok(BegunCall {
            call,
            already_known: true,
        })
    }

    async fn insert_call(&mut self, call: &CallRef, new: &NewCall) -> Result<(), StoreError> {
        sqlx::query!(
            "INSERT INTO app.calls
               (id, tenant_id, started_at, provider, provider_call_id, direction, mode, from_e164,
                to_e164, ivr_mode, phone_config_id, agent_version_id, resolution_method)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
            call.call_id.0,
            call.tenant_id.0,
            call.started_at,
            new.provider,
            new.provider_call_id,
            new.direction.as_str(),
            new.mode.as_str(),
            new.from.as_ref().map(E164::as_str),
            new.to.as_ref().map(E164::as_str),
            new.ivr_mode.as_str(),
            new.phone_config_id.map(|id| id.0),
            new.agent_version_id.map(|id| id.0),
            new.resolution_method.as_str(),
        )
        .execute(self.conn())
        .await?;
        Ok(())
    }
}
