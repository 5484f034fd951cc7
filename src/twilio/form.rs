//! What the carrier's forms say, as types.
//!
//! A form carries more than we read and grows without notice; fields that are not known here are
//! passed over. A field that is needed and missing, or cannot be read, is an error that names it.
//!
//! Knows no HTTP and no database.

use std::str::FromStr;

use media::twilio::{AccountSid, CallSid};
use store::call::{CallStatus, Direction};
use tenant_config::phone::E164;
use url::form_urlencoded;

/// The fields of a form in the order in which they came, duplicates included.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Form {
    fields: Vec<(String, String)>,
}

/// A form that cannot be acted on.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FormError {
    #[error("field {field} is missing; expected {expected}")]
    Missing {
        field: &'static str,
        expected: &'static str,
    },
    #[error("field {field} cannot be read; expected {expected}")]
    Unreadable {
        field: &'static str,
        expected: &'static str,
    },
}

impl Form {
    /// Reads `application/x-www-form-urlencoded`; every byte sequence is some form.
    pub fn parse(body: &[u8]) -> Self {
        Self {
            fields: form_urlencoded::parse(body).into_owned().collect(),
        }
    }

    /// A form from its fields.
    pub const fn of(fields: Vec<(String, String)>) -> Self {
        Self { fields }
    }

    pub fn fields(&self) -> &[(String, String)] {
        &self.fields
    }

    /// The first value of a name, if it is not empty: the carrier sends empty fields for what it
    /// does not know.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.fields
            .iter()
            .find(|(field, _)| field == name)
            .map(|(_, value)| value.as_str())
            .filter(|value| !value.is_empty())
    }

    /// A field that may be absent but not unreadable.
    pub fn optional<T: FromStr>(
        &self,
        field: &'static str,
        expected: &'static str,
    ) -> Result<Option<T>, FormError> {
        self.get(field)
            .map(|value| {
                value
                    .trim()
                    .parse()
                    .map_err(|_| FormError::Unreadable { field, expected })
            })
            .transpose()
    }

    /// A field that must be there.
    pub fn required<T: FromStr>(
        &self,
        field: &'static str,
        expected: &'static str,
    ) -> Result<T, FormError> {
        self.optional(field, expected)?
            .ok_or(FormError::Missing { field, expected })
    }

    /// The call that the form is about.
    pub fn call_sid(&self) -> Result<CallSid, FormError> {
        self.required("CallSid", "CA and 32 hex digits")
    }

    /// `CallStatus`; `None` when the form does not say.
    pub fn call_status(&self) -> Result<Option<CallStatus>, FormError> {
        let Some(word) = self.get("CallStatus") else {
            return Ok(None);
        };
        let status = CallStatus::parse(word).ok_or(FormError::Unreadable {
            field: "CallStatus",
            expected: STATUS_WORDS,
        })?;
        Ok(Some(status))
    }

    /// The caller's number; `None` when withheld or when the caller has none.
    pub fn caller(&self) -> Option<E164> {
        E164::normalise(self.get("From")?).ok()
    }

    /// The caller came in by SIP; the carrier refuses such a caller's name as a caller id.
    pub fn is_from_sip(&self) -> bool {
        self.get("From").is_some_and(|from| {
            let from = from.trim_start();
            from.starts_with("sip:") || from.starts_with("sips:")
        })
    }

    /// Keys that were pressed, in order: `0`-`9`, `*`, `#`, `A`-`D`. What is no key is left out.
    pub fn digits(&self) -> String {
        let is_key = |c: &char| c.is_ascii_digit() || matches!(c, '*' | '#' | 'A'..='D');
        self.get("Digits")
            .unwrap_or_default()
            .chars()
            .filter(is_key)
            .take(MAX_DIGITS)
            .collect()
    }
}

/// The webhook of a call that comes in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InboundCall {
    pub call_sid: CallSid,
    pub account_sid: AccountSid,
    /// `None` for an anonymous caller or one without a number.
    pub from: Option<E164>,
    /// `None` when something else than a number was dialled.
    pub to: Option<E164>,
    /// What was dialled, as the carrier says it.
    pub raw_to: String,
    pub messaging_service_sid: Option<String>,
    /// `None` when the form does not say.
    pub status: Option<CallStatus>,
    pub direction: Direction,
}

impl InboundCall {
    pub fn read(form: &Form) -> Result<Self, FormError> {
        let raw_to: String = form.required("To", "the dialled number, such as +19185550100")?;
        // Spaces count: a decoder may have made one of the `+`.
        let to = form.get("To").and_then(|to| E164::normalise(to).ok());
        Ok(Self {
            call_sid: form.call_sid()?,
            account_sid: form.required("AccountSid", "AC and 32 hex digits")?,
            from: form.caller(),
            to,
            raw_to,
            messaging_service_sid: form.get("MessagingServiceSid").map(str::to_owned),
            status: form.call_status()?,
            direction: direction(form),
        })
    }
}

