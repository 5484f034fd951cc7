//! Recordings of a call: ours of the stream, the carrier's of a forwarded leg or a voicemail.

use serde::{Deserialize, Serialize};
use tenant_config::id::RecordingId;
use uuid::Uuid;

use super::{CallRef, turn::ms};
use crate::{StoreError, TenantTx, news::CallChange, node::LifeId};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RecordingKind {
    /// Stereo of the stream: caller left, agent right as heard.
    Conversation,
    /// The carrier's, of a forwarded call.
    Forward,
    /// The carrier's, of a message after the tone.
    Voicemail,
}

impl RecordingKind {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Conversation => "conversation",
            Self::Forward => "forward",
            Self::Voicemail => "voicemail",
        }
    }
}

/// A recording that has been written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordingRow {
    pub kind: RecordingKind,
    /// The carrier's id for it, where it is the carrier's.
    pub provider_recording_id: Option<String>,
    /// Where it is: a path below the data folder, or the carrier's URL.
    pub storage_key: String,
    pub channels: u8,
    /// In Hz; `None` where the carrier does not say.
    pub sample_rate: Option<u32>,
    pub bytes: Option<u64>,
    pub sha256: Option<[u8; 32]>,
    pub duration_ms: Option<u64>,
    /// `false` when the disk did not take all of it, or the node had to stop before the call ended.
    pub complete: bool,
}

impl TenantTx {
    /// Says that a node's life begins to write a recording of the call. Until it is
    /// [finished](Self::finish_recording) it is incomplete, and nothing is known of what is in it.
    pub async fn begin_recording(
        &mut self,
        call: &CallRef,
        storage_key: &str,
        life: LifeId,
    ) -> Result<(), StoreError> {
        let tenant = self.tenant();
        sqlx::query!(
            "INSERT INTO app.recordings
               (id, tenant_id, call_started_at, call_id, kind, storage_key, channels, complete,
                written_by)
             VALUES ($1, $2, $3, $4, $5, $6, 2, false, $7)
             ON CONFLICT (tenant_id, call_id, storage_key) DO UPDATE SET written_by = excluded.written_by",
            Uuid::now_v7(),
            tenant,
            call.started_at,
            call.call_id.0,
            RecordingKind::Conversation.as_str(),
            storage_key,
            life.0
        )
        .execute(self.conn())
        .await?;
        Ok(())
    }

    /// Stores a recording; the same `storage_key` of a call again replaces what was said of it.
    pub async fn finish_recording(
        &mut self,
        call: &CallRef,
        recording: &RecordingRow,
    ) -> Result<RecordingId, StoreError> {
        let tenant = self.tenant();
        let id = sqlx::query_scalar!(
            "INSERT INTO app.recordings
               (id, tenant_id, call_started_at, call_id, kind, provider_recording_id, storage_key,
                channels, sample_rate, bytes, sha256, duration_ms, complete)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
             ON CONFLICT (tenant_id, call_id, storage_key) DO UPDATE SET
               bytes = excluded.bytes, sha256 = excluded.sha256, duration_ms = excluded.duration_ms,
               complete = excluded.complete, channels = excluded.channels,
               sample_rate = excluded.sample_rate, written_by = NULL
             RETURNING id",
            Uuid::now_v7(),
            tenant,
            call.started_at,
            call.call_id.0,
            recording.kind.as_str(),
            recording.provider_recording_id,
            recording.storage_key,
            i16::from(recording.channels),
            recording
                .sample_rate
                .and_then(|rate| i32::try_from(rate).ok()),
            recording
                .bytes
                .map(|b| ms("recording.bytes", b))
                .transpose()?,
            recording.sha256.as_ref().map(<[u8; 32]>::as_slice),
            recording
                .duration_ms
                .map(|d| ms("recording.duration_ms", d))
                .transpose()?,
            recording.complete,
        )
        .fetch_one(self.conn())
        .await?;
        self.tell(call, CallChange::Recorded(RecordingId(id)));
        Ok(RecordingId(id))
    }
}
