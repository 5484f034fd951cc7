//! A line as it is sent and shown. Making and changing pass the same checks.

use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use store::phone::LineRow;
use tenant_config::{
    id::{AgentId, IvrMenuId, PhoneConfigId, TenantId},
    phone::{DialTarget, Fallback, IvrMode, PhoneConfig},
};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::api::{
    check::Faults,
    problem::{Outcome, Problem},
};

/// How a line answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ModeWord {
    /// Forwards the call.
    Simple,
    /// Walks a menu of keys.
    Ivr,
    /// Holds a conversation.
    AiVoice,
}

impl From<ModeWord> for IvrMode {
    fn from(word: ModeWord) -> Self {
        match word {
            ModeWord::Simple => Self::Simple,
            ModeWord::Ivr => Self::Ivr,
            ModeWord::AiVoice => Self::AiVoice,
        }
    }
}

impl From<IvrMode> for ModeWord {
    fn from(mode: IvrMode) -> Self {
        match mode {
            IvrMode::Simple => Self::Simple,
            IvrMode::Ivr => Self::Ivr,
            IvrMode::AiVoice => Self::AiVoice,
        }
    }
}

/// What a caller gets when the first answer cannot be had.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum FallbackInput {
    /// Forwarded to a number or `sip:` address.
    Forward {
        #[schema(example = "+19185550199")]
        to: String,
    },
    /// May leave a message.
    Voicemail,
    /// Hears this; then the call ends.
    Message { text: String },
}

impl From<&Fallback> for FallbackInput {
    fn from(fallback: &Fallback) -> Self {
        match fallback {
            Fallback::Forward { to } => Self::Forward {
                to: to.as_str().to_owned(),
            },
            Fallback::Voicemail => Self::Voicemail,
            Fallback::Message { text } => Self::Message { text: text.clone() },
        }
    }
}

impl FallbackInput {
    fn read(&self, faults: &mut Faults, pointer: &str) -> Fallback {
        match self {
            Self::Forward { to } => {
                let at = format!("{pointer}/to");
                if let Some(to) = faults.target(&at, Some(to)) {
                    return Fallback::Forward { to };
                }
                if to.trim().is_empty() {
                    faults.add(&at, "required", "Say where to forward to.");
                }
                // Never kept: the faults are what is answered.
                Fallback::Voicemail
            }
            Self::Voicemail => Fallback::Voicemail,
            Self::Message { text } => Fallback::Message {
                text: faults.text(&format!("{pointer}/text"), text, 1000),
            },
        }
    }
}

/// A line as it is to be.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LineInput {
    /// E.164; spaces, dashes and brackets are dropped. A number belongs to one line of one tenant.
    #[serde(default)]
    #[schema(example = "+19185550100")]
    pub phone_number: Option<String>,
    /// Of the carrier, for texts.
    #[serde(default)]
    pub messaging_service_sid: Option<String>,
    pub ivr_mode: ModeWord,
    /// Speaks in `ai-voice`, and where a menu leads to it.
    #[serde(default)]
    pub agent_id: Option<Uuid>,
    /// Answers in `ivr`.
    #[serde(default)]
    pub ivr_menu_id: Option<Uuid>,
    /// Answers in `ivr` outside business hours; without it the other menu does.
    #[serde(default)]
    pub closed_menu_id: Option<Uuid>,
    /// Where `simple` and transfers go: a number or `sip:user@host`.
    #[serde(default)]
    #[schema(example = "+19185550199")]
    pub forward_to: Option<String>,
    /// How long a forwarded phone rings, in seconds, 5 to 120.
    #[serde(default = "ring")]
    pub dial_timeout_s: u64,
    #[serde(default = "voicemail")]
    pub fallback: FallbackInput,
    /// When too many conversations are held; without it the caller hears that all lines are busy.
    #[serde(default)]
    pub overflow: Option<FallbackInput>,
    #[serde(default = "yes")]
    pub record: bool,
    #[serde(default)]
    pub sip_domain: Option<String>,
    #[serde(default)]
    pub sip_username: Option<String>,
    /// Kept encrypted and never shown. In a PATCH: left out it stays, `null` takes it away.
    #[serde(default, skip_serializing)]
    #[schema(write_only)]
    pub sip_password: Option<String>,
}

