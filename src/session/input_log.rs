//! Writes down every input of a call, so that the call can be held again (`trunkline replay`).
//!
//! Copies are made and handed to a thread of the call's own, which writes [`call::log`]; a slow disk
//! never touches the audio path. When the thread falls ten seconds behind, the log is ended there
//! and says so: what comes after a hole could not be replayed. Off unless the operator asks for it,
//! because a log holds what the caller said.

use std::{
    fs::{DirBuilder, File, OpenOptions},
    io::{self, BufWriter, Write},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc::{self, TryRecvError},
    },
    thread::JoinHandle,
    time::{Duration, Instant},
};

use call::{
    CallConfig, Input, Output,
    log::{LogWriter, OwnedInput},
};

/// The driver's end of a log.
#[derive(Debug)]
pub struct InputLog {
    began: Instant,
    /// The last input and what came of it so far.
    pending: Option<Entry>,
    /// `None` once the log has a hole.
    entries: Option<mpsc::SyncSender<Entry>>,
    complete: Arc<AtomicBool>,
    thread: JoinHandle<io::Result<()>>,
    path: PathBuf,
}

#[derive(Debug)]
struct Entry {
    at: Duration,
    input: OwnedInput,
    outputs: Vec<Output>,
}

impl InputLog {
    /// Begins the log of a call that was made at `began`, in a file that must not exist. Only the
    /// owner of the process may read it. `None` when that fails; the call goes on without.
    pub fn begin(path: &Path, config: &CallConfig, began: Instant) -> Option<Self> {
        Self::start(path, config, began)
            .inspect_err(|error| {
                metrics::counter!("trunkline_input_logs_incomplete_total").increment(1);
                tracing::error!(error, "inputs of the call are not written down");
            })
            .ok()
    }

    /// Errors name the path.
    fn start(path: &Path, config: &CallConfig, began: Instant) -> Result<Self, String> {
        let file = create(path).map_err(|e| format!("cannot create {}: {e}", path.display()))?;
        let (entries, received) = mpsc::sync_channel(CHANNEL);
        let complete = Arc::new(AtomicBool::new(true));
        let (config, whole) = (config.clone(), Arc::clone(&complete));
        let thread = std::thread::Builder::new()
            .name("input-log".into())
            .spawn(move || write(file, &config, &received, &whole))
            .map_err(|e| format!("cannot start a thread for {}: {e}", path.display()))?;
        Ok(Self {
            began,
            pending: None,
            entries: Some(entries),
            complete,
            thread,
            path: path.to_owned(),
        })
    }

    /// An input is about to be handled.
    pub fn input(&mut self, input: &Input<'_>, now: Instant) {
        self.hand_over();
        if self.entries.is_some() {
            self.pending = Some(Entry {
                at: now.saturating_duration_since(self.began),
                input: input.into(),
                outputs: Vec::new(),
            });
        }
    }

    /// This came of the last input.
    pub fn output(&mut self, output: &Output) {
        if let Some(entry) = &mut self.pending {
            entry.outputs.push(output.clone());
        }
    }

    fn hand_over(&mut self) {
        let (Some(entry), Some(entries)) = (self.pending.take(), &self.entries) else {
            return;
        };
        if entries.try_send(entry).is_err() {
            self.complete.store(false, Ordering::Release);
            self.entries = None;
        }
    }

    /// Ends the log. Blocks until everything is written; says in the node's log when it is not
    /// the whole call.
    pub fn finish(mut self) {
        self.hand_over();
        self.entries = None;
        let problem = match self.thread.join() {
            Ok(Ok(())) if self.complete.load(Ordering::Acquire) => {
                tracing::info!(path = %self.path.display(), "inputs of the call written");
                return;
            }
            Ok(Ok(())) => "the disk was too slow".to_owned(),
            Ok(Err(error)) => error.to_string(),
            Err(_) => "its thread panicked".to_owned(),
        };
        metrics::counter!("trunkline_input_logs_incomplete_total").increment(1);
        tracing::warn!(problem, path = %self.path.display(), "input log is incomplete");
    }
}

fn create(path: &Path) -> io::Result<File> {
    if let Some(folder) = path.parent() {
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(folder)?;
    }
    OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
}

fn write(
    file: File,
    config: &CallConfig,
    entries: &mpsc::Receiver<Entry>,
    complete: &AtomicBool,
) -> io::Result<()> {
    let mut file = BufWriter::new(file);
    let mut log = LogWriter::begin(&mut file, config)?;
    loop {
        let entry = match entries.try_recv() {
            Ok(entry) => entry,
            // What is written so far survives the process.
            Err(TryRecvError::Empty) => {
                log.flush()?;
                let Ok(entry) = entries.recv() else { break };
                entry
            }
            Err(TryRecvError::Disconnected) => break,
        };
        log.entry(entry.at, &entry.input, &entry.outputs)?;
    }
    log.end(complete.load(Ordering::Acquire))?;
    file.flush()
}

/// Ten seconds: media, judgements and playout come to some 130 inputs a second.
const CHANNEL: usize = 1_300;
