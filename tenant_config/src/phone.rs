//! Phone numbers, dial targets and the configuration of one line.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::id::{AgentId, IvrMenuId, PhoneConfigId, TenantId};

/// A phone number in E.164: `+`, a digit 1-9, then 6 to 14 digits.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct E164(String);

/// Why a text is no phone number.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("phone number must be E.164, such as +19185550100: a plus sign and 7 to 15 digits")]
pub struct NotE164;

impl E164 {
    /// Reads a number as carriers and people write it: surrounding and inner spaces, dashes, dots and
    /// brackets are dropped, a leading space stands for a `+` that a form decoder ate, and the
    /// prefixes `whatsapp:`, `tel:`, `sip:` (with `@host`) are removed. A number without `+` is
    /// refused: guessing the country would route calls wrongly.
    pub fn normalise(text: &str) -> Result<Self, NotE164> {
        let mut rest = text;
        for prefix in ["whatsapp:", "tel:", "sips:", "sip:"] {
            if rest
                .trim_start()
                .get(..prefix.len())
                .is_some_and(|p| p.eq_ignore_ascii_case(prefix))
            {
                rest = &rest.trim_start()[prefix.len()..];
                break;
            }
        }
        let rest = rest.split(['@', ';']).next().unwrap_or_default();
        let plus_eaten =
            rest.starts_with(' ') && rest.trim_start().starts_with(|c: char| c.is_ascii_digit());
        let mut number = String::with_capacity(16);
        for (i, c) in rest.trim().chars().enumerate() {
            match c {
                '+' if i == 0 => {}
                '0'..='9' => number.push(c),
                ' ' | '-' | '.' | '(' | ')' | '\u{a0}' => {}
                _ => return Err(NotE164),
            }
        }
        let has_plus = rest.trim().starts_with('+') || plus_eaten;
        let well_formed = (7..=15).contains(&number.len()) && !number.starts_with('0');
        if has_plus && well_formed {
            Ok(Self(format!("+{number}")))
        } else {
            Err(NotE164)
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for E164 {
    type Error = NotE164;
    fn try_from(text: String) -> Result<Self, NotE164> {
        Self::normalise(&text)
    }
}

impl From<E164> for String {
    fn from(number: E164) -> Self {
        number.0
    }
}

/// How a line is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum IvrMode {
    /// Forward to a number or SIP address.
    Simple,
    /// Walk the tenant's DTMF menu.
    Ivr,
    /// Hold a spoken conversation.
    AiVoice,
}

impl IvrMode {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Simple => "simple",
            Self::Ivr => "ivr",
            Self::AiVoice => "ai-voice",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        [Self::Simple, Self::Ivr, Self::AiVoice]
            .into_iter()
            .find(|m| m.as_str() == text)
    }
}

/// Where a forwarded or transferred call goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DialTarget {
    Number(E164),
    /// A SIP URI, `sip:user@host`.
    Sip(String),
}

impl DialTarget {
    /// Reads `sip:user@host` or a phone number.
    pub fn parse(text: &str) -> Result<Self, NotE164> {
        let trimmed = text.trim();
        let scheme = trimmed
            .split_once(':')
            .map(|(scheme, rest)| (scheme.to_ascii_lowercase(), rest));
        if let Some((scheme, rest)) = scheme.filter(|(s, _)| s == "sip" || s == "sips") {
            let well_formed = rest
                .split_once('@')
                .is_some_and(|(user, host)| !user.is_empty() && !host.is_empty());
            let clean =
                !rest.contains(|c: char| c.is_whitespace() || c.is_control() || "<>\"".contains(c));
            let uri = format!("{scheme}:{rest}");
            return if well_formed && clean {
                Ok(Self::Sip(uri))
            } else {
                Err(NotE164)
            };
        }
        E164::normalise(trimmed).map(Self::Number)
    }

    pub fn as_str(&self) -> &str {
        match self {
            Self::Number(number) => number.as_str(),
            Self::Sip(uri) => uri,
        }
    }
}

/// What a caller gets when the first answer is not to be had (busy, no answer, no agent).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Fallback {
    Forward {
        to: DialTarget,
    },
    Voicemail,
    /// Say this, then hang up.
    Message {
        text: String,
    },
}