const fn ring() -> u64 {
    20
}

const fn yes() -> bool {
    true
}

const fn voicemail() -> FallbackInput {
    FallbackInput::Voicemail
}

/// A line as it is.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a field of the document"
)]
#[derive(Debug, Serialize, ToSchema)]
pub struct LineView {
    pub id: Uuid,
    pub phone_number: Option<String>,
    pub messaging_service_sid: Option<String>,
    pub ivr_mode: ModeWord,
    pub agent_id: Option<Uuid>,
    pub ivr_menu_id: Option<Uuid>,
    pub closed_menu_id: Option<Uuid>,
    pub forward_to: Option<String>,
    pub dial_timeout_s: u64,
    pub fallback: FallbackInput,
    pub overflow: Option<FallbackInput>,
    pub record: bool,
    pub sip_domain: Option<String>,
    pub sip_username: Option<String>,
    pub has_sip_password: bool,
    /// The number was bought here: the line goes with it, by `POST …/release`.
    pub is_bought: bool,
    /// Root's own line, which answers for every number that is nobody's. It cannot be deleted.
    pub is_root_protected: bool,
    pub created_at: DateTime<Utc>,
}

impl From<&LineRow> for LineView {
    fn from(row: &LineRow) -> Self {
        let input = LineInput::from(row);
        Self {
            id: row.config.id.0,
            phone_number: input.phone_number,
            messaging_service_sid: input.messaging_service_sid,
            ivr_mode: input.ivr_mode,
            agent_id: input.agent_id,
            ivr_menu_id: input.ivr_menu_id,
            closed_menu_id: input.closed_menu_id,
            forward_to: input.forward_to,
            dial_timeout_s: input.dial_timeout_s,
            fallback: input.fallback,
            overflow: input.overflow,
            record: input.record,
            sip_domain: input.sip_domain,
            sip_username: input.sip_username,
            has_sip_password: row.has_sip_password,
            is_bought: row.carrier_number_sid.is_some(),
            is_root_protected: row.is_root_protected,
            created_at: row.created_at,
        }
    }
}

impl From<&LineRow> for LineInput {
    fn from(row: &LineRow) -> Self {
        let config = &row.config;
        Self {
            phone_number: config
                .phone_number
                .as_ref()
                .map(|number| number.as_str().to_owned()),
            messaging_service_sid: config.messaging_service_sid.clone(),
            ivr_mode: config.ivr_mode.into(),
            agent_id: config.agent_id.map(|id| id.0),
            ivr_menu_id: config.ivr_menu_id.map(|id| id.0),
            closed_menu_id: config.closed_menu_id.map(|id| id.0),
            forward_to: config.forward_to.as_ref().map(|to| to.as_str().to_owned()),
            dial_timeout_s: config.dial_timeout.as_secs(),
            fallback: (&config.fallback).into(),
            overflow: config.overflow.as_ref().map(FallbackInput::from),
            record: config.record,
            sip_domain: row.sip_domain.clone(),
            sip_username: row.sip_username.clone(),
            sip_password: None,
        }
    }
}

