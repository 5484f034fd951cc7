//! An agent as one immutable version: what it says first, how it sounds, how patient it is.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::{
    id::{AgentId, AgentVersionId},
    pronunciation::Pronunciation,
};

/// An immutable snapshot of an agent; a call uses the one that was published when it began.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AgentVersion {
    pub id: AgentVersionId,
    pub agent_id: AgentId,
    pub version: i32,
    pub settings: VoiceSettings,
}

/// What a tenant can set about a spoken conversation. Every field has a default, so settings that
/// were stored before a field existed still read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct VoiceSettings {
    /// The agent's name for itself.
    pub agent_name: String,
    /// Said first. `{company}` and `{agent}` are filled in.
    pub greeting: String,
    /// The greeting cannot be interrupted.
    pub greeting_uninterruptible: bool,
    /// Instructions for a language model; the offline receptionist needs none.
    pub prompt: String,
    /// Words of the trade that callers say and a recognizer may mishear.
    pub vocabulary: Vec<String>,
    /// Words that the voice says otherwise than they are written.
    pub pronunciations: Vec<Pronunciation>,
    /// A voice name, such as `piper:en_US-joe-medium`; `None` takes the node's default.
    pub voice: Option<String>,
    /// A language model by its server's name, such as `gpt-4o-mini`; `None` takes the node's.
    pub model: Option<String>,
    pub turn: TurnSettings,
    /// Silence after our question before we ask whether the caller is still there.
    #[serde(with = "millis")]
    pub no_input_after: Duration,
    /// Prompts without an answer before we say goodbye.
    pub no_input_prompts: u32,
    #[serde(with = "millis")]
    pub max_duration: Duration,
}

/// How the caller's end of turn and interruptions are judged.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct TurnSettings {
    /// Silence after which a turn that sounds complete is taken as ended.
    #[serde(with = "millis")]
    pub min_delay: Duration,
    /// Silence after which any turn is taken as ended.
    #[serde(with = "millis")]
    pub max_delay: Duration,
    /// Speech probability from which a window counts as speech, 0.0 to 1.0.
    pub speech_threshold: f32,
    /// Speech needed to interrupt the agent.
    #[serde(with = "millis")]
    pub barge_in_after: Duration,
}

impl Default for VoiceSettings {
    fn default() -> Self {
        Self {
            agent_name: "Alex".into(),
            greeting: "Thank you for calling {company}. This is {agent}. How can I help you today?"
                .into(),
            greeting_uninterruptible: false,
            prompt: String::new(),
            vocabulary: Vec::new(),
            pronunciations: Vec::new(),
            voice: None,
            model: None,
            turn: TurnSettings::default(),
            no_input_after: Duration::from_secs(8),
            no_input_prompts: 3,
            max_duration: Duration::from_mins(30),
        }
    }
}

impl Default for TurnSettings {
    fn default() -> Self {
        Self {
            min_delay: Duration::from_millis(350),
            max_delay: Duration::from_millis(1600),
            speech_threshold: 0.5,
            barge_in_after: Duration::from_millis(120),
        }
    }
}

/// Durations are stored as whole milliseconds.
mod millis {
    use std::time::Duration;

    use serde::{Deserialize, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(d: &Duration, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_u64(d.as_millis() as u64)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Duration, D::Error> {
        u64::deserialize(from).map(Duration::from_millis)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_from_before_a_field_existed_take_its_default() {
        let old: VoiceSettings =
            serde_json::from_str(r#"{"agent_name": "Emma", "turn": {"min_delay": 500}}"#).unwrap();
        assert_eq!(old.agent_name, "Emma");
        assert_eq!(old.turn.min_delay, Duration::from_millis(500));
        assert_eq!(old.turn.max_delay, TurnSettings::default().max_delay);
        assert_eq!(old.max_duration, VoiceSettings::default().max_duration);
    }

    #[test]
    fn settings_survive_being_stored() {
        let settings = VoiceSettings {
            voice: Some("piper:x".to_owned()),
            ..Default::default()
        };
        let stored = serde_json::to_value(&settings).unwrap();
        assert_eq!(stored["no_input_after"], 8000);
        assert_eq!(
            serde_json::from_value::<VoiceSettings>(stored).unwrap(),
            settings
        );
    }

    #[test]
    fn a_negative_time_is_refused() {
        assert!(serde_json::from_str::<VoiceSettings>(r#"{"max_duration": -1}"#).is_err());
    }
}