/// `inbound`, or one of the words that begin with `outbound`.
fn direction(form: &Form) -> Direction {
    match form.get("Direction") {
        Some(word) if word.starts_with("outbound") => Direction::Outbound,
        _ => Direction::Inbound,
    }
}

/// More keys than a caller presses between two prompts.
const MAX_DIGITS: usize = 64;

const STATUS_WORDS: &str = "one of queued, initiated, ringing, in-progress, completed, busy, \
                            failed, no-answer, canceled";

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    const INCOMING: &str = "CallSid=CA0123456789abcdef0123456789abcdef&\
        AccountSid=AC0123456789abcdef0123456789abcdef&From=%2B12025550100&To=%2B19185550103&\
        CallStatus=ringing&Direction=inbound&ApiVersion=2010-04-01&FromCity=&CallerName=Zo%C3%AB";

    fn read(body: &str) -> Result<InboundCall, FormError> {
        InboundCall::read(&Form::parse(body.as_bytes()))
    }

    #[test]
    fn an_incoming_call_is_read() {
        let call = read(INCOMING).unwrap();
        assert_eq!(call.call_sid.as_str(), "CA0123456789abcdef0123456789abcdef");
        assert_eq!(
            call.account_sid.as_str(),
            "AC0123456789abcdef0123456789abcdef"
        );
        assert_eq!(call.from.unwrap().as_str(), "+12025550100");
        assert_eq!(call.to.unwrap().as_str(), "+19185550103");
        assert_eq!(call.status, Some(CallStatus::Ringing));
        assert_eq!(call.direction, Direction::Inbound);
        assert_eq!(call.messaging_service_sid, None);
    }

    #[rstest]
    #[case(
        "CallSid=CA0123456789abcdef0123456789abcdef&",
        "",
        "CallSid is missing"
    )]
    #[case(
        "CallSid=CA0123456789abcdef0123456789abcdef",
        "CallSid=",
        "CallSid is missing"
    )]
    #[case(
        "CallSid=CA0123456789abcdef0123456789abcdef",
        "CallSid=C%00A",
        "CallSid cannot be read"
    )]
    #[case(
        "AccountSid=AC0123456789abcdef0123456789abcdef&",
        "",
        "AccountSid is missing"
    )]
    #[case("To=%2B19185550103&", "", "To is missing")]
    #[case(
        "CallStatus=ringing",
        "CallStatus=singing",
        "CallStatus cannot be read"
    )]
    fn what_is_missing_or_wrong_is_named(
        #[case] field: &str,
        #[case] instead: &str,
        #[case] reason: &str,
    ) {
        let error = read(&INCOMING.replace(field, instead))
            .unwrap_err()
            .to_string();
        assert!(
            error.contains(reason) && error.contains("expected"),
            "{error}"
        );
    }

    #[rstest]
    #[case("anonymous")]
    #[case("unknown")]
    #[case("client%3Ajoe")]
    #[case("")]
    #[case("Restricted")]
    fn a_caller_without_a_number_is_a_caller(#[case] from: &str) {
        let call = read(&INCOMING.replace("%2B12025550100", from)).unwrap();
        assert_eq!(call.from, None);
    }

    #[rstest]
    #[case("+19185550103")] // an unescaped plus decodes to a space
    #[case("%2B1+918+555-0103")]
    #[case("sip%3A%2B19185550103%40pbx.example")]
    #[case("whatsapp%3A%2B19185550103")]
    fn the_dialled_number_is_normalised(#[case] to: &str) {
        let call = read(&INCOMING.replace("%2B19185550103", to)).unwrap();
        assert_eq!(call.to.unwrap().as_str(), "+19185550103");
    }

    #[test]
    fn duplicates_and_order_are_kept_and_the_first_value_is_read() {
        let form = Form::parse(b"b=1&a=%C3%A9&b=2&c");
        let fields: Vec<_> = form
            .fields()
            .iter()
            .map(|(n, v)| (n.as_str(), v.as_str()))
            .collect();
        assert_eq!(fields, [("b", "1"), ("a", "é"), ("b", "2"), ("c", "")]);
        assert_eq!(
            (form.get("b"), form.get("c"), form.get("d")),
            (Some("1"), None, None)
        );
    }

    #[test]
    fn only_keys_are_digits() {
        assert_eq!(Form::parse(b"Digits=1%2A%239Dx%00").digits(), "1*#9D");
        assert_eq!(Form::parse(b"Digits=").digits(), "");
        assert_eq!(
            Form::parse(format!("Digits={}", "7".repeat(900)).as_bytes())
                .digits()
                .len(),
            64
        );
    }
}
