//! A call log as a file, plain or gzipped.

use std::{
    fs,
    io::{Read, Write},
    path::Path,
};

use anyhow::Context;
use call::log::{CallLog, LogWriter, Replay, Tail};
use flate2::{Compression, read::MultiGzDecoder, write::GzEncoder};

/// What a file holds.
pub(super) struct LogFile {
    pub(super) text: String,
    is_gzipped: bool,
}

impl LogFile {
    pub(super) fn read(path: &Path) -> anyhow::Result<Self> {
        let raw = fs::read(path).context("the file cannot be read")?;
        let is_gzipped = raw.starts_with(GZIP_MAGIC);
        let raw = if is_gzipped { unpack(&raw)? } else { raw };
        let text = String::from_utf8(raw)
            .map_err(|_| anyhow::anyhow!("this is no call log: it is not UTF-8 text"))?;
        Ok(Self { text, is_gzipped })
    }

    /// Writes the same inputs with the outputs of a replay.
    pub(super) fn renew(&self, path: &Path, log: &CallLog, replay: &Replay) -> anyhow::Result<()> {
        let mut writer = LogWriter::begin(Vec::new(), &log.config)?;
        for (entry, out) in log.entries.iter().zip(&replay.out) {
            writer.logged_entry(entry.at, &entry.input, out)?;
        }
        let text = writer.end(log.tail == Tail::Complete)?;
        let raw = if self.is_gzipped { pack(&text)? } else { text };
        fs::write(path, raw).context("the file cannot be written")
    }
}

fn unpack(raw: &[u8]) -> anyhow::Result<Vec<u8>> {
    let mut text = Vec::new();
    MultiGzDecoder::new(raw)
        .take(LONGEST)
        .read_to_end(&mut text)
        .context("the file cannot be unpacked; is it gzip, and whole?")?;
    anyhow::ensure!(
        (text.len() as u64) < LONGEST,
        "the file unpacks to more than {LONGEST} bytes, more than the longest call gives"
    );
    Ok(text)
}

fn pack(text: &[u8]) -> anyhow::Result<Vec<u8>> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::best());
    packed.write_all(text)?;
    Ok(packed.finish()?)
}

const GZIP_MAGIC: &[u8] = &[0x1f, 0x8b];
/// 1 GiB; an hour of a call is some 100 MB.
const LONGEST: u64 = 1 << 30;
