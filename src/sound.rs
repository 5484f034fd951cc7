//! The sound files of recordings, read: where one lies below the data folder, its outline, its bytes.
//!
//! A storage key comes from the database; whatever it says, nothing outside the folder of recordings
//! is opened. Knows no call and no tenant. Writing is the recorder's ([`crate::session::recorder`]).

use std::{
    fs::{self, File},
    io::{self, Read as _, Seek as _, SeekFrom},
    path::{Component, Path, PathBuf},
    sync::Arc,
};

use media::{outline::Outline, recording::HEADER_BYTES};
use tokio::sync::Semaphore;

/// The recordings of this node. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Sounds {
    data_dir: Arc<Path>,
    /// Outlines are worked out a few at a time: what is left of the machine is the calls'.
    outlining: Arc<Semaphore>,
}

/// A sound file that is open.
#[derive(Debug)]
pub struct Sound {
    pub file: File,
    /// What it has at this moment.
    pub bytes: u64,
}

/// Why a sound cannot be had here.
#[derive(Debug, thiserror::Error)]
pub enum SoundError {
    /// Its key is no path of ours: the carrier keeps it.
    #[error("the sound is not in this server's folder of recordings")]
    Elsewhere,
    /// Another node wrote it, or nobody did.
    #[error("this node has no such file")]
    Missing,
    #[error("the sound cannot be read: {0}")]
    Unreadable(io::Error),
}

impl From<io::Error> for SoundError {
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::NotFound {
            Self::Missing
        } else {
            Self::Unreadable(error)
        }
    }
}

impl Sounds {
    pub fn new(data_dir: &Path) -> Self {
        Self {
            data_dir: data_dir.into(),
            outlining: Arc::new(Semaphore::new(2)),
        }
    }

    pub async fn open(&self, storage_key: &str) -> Result<Sound, SoundError> {
        self.blocking(storage_key, |path| {
            let file = File::open(path)?;
            let bytes = file.metadata()?.len();
            Ok(Sound { file, bytes })
        })
        .await
    }

    /// The outline of a recording of ours. That of a whole one is worked out once and kept beside it.
    pub async fn outline(&self, storage_key: &str, whole: bool) -> Result<Outline, SoundError> {
        let turn = self.outlining.acquire().await;
        let _turn = turn.map_err(|error| SoundError::Unreadable(io::Error::other(error)))?;
        self.blocking(storage_key, move |path| outline(path, whole))
            .await
    }

    /// Takes a sound away for good, with what was kept beside it. One that is not there is gone.
    pub async fn remove(&self, storage_key: &str) -> Result<(), SoundError> {
        let removed = self.blocking(storage_key, |path| {
            gone(fs::remove_file(kept_beside(path)))?;
            Ok(gone(fs::remove_file(path))?)
        });
        removed.await
    }

    async fn blocking<T: Send + 'static>(
        &self,
        storage_key: &str,
        work: impl FnOnce(&Path) -> Result<T, SoundError> + Send + 'static,
    ) -> Result<T, SoundError> {
        let (data_dir, key) = (Arc::clone(&self.data_dir), storage_key.to_owned());
        let worked = tokio::task::spawn_blocking(move || work(&place(&data_dir, &key)?)).await;
        worked.map_err(|error| SoundError::Unreadable(io::Error::other(error)))?
    }
}

/// Where a storage key leads, links followed: into the folder of recordings, or nowhere.
fn place(data_dir: &Path, key: &str) -> Result<PathBuf, SoundError> {
    let key = Path::new(key);
    let is_ours = key.starts_with(FOLDER)
        && key
            .components()
            .all(|part| matches!(part, Component::Normal(_)));
    if !is_ours {
        return Err(SoundError::Elsewhere);
    }
    let folder = data_dir.join(FOLDER).canonicalize()?;
    let path = data_dir.join(key).canonicalize()?;
    if path.starts_with(&folder) {
        Ok(path)
    } else {
        Err(SoundError::Elsewhere)
    }
}

