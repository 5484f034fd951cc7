//! Turns of a conversation: what was heard, when, and how long each stage took.

use call::record::{Speaker, TurnRecord};

use super::CallRef;
use crate::{StoreError, TenantTx, error::to_json, news::CallChange};

impl TenantTx {
    /// Stores a turn once for each `seq`; `false` when it was there already, which then stays.
    pub async fn add_turn(
        &mut self,
        call: &CallRef,
        turn: &TurnRecord,
    ) -> Result<bool, StoreError> {
        let tenant = self.tenant();
        let agent = turn.speaker == Speaker::Agent;
        let latency = &turn.latency;
        let done = sqlx::query!(
            "INSERT INTO app.call_turns
               (tenant_id, call_started_at, call_id, seq, speaker, text, generated_text, start_ms,
                end_ms, words, confidence_pm, interrupted, played_until_ms, speech_end_ms,
                endpoint_ms, asr_final_ms, llm_first_token_ms, tts_first_byte_ms, first_frame_ms,
                mark_ms, total_ms, tokens_in, tokens_out)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18,
                     $19, $20, $21, $22, $23)
             ON CONFLICT DO NOTHING",
            tenant,
            call.started_at,
            call.call_id.0,
            narrow("turn.seq", turn.seq)?,
            if agent { "agent" } else { "caller" },
            turn.text,
            agent.then_some(turn.generated.as_str()),
            ms("turn.start_ms", turn.start_ms)?,
            ms("turn.end_ms", turn.end_ms)?,
            to_json("turn.words", &turn.words)?,
            turn.confidence.map(per_mille),
            turn.interrupted,
            // An interrupted turn of the agent ends where the caller stopped hearing it.
            (agent && turn.interrupted).then(|| ms("turn.end_ms", turn.end_ms)).transpose()?,
            stage("turn.speech_end_ms", latency.speech_end_ms)?,
            stage("turn.endpoint_ms", latency.endpoint_ms)?,
            stage("turn.asr_final_ms", latency.asr_final_ms)?,
            stage("turn.llm_first_token_ms", latency.llm_first_token_ms)?,
            stage("turn.tts_first_byte_ms", latency.tts_first_byte_ms)?,
            stage("turn.first_frame_ms", latency.first_frame_ms)?,
            stage("turn.mark_ms", latency.mark_ms)?,
            stage("turn.total_ms", latency.total_ms())?,
            narrow("turn.tokens_in", turn.tokens_in)?,
            narrow("turn.tokens_out", turn.tokens_out)?,
        )
        .execute(self.conn())
        .await?;
        let is_new = done.rows_affected() == 1;
        if is_new {
            self.tell(call, CallChange::Turn(turn.seq));
        }
        Ok(is_new)
    }
}

fn narrow(what: &'static str, value: u32) -> Result<i32, StoreError> {
    i32::try_from(value).map_err(|_| StoreError::Invalid {
        what: what.to_owned(),
    })
}

pub(super) fn ms(what: &'static str, value: u64) -> Result<i64, StoreError> {
    i64::try_from(value).map_err(|_| StoreError::Invalid {
        what: what.to_owned(),
    })
}

fn stage(what: &'static str, value: Option<u64>) -> Result<Option<i64>, StoreError> {
    value.map(|v| ms(what, v)).transpose()
}

/// 0.0 to 1.0 as thousandths; what lies outside is taken to the nearer end.
fn per_mille(confidence: f32) -> i32 {
    (confidence.clamp(0.0, 1.0) * 1000.0).round() as i32
}
