//! How single values stand in a log.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Bytes as base64.
pub(super) mod bytes {
    use super::{Deserialize, Deserializer, Serializer};

    pub(in crate::log) fn serialize<S: Serializer>(bytes: &[u8], to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&base64_simd::STANDARD.encode_to_string(bytes))
    }

    pub(in crate::log) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Vec<u8>, D::Error> {
        let text = String::deserialize(from)?;
        base64_simd::STANDARD
            .decode_to_vec(text)
            .map_err(|_| serde::de::Error::custom("audio that is not base64 with padding"))
    }
}

/// Samples as base64 of 16 bit little endian.
pub(super) mod samples {
    use super::{Deserializer, Serializer, bytes};

    pub(in crate::log) fn serialize<S: Serializer>(
        samples: &[i16],
        to: S,
    ) -> Result<S::Ok, S::Error> {
        let raw: Vec<u8> = samples.iter().flat_map(|s| s.to_le_bytes()).collect();
        bytes::serialize(&raw, to)
    }

    pub(in crate::log) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Vec<i16>, D::Error> {
        let raw = bytes::deserialize(from)?;
        let (pairs, rest) = raw.as_chunks::<2>();
        if rest.is_empty() {
            Ok(pairs.iter().map(|pair| i16::from_le_bytes(*pair)).collect())
        } else {
            Err(serde::de::Error::custom("audio of half a sample"))
        }
    }
}

/// A number, and in words what JSON has no number for.
pub(super) mod float {
    use super::{Deserialize, Deserializer, Serialize, Serializer};

    #[derive(Serialize, Deserialize)]
    #[serde(untagged)]
    enum Float {
        Number(f32),
        Word(String),
    }

    impl Float {
        fn of(value: f32) -> Self {
            if value.is_finite() {
                Self::Number(value)
            } else {
                Self::Word(value.to_string())
            }
        }

        fn value<E: serde::de::Error>(self) -> Result<f32, E> {
            match self {
                Self::Number(value) => Ok(value),
                Self::Word(word) => word.parse().map_err(E::custom),
            }
        }
    }

    #[expect(
        clippy::trivially_copy_pass_by_ref,
        reason = "the signature that serde asks for"
    )]
    pub(in crate::log) fn serialize<S: Serializer>(value: &f32, to: S) -> Result<S::Ok, S::Error> {
        Float::of(*value).serialize(to)
    }

    pub(in crate::log) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<f32, D::Error> {
        Float::deserialize(from)?.value()
    }

    /// The same of what may be unknown: `null`.
    pub(in crate::log) mod option {
        use super::{Deserialize, Deserializer, Float, Serialize, Serializer};

        #[expect(
            clippy::ref_option,
            clippy::trivially_copy_pass_by_ref,
            reason = "the signature that serde asks for"
        )]
        pub(in crate::log) fn serialize<S: Serializer>(
            value: &Option<f32>,
            to: S,
        ) -> Result<S::Ok, S::Error> {
            value.map(Float::of).serialize(to)
        }

        pub(in crate::log) fn deserialize<'de, D: Deserializer<'de>>(
            from: D,
        ) -> Result<Option<f32>, D::Error> {
            Option::<Float>::deserialize(from)?
                .map(Float::value)
                .transpose()
        }
    }
}

/// What reads back from its own words.
pub(super) mod text {
    use std::{fmt::Display, str::FromStr};

    use super::{Deserialize, Deserializer, Serializer};

    pub(in crate::log) fn serialize<T: Display, S: Serializer>(
        value: &T,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        to.collect_str(value)
    }

    pub(in crate::log) fn deserialize<'de, T, D>(from: D) -> Result<T, D::Error>
    where
        T: FromStr<Err: Display>,
        D: Deserializer<'de>,
    {
        let text = String::deserialize(from)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// Sixteen hex digits that stand for samples or bytes: FNV-1a of 64 bits. It tells two sounds
/// apart and protects nothing.
pub(super) fn digest(bytes: impl IntoIterator<Item = u8>) -> String {
    let hash = bytes.into_iter().fold(FNV_OFFSET, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(FNV_PRIME)
    });
    format!("{hash:016x}")
}

pub(super) fn digest_of_samples(samples: &[i16]) -> String {
    digest(samples.iter().flat_map(|sample| sample.to_le_bytes()))
}

/// <http://www.isthe.com/chongo/tech/comp/fnv/>.
const FNV_OFFSET: u64 = 0xcbf2_9ce4_8422_2325;
const FNV_PRIME: u64 = 0x0100_0000_01b3;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_digest_is_the_published_one() {
        assert_eq!(digest([]), "cbf29ce484222325");
        assert_eq!(digest(*b"foobar"), "85944171f73967e8");
    }
}
