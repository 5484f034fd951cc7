//! Facts that wait on the disk, in the order in which they came.
//!
//! A folder of segments; the last one grows, the first one is written to the database and then
//! deleted. Several entries are made durable by one `fsync`. The size is bounded: when it is full,
//! turns and events go first, the oldest before the others; what the CDR needs is refused only when
//! there is nothing else left. What a crash leaves behind is read at the next start.
//!
//! Blocks on the disk. Knows no database: an entry stays until it is said to be done.

mod segment;
#[cfg(test)]
mod tests;

use std::{
    collections::{BTreeMap, VecDeque},
    fs::{self, File, TryLockError},
    io::{self, Write},
    os::unix::fs::DirBuilderExt,
    path::{Path, PathBuf},
    time::Duration,
};

use chrono::{DateTime, Utc};

use self::segment::{Segment, path_of};
use super::entry::Entry;

/// See the module.
#[derive(Debug)]
pub struct Spool {
    folder: PathBuf,
    limit: u64,
    segments: VecDeque<Segment>,
    /// The last segment, while it grows.
    growing: Option<File>,
    /// The segment whose entries are being written to the database.
    leaving: Option<u64>,
    next_number: u64,
    is_full: bool,
    /// Held as long as the spool lives: two processes must not share a folder.
    _lock: File,
}

/// How much waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Depth {
    pub entries: u64,
    pub bytes: u64,
    /// When the oldest came about.
    pub oldest: Option<DateTime<Utc>>,
}

/// The first segment's entries.
#[derive(Debug)]
pub struct Head {
    number: u64,
    pub entries: Vec<Entry>,
}

/// How many entries of each kind had to go, for lack of room.
pub type Dropped = BTreeMap<&'static str, u64>;

#[derive(Debug, thiserror::Error)]
pub enum SpoolError {
    #[error(
        "another server uses {path}: each needs a data folder of its own; stop that one, or choose \
         another folder with --data-dir",
        path = .path.display()
    )]
    InUse { path: PathBuf },
    #[error("the spool {path} cannot be used: {source}")]
    Io { path: PathBuf, source: io::Error },
}

impl Spool {
    /// Opens the folder, making it if it is not there, and finds what an earlier life left.
    /// `limit` is in bytes.
    pub fn open(folder: &Path, limit: u64) -> Result<Self, SpoolError> {
        let trouble = |source| SpoolError::Io {
            path: folder.to_owned(),
            source,
        };
        // The entries hold what callers said.
        let mut private = fs::DirBuilder::new();
        private.recursive(true).mode(0o700);
        private.create(folder).map_err(trouble)?;
        let lock = File::create(folder.join("lock")).map_err(trouble)?;
        take(&lock).map_err(|error| match error {
            TryLockError::WouldBlock => SpoolError::InUse {
                path: folder.to_owned(),
            },
            TryLockError::Error(source) => trouble(source),
        })?;
        let segments = recover(folder).map_err(trouble)?;
        Ok(Self {
            folder: folder.to_owned(),
            limit,
            next_number: segments.back().map_or(1, |last| last.number + 1),
            segments,
            growing: None,
            leaving: None,
            is_full: false,
            _lock: lock,
        })
    }

    pub fn depth(&self) -> Depth {
        Depth {
            entries: self.segments.iter().map(|s| s.entries).sum(),
            bytes: self.segments.iter().map(|s| s.bytes).sum(),
            oldest: self.segments.iter().find_map(|s| s.oldest),
        }
    }

    /// Takes entries and makes them durable with one `fsync`. What had to go for them, or of them.
    /// After an error none of them was taken.
    pub fn append(&mut self, entries: &[Entry]) -> Result<Dropped, SpoolError> {
        let mut dropped = Dropped::new();
        let result = self.try_append(entries, &mut dropped);
        if result.is_err() {
            self.growing = None;
        }
        self.tell_full(!dropped.is_empty());
        result.map(|()| dropped).map_err(|source| SpoolError::Io {
            path: self.folder.clone(),
            source,
        })
    }

    fn try_append(&mut self, entries: &[Entry], dropped: &mut Dropped) -> io::Result<()> {
        let mut bytes = Vec::new();
        let mut taken = Vec::with_capacity(entries.len());
        for entry in entries {
            let begin = bytes.len();
            segment::frame(entry, &mut bytes)?;
            if self.make_room(bytes.len() as u64, dropped)? {
                taken.push((entry, (bytes.len() - begin) as u64));
            } else {
                bytes.truncate(begin);
                *dropped.entry(entry.kind()).or_default() += 1;
            }
        }
        if taken.is_empty() {
            return Ok(());
        }
        if self.growing.is_none() {
            let (segment, file) = Segment::create(&self.folder, self.next_number)?;
            self.next_number += 1;
            self.segments.push_back(segment);
            self.growing = Some(file);
        }
        let (Some(file), Some(segment)) = (&mut self.growing, self.segments.back_mut()) else {
            return Err(io::Error::other("no segment to write to"));
        };
        let written = file.write_all(&bytes).and_then(|()| file.sync_data());
        if let Err(error) = written {
            // What is behind the last whole entry must not be read one day.
            file.set_len(segment.bytes)?;
            return Err(error);
        }
        for (entry, frame_bytes) in taken {
            segment.count(entry, frame_bytes);
        }
        if segment.bytes >= self.segment_bytes() {
            self.growing = None;
        }
        Ok(())
    }

