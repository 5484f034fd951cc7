//! Twilio's names for things.
//!
//! Documented as two letters and 32 hex digits, but nothing here depends on that: other carriers
//! that speak the protocol, and test lines, send other names. So a name is what cannot hurt
//! whoever quotes, logs or stores it: 1 to 64 printable ASCII characters without a space.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// A name that no carrier would send.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{kind} {text:?} is not a name: 1 to 64 printable ASCII characters without spaces are expected"
)]
pub struct InvalidSid {
    kind: &'static str,
    /// Its beginning.
    text: String,
}

macro_rules! sid {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = InvalidSid;

            fn from_str(text: &str) -> Result<Self, InvalidSid> {
                check(stringify!($name), text)?;
                Ok(Self(text.to_owned()))
            }
        }

        impl TryFrom<String> for $name {
            type Error = InvalidSid;

            fn try_from(text: String) -> Result<Self, InvalidSid> {
                check(stringify!($name), &text)?;
                Ok(Self(text))
            }
        }

        impl From<$name> for String {
            fn from(sid: $name) -> Self {
                sid.0
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

sid! {
    /// One call: `CA` and 32 hex digits.
    CallSid
}
sid! {
    /// One media stream of a call: `MZ` and 32 hex digits.
    StreamSid
}
sid! {
    /// The account that owns the call: `AC` and 32 hex digits.
    AccountSid
}

fn check(kind: &'static str, text: &str) -> Result<(), InvalidSid> {
    let is_name =
        (1..=64).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic());
    if is_name {
        Ok(())
    } else {
        Err(InvalidSid {
            kind,
            text: text.chars().take(80).collect(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_parse_and_come_back() {
        for text in ["CA0123456789abcdef0123456789abcdef", "v3:call-7", "x"] {
            let sid: CallSid = text.parse().unwrap();
            assert_eq!((sid.as_str(), sid.to_string().as_str()), (text, text));
            let json = serde_json::to_string(&sid).unwrap();
            assert_eq!(serde_json::from_str::<CallSid>(&json).unwrap(), sid);
        }
    }

    #[test]
    fn what_could_hurt_is_refused_by_name() {
        for text in ["", "a b", "a\nb", "é", "\0", &"x".repeat(65)] {
            let error = text.parse::<StreamSid>().unwrap_err().to_string();
            assert!(error.starts_with("StreamSid "), "{error}");
        }
        assert!(serde_json::from_str::<AccountSid>("\"a\\u0000b\"").is_err());
    }
}