impl LineInput {
    /// The line, checked.
    pub fn read(&self, id: PhoneConfigId, tenant_id: TenantId) -> Outcome<PhoneConfig> {
        let mut faults = Faults::default();
        let config = PhoneConfig {
            id,
            tenant_id,
            phone_number: faults.number("/phone_number", self.phone_number.as_deref()),
            messaging_service_sid: faults.optional(
                "/messaging_service_sid",
                self.messaging_service_sid.as_deref(),
                64,
            ),
            ivr_mode: self.ivr_mode.into(),
            agent_id: self.agent_id.map(AgentId),
            ivr_menu_id: self.ivr_menu_id.map(IvrMenuId),
            closed_menu_id: self.closed_menu_id.map(IvrMenuId),
            forward_to: self.forward_to(&mut faults),
            dial_timeout: Duration::from_secs(faults.within(
                "/dial_timeout_s",
                self.dial_timeout_s,
                5,
                120,
            )),
            fallback: self.fallback.read(&mut faults, "/fallback"),
            overflow: self
                .overflow
                .as_ref()
                .map(|overflow| overflow.read(&mut faults, "/overflow")),
            record: self.record,
        };
        // A mode without what it answers with would disappoint the first caller.
        let (pointer, is_there) = match self.ivr_mode {
            // One that forwards nowhere goes straight to its fallback.
            ModeWord::Simple => (
                "/forward_to",
                self.forward_to.is_some() || self.fallback != FallbackInput::Voicemail,
            ),
            ModeWord::Ivr => ("/ivr_menu_id", self.ivr_menu_id.is_some()),
            ModeWord::AiVoice => ("/agent_id", self.agent_id.is_some()),
        };
        if !is_there {
            faults.add(
                pointer,
                "required",
                "A line that answers in this way needs it.",
            );
        }
        faults.none()?;
        Ok(config)
    }

    fn forward_to(&self, faults: &mut Faults) -> Option<DialTarget> {
        let target = faults.target("/forward_to", self.forward_to.as_deref());
        // A line that forwards to itself rings until the carrier gives up.
        if self.phone_number.is_some() {
            let own = self.phone_number.as_deref().map(DialTarget::parse);
            if let (Some(Ok(own)), Some(to)) = (own, &target)
                && own == *to
            {
                faults.add("/forward_to", "circle", "A line cannot forward to itself.");
            }
        }
        target
    }

    pub fn sip_domain(&self) -> Outcome<Option<String>> {
        short("/sip_domain", self.sip_domain.as_deref())
    }

    pub fn sip_username(&self) -> Outcome<Option<String>> {
        short("/sip_username", self.sip_username.as_deref())
    }
}

fn short(pointer: &str, text: Option<&str>) -> Outcome<Option<String>> {
    let text = text.map(str::trim).filter(|text| !text.is_empty());
    match text {
        Some(text) if text.chars().count() > 255 => Err(Problem::field(
            pointer,
            "too_long",
            "This has at most 255 characters.",
        )),
        text => Ok(text.map(str::to_owned)),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::api::problem::Code;

    fn input(value: serde_json::Value) -> LineInput {
        serde_json::from_value(value).unwrap()
    }

    fn read(value: serde_json::Value) -> Outcome<PhoneConfig> {
        input(value).read(PhoneConfigId(Uuid::nil()), TenantId(Uuid::nil()))
    }

    #[test]
    fn a_number_is_kept_without_its_spaces_and_an_empty_text_is_nothing() {
        let line = read(
            json!({"phone_number": " +1 918 555 0100 ", "messaging_service_sid": " ",
                               "ivr_mode": "simple", "forward_to": "+19185550199"}),
        );
        let line = line.unwrap();
        assert_eq!(line.phone_number.unwrap().as_str(), "+19185550100");
        assert_eq!(line.messaging_service_sid, None);
        assert_eq!(line.fallback, Fallback::Voicemail);
    }

    #[test]
    fn what_is_not_right_is_told_field_by_field() {
        let problem = read(
            json!({"phone_number": "918 555 0100", "ivr_mode": "ivr", "dial_timeout_s": 1,
                                  "fallback": {"kind": "forward", "to": "x"}}),
        );
        let problem = problem.unwrap_err();
        assert_eq!(problem.code(), Code::InvalidFields);
        let said = format!("{problem:?}");
        for pointer in [
            "/phone_number",
            "/dial_timeout_s",
            "/fallback/to",
            "/ivr_menu_id",
        ] {
            assert!(said.contains(pointer), "{pointer} in {said}");
        }
    }

    #[test]
    fn a_line_does_not_forward_to_itself() {
        let problem = read(json!({"phone_number": "+19185550100", "ivr_mode": "simple",
                                  "forward_to": "+1 918 555 0100"}));
        assert!(format!("{problem:?}").contains("circle"));
    }
}
