//! Recorded speech as small mu-law WAV files, those that come with the tool and others.

use std::{path::Path, sync::Arc};

use media::mulaw;

/// Speech clips by name. One voice speaks them all; bench/clips/README.md says which.
const BUILT_IN: &[(&str, &[u8])] = &[
    ("booking", include_bytes!("../../clips/booking.wav")),
    ("goodbye", include_bytes!("../../clips/goodbye.wav")),
    ("hours", include_bytes!("../../clips/hours.wav")),
    ("name", include_bytes!("../../clips/name.wav")),
    ("price", include_bytes!("../../clips/price.wav")),
    ("stop", include_bytes!("../../clips/stop.wav")),
    ("yes", include_bytes!("../../clips/yes.wav")),
];

/// Why a clip cannot be used.
#[derive(Debug, thiserror::Error)]
pub(super) enum ClipError {
    #[error(
        "there is no clip {name:?}: one of {} or a .wav file is expected",
        names()
    )]
    Unknown { name: String },
    #[error("{file} cannot be read: {source}")]
    Unreadable {
        file: String,
        source: std::io::Error,
    },
    #[error("{file} is no 8 kHz mono mu-law WAV file ({what})")]
    Format { file: String, what: String },
}

/// The clip of this name, or the WAV file (seen from `folder`): samples at 8 kHz.
pub(super) fn load(name: &str, folder: &Path) -> Result<Arc<[i16]>, ClipError> {
    let is_file = Path::new(name)
        .extension()
        .is_some_and(|extension| extension.eq_ignore_ascii_case("wav"));
    let read;
    let bytes = if is_file {
        let path = folder.join(name);
        read = std::fs::read(&path).map_err(|source| ClipError::Unreadable {
            file: path.display().to_string(),
            source,
        })?;
        read.as_slice()
    } else {
        let found = BUILT_IN.iter().find(|(known, _)| *known == name);
        found
            .map(|(_, bytes)| *bytes)
            .ok_or_else(|| ClipError::Unknown {
                name: name.to_owned(),
            })?
    };
    let data = data_of(bytes).map_err(|what| ClipError::Format {
        file: name.to_owned(),
        what,
    })?;
    Ok(data.iter().map(|&byte| mulaw::decode(byte)).collect())
}

fn names() -> String {
    let names: Vec<_> = BUILT_IN.iter().map(|(name, _)| *name).collect();
    names.join(", ")
}

/// The sound of a WAV file (RIFF, format 7); the error says what is not as it should be.
fn data_of(file: &[u8]) -> Result<&[u8], String> {
    let mut rest = file
        .strip_prefix(b"RIFF")
        .and_then(|rest| rest.get(4..))
        .and_then(|rest| rest.strip_prefix(b"WAVE"))
        .ok_or("no RIFF file")?;
    let mut is_mulaw = false;
    while let Some((name, after)) = rest.split_first_chunk::<4>() {
        let (length, body) = after.split_first_chunk::<4>().ok_or("cut off")?;
        let length = u32::from_le_bytes(*length) as usize;
        let chunk = body.get(..length).ok_or("cut off")?;
        match name {
            b"fmt " => {
                check_format(chunk)?;
                is_mulaw = true;
            }
            b"data" if is_mulaw => return Ok(chunk),
            _ => {}
        }
        // Chunks begin at even places.
        rest = body.get(length + length % 2..).unwrap_or_default();
    }
    Err("no sound in it".to_owned())
}

fn check_format(chunk: &[u8]) -> Result<(), String> {
    let [format, _, channels, _, a, b, c, d, ..] = chunk else {
        return Err("short format chunk".to_owned());
    };
    let rate = u32::from_le_bytes([*a, *b, *c, *d]);
    if (*format, *channels, rate) == (7, 1, 8_000) {
        return Ok(());
    }
    Err(format!(
        "format {format}, {channels} channels, {rate} Hz instead of 7, 1, 8000"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_clip_of_ours_is_speech_of_a_few_seconds() {
        let mut bytes = 0;
        for (name, file) in BUILT_IN {
            bytes += file.len();
            let samples = load(name, Path::new(".")).unwrap();
            assert!((2_000..40_000).contains(&samples.len()), "{name}");
            assert!(samples.iter().any(|s| s.abs() > 4_000), "{name} is quiet");
        }
        assert!(bytes <= 150 * 1024, "{bytes} bytes of clips");
    }

    #[test]
    fn what_is_no_clip_is_named() {
        let error = |name: &str| load(name, Path::new("/nowhere")).unwrap_err().to_string();
        assert!(error("hour").contains("\"hour\"") && error("hour").contains("hours"));
        assert!(error("a.wav").contains("/nowhere/a.wav"));
        assert_eq!(
            data_of(b"RIFF....WAVEfmt \x10\0\0\0\x01\0\x01\0\x40\x1f\0\0________").unwrap_err(),
            "format 1, 1 channels, 8000 Hz instead of 7, 1, 8000"
        );
        assert_eq!(
            data_of(b"RIFF....WAVEdata\xff\0\0\0").unwrap_err(),
            "cut off"
        );
    }
}
