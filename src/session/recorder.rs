//! The recording of one call, seen from its driver: mixes what was said and hands it over in
//! blocks. No disk is touched here; see [`writer`].

pub mod writer;

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use chrono::{DateTime, Datelike, Utc};
use media::{
    frame::{Frame, MediaTime, SAMPLE_RATE, SAMPLES_PER_FRAME},
    playout::PlayedFrame,
    recording::{BYTES_PER_SAMPLE, RecordingFacts, StereoMixer},
};
use tenant_config::id::{CallId, TenantId};

use self::writer::{Order, RecordingWriter};

/// A finished recording.
#[derive(Debug, Clone)]
pub struct Recording {
    /// Below the data folder.
    pub storage_key: String,
    /// `None` when the disk took nothing of it.
    pub kept: Option<Kept>,
    /// `false` when audio was lost on the way to the disk.
    pub complete: bool,
}

/// What of a recording is on the disk.
#[derive(Debug, Clone)]
pub struct Kept {
    pub facts: RecordingFacts,
    pub sha256: [u8; 32],
}

/// The driver's end of a recording.
pub struct Recorder {
    writer: RecordingWriter,
    id: u64,
    storage_key: String,
    health: Arc<Health>,
    mixer: StereoMixer,
    block: Vec<u8>,
    /// Bytes of sound handed over.
    handed: u64,
    closed: bool,
}

/// Whether all of a recording is kept so far.
#[derive(Debug, Default)]
pub(super) struct Health(AtomicBool);

impl Health {
    /// Counts the recording as incomplete and says why, once.
    pub(super) fn lose(&self, why: &str) {
        if !self.0.swap(true, Ordering::Relaxed) {
            metrics::counter!("trunkline_recordings_incomplete_total").increment(1);
            tracing::error!(why, "recording is incomplete");
        }
    }

    fn is_whole(&self) -> bool {
        !self.0.load(Ordering::Relaxed)
    }
}

/// Where the recording of a call lies, below the data folder. `provider_call_id`: the carrier's
/// name of the call, as far as it can stand in a file name.
pub fn storage_key(
    tenant: TenantId,
    call: CallId,
    provider_call_id: &str,
    began: DateTime<Utc>,
) -> String {
    format!(
        "recordings/{tenant}/{:04}/{:02}/{call}-{}.wav",
        began.year(),
        began.month(),
        file_name_part(provider_call_id)
    )
}

/// What of a name from outside can stand in a file's name: its letters and digits.
pub fn file_name_part(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).collect()
}

impl Recorder {
    /// Begins a recording. What goes wrong with it is counted and said; the call goes on.
    pub fn start(writer: &RecordingWriter, storage_key: String) -> Self {
        let recorder = Self {
            id: writer.next_id(),
            writer: writer.clone(),
            storage_key,
            health: Arc::default(),
            mixer: StereoMixer::default(),
            block: Vec::new(),
            handed: 0,
            closed: false,
        };
        recorder.order(Order::Open {
            id: recorder.id,
            storage_key: recorder.storage_key.clone(),
            health: Arc::clone(&recorder.health),
        });
        recorder
    }

    pub fn caller(&mut self, frame: &Frame) {
        self.mixer.caller(frame);
    }

    pub fn agent(&mut self, played: &PlayedFrame) {
        self.mixer.agent(played.at, played.samples());
    }

    /// Nothing before `until` will come any more.
    pub fn advance(&mut self, until: MediaTime) {
        if until.samples_since(self.mixer.written()) < STEP {
            return;
        }
        if self.block.capacity() == 0 {
            self.block.reserve_exact(ROOM);
        }
        while self.mixer.advance(until, &mut self.block) {
            self.hand_over();
        }
        if self.block.len() as u64 >= BLOCK {
            self.hand_over();
        }
    }

    fn hand_over(&mut self) {
        let data = std::mem::take(&mut self.block);
        let at = self.handed;
        self.handed += data.len() as u64;
        self.order(Order::Write {
            id: self.id,
            at,
            data,
        });
    }

    fn order(&self, order: Order) {
        if self.writer.give(order).is_err() {
            self.health.lose("the disk is slower than the calls");
        }
    }

    /// Waits until everything is written, and tells what is in the file.
    pub async fn finish(mut self) -> Recording {
        let end = self.mixer.end();
        while self.mixer.advance(end, &mut self.block) {
            self.hand_over();
        }
        self.hand_over();
        self.closed = true;
        let kept = self.close().await;
        if let Err(why) = &kept {
            self.health.lose(why);
        }
        Recording {
            storage_key: std::mem::take(&mut self.storage_key),
            kept: kept.ok(),
            complete: self.health.is_whole(),
        }
    }

    async fn close(&self) -> Result<Kept, String> {
        let (path, data_bytes) = self.writer.close(self.id).await?;
        let sha256 = self.writer.digest(path).await?;
        Ok(Kept {
            facts: RecordingFacts::of(data_bytes, &self.mixer),
            sha256,
        })
    }
}

impl Drop for Recorder {
    /// A call that is dropped in the middle leaves what there is of its recording.
    fn drop(&mut self) {
        if !self.closed {
            self.hand_over();
            self.order(Order::Close {
                id: self.id,
                done: None,
            });
        }
    }
}

/// A quarter of a second: what a call holds of its recording.
const BLOCK: u64 = BYTES_PER_SAMPLE * SAMPLE_RATE as u64 / 4;
/// Samples mixed at once: 50 ms.
const STEP: u64 = SAMPLE_RATE as u64 / 20;
/// A block that is not full, and what comes to it: a step, and the frame in which it ends.
const ROOM: usize = ((STEP + SAMPLES_PER_FRAME as u64) * BYTES_PER_SAMPLE + BLOCK) as usize;