/// One phone line of a tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PhoneConfig {
    pub id: PhoneConfigId,
    pub tenant_id: TenantId,
    pub phone_number: Option<E164>,
    pub messaging_service_sid: Option<String>,
    pub ivr_mode: IvrMode,
    /// Speaks in `ai-voice` mode and when a menu leads there.
    pub agent_id: Option<AgentId>,
    /// The menu that answers in `ivr` mode.
    pub ivr_menu_id: Option<IvrMenuId>,
    /// The menu outside business hours; `None` uses the same menu at all hours.
    pub closed_menu_id: Option<IvrMenuId>,
    /// Where `simple` mode and transfers go.
    pub forward_to: Option<DialTarget>,
    /// How long a forwarded phone rings.
    pub dial_timeout: Duration,
    pub fallback: Fallback,
    /// What a caller gets when no conversation can be had because too many are held; `None` says
    /// that all lines are busy.
    pub overflow: Option<Fallback>,
    pub record: bool,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("+19185550100")]
    #[case(" +1 918 555 0100 ")]
    #[case("+1 (918) 555-0100")]
    #[case("+1.918.555.0100")]
    #[case("+1\u{a0}918\u{a0}555\u{a0}0100")]
    #[case::plus_read_as_a_space(" 19185550100")]
    #[case("whatsapp:+19185550100")]
    #[case("WhatsApp: +19185550100")]
    #[case::plus_read_as_a_space_behind_a_prefix("whatsapp: 19185550100")]
    #[case("tel:+1-918-555-0100;ext=5")]
    #[case("sip:+19185550100@pbx.example.com")]
    #[case("sips:+19185550100@pbx.example.com;transport=tls")]
    fn numbers_are_read_as_carriers_write_them(#[case] text: &str) {
        assert_eq!(E164::normalise(text).unwrap().as_str(), "+19185550100");
    }

    #[rstest]
    #[case("")]
    #[case(" ")]
    #[case("+")]
    #[case::no_country("9185550100")]
    #[case::no_country("(918) 555-0100")]
    #[case::leading_zero("+09185550100")]
    #[case::too_short("+123456")]
    #[case::too_long("+1234567890123456")]
    #[case("+1918555O100")]
    #[case("++19185550100")]
    #[case("+1918+5550100")]
    #[case::other_digits("+١٩١٨٥٥٥٠١٠٠")]
    #[case("anonymous")]
    #[case("sip:alice@pbx.example.com")]
    #[case("sip:")]
    fn what_is_no_number_is_refused(#[case] text: &str) {
        assert_eq!(E164::normalise(text), Err(NotE164));
    }

    #[test]
    fn a_stored_number_is_checked_when_it_is_read() {
        let number: E164 = serde_json::from_str("\"+1 918 555 0100\"").unwrap();
        assert_eq!(serde_json::to_string(&number).unwrap(), "\"+19185550100\"");
        assert!(serde_json::from_str::<E164>("\"911\"").is_err());
    }

    #[rstest]
    #[case("sip:desk@pbx.example.com", "sip:desk@pbx.example.com")]
    #[case("SIP:+19185550100@pbx.example.com", "sip:+19185550100@pbx.example.com")]
    #[case(" sips:desk@pbx.example.com ", "sips:desk@pbx.example.com")]
    fn a_sip_address_is_dialled_as_one(#[case] text: &str, #[case] uri: &str) {
        assert_eq!(DialTarget::parse(text), Ok(DialTarget::Sip(uri.to_owned())));
    }

    #[rstest]
    #[case("sip:pbx.example.com")]
    #[case("sip:@pbx.example.com")]
    #[case("sips:@pbx.example.com")]
    #[case("sip:desk@")]
    #[case("sip:desk@pbx <script>")]
    #[case("sip:desk@pbx\u{0}")]
    #[case("desk@pbx.example.com")]
    fn a_broken_address_is_refused(#[case] text: &str) {
        assert_eq!(DialTarget::parse(text), Err(NotE164));
    }

    #[test]
    fn a_number_is_a_target() {
        let target = DialTarget::parse("+1 918 555 0100").unwrap();
        assert_eq!(target.as_str(), "+19185550100");
        let json = serde_json::to_string(&target).unwrap();
        assert_eq!(json, r#"{"number":"+19185550100"}"#);
        assert_eq!(serde_json::from_str::<DialTarget>(&json).unwrap(), target);
    }

    #[test]
    fn modes_are_read_as_written() {
        for (mode, word) in [
            (IvrMode::Simple, "simple"),
            (IvrMode::Ivr, "ivr"),
            (IvrMode::AiVoice, "ai-voice"),
        ] {
            assert_eq!(mode.as_str(), word);
            assert_eq!(IvrMode::parse(word), Some(mode));
            assert_eq!(serde_json::to_value(mode).unwrap(), word);
        }
        assert_eq!(IvrMode::parse("AI-Voice"), None);
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "\\PC{0,40}") {
            let _ = DialTarget::parse(&text);
            if let Ok(number) = E164::normalise(&text) {
                prop_assert_eq!(E164::normalise(number.as_str()), Ok(number.clone()));
                prop_assert!((8..=16).contains(&number.as_str().len()));
            }
        }

        #[test]
        fn separators_do_not_matter(digits in "[1-9][0-9]{6,14}", gap in "[ .()-]{0,3}") {
            let spread: Vec<String> = digits.chars().map(String::from).collect();
            let text = format!("+{}", spread.join(&gap));
            prop_assert_eq!(String::from(E164::normalise(&text).unwrap()), format!("+{digits}"));
        }
    }
}
