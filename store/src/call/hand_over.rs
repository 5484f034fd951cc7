//! A conversation on its way from one stream to the next.

use call::{Resume, record::NextAction};

use super::{CallRef, progress::found};
use crate::{
    StoreError, TenantTx,
    error::{read, to_json},
};

impl TenantTx {
    /// Keeps what the next stream of the call needs, and that there shall be one. The call holds
    /// no place until then.
    pub async fn hand_over(&mut self, call: &CallRef, resume: &Resume) -> Result<(), StoreError> {
        let tenant = self.tenant();
        let done = sqlx::query!(
            "UPDATE app.calls SET next_action = $4, resume = $5, media_until = NULL
             WHERE tenant_id = $1 AND started_at = $2 AND id = $3",
            tenant,
            call.started_at,
            call.call_id.0,
            to_json("next_action", &NextAction::Reconnect)?,
            to_json("resume", resume)?
        )
        .execute(self.conn())
        .await?;
        found(done.rows_affected())
    }

    /// What was kept for the call's next stream; it is there once.
    pub async fn take_resume(&mut self, call: &CallRef) -> Result<Option<Resume>, StoreError> {
        let tenant = self.tenant();
        let kept = sqlx::query_scalar!(
            r#"WITH kept AS (
                 SELECT tenant_id, started_at, id, resume FROM app.calls
                 WHERE tenant_id = $1 AND started_at = $2 AND id = $3 AND resume IS NOT NULL
                 FOR UPDATE)
               UPDATE app.calls c SET resume = NULL FROM kept
               WHERE c.tenant_id = kept.tenant_id AND c.started_at = kept.started_at
                 AND c.id = kept.id
               RETURNING kept.resume AS "resume!""#,
            tenant,
            call.started_at,
            call.call_id.0
        )
        .fetch_optional(self.conn())
        .await?;
        read(
            "calls",
            "resume",
            kept.map(serde_json::from_value).transpose(),
        )
    }
}