fn outline(path: &Path, whole: bool) -> Result<Outline, SoundError> {
    let mut file = File::open(path)?;
    let sound = file.metadata()?.len().saturating_sub(HEADER_BYTES);
    let beside = kept_beside(path);
    if whole
        && let Ok(bytes) = fs::read(&beside)
        && let Some(kept) = Outline::from_bytes(&bytes)
        && kept.sound_bytes() == sound
    {
        return Ok(kept);
    }
    file.seek(SeekFrom::Start(HEADER_BYTES))?;
    let mut outline = Outline::default();
    let mut part = vec![0; 256 * 1024];
    loop {
        let filled = fill(&mut file, &mut part)?;
        outline.append(&part[..filled]);
        if filled < part.len() {
            break;
        }
    }
    if whole && let Err(error) = keep(&beside, &outline.to_bytes()) {
        tracing::warn!(%error, "an outline cannot be kept; it is worked out each time");
    }
    Ok(outline)
}

/// Fills `part`, unless the file ends before.
fn fill(file: &mut File, part: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < part.len() {
        match file.read(&mut part[filled..])? {
            0 => break,
            read => filled += read,
        }
    }
    Ok(filled)
}

/// Whoever reads sees all of it or nothing.
fn keep(beside: &Path, bytes: &[u8]) -> io::Result<()> {
    let unfinished = beside.with_extension(format!("{}.tmp", uuid::Uuid::new_v4().simple()));
    let kept = fs::write(&unfinished, bytes).and_then(|()| fs::rename(&unfinished, beside));
    if kept.is_err() {
        let _ = fs::remove_file(&unfinished);
    }
    kept
}

fn kept_beside(path: &Path) -> PathBuf {
    path.with_extension("outline")
}

fn gone(removed: io::Result<()>) -> io::Result<()> {
    match removed {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}

/// As [`crate::session::recorder::storage_key`] begins.
const FOLDER: &str = "recordings";

#[cfg(test)]
mod tests {
    use media::recording::wav_header;

    use super::*;

    const KEY: &str = "recordings/t/2026/11/call.wav";

    fn house(seconds: usize) -> (tempfile::TempDir, Sounds) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(KEY);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        let sound = [0, 16, 0, 240].repeat(seconds * 8_000);
        let mut bytes = wav_header(sound.len() as u64).to_vec();
        bytes.extend(sound);
        fs::write(&path, bytes).unwrap();
        let sounds = Sounds::new(folder.path());
        (folder, sounds)
    }

    #[tokio::test]
    async fn an_outline_of_a_whole_recording_is_kept_and_of_another_is_not() {
        let (folder, sounds) = house(20);
        let beside = kept_beside(&folder.path().join(KEY));
        let open = sounds.outline(KEY, false).await.unwrap();
        assert!(!beside.exists());
        assert_eq!(open.drawn(1), [vec![16, 16], vec![-16, -16]]);
        assert_eq!(open.duration_ms(), 20_000);
        assert_eq!(sounds.outline(KEY, true).await.unwrap(), open);
        assert_eq!(fs::read(&beside).unwrap(), open.to_bytes());
        // One that is of another sound, or torn, is worked out anew.
        fs::write(&beside, b"TLO1").unwrap();
        assert_eq!(sounds.outline(KEY, true).await.unwrap(), open);
        assert_eq!(fs::read(&beside).unwrap(), open.to_bytes());
        sounds.remove(KEY).await.unwrap();
        assert!(!beside.exists());
        assert!(matches!(sounds.open(KEY).await, Err(SoundError::Missing)));
    }

    #[tokio::test]
    async fn no_key_leads_out_of_the_folder() {
        let (folder, sounds) = house(1);
        fs::write(folder.path().join("keys"), "secret").unwrap();
        std::os::unix::fs::symlink(
            folder.path().join("keys"),
            folder.path().join("recordings/link.wav"),
        )
        .unwrap();
        for key in [
            "keys",
            "recordings/../keys",
            "/etc/passwd",
            "https://api.twilio.com/recordings/RE1",
            "recordings/link.wav",
            "",
        ] {
            let opened = sounds.open(key).await;
            assert!(
                matches!(opened, Err(SoundError::Elsewhere)),
                "{key}: {opened:?}"
            );
        }
        assert!(matches!(
            sounds.open("recordings/none.wav").await,
            Err(SoundError::Missing)
        ));
        assert_eq!(sounds.open(KEY).await.unwrap().bytes, 44 + 32_000);
    }
}
