//! Who asks for a tenant of their own, and what the platform's people decide.

use chrono::{DateTime, Utc};
use tenant_config::{
    id::{SetupRequestId, TenantId, UserId},
    phone::E164,
    plan::PlanTier,
};

use crate::{
    PlatformTx, Store, StoreError,
    error::{known, read},
    page::{LAST_ID, LATEST},
    word::words,
};

words! {
    pub enum SetupStatus {
        Pending = "pending",
        Approved = "approved",
        Rejected = "rejected",
    }
}

/// A request as it comes in, from anybody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSetupRequest {
    pub id: SetupRequestId,
    pub company_name: String,
    pub contact_name: String,
    pub email: String,
    pub phone: Option<E164>,
    pub industry: Option<String>,
    pub tier: PlanTier,
    /// At most 4000 characters.
    pub message: String,
    pub at: DateTime<Utc>,
}

/// A request and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetupRequest {
    pub id: SetupRequestId,
    pub company_name: String,
    pub contact_name: String,
    pub email: String,
    pub phone: Option<E164>,
    pub industry: Option<String>,
    pub tier: PlanTier,
    pub message: String,
    pub status: SetupStatus,
    pub created_at: DateTime<Utc>,
    pub decided_at: Option<DateTime<Utc>>,
    pub decided_by: Option<UserId>,
    pub decision_reason: Option<String>,
    pub created_tenant: Option<TenantId>,
}

/// What was decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SetupDecision {
    /// The tenant was made in the same transaction.
    Approved(TenantId),
    Rejected {
        reason: String,
    },
}

impl Store {
    /// Stores a request.
    pub async fn request_setup(&self, new: &NewSetupRequest) -> Result<(), StoreError> {
        sqlx::query!(
            "INSERT INTO app.setup_requests
               (id, company_name, contact_name, email, phone, industry, plan_tier, message, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            new.id.0,
            new.company_name.trim(),
            new.contact_name.trim(),
            new.email.trim(),
            new.phone.as_ref().map(E164::as_str),
            new.industry,
            new.tier.as_str(),
            new.message,
            new.at
        )
        .execute(self.app_pool())
        .await?;
        Ok(())
    }
}

impl PlatformTx {
    /// Requests, latest first; further back with the last one's time and id.
    pub async fn setup_requests(
        &mut self,
        status: Option<SetupStatus>,
        before: Option<(DateTime<Utc>, SetupRequestId)>,
        at_most: u16,
    ) -> Result<Vec<SetupRequest>, StoreError> {
        let (before, before_id) = before.unwrap_or((LATEST, SetupRequestId(LAST_ID)));
        let rows = sqlx::query_as!(
            Row,
            "SELECT id, company_name, contact_name, email, phone, industry, plan_tier, message, status,
                    created_at, decided_at, decided_by, decision_reason, created_tenant_id
             FROM app.setup_requests
             WHERE ($1::text IS NULL OR status = $1) AND (created_at, id) < ($2, $3::uuid)
             ORDER BY created_at DESC, id DESC LIMIT $4",
            status.map(SetupStatus::as_str),
            before,
            before_id.0,
            i64::from(at_most)
        )
        .fetch_all(self.conn())
        .await?;
        rows.into_iter().map(SetupRequest::try_from).collect()
    }

    /// One request; nobody else decides it until the transaction ends.
    pub async fn lock_setup_request(
        &mut self,
        id: SetupRequestId,
    ) -> Result<Option<SetupRequest>, StoreError> {
        let row = sqlx::query_as!(
            Row,
            "SELECT id, company_name, contact_name, email, phone, industry, plan_tier, message, status,
                    created_at, decided_at, decided_by, decision_reason, created_tenant_id
             FROM app.setup_requests WHERE id = $1 FOR UPDATE",
            id.0
        )
        .fetch_optional(self.conn())
        .await?;
        row.map(SetupRequest::try_from).transpose()
    }

    /// Decides a request; `false` when it was decided before, or is unknown.
    pub async fn decide_setup_request(
        &mut self,
        id: SetupRequestId,
        decision: &SetupDecision,
        at: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let (status, tenant, reason) = match decision {
            SetupDecision::Approved(tenant) => (SetupStatus::Approved, Some(tenant.0), None),
            SetupDecision::Rejected { reason } => (SetupStatus::Rejected, None, Some(reason)),
        };
        let decided_by = self.actor().user();
        let done = sqlx::query!(
            "UPDATE app.setup_requests SET status = $2, decided_at = $3, decided_by = $4,
                    decision_reason = $5, created_tenant_id = $6
             WHERE id = $1 AND status = 'pending'",
            id.0,
            status.as_str(),
            at,
            decided_by.map(|user| user.0),
            reason,
            tenant
        )
        .execute(self.conn())
        .await?;
        Ok(done.rows_affected() == 1)
    }
}

struct Row {
    id: uuid::Uuid,
    company_name: String,
    contact_name: String,
    email: String,
    phone: Option<String>,
    industry: Option<String>,
    plan_tier: String,
    message: String,
    status: String,
    created_at: DateTime<Utc>,
    decided_at: Option<DateTime<Utc>>,
    decided_by: Option<uuid::Uuid>,
    decision_reason: Option<String>,
    created_tenant_id: Option<uuid::Uuid>,
}

impl TryFrom<Row> for SetupRequest {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        const TABLE: &str = "setup_requests";
        Ok(Self {
            id: SetupRequestId(row.id),
            company_name: row.company_name,
            contact_name: row.contact_name,
            email: row.email,
            phone: read(TABLE, "phone", row.phone.map(E164::try_from).transpose())?,
            industry: row.industry,
            tier: known(TABLE, "plan_tier", PlanTier::parse(&row.plan_tier))?,
            message: row.message,
            status: known(TABLE, "status", SetupStatus::parse(&row.status))?,
            created_at: row.created_at,
            decided_at: row.decided_at,
            decided_by: row.decided_by.map(UserId),
            decision_reason: row.decision_reason,
            created_tenant: row.created_tenant_id.map(TenantId),
        })
    }
}
