//! An agent's settings as they are sent and shown.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use tenant_config::voice::{TurnSettings, VoiceSettings};
use utoipa::ToSchema;

use super::pronunciation::{self, PronunciationInput};
use crate::api::{check::Faults, problem::Outcome};

/// How an agent speaks. What is left out is as in a fresh agent.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct VoiceInput {
    /// What it calls itself.
    #[schema(example = "Alex")]
    pub agent_name: String,
    /// `{company}` and `{agent}` are filled in.
    pub greeting: String,
    /// The greeting is heard to its end, whatever the caller says.
    pub greeting_uninterruptible: bool,
    /// For a language model, behind the rules that hold for every agent.
    pub prompt: String,
    /// Words of the trade that callers say and a recognizer may mishear: at most 200 of at most 60
    /// characters.
    pub vocabulary: Vec<String>,
    /// Words that the voice says otherwise than they are written, at most 100. What is kept of a call has them as they
    /// are written.
    pub pronunciations: Vec<PronunciationInput>,
    /// A voice by name, of those of `GET /voices`; `null` is the node's own choice. With the feature
    /// `voice_cloning` also a custom one, by its id at the speech server.
    pub voice: Option<String>,
    /// A language model by name, of those of `GET /minds`; `null` is the node's own choice.
    pub model: Option<String>,
    /// When a caller's turn is over.
    pub turn: TurnInput,
    /// Silence before the caller is asked whether they are there, 1000 to 60000.
    pub no_input_after_ms: u64,
    /// How often that is asked, 0 to 10.
    pub no_input_prompts: u32,
    /// The longest conversation, 60000 (a minute) to 14400000 (four hours).
    pub max_duration_ms: u64,
}

/// When a caller's turn is over, and when theirs interrupts the agent's.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct TurnInput {
    /// Silence after a sentence that sounded complete, 50 to 5000.
    pub min_delay_ms: u64,
    /// Silence after one that did not, 100 to 10000.
    pub max_delay_ms: u64,
    /// How sure the voice activity detector must be, 0.1 to 0.95.
    pub speech_threshold: f32,
    /// Speech that interrupts the agent, 20 to 2000.
    pub barge_in_after_ms: u64,
}

impl Default for VoiceInput {
    fn default() -> Self {
        Self::from(&VoiceSettings::default())
    }
}

impl Default for TurnInput {
    fn default() -> Self {
        Self::from(&TurnSettings::default())
    }
}

impl From<&VoiceSettings> for VoiceInput {
    fn from(settings: &VoiceSettings) -> Self {
        Self {
            agent_name: settings.agent_name.clone(),
            greeting: settings.greeting.clone(),
            greeting_uninterruptible: settings.greeting_uninterruptible,
            prompt: settings.prompt.clone(),
            vocabulary: settings.vocabulary.clone(),
            pronunciations: settings.pronunciations.iter().map(Into::into).collect(),
            voice: settings.voice.clone(),
            model: settings.model.clone(),
            turn: (&settings.turn).into(),
            no_input_after_ms: ms(settings.no_input_after),
            no_input_prompts: settings.no_input_prompts,
            max_duration_ms: ms(settings.max_duration),
        }
    }
}

impl From<&TurnSettings> for TurnInput {
    fn from(turn: &TurnSettings) -> Self {
        Self {
            min_delay_ms: ms(turn.min_delay),
            max_delay_ms: ms(turn.max_delay),
            speech_threshold: turn.speech_threshold,
            barge_in_after_ms: ms(turn.barge_in_after),
        }
    }
}

impl VoiceInput {
    /// The settings, checked.
    pub fn read(&self) -> Outcome<VoiceSettings> {
        let mut faults = Faults::default();
        let time = |faults: &mut Faults, pointer: &str, ms: u64, least: u64, most: u64| {
            Duration::from_millis(faults.within(pointer, ms, least, most))
        };
        let word = self.vocabulary.iter().enumerate();
        let word = word.map(|(n, word)| faults.text(&format!("/vocabulary/{n}"), word, 60));
        let vocabulary: Vec<String> = word.collect();
        let turn = &self.turn;
        let settings = VoiceSettings {
            agent_name: faults.text("/agent_name", &self.agent_name, 60),
            greeting: faults.text("/greeting", &self.greeting, 600),
            greeting_uninterruptible: self.greeting_uninterruptible,
            prompt: self.prompt.trim().to_owned(),
            vocabulary,
            pronunciations: pronunciation::read(&mut faults, &self.pronunciations),
            voice: faults.optional("/voice", self.voice.as_deref(), 100),
            model: faults.optional("/model", self.model.as_deref(), 100),
            turn: TurnSettings {
                min_delay: time(
                    &mut faults,
                    "/turn/min_delay_ms",
                    turn.min_delay_ms,
                    50,
                    5000,
                ),
                max_delay: time(
                    &mut faults,
                    "/turn/max_delay_ms",
                    turn.max_delay_ms,
                    100,
                    10_000,
                ),
                speech_threshold: faults.within(
                    "/turn/speech_threshold",
                    turn.speech_threshold,
                    0.1,
                    0.95,
                ),
                barge_in_after: time(
                    &mut faults,
                    "/turn/barge_in_after_ms",
                    turn.barge_in_after_ms,
                    20,
                    2000,
                ),
            },
            no_input_after: time(
                &mut faults,
                "/no_input_after_ms",
                self.no_input_after_ms,
                1000,
                60_000,
            ),
            no_input_prompts: faults.within("/no_input_prompts", self.no_input_prompts, 0, 10),
            max_duration: time(
                &mut faults,
                "/max_duration_ms",
                self.max_duration_ms,
                60_000,
                14_400_000,
            ),
        };
        faults.at_most("/prompt", &settings.prompt, 20_000);
        if settings.vocabulary.len() > 200 {
            faults.add("/vocabulary", "too_long", "This has at most 200 words.");
        }
        if turn.min_delay_ms > turn.max_delay_ms {
            faults.add(
                "/turn/max_delay_ms",
                "range",
                "This must not be below min_delay_ms.",
            );
        }
        // A number that is none compares with nothing.
        if turn.speech_threshold.is_nan() {
            faults.add("/turn/speech_threshold", "range", "This must be a number.");
        }
        faults.none()?;
        Ok(settings)
    }
}

const fn ms(time: Duration) -> u64 {
    time.as_millis() as u64
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_left_out_is_as_in_a_fresh_agent() {
        let input: VoiceInput = serde_json::from_value(json!({"agent_name": "Emma"})).unwrap();
        let expected = VoiceSettings {
            agent_name: "Emma".to_owned(),
            ..VoiceSettings::default()
        };
        assert_eq!(input.read().unwrap(), expected);
    }

    #[test]
    fn times_that_no_conversation_bears_are_refused() {
        let input: VoiceInput = serde_json::from_value(json!({
            "agent_name": "", "turn": {"min_delay_ms": 5000, "max_delay_ms": 200}, "max_duration_ms": 1
        }))
        .unwrap();
        let said = format!("{:?}", input.read());
        for pointer in ["/agent_name", "/turn/max_delay_ms", "/max_duration_ms"] {
            assert!(said.contains(pointer), "{said}");
        }
    }
}
