//! What a call is held with: the tenant's settings and the node's limits.

use std::time::Duration;

use media::playout::PlayoutConfig;
use serde::{Deserialize, Serialize};
use tenant_config::voice::VoiceSettings;

use crate::resume::Resume;

/// Everything a [`crate::Call`] needs to know before it begins.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CallConfig {
    pub settings: VoiceSettings,
    /// The greeting with its placeholders filled in; empty says nothing.
    pub greeting: String,
    /// The conversation goes on from here; there is no greeting then.
    #[serde(default)]
    pub resume: Option<Resume>,
    pub playout: PlayoutConfig,
    pub phrases: Phrases,
    pub limits: Limits,
    pub providers: ProviderNames,
}

/// Who works for the call, for what is recorded when one does not answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProviderNames {
    pub asr: String,
    pub chat: String,
    pub tts: String,
    /// Voice activity.
    #[serde(default)]
    pub vad: String,
}

/// What the machine says on its own account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Phrases {
    /// The recognizer failed once.
    pub say_again: String,
    /// A provider is gone: said before the tenant's fallback.
    pub unavailable: String,
    /// Nobody answered the last no-input prompt.
    pub no_input_goodbye: String,
    /// The longest call is over.
    pub too_long: String,
    /// The conversation goes on after it was cut off.
    pub back: String,
    /// Nothing came of the last answer.
    pub lost_thread: String,
}

impl Default for Phrases {
    fn default() -> Self {
        Self {
            say_again: "Sorry, could you say that again?".into(),
            unavailable: "I'm sorry, I'm having trouble right now. One moment please.".into(),
            no_input_goodbye: "I can't hear anyone, so I'll hang up now. Goodbye.".into(),
            too_long: "I'm sorry, we've reached the longest time for a call. Goodbye.".into(),
            back: "Sorry, I'm back.".into(),
            lost_thread: "Sorry, I lost my thread. Could you say that again?".into(),
        }
    }
}

/// How long each wait may last.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Limits {
    /// For the caller to stop making a sound.
    #[serde(with = "millis")]
    pub turn: Duration,
    /// For a transcript, after the turn has ended.
    #[serde(with = "millis")]
    pub transcript: Duration,
    /// For the next word of an answer.
    #[serde(with = "millis")]
    pub chat: Duration,
    #[serde(with = "millis")]
    pub tool: Duration,
    /// For the next audio of a clause.
    #[serde(with = "millis")]
    pub synthesis: Duration,
    /// For a mark, after its audio has been played by the clock.
    #[serde(with = "millis")]
    pub mark: Duration,
    /// Between keys that belong together.
    #[serde(with = "millis")]
    pub digits: Duration,
    /// For the last transcript, after the caller hung up.
    #[serde(with = "millis")]
    pub last_words: Duration,
    /// For anything to go out while the agent is to be speaking. Longer than any one wait for a
    /// provider: it catches those that keep us waiting piece by piece.
    #[serde(with = "millis")]
    pub speaking: Duration,
    /// For the caller's next sound or silence; carriers send one each 20 ms.
    #[serde(with = "millis")]
    pub media: Duration,
    /// For a judgement of the caller's sound.
    #[serde(with = "millis")]
    pub judgement: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            turn: Duration::from_secs(45),
            transcript: Duration::from_secs(8),
            chat: Duration::from_secs(12),
            tool: Duration::from_secs(10),
            synthesis: Duration::from_secs(10),
            mark: Duration::from_secs(2),
            digits: Duration::from_millis(1500),
            last_words: Duration::from_secs(4),
            speaking: Duration::from_secs(20),
            media: Duration::from_secs(10),
            judgement: Duration::from_secs(5),
        }
    }
}

/// Whole milliseconds: what any of these times needs, and never more than an `Instant` can take.
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
