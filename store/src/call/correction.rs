//! What was heard, put right by people. The turn stays as it was heard; a correction stands before it.

use chrono::{DateTime, Utc};

use super::CallRef;
use crate::{StoreError, TenantTx, news::CallChange};

impl TenantTx {
    /// Puts a turn right; `None` takes the correction away. The turn must be there.
    pub async fn correct_turn(
        &mut self,
        call: &CallRef,
        seq: u32,
        text: Option<&str>,
        at: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let tenant = self.tenant();
        let number = i32::try_from(seq).unwrap_or(i32::MAX);
        if let Some(text) = text {
            sqlx::query!(
                "INSERT INTO app.call_turn_corrections
                   (tenant_id, call_started_at, call_id, seq, text, corrected_at)
                 VALUES ($1, $2, $3, $4, $5, $6)
                 ON CONFLICT (tenant_id, call_started_at, call_id, seq)
                 DO UPDATE SET text = excluded.text, corrected_at = excluded.corrected_at",
                tenant,
                call.started_at,
                call.call_id.0,
                number,
                text,
                at
            )
            .execute(self.conn())
            .await?;
        } else {
            sqlx::query!(
                "DELETE FROM app.call_turn_corrections
                 WHERE tenant_id = $1 AND call_started_at = $2 AND call_id = $3 AND seq = $4",
                tenant,
                call.started_at,
                call.call_id.0,
                number
            )
            .execute(self.conn())
            .await?;
        }
        self.tell(call, CallChange::Turn(seq));
        Ok(())
    }
}
