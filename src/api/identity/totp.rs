//! The second factor: time-based one-time passwords, RFC 6238 with SHA-1, 6 digits and 30 seconds,
//! which is what authenticator apps read. Knows no clock.

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha1::Sha1;
use subtle::ConstantTimeEq as _;

/// RFC 4226 recommends 160 bits.
pub const SECRET_BYTES: usize = 20;

/// The step of an instant, in seconds since 1970.
pub const fn step(unix_seconds: i64) -> i64 {
    unix_seconds.div_euclid(30)
}

/// The step whose code this is: the running one, the one before or the one after, because clocks
/// differ. Steps up to `used` are over.
pub fn matching_step(secret: &[u8], code: &str, now: i64, used: Option<i64>) -> Option<i64> {
    let code: String = code.chars().filter(|c| !c.is_whitespace()).collect();
    let steps = [now, now - 1, now + 1].into_iter();
    steps
        .filter(|step| used.is_none_or(|used| *step > used))
        .find(|step| bool::from(code_of(secret, *step).as_bytes().ct_eq(code.as_bytes())))
}

/// The code of a step. RFC 4226, 5.3: four bytes from where the last nibble points to, without the sign.
pub fn code_of(secret: &[u8], step: i64) -> String {
    let mut mac = Hmac::<Sha1>::new_from_slice(secret).expect("HMAC takes a key of any length");
    mac.update(&step.to_be_bytes());
    let hash: [u8; 20] = mac.finalize().into_bytes().into();
    let at = usize::from(hash[19] & 0x0f);
    let four = [hash[at], hash[at + 1], hash[at + 2], hash[at + 3]];
    let number = u32::from_be_bytes(four) & 0x7fff_ffff;
    format!("{:06}", number % 1_000_000)
}

/// The secret as people type it: base32 of RFC 4648 without padding.
pub fn base32(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let mut text = String::new();
    for chunk in bytes.chunks(5) {
        let mut five = [0; 5];
        five[..chunk.len()].copy_from_slice(chunk);
        let bits = five
            .iter()
            .fold(0_u64, |bits, byte| bits << 8 | u64::from(*byte));
        for n in 0..(chunk.len() * 8).div_ceil(5) {
            let letter = bits >> (35 - 5 * n) & 31;
            text.push(char::from(LETTERS[letter as usize]));
        }
    }
    text
}

/// What an app reads out of a QR code.
pub fn address(secret: &[u8], issuer: &str, login: &str) -> String {
    let part = |text: &str| {
        url::form_urlencoded::byte_serialize(text.as_bytes())
            .collect::<String>()
            .replace('+', "%20")
    };
    let (issuer, login) = (part(issuer), part(login));
    format!(
        "otpauth://totp/{issuer}:{login}?secret={}&issuer={issuer}&algorithm=SHA1&digits=6&period=30",
        base32(secret)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &[u8] = b"12345678901234567890";

    /// RFC 6238, appendix B, the last six digits.
    #[test]
    fn codes_are_those_of_the_standard() {
        for (at, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(code_of(SECRET, step(at)), code);
        }
    }

    #[test]
    fn a_code_counts_a_step_early_or_late_and_once() {
        let code = code_of(SECRET, 100);
        for now in [99, 100, 101] {
            assert_eq!(matching_step(SECRET, &code, now, None), Some(100));
        }
        assert_eq!(matching_step(SECRET, &code, 102, None), None);
        assert_eq!(matching_step(SECRET, &code, 100, Some(100)), None);
        let spaced = format!("{} {}", &code[..3], &code[3..]);
        assert_eq!(matching_step(SECRET, &spaced, 100, Some(99)), Some(100));
        assert_eq!(matching_step(SECRET, "", 100, None), None);
    }

    /// RFC 4648, 10.
    #[test]
    fn secrets_are_written_as_the_standard_says() {
        for (bytes, text) in [
            ("f", "MY"),
            ("fo", "MZXQ"),
            ("foo", "MZXW6"),
            ("foobar", "MZXW6YTBOI"),
        ] {
            assert_eq!(base32(bytes.as_bytes()), text);
        }
        assert!(
            address(SECRET, "Trunkline", "a b@c").contains("totp/Trunkline:a%20b%40c?secret=GEZD")
        );
    }
}
