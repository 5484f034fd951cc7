//! How long a tenant's callers wait for an answer, stage by stage.

use chrono::{DateTime, Utc};

use super::CallMode;
use crate::{StoreError, TenantTx};

/// Of one stage: ms from the end of the caller's speech until it was done. One that is done while the
/// caller still speaks is negative. `None` where no answer has it.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Stage {
    pub p50_ms: Option<f64>,
    pub p95_ms: Option<f64>,
}

/// Of a tenant's answers.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Latency {
    /// So many answers it is of.
    pub answers: i64,
    pub endpoint: Stage,
    pub asr_final: Stage,
    pub llm_first_token: Stage,
    pub tts_first_byte: Stage,
    pub first_frame: Stage,
}

impl TenantTx {
    /// Of the latest answers in calls of a mode that began since then, `at_most` of them.
    pub async fn latency(
        &mut self,
        mode: CallMode,
        since: DateTime<Utc>,
        at_most: u16,
    ) -> Result<Latency, StoreError> {
        let tenant = self.tenant();
        let row = sqlx::query!(
            r#"WITH answer AS (
                 SELECT t.endpoint_ms - t.speech_end_ms AS endpoint, t.asr_final_ms - t.speech_end_ms AS asr_final,
                        t.llm_first_token_ms - t.speech_end_ms AS llm, t.tts_first_byte_ms - t.speech_end_ms AS tts,
                        t.first_frame_ms - t.speech_end_ms AS frame
                 FROM app.call_turns t
                 JOIN app.calls c ON c.tenant_id = t.tenant_id AND c.started_at = t.call_started_at
                   AND c.id = t.call_id
                 WHERE t.tenant_id = $1 AND t.call_started_at >= $2 AND t.speaker = 'agent'
                   AND t.speech_end_ms IS NOT NULL AND c.mode = $3 AND c.deleted_at IS NULL
                 ORDER BY t.call_started_at DESC LIMIT $4)
               SELECT count(*) AS "answers!",
                 percentile_cont(ARRAY[0.5, 0.95]) WITHIN GROUP (ORDER BY endpoint) AS "endpoint: Vec<f64>",
                 percentile_cont(ARRAY[0.5, 0.95]) WITHIN GROUP (ORDER BY asr_final) AS "asr_final: Vec<f64>",
                 percentile_cont(ARRAY[0.5, 0.95]) WITHIN GROUP (ORDER BY llm) AS "llm: Vec<f64>",
                 percentile_cont(ARRAY[0.5, 0.95]) WITHIN GROUP (ORDER BY tts) AS "tts: Vec<f64>",
                 percentile_cont(ARRAY[0.5, 0.95]) WITHIN GROUP (ORDER BY frame) AS "frame: Vec<f64>"
               FROM answer"#,
            tenant,
            since,
            mode.as_str(),
            i64::from(at_most)
        )
        .fetch_one(self.conn())
        .await?;
        Ok(Latency {
            answers: row.answers,
            endpoint: stage(row.endpoint),
            asr_final: stage(row.asr_final),
            llm_first_token: stage(row.llm),
            tts_first_byte: stage(row.tts),
            first_frame: stage(row.frame),
        })
    }
}

fn stage(percentiles: Option<Vec<f64>>) -> Stage {
    let percentiles = percentiles.unwrap_or_default();
    Stage {
        p50_ms: percentiles.first().copied(),
        p95_ms: percentiles.get(1).copied(),
    }
}
