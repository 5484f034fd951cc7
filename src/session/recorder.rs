//! Writes a call's recording on a thread of its own: a slow disk never touches the audio path.

use std::{
    path::Path,
    sync::atomic::{AtomicBool, Ordering},
    sync::{Arc, mpsc},
};

use chrono::{DateTime, Datelike, Utc};
use media::{
    frame::{Frame, MediaTime},
    playout::PlayedFrame,
    recording::{RecordingFacts, StereoRecorder},
};
use sha2::{Digest, Sha256};
use tenant_config::id::{CallId, TenantId};

/// A finished recording.
#[derive(Debug, Clone)]
pub struct Recording {
    /// Below the data folder.
    pub storage_key: String,
    pub facts: RecordingFacts,
    pub sha256: [u8; 32],
    /// `false` when audio was lost on the way to the disk.
    pub complete: bool,
}

enum Piece {
    Caller(Frame),
    Agent(PlayedFrame),
    Advance(MediaTime),
}

/// The driver's end of a recording. Its channel holds ten seconds of sound; when the disk is
/// slower than that, sound is dropped and the recording is marked incomplete.
pub struct Recorder {
    pieces: mpsc::SyncSender<Piece>,
    thread: std::thread::JoinHandle<Result<(RecordingFacts, [u8; 32]), String>>,
    storage_key: String,
    complete: Arc<AtomicBool>,
}

/// Where the recording of a call lies, below the data folder. `provider_call_id`: the carrier's
/// name of the call, as far as it can stand in a file name.
pub fn storage_key(
    tenant: TenantId,
    call: CallId,
    provider_call_id: &str,
    began: DateTime<Utc>,
) -> String {
    let sid: String = provider_call_id
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .collect();
    format!(
        "recordings/{tenant}/{:04}/{:02}/{call}-{sid}.wav",
        began.year(),
        began.month()
    )
}

impl Recorder {
    /// Opens the file. Errors name the path.
    pub fn start(data_dir: &Path, storage_key: String) -> Result<Self, String> {
        let path = data_dir.join(&storage_key);
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)
                .map_err(|e| format!("cannot create {}: {e}", folder.display()))?;
        }
        let recorder = StereoRecorder::create(&path)
            .map_err(|e| format!("cannot record to {}: {e}", path.display()))?;
        let (pieces, received) = mpsc::sync_channel(CHANNEL);
        let complete = Arc::new(AtomicBool::new(true));
        let thread = std::thread::Builder::new()
            .name("recorder".into())
            .spawn(move || write(recorder, &path, &received))
            .map_err(|e| format!("cannot start a recorder thread: {e}"))?;
        Ok(Self {
            pieces,
            thread,
            storage_key,
            complete,
        })
    }

    pub fn caller(&self, frame: Frame) {
        self.send(Piece::Caller(frame));
    }

    pub fn agent(&self, played: PlayedFrame) {
        self.send(Piece::Agent(played));
    }

    /// Nothing before `until` will come any more.
    pub fn advance(&self, until: MediaTime) {
        self.send(Piece::Advance(until));
    }

    fn send(&self, piece: Piece) {
        if self.pieces.try_send(piece).is_err() && self.complete.swap(false, Ordering::Relaxed) {
            metrics::counter!("trunkline_recordings_incomplete_total").increment(1);
            tracing::warn!("recording is incomplete: the disk is too slow or full");
        }
    }

    /// Closes the file. Blocks until everything is written.
    pub fn finish(self) -> Result<Recording, String> {
        let Self {
            pieces,
            thread,
            storage_key,
            complete,
        } = self;
        drop(pieces);
        let (facts, sha256) = thread
            .join()
            .map_err(|_| "the recorder thread panicked".to_owned())??;
        Ok(Recording {
            storage_key,
            facts,
            sha256,
            complete: complete.load(Ordering::Relaxed),
        })
    }
}

fn write(
    mut recorder: StereoRecorder,
    path: &Path,
    pieces: &mpsc::Receiver<Piece>,
) -> Result<(RecordingFacts, [u8; 32]), String> {
    for piece in pieces {
        match piece {
            Piece::Caller(frame) => recorder.caller(&frame),
            Piece::Agent(played) => recorder.agent(played.at, played.samples()),
            Piece::Advance(until) => recorder.advance(until).map_err(|e| e.to_string())?,
        }
    }
    let facts = recorder.finish().map_err(|e| e.to_string())?;
    let mut hasher = Sha256::new();
    let mut file = std::fs::File::open(path).map_err(|e| e.to_string())?;
    let mut buffer = vec![0; 64 * 1024];
    loop {
        let read = std::io::Read::read(&mut file, &mut buffer).map_err(|e| e.to_string())?;
        if read == 0 {
            break;
        }
        hasher.update(&buffer[..read]);
    }
    Ok((facts, hasher.finalize().into()))
}

/// Ten seconds: 50 frames a second each way and as many advances.
const CHANNEL: usize = 1_500;
