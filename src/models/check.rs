//! Whether a file is what the list says it is.

use std::{
    fs::File,
    io::{self, Read},
    path::Path,
};

use sha2::{Digest, Sha256};

use super::manifest::{Contents, Model, Source};

/// What lies at a model's place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    /// Size and checksum are right.
    Good,
    Missing,
    /// Something else is there.
    Wrong,
}

impl State {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Good => "ok",
            Self::Missing => "missing",
            Self::Wrong => "corrupt",
        }
    }
}

impl Model {
    /// Reads the whole file to tell.
    pub(super) fn state_in(&self, dir: &Path) -> io::Result<State> {
        let path = dir.join(&self.name);
        let size = match path.metadata() {
            Ok(metadata) => metadata.len(),
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(State::Missing),
            Err(e) => return Err(e),
        };
        for contents in self.accepted() {
            if contents.size == size && sha256(&path)? == contents.sha256 {
                return Ok(State::Good);
            }
        }
        Ok(State::Wrong)
    }

    /// Every encoding of this model that a source may lay down.
    fn accepted(&self) -> impl Iterator<Item = &Contents> {
        let others = self.sources.iter().filter_map(|source| match source {
            Source::Url { contents, .. } if *contents != self.contents => Some(contents),
            Source::Url { .. } | Source::Package(_) => None,
        });
        std::iter::once(&self.contents).chain(others)
    }
}

/// In lower-case hexadecimal digits.
pub(super) fn sha256(path: &Path) -> io::Result<String> {
    let mut file = File::open(path)?;
    let mut hash = Sha256::new();
    let mut buffer = vec![0; 1 << 20];
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(hex::encode(hash.finalize())),
            count => hash.update(&buffer[..count]),
        }
    }
}
