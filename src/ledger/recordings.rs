//! Recordings that a killed node left open: their header is made true, and they are stored as
//! incomplete.

use std::{
    fs::{self, OpenOptions},
    io,
    os::unix::fs::FileExt,
    path::Path,
    time::Duration,
};

use media::frame::SAMPLE_RATE;
use sha2::{Digest, Sha256};
use store::{
    Store, StoreError,
    call::{Fact, RecordingKind, RecordingRow, What},
    node::{LifeId, UnrecordedCall},
};

use super::{Ledger, entry::Entry};
use crate::{clock::Clock, session::recorder::storage_key};

/// Looks after the recordings of a life of this node that is over; how many there were.
pub(super) async fn repair(
    store: &Store,
    ledger: &Ledger,
    clock: Clock,
    data_dir: &Path,
    life: LifeId,
) -> Result<usize, StoreError> {
    let mut found = 0;
    for call in store.unrecorded_calls(life).await? {
        let UnrecordedCall {
            call,
            provider_call_id,
        } = call;
        let key = storage_key(
            call.tenant_id,
            call.call_id,
            &provider_call_id,
            call.started_at,
        );
        let path = data_dir.join(&key);
        let closing = tokio::task::spawn_blocking(move || close(&path, key)).await;
        let row = match closing.map_err(io::Error::other).flatten() {
            Ok(Some(row)) => row,
            Ok(None) => continue,
            Err(error) => {
                tracing::error!(call = %call.call_id, %error, "a recording cannot be repaired");
                metrics::counter!("trunkline_recordings_incomplete_total").increment(1);
                continue;
            }
        };
        found += 1;
        metrics::counter!("trunkline_recordings_incomplete_total").increment(1);
        let what = What::Recording(Box::new(row));
        let fact = Entry::Fact(Fact::new(call, clock.now(), what));
        // A full queue has counted it.
        let _ = ledger.keep(fact, Duration::from_secs(5)).await;
    }
    Ok(found)
}

/// Makes the header of a stereo recording say how long the file is; `None` without a file.
fn close(path: &Path, storage_key: String) -> io::Result<Option<RecordingRow>> {
    let file = match OpenOptions::new().read(true).write(true).open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let length = file.metadata()?.len();
    if length < HEADER {
        return Err(io::Error::other(format!(
            "{} has no header",
            path.display()
        )));
    }
    let sound = (length - HEADER) / SAMPLE_BYTES * SAMPLE_BYTES;
    let size = |bytes: u64| u32::try_from(bytes).map_err(io::Error::other);
    file.set_len(HEADER + sound)?;
    // RIFF: all that follows its first 8 bytes; `data`: the sound alone.
    file.write_all_at(&size(HEADER - 8 + sound)?.to_le_bytes(), 4)?;
    file.write_all_at(&size(sound)?.to_le_bytes(), HEADER - 4)?;
    file.sync_all()?;
    let sha256 = Sha256::digest(fs::read(path)?).into();
    Ok(Some(RecordingRow {
        kind: RecordingKind::Conversation,
        provider_recording_id: None,
        storage_key,
        channels: 2,
        sample_rate: Some(SAMPLE_RATE),
        bytes: Some(HEADER + sound),
        sha256: Some(sha256),
        duration_ms: Some(sound / SAMPLE_BYTES * 1000 / u64::from(SAMPLE_RATE)),
        complete: false,
    }))
}

/// The canonical WAV header, as [`media::recording`] writes it.
const HEADER: u64 = 44;
/// 16 bits on two sides.
const SAMPLE_BYTES: u64 = 4;

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
        let row = close(&path, "key".to_owned()).unwrap().unwrap();
        assert_eq!(row.duration_ms, Some(500));
        assert!(!row.complete);
        let mut wav = hound::WavReader::open(&path).unwrap();
        assert_eq!(wav.duration(), 4000);
        assert_eq!(wav.samples::<i16>().next().unwrap().unwrap(), 7);
        assert_eq!(
            close(&folder.path().join("none"), String::new()).unwrap(),
            None
        );
    }
}
