//! One thread that writes the recordings of all calls.
//!
//! A slow disk stays away from the audio path: the queue is bounded, and what does not fit is lost
//! from its recording alone. Each block knows its place in the file, so a lost one is a hole of
//! silence and not a shift. A recording whose file cannot be written any more is given up, counted
//! and marked; the call and all other recordings go on.

use std::{
    collections::HashMap,
    fs::File,
    io::Read,
    os::unix::fs::FileExt,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use media::{
    frame::SAMPLE_RATE,
    recording::{BYTES_PER_SAMPLE, HEADER_BYTES, wav_header},
};
use sha2::{Digest, Sha256};
use tokio::sync::{Semaphore, mpsc, oneshot};

use super::Health;

/// Where the drivers hand their recordings to; cheap to clone. The thread ends with the last one.
#[derive(Debug, Clone)]
pub struct RecordingWriter {
    orders: mpsc::Sender<Order>,
    ids: Arc<AtomicU64>,
    /// One file is digested at a time, so that many calls that end together cost the others nothing.
    digesting: Arc<Semaphore>,
}

/// What the thread is to do. `id`: one recording of this process.
#[derive(Debug)]
pub(super) enum Order {
    Open {
        id: u64,
        storage_key: String,
        health: Arc<Health>,
    },
    /// `at`: bytes of sound before this.
    Write { id: u64, at: u64, data: Vec<u8> },
    Close {
        id: u64,
        done: Option<oneshot::Sender<Result<Closed, String>>>,
    },
}

/// The file and how many bytes of sound it holds.
pub(super) type Closed = (PathBuf, u64);

/// The order was not taken.
pub(super) struct Refused;

impl RecordingWriter {
    /// Starts the thread. Recordings go below `data_dir`.
    pub fn start(data_dir: PathBuf) -> Self {
        let (orders, received) = mpsc::channel(QUEUE);
        let thread = std::thread::Builder::new()
            .name("recordings".into())
            .spawn(move || write(&data_dir, received));
        if let Err(error) = thread {
            // Every recording then finds nobody to take it, and is counted.
            tracing::error!(%error, "no thread for recordings: no call will be recorded");
        }
        Self {
            orders,
            ids: Arc::default(),
            digesting: Arc::new(Semaphore::new(1)),
        }
    }

    pub(super) fn next_id(&self) -> u64 {
        self.ids.fetch_add(1, Ordering::Relaxed)
    }

    /// Never waits.
    pub(super) fn give(&self, order: Order) -> Result<(), Refused> {
        self.orders.try_send(order).map_err(|_| Refused)
    }

    /// Closes a recording when all that was given for it is written.
    pub(super) async fn close(&self, id: u64) -> Result<Closed, String> {
        let (done, closed) = oneshot::channel();
        let order = Order::Close {
            id,
            done: Some(done),
        };
        let gone = || "the thread for recordings is gone".to_owned();
        self.orders.send(order).await.map_err(|_| gone())?;
        closed.await.map_err(|_| gone())?
    }

    /// The SHA-256 of a finished recording.
    pub(super) async fn digest(&self, path: PathBuf) -> Result<[u8; 32], String> {
        let turn = self.digesting.acquire().await;
        let _turn = turn.map_err(|error| error.to_string())?;
        tokio::task::spawn_blocking(move || sha256(&path))
            .await
            .map_err(|error| error.to_string())?
    }
}

fn write(data_dir: &Path, mut orders: mpsc::Receiver<Order>) {
    let mut files = HashMap::new();
    while let Some(order) = orders.blocking_recv() {
        match order {
            Order::Open {
                id,
                storage_key,
                health,
            } => {
                let path = data_dir.join(storage_key);
                files.insert(id, Open::create(path, health));
            }
            Order::Write { id, at, data } => {
                if let Some(open) = files.get_mut(&id) {
                    open.write(at, &data);
                }
            }
            Order::Close { id, done } => {
                let closed = match files.remove(&id) {
                    Some(open) => open.close(),
                    None => Err("the recording was never opened".to_owned()),
                };
                if let Some(done) = done {
                    // A driver that no longer waits has given the recording up.
                    let _ = done.send(closed);
                }
            }
        }
    }
}

/// A recording being written.
struct Open {
    path: PathBuf,
    /// `None` once it cannot be written any more.
    file: Option<File>,
    /// Bytes of sound up to the last that was written.
    data: u64,
    /// What the header says of them.
    header: u64,
    health: Arc<Health>,
}

impl Open {
    fn create(path: PathBuf, health: Arc<Health>) -> Self {
        let made = path
            .parent()
            .map_or(Ok(()), std::fs::create_dir_all)
            .and_then(|()| File::create(&path))
            .and_then(|file| file.write_all_at(&wav_header(0), 0).map(|()| file));
        let file = made
            .map_err(|error| health.lose(&format!("{} cannot be made: {error}", path.display())))
            .ok();
        Self {
            path,
            file,
            data: 0,
            header: 0,
            health,
        }
    }

    fn write(&mut self, at: u64, data: &[u8]) {
        let Some(file) = &self.file else { return };
        let end = at + data.len() as u64;
        let mut written = file.write_all_at(data, HEADER_BYTES + at);
        if written.is_ok() {
            self.data = self.data.max(end);
            // A killed process leaves a file that plays.
            if self.data - self.header >= HEADER_EVERY {
                written = self.write_header();
            }
        }
        if let Err(error) = written {
            self.give_up(&error);
        }
    }

    fn write_header(&mut self) -> std::io::Result<()> {
        if let Some(file) = &self.file {
            file.write_all_at(&wav_header(self.data), 0)?;
            self.header = self.data;
        }
        Ok(())
    }

    /// Keeps what is there, as a whole file: cut behind the last block that was written.
    fn give_up(&mut self, error: &std::io::Error) {
        self.health.lose(&format!(
            "{} cannot be written: {error}",
            self.path.display()
        ));
        let mended = self.write_header().and_then(|()| match &self.file {
            Some(file) => file.set_len(HEADER_BYTES + self.data),
            None => Ok(()),
        });
        if let Err(error) = mended {
            tracing::warn!(%error, "a recording's header does not say all that is in it");
        }
        self.file = None;
    }

    fn close(mut self) -> Result<Closed, String> {
        if let Err(error) = self.write_header() {
            self.give_up(&error);
        }
        if self.header != self.data || (self.file.is_none() && self.data == 0) {
            return Err(format!("nothing usable in {}", self.path.display()));
        }
        Ok((self.path, self.data))
    }
}

/// The digest of a file. Blocks.
fn sha256(path: &Path) -> Result<[u8; 32], String> {
    let unreadable = |error: std::io::Error| format!("{}: {error}", path.display());
    let mut hasher = Sha256::new();
    let mut file = File::open(path).map_err(unreadable)?;
    let mut buffer = vec![0; 64 * 1024];
    loop {
        let read = file.read(&mut buffer).map_err(unreadable)?;
        if read == 0 {
            return Ok(hasher.finalize().into());
        }
        hasher.update(&buffer[..read]);
    }
}

/// Blocks of a quarter of a second that may wait: eight seconds of 250 calls, 80 MiB at the most.
const QUEUE: usize = 8_192;
/// 5 s.
const HEADER_EVERY: u64 = 5 * SAMPLE_RATE as u64 * BYTES_PER_SAMPLE;

#[cfg(test)]
mod tests {
    use media::frame::{Frame, MediaTime};

    use super::{
        super::{Recorder, Recording},
        *,
    };

    /// Records `seconds` of a constant caller.
    fn record(writer: &RecordingWriter, key: &str, seconds: u64) -> Recorder {
        let mut recorder = Recorder::start(writer, key.to_owned());
        for n in 0..seconds * 50 {
            recorder.caller(&Frame {
                at: MediaTime(n * 160),
                samples: [7; 160],
            });
            recorder.advance(MediaTime(n * 160));
        }
        recorder
    }

    fn read(path: &Path) -> Vec<i16> {
        let mut wav = hound::WavReader::open(path).unwrap();
        wav.samples::<i16>().map(Result::unwrap).collect()
    }

    fn assert_whole(recording: &Recording, folder: &Path, seconds: usize) {
        let path = folder.join(&recording.storage_key);
        assert!(recording.complete);
        assert_eq!(read(&path), [7, 0].repeat(seconds * 8_000));
        let kept = recording.kept.as_ref().unwrap();
        assert_eq!(kept.facts.bytes, path.metadata().unwrap().len());
        assert_eq!(kept.sha256, sha256(&path).unwrap());
    }

    #[tokio::test]
    async fn recordings_of_many_calls_are_whole() {
        let folder = tempfile::tempdir().unwrap();
        let writer = RecordingWriter::start(folder.path().to_owned());
        let calls: Vec<_> = (0..20)
            .map(|n| record(&writer, &format!("recordings/t/{n}.wav"), 3))
            .collect();
        for call in calls {
            assert_whole(&call.finish().await, folder.path(), 3);
        }
    }

    #[tokio::test]
    async fn a_full_disk_costs_that_recording_alone() {
        let folder = tempfile::tempdir().unwrap();
        // Writing to this device fails as a full disk does.
        std::os::unix::fs::symlink("/dev/full", folder.path().join("full.wav")).unwrap();
        let writer = RecordingWriter::start(folder.path().to_owned());
        let (broken, good) = (
            record(&writer, "full.wav", 2),
            record(&writer, "good.wav", 2),
        );
        let broken = broken.finish().await;
        assert!(broken.kept.is_none() && !broken.complete);
        assert_whole(&good.finish().await, folder.path(), 2);
    }

    #[tokio::test]
    async fn a_folder_that_cannot_be_made_is_an_incomplete_recording() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("recordings"), "a file in its place").unwrap();
        let writer = RecordingWriter::start(folder.path().to_owned());
        let call = record(&writer, "recordings/t/call.wav", 1);
        let recording = call.finish().await;
        assert!(recording.kept.is_none() && !recording.complete);
    }

    #[test]
    fn a_file_that_fails_in_the_middle_keeps_its_beginning() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("call.wav");
        let health = Arc::new(Health::default());
        let mut open = Open::create(path.clone(), Arc::clone(&health));
        open.write(0, &[1; 4_000]);
        // A place that no file system has.
        open.write(u64::MAX / 2, &[1; 4_000]);
        open.write(4_000, &[1; 4_000]);
        assert!(!health.is_whole());
        let (_, data) = open.close().unwrap();
        assert_eq!((data, read(&path).len()), (4_000, 2_000));
    }

    #[test]
    fn a_killed_process_leaves_a_file_that_plays() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("call.wav");
        let mut open = Open::create(path.clone(), Arc::default());
        for block in 0..14 {
            open.write(block * 16_000, &[9; 16_000]);
        }
        std::mem::forget(open);
        assert!(read(&path).len() >= 5 * 2 * 8_000);
    }
}
