//! Recovery codes: shown once, written down, used in place of a second factor that is lost.

use rand::RngCore as _;
use store::session::SecretHash;

use super::{secret, totp::base32};

/// How many a login gets.
pub const CODES: usize = 10;
/// 80 bits each: enough that a plain hash of one tells nothing.
const BYTES: usize = 10;

/// A code, such as `ABCD-EFGH-IJKL-MNOP`, and what is kept of it.
pub fn fresh() -> (String, SecretHash) {
    let mut bytes = [0; BYTES];
    rand::rng().fill_bytes(&mut bytes);
    let letters = base32(&bytes);
    let groups = [
        &letters[..4],
        &letters[4..8],
        &letters[8..12],
        &letters[12..],
    ];
    (groups.join("-"), secret::hash(&letters))
}

/// What is kept of a code, however it is typed; `None` when it cannot be one.
pub fn hash(typed: &str) -> Option<SecretHash> {
    let letters: String = typed
        .chars()
        .filter(|c| !c.is_whitespace() && *c != '-')
        .map(|c| c.to_ascii_uppercase())
        .collect();
    let is_one = letters.len() == BYTES * 8 / 5
        && letters
            .bytes()
            .all(|b| matches!(b, b'A'..=b'Z' | b'2'..=b'7'));
    is_one.then(|| secret::hash(&letters))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_known_again_however_it_is_typed() {
        let (code, known) = fresh();
        assert_eq!(code.len(), 19, "{code}");
        assert_eq!(hash(&code), Some(known));
        assert_eq!(hash(&code.replace('-', " ").to_lowercase()), Some(known));
        assert_ne!(fresh().1, known);
        for other in [
            "",
            "123456",
            "ABCD-EFGH-IJKL-MNO",
            "ABCD-EFGH-IJKL-MNO1",
            "ÄBCD-EFGH-IJKL-MNOP",
        ] {
            assert_eq!(hash(other), None, "{other}");
        }
    }
}
