//! One file of the spool: framed entries, one behind the other.
//!
//! A frame is a length (4 bytes, little-endian, of what follows the checksum), a CRC-32 (4 bytes,
//! IEEE 802.3, of the same), a flag (1: of record) and the entry as JSON. What a crash tore off at
//! the end does not pass the check, and nothing behind it counts.

use std::{
    fs::{File, OpenOptions},
    io::{self, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

use chrono::{DateTime, Utc};

use crate::ledger::entry::Entry;

/// What is known of a segment without reading it.
#[derive(Debug)]
pub(super) struct Segment {
    /// From 1, in the order of writing.
    pub(super) number: u64,
    pub(super) path: PathBuf,
    pub(super) bytes: u64,
    pub(super) entries: u64,
    /// Entries that are not of record.
    pub(super) details: u64,
    pub(super) oldest: Option<DateTime<Utc>>,
}

/// The readable part of a segment.
pub(super) struct Contents {
    pub(super) entries: Vec<Entry>,
    /// Where it ends.
    pub(super) good_bytes: u64,
    /// What lies behind it.
    pub(super) torn_bytes: u64,
}

impl Segment {
    /// Makes an empty file.
    pub(super) fn create(folder: &Path, number: u64) -> io::Result<(Self, File)> {
        let path = path_of(folder, number);
        let file = OpenOptions::new()
            .create_new(true)
            .append(true)
            .mode(0o600)
            .open(&path)?;
        sync_folder(folder)?;
        let segment = Self {
            number,
            path,
            bytes: 0,
            entries: 0,
            details: 0,
            oldest: None,
        };
        Ok((segment, file))
    }

    /// Counts an entry whose frame has been written.
    pub(super) fn count(&mut self, entry: &Entry, frame_bytes: u64) {
        self.bytes += frame_bytes;
        self.entries += 1;
        self.details += u64::from(!entry.is_of_record());
        self.oldest.get_or_insert(entry.at());
    }

    /// What a file of an earlier life holds; torn bytes at its end are cut off.
    pub(super) fn recover(path: PathBuf, number: u64) -> io::Result<(Self, u64)> {
        let contents = read(&path)?;
        if contents.torn_bytes > 0 {
            let file = OpenOptions::new().write(true).open(&path)?;
            file.set_len(contents.good_bytes)?;
            file.sync_all()?;
        }
        let details = contents.entries.iter().filter(|e| !e.is_of_record());
        let segment = Self {
            number,
            path,
            bytes: contents.good_bytes,
            entries: contents.entries.len() as u64,
            details: details.count() as u64,
            oldest: contents.entries.first().map(Entry::at),
        };
        Ok((segment, contents.torn_bytes))
    }

    /// Rewrites the file without what is not of record; those entries.
    pub(super) fn strip(&mut self) -> io::Result<Vec<Entry>> {
        let (kept, gone): (Vec<_>, Vec<_>) = read(&self.path)?
            .entries
            .into_iter()
            .partition(Entry::is_of_record);
        let mut bytes = Vec::new();
        for entry in &kept {
            frame(entry, &mut bytes)?;
        }
        let rewritten = self.path.with_extension("rewritten");
        let mut file = File::create(&rewritten)?;
        file.write_all(&bytes)?;
        file.sync_all()?;
        std::fs::rename(&rewritten, &self.path)?;
        self.path.parent().map_or(Ok(()), sync_folder)?;
        self.bytes = bytes.len() as u64;
        self.entries = kept.len() as u64;
        self.details = 0;
        Ok(gone)
    }
}

/// Reads everything up to the first frame that does not pass.
pub(super) fn read(path: &Path) -> io::Result<Contents> {
    let bytes = std::fs::read(path)?;
    let mut entries = Vec::new();
    let mut rest = bytes.as_slice();
    while let Some((entry, behind)) = next(rest) {
        entries.push(entry);
        rest = behind;
    }
    let torn_bytes = rest.len() as u64;
    Ok(Contents {
        entries,
        good_bytes: bytes.len() as u64 - torn_bytes,
        torn_bytes,
    })
}

fn next(bytes: &[u8]) -> Option<(Entry, &[u8])> {
    let (length, rest) = bytes.split_first_chunk()?;
    let (sum, rest) = rest.split_first_chunk()?;
    let (body, behind) = rest.split_at_checked(u32::from_le_bytes(*length) as usize)?;
    if crc32(body) != u32::from_le_bytes(*sum) {
        return None;
    }
    let (_of_record, json) = body.split_first()?;
    Some((serde_json::from_slice(json).ok()?, behind))
}

/// Appends an entry's frame.
pub(super) fn frame(entry: &Entry, to: &mut Vec<u8>) -> io::Result<()> {
    let begin = to.len();
    to.extend([0; 8]);
    to.push(u8::from(entry.is_of_record()));
    serde_json::to_writer(&mut *to, entry)?;
    let body = to.get(begin + 8..).unwrap_or_default();
    let length = u32::try_from(body.len()).map_err(io::Error::other)?;
    let head = [length.to_le_bytes(), crc32(body).to_le_bytes()].concat();
    if let Some(place) = to.get_mut(begin..begin + 8) {
        place.copy_from_slice(&head);
    }
    Ok(())
}

pub(super) fn path_of(folder: &Path, number: u64) -> PathBuf {
    folder.join(format!("{number:016}.facts"))
}

/// Makes the names in a folder as durable as what they name.
pub(super) fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// IEEE 802.3, reflected, as in gzip.
fn crc32(bytes: &[u8]) -> u32 {
    let step = |crc: u32, byte: &u8| {
        let index = (crc ^ u32::from(*byte)) & 0xFF;
        (crc >> 8) ^ CRC[index as usize]
    };
    !bytes.iter().fold(!0, step)
}

const CRC: [u32; 256] = {
    let mut table = [0; 256];
    let mut n = 0;
    while n < 256 {
        let mut crc = n as u32;
        let mut bit = 0;
        while bit < 8 {
            crc = if crc & 1 == 1 {
                (crc >> 1) ^ 0xEDB8_8320
            } else {
                crc >> 1
            };
            bit += 1;
        }
        table[n] = crc;
        n += 1;
    }
    table
};

#[cfg(test)]
mod tests {
    use super::crc32;

    #[test]
    fn the_checksum_is_the_usual_one() {
        // The check value of the CRC catalogue.
        assert_eq!(crc32(b"123456789"), 0xCBF4_3926);
    }
}
