//! Where a conversation is written: one whole line after the other, flushed, so that a program can
//! read along.

use std::io::{self, Write};

/// Writes and flushes. A reader that is gone is an error, which ends the call.
pub(super) fn put(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush()
}
