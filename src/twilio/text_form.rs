//! What the carrier's forms say about texts, as types.
//!
//! Contract: Twilio's reference of messaging webhooks and of outbound status callbacks. Knows no HTTP
//! and no database.

use store::message::TextStatus;
use tenant_config::phone::E164;

use super::form::{Form, FormError};

/// A text that comes in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InboundText {
    /// The carrier's name for it, such as `SM…`.
    pub sid: String,
    /// `None` for a short code or a name: nobody to have a conversation with.
    pub from: Option<E164>,
    pub to: Option<E164>,
    pub messaging_service_sid: Option<String>,
    /// Empty when there is nothing to read or to see.
    pub words: String,
    /// `STOP`, `START` or `HELP`, where the carrier handles these itself.
    pub opt_out_type: Option<String>,
    /// It came by WhatsApp or another network, where an SMS would be no answer.
    pub is_of_other_network: bool,
}

/// A report on a text that went out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextReport {
    pub sid: String,
    pub status: TextStatus,
    /// Why it did not arrive, such as `30003`.
    pub error_code: Option<String>,
}

impl InboundText {
    pub fn read(form: &Form) -> Result<Self, FormError> {
        let from: String = form.required("From", "the sender, such as +12025550100")?;
        let _: String = form.required("To", "the number written to, such as +19185550100")?;
        // Spaces count: a decoder may have made one of the `+`.
        let number = |name| form.get(name).and_then(|text| E164::normalise(text).ok());
        let pictures: u32 = form
            .optional("NumMedia", "a whole number")?
            .unwrap_or_default();
        Ok(Self {
            sid: sid(form)?,
            from: number("From"),
            to: number("To"),
            messaging_service_sid: form.get("MessagingServiceSid").map(str::to_owned),
            words: words(form.get("Body").unwrap_or_default(), pictures),
            opt_out_type: form.get("OptOutType").map(str::to_owned),
            is_of_other_network: from
                .trim_start()
                .split_once(':')
                .is_some_and(|(network, _)| {
                    !network.is_empty() && network.bytes().all(|byte| byte.is_ascii_alphabetic())
                }),
        })
    }
}

impl TextReport {
    pub fn read(form: &Form) -> Result<Self, FormError> {
        let word: String = form.required("MessageStatus", STATUS_WORDS)?;
        let status = status(&word).ok_or(FormError::Unreadable {
            field: "MessageStatus",
            expected: STATUS_WORDS,
        })?;
        Ok(Self {
            sid: sid(form)?,
            status,
            error_code: form
                .get("ErrorCode")
                .map(|code| code.chars().take(20).collect()),
        })
    }
}

fn sid(form: &Form) -> Result<String, FormError> {
    const EXPECTED: &str = "SM or MM and 32 hex digits";
    let sid: String = form.required("MessageSid", EXPECTED)?;
    let is_name = sid.len() <= 64 && sid.bytes().all(|byte| byte.is_ascii_alphanumeric());
    is_name.then_some(sid).ok_or(FormError::Unreadable {
        field: "MessageSid",
        expected: EXPECTED,
    })
}

/// What was written, without what a database cannot store, and a note of what only eyes can see.
fn words(body: &str, pictures: u32) -> String {
    let is_kept = |c: &char| !c.is_control() || matches!(c, '\n' | '\t');
    let mut words: String = body.chars().filter(is_kept).take(LONGEST).collect();
    words = words.trim().to_owned();
    if pictures > 0 {
        if !words.is_empty() {
            words.push('\n');
        }
        words.push_str("(sent a picture or file, which is not kept)");
    }
    words
}

/// The carrier's word for a text as ours; queued there is no longer with us.
fn status(word: &str) -> Option<TextStatus> {
    match word {
        "accepted" | "scheduled" | "queued" | "sending" => Some(TextStatus::Sending),
        "sent" => Some(TextStatus::Sent),
        "delivered" | "read" => Some(TextStatus::Delivered),
        "undelivered" => Some(TextStatus::Undelivered),
        "failed" | "canceled" => Some(TextStatus::Failed),
        _ => None,
    }
}

const STATUS_WORDS: &str = "one of accepted, scheduled, queued, sending, sent, delivered, read, undelivered, \
                            failed, canceled";
/// Twilio joins the parts of a text up to 1600 characters.
const LONGEST: usize = 4000;

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    const TEXT: &str = "MessageSid=SM0123456789abcdef0123456789abcdef&From=%2B12025550100&To=%2B19185550103\
                        &Body=Are+you+open%3F&NumMedia=0&NumSegments=1";

    fn read(body: &str) -> Result<InboundText, FormError> {
        InboundText::read(&Form::parse(body.as_bytes()))
    }

    #[test]
    fn a_text_is_read() {
        let text = read(TEXT).unwrap();
        assert_eq!(text.from.unwrap().as_str(), "+12025550100");
        assert_eq!(text.to.unwrap().as_str(), "+19185550103");
        assert_eq!(text.words, "Are you open?");
        assert!(!text.is_of_other_network);
    }

    #[rstest]
    #[case(
        "MessageSid=SM0123456789abcdef0123456789abcdef&",
        "",
        "MessageSid is missing"
    )]
    #[case("MessageSid=SM0", "MessageSid=S-0", "MessageSid cannot be read")]
    #[case("From=%2B12025550100&", "", "From is missing")]
    #[case("To=%2B19185550103&", "", "To is missing")]
    #[case("NumMedia=0", "NumMedia=x", "NumMedia cannot be read")]
    fn what_is_missing_or_wrong_is_named(
        #[case] field: &str,
        #[case] instead: &str,
        #[case] reason: &str,
    ) {
        let error = read(&TEXT.replace(field, instead)).unwrap_err().to_string();
        assert!(
            error.contains(reason) && error.contains("expected"),
            "{error}"
        );
    }

    #[test]
    fn what_cannot_be_stored_is_left_out_and_a_picture_is_noted() {
        let text = read(
            &TEXT
                .replace("Are+you+open%3F", "a%00b%0Ac")
                .replace("NumMedia=0", "NumMedia=2"),
        );
        assert_eq!(
            text.unwrap().words,
            "ab\nc\n(sent a picture or file, which is not kept)"
        );
        assert_eq!(
            read(&TEXT.replace("Are+you+open%3F", "")).unwrap().words,
            ""
        );
    }

    #[test]
    fn other_networks_are_known_and_short_codes_are_no_numbers() {
        let text = read(&TEXT.replace("%2B12025550100", "whatsapp%3A%2B12025550100")).unwrap();
        assert!(text.is_of_other_network && text.from.is_some());
        assert_eq!(
            read(&TEXT.replace("%2B12025550100", "22395")).unwrap().from,
            None
        );
    }

    #[test]
    fn a_report_is_read() {
        let form = Form::parse(b"MessageSid=SM1&MessageStatus=undelivered&ErrorCode=30003");
        let report = TextReport::read(&form).unwrap();
        assert_eq!(
            (report.status, report.error_code.as_deref()),
            (TextStatus::Undelivered, Some("30003"))
        );
        let odd = Form::parse(b"MessageSid=SM1&MessageStatus=lost");
        assert!(
            TextReport::read(&odd)
                .unwrap_err()
                .to_string()
                .contains("MessageStatus")
        );
    }
}