    /// Makes room for so many bytes; `false` when nothing more can go.
    fn make_room(&mut self, bytes: u64, dropped: &mut Dropped) -> io::Result<bool> {
        while self.depth().bytes + bytes > self.limit {
            let leaving = self.leaving;
            let oldest = self
                .segments
                .iter_mut()
                .find(|s| s.details > 0 && Some(s.number) != leaving);
            let Some(segment) = oldest else {
                return Ok(false);
            };
            if segment.number + 1 == self.next_number {
                self.growing = None;
            }
            for gone in segment.strip()? {
                *dropped.entry(gone.kind()).or_default() += 1;
            }
        }
        Ok(true)
    }

    /// The oldest entries; `None` when nothing waits.
    pub fn head(&mut self) -> Result<Option<Head>, SpoolError> {
        self.forget_empty();
        let Some(first) = self.segments.front() else {
            return Ok(None);
        };
        if first.number + 1 == self.next_number {
            self.growing = None;
        }
        let contents = segment::read(&first.path).map_err(|source| SpoolError::Io {
            path: first.path.clone(),
            source,
        })?;
        if contents.torn_bytes > 0 {
            tracing::error!(path = %first.path.display(), bytes = contents.torn_bytes,
                "a file of the spool is damaged: what is behind the damage is lost");
            super::lost("unknown", "damaged");
        }
        self.leaving = Some(first.number);
        Ok(Some(Head {
            number: first.number,
            entries: contents.entries,
        }))
    }

    /// The entries of a head are in the database.
    pub fn done(&mut self, head: &Head) {
        self.leaving = None;
        if self.segments.front().map(|s| s.number) == Some(head.number)
            && let Some(gone) = self.segments.pop_front()
        {
            remove(&gone.path);
        }
        if self.segments.is_empty() {
            self.tell_full(false);
        }
    }

    /// The entries of a head could not be written; they stay.
    pub const fn keep(&mut self) {
        self.leaving = None;
    }

    /// Stripped segments may hold nothing.
    fn forget_empty(&mut self) {
        while let Some(first) = self.segments.front()
            && first.entries == 0
        {
            if first.number + 1 == self.next_number {
                self.growing = None;
            }
            if let Some(gone) = self.segments.pop_front() {
                remove(&gone.path);
            }
        }
    }

    /// A sixteenth of the whole, within what is quickly rewritten.
    fn segment_bytes(&self) -> u64 {
        (self.limit / 16).clamp(4 * 1024, 256 * 1024)
    }

    fn tell_full(&mut self, is_full: bool) {
        if is_full && !self.is_full {
            tracing::error!(
                limit_bytes = self.limit,
                "the spool is full: the oldest turns and events are dropped"
            );
        }
        // It stays full until it has been emptied.
        self.is_full = is_full || (self.is_full && !self.segments.is_empty());
    }
}

/// Locks the spool for this process. Tries for a second: a server that was just stopped, or a child
/// process between its fork and its exec, may still hold the lock.
fn take(lock: &File) -> Result<(), TryLockError> {
    for _ in 0..50 {
        match lock.try_lock() {
            Err(TryLockError::WouldBlock) => std::thread::sleep(Duration::from_millis(20)),
            taken => return taken,
        }
    }
    lock.try_lock()
}

fn recover(folder: &Path) -> io::Result<VecDeque<Segment>> {
    let mut numbers = Vec::new();
    for file in fs::read_dir(folder)? {
        let name = file?.file_name();
        let name = name.to_string_lossy();
        let number = name.strip_suffix(".facts").map(str::parse);
        if let Some(Ok(number)) = number {
            numbers.push(number);
        }
    }
    numbers.sort_unstable();
    let mut segments = VecDeque::new();
    for number in numbers {
        let path = path_of(folder, number);
        let (segment, torn_bytes) = Segment::recover(path, number)?;
        if torn_bytes > 0 {
            // At most one batch, which nobody had been told was safe.
            tracing::warn!(path = %segment.path.display(), torn_bytes, "the spool's end was torn");
        }
        segments.push_back(segment);
    }
    Ok(segments)
}

fn remove(path: &Path) {
    // A file that stays is written once more at the next start, which changes nothing.
    if let Err(error) = fs::remove_file(path) {
        tracing::warn!(path = %path.display(), %error, "a file of the spool stays");
    }
}
