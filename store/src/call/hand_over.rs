//! A conversation on its way from one stream to the next.

use call::{Resume, record::NextAction};
use chrono::{DateTime, Utc};

use super::CallRef;
use crate::{
    StoreError, TenantTx,
    error::{read, to_json},
};

impl TenantTx {
    /// Keeps what the next stream of the call needs, and that there shall be one. The call holds
    /// no place until then. `at`: when its stream was given up. `false` when that is no news any
    /// more: the call is over, has been answered otherwise, or went on in another stream since.
    pub async fn hand_over(
        &mut self,
        call: &CallRef,
        resume: &Resume,
        at: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let tenant = self.tenant();
        // While a stream holds the call, `quiet_until` is when that one began.
        let done = sqlx::query!(
            "UPDATE app.calls SET next_action = $4, resume = $5, media_until = NULL
             WHERE tenant_id = $1 AND started_at = $2 AND id = $3
               AND finalized_at IS NULL AND held_by IS NOT NULL AND quiet_until <= $6",
            tenant,
            call.started_at,
            call.call_id.0,
            to_json("next_action", &NextAction::Reconnect)?,
            to_json("resume", resume)?,
            at
        )
        .execute(self.conn())
        .await?;
        if done.rows_affected() == 1 {
            return Ok(true);
        }
        self.call_exists(call).await.map(|()| false)
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
