//! Recordings that a killed node left open: their header is made true, and they are stored as
//! incomplete.

use std::{
    fs::{self, OpenOptions},
    io,
    os::unix::fs::FileExt,
    path::Path,
    time::Duration,
};

use media::{
    frame::SAMPLE_RATE,
    recording::{BYTES_PER_SAMPLE, HEADER_BYTES, wav_header},
};
use sha2::{Digest, Sha256};
use store::{
    Store, StoreError,
    call::{Fact, RecordingKind, RecordingRow, What},
    node::{LifeId, OpenRecording},
};

use super::{Ledger, entry::Entry};
use crate::clock::Clock;

/// Looks after the recordings of a life of this node that is over; how many there were.
pub(super) async fn repair(
    store: &Store,
    ledger: &Ledger,
    clock: Clock,
    data_dir: &Path,
    life: LifeId,
) -> Result<usize, StoreError> {
    let open = store.open_recordings(life).await?;
    let found = open.len();
    for OpenRecording { call, storage_key } in open {
        metrics::counter!("trunkline_recordings_incomplete_total").increment(1);
        let path = data_dir.join(&storage_key);
        let closing = tokio::task::spawn_blocking(move || close(&path)).await;
        let kept = match closing.map_err(io::Error::other).flatten() {
            Ok(kept) => kept,
            Err(error) => {
                tracing::error!(call = %call.call_id, %error, "a recording cannot be repaired");
                continue;
            }
        };
        let what = What::Recording(Box::new(row(storage_key, kept)));
        let fact = Entry::Fact(Fact::new(call, clock.now(), what));
        // A full queue has counted it.
        let _ = ledger.keep(fact, Duration::from_secs(5)).await;
    }
    Ok(found)
}

/// What is left of a recording.
#[derive(Debug, PartialEq, Eq)]
struct Remains {
    /// Of sound.
    bytes: u64,
    sha256: [u8; 32],
}

fn row(storage_key: String, remains: Option<Remains>) -> RecordingRow {
    let sound = remains.as_ref().map(|remains| remains.bytes);
    RecordingRow {
        kind: RecordingKind::Conversation,
        provider_recording_id: None,
        storage_key,
        channels: 2,
        sample_rate: Some(SAMPLE_RATE),
        bytes: sound.map(|sound| HEADER_BYTES + sound),
        sha256: remains.map(|remains| remains.sha256),
        duration_ms: sound.map(|sound| sound / BYTES_PER_SAMPLE * 1000 / u64::from(SAMPLE_RATE)),
        complete: false,
    }
}

/// Makes the header of a stereo recording say how long the file is; `None` when there is no file
/// or it never had a header.
fn close(path: &Path) -> io::Result<Option<Remains>> {
    let file = match OpenOptions::new().read(true).write(true).open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let Some(sound) = file.metadata()?.len().checked_sub(HEADER_BYTES) else {
        return Ok(None);
    };
    let bytes = sound / BYTES_PER_SAMPLE * BYTES_PER_SAMPLE;
    file.set_len(HEADER_BYTES + bytes)?;
    file.write_all_at(&wav_header(bytes), 0)?;
    file.sync_all()?;
    let sha256 = Sha256::digest(fs::read(path)?).into();
    Ok(Some(Remains { bytes, sha256 }))
}

#[cfg(test)]
mod tests {
    use media::{
        frame::{Frame, MediaTime},
        recording::{StereoMixer, wav_header},
    };

    use super::*;

    #[test]
    fn a_recording_that_was_torn_off_plays_to_its_end() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("call.wav");
        let (mut mixer, mut file) = (StereoMixer::default(), wav_header(0).to_vec());
        mixer.caller(&Frame {
            at: MediaTime::ZERO,
            samples: [7; 160],
        });
        mixer.advance(MediaTime::from_ms(1000), &mut file);
        fs::write(&path, file).unwrap();
        // As a kill leaves it: an old header, and a sample that is not whole.
        let file = OpenOptions::new().write(true).open(&path).unwrap();
        file.write_all_at(&[0; 4], 4).unwrap();
        file.write_all_at(&[0; 4], 40).unwrap();
        file.set_len(44 + 4 * 4000 + 3).unwrap();
        let remains = close(&path).unwrap().unwrap();
        let mut wav = hound::WavReader::open(&path).unwrap();
        assert_eq!(wav.duration(), 4000);
        assert_eq!(wav.samples::<i16>().next().unwrap().unwrap(), 7);
        let row = row("key".to_owned(), Some(remains));
        assert_eq!(row.duration_ms, Some(500));
        assert!(!row.complete);
    }

    #[test]
    fn of_a_file_that_never_was_nothing_is_left() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(close(&folder.path().join("none")).unwrap(), None);
        let empty = folder.path().join("empty");
        fs::write(&empty, [0; 43]).unwrap();
        assert_eq!(close(&empty).unwrap(), None);
        let row = row("key".to_owned(), None);
        assert_eq!(
            (row.bytes, row.duration_ms, row.complete),
            (None, None, false)
        );
    }
}
