//! Recordings of a call: ours of the stream, the carrier's of a forwarded leg or a voicemail.

use chrono::{DateTime, Utc};
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

/// A recording as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredRecording {
    pub id: RecordingId,
    /// `conversation`, `forward` or `voicemail`.
    pub kind: String,
    pub storage_key: String,
    pub channels: i16,
    pub sample_rate: Option<i32>,
    pub bytes: Option<i64>,
    pub duration_ms: Option<i64>,
    pub complete: bool,
    pub created_at: DateTime<Utc>,
    /// When its sound was taken away.
    pub purged_at: Option<DateTime<Utc>>,
    /// A node is writing it.
    pub is_open: bool,
}

impl TenantTx {
    /// The recordings of a call, in the order in which they were begun.
    pub async fn recordings(&mut self, call: &CallRef) -> Result<Vec<StoredRecording>, StoreError> {
        let tenant = self.tenant();
        let rows = sqlx::query_as!(
            Row,
            r#"SELECT id, kind, storage_key, channels, sample_rate, bytes, duration_ms, complete, created_at,
                      purged_at, written_by IS NOT NULL AS "is_open!"
               FROM app.recordings
               WHERE tenant_id = $1 AND call_started_at = $2 AND call_id = $3 ORDER BY created_at, id"#,
            tenant,
            call.started_at,
            call.call_id.0
        )
        .fetch_all(self.conn())
        .await?;
        Ok(rows.into_iter().map(StoredRecording::from).collect())
    }

    /// One recording of a call.
    pub async fn recording(
        &mut self,
        call: &CallRef,
        id: RecordingId,
    ) -> Result<Option<StoredRecording>, StoreError> {
        let tenant = self.tenant();
        let row = sqlx::query_as!(
            Row,
            r#"SELECT id, kind, storage_key, channels, sample_rate, bytes, duration_ms, complete, created_at,
                      purged_at, written_by IS NOT NULL AS "is_open!"
               FROM app.recordings
               WHERE tenant_id = $1 AND call_started_at = $2 AND call_id = $3 AND id = $4"#,
            tenant,
            call.started_at,
            call.call_id.0,
            id.0
        )
        .fetch_optional(self.conn())
        .await?;
        Ok(row.map(StoredRecording::from))
    }

    /// Writes down that the sound of a recording was taken away; its row stays.
    pub async fn note_purged_recording(
        &mut self,
        call: &CallRef,
        id: RecordingId,
        at: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let tenant = self.tenant();
        sqlx::query!(
            "UPDATE app.recordings SET purged_at = $5
             WHERE tenant_id = $1 AND call_started_at = $2 AND call_id = $3 AND id = $4 AND purged_at IS NULL",
            tenant,
            call.started_at,
            call.call_id.0,
            id.0,
            at
        )
        .execute(self.conn())
        .await?;
        Ok(())
    }

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

struct Row {
    id: Uuid,
    kind: String,
    storage_key: String,
    channels: i16,
    sample_rate: Option<i32>,
    bytes: Option<i64>,
    duration_ms: Option<i64>,
    complete: bool,
    created_at: DateTime<Utc>,
    purged_at: Option<DateTime<Utc>>,
    is_open: bool,
}

impl From<Row> for StoredRecording {
    fn from(row: Row) -> Self {
        Self {
            id: RecordingId(row.id),
            kind: row.kind,
            storage_key: row.storage_key,
            channels: row.channels,
            sample_rate: row.sample_rate,
            bytes: row.bytes,
            duration_ms: row.duration_ms,
            complete: row.complete,
            created_at: row.created_at,
            purged_at: row.purged_at,
            is_open: row.is_open,
        }
    }
}
