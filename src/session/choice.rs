//! What agents may choose in place of the node's own mind and voice, by name.

use std::{collections::BTreeSet, sync::Arc};

use agents::{llm::ChatModel, tts::SpeechSynthesizer};
use local_speech::Voices;
use openai_compatible::{OpenAiChat, OpenAiSpeech};

use super::watched::{Pulses, Watched};
use crate::clock::Clock;

/// The voices and language models of a node. Cheap to clone.
#[derive(Clone, Default)]
pub struct Choice {
    /// The voices of this machine.
    pub local: Option<Arc<Voices>>,
    /// A server of voices.
    pub speech: Option<Arc<OpenAiSpeech>>,
    /// A server of language models.
    pub chat: Option<Arc<OpenAiChat>>,
    /// When the minds answered last.
    pub pulses: Pulses,
    /// Answers are noted by it; `None`: they are not.
    pub clock: Option<Clock>,
}

/// Something that may be chosen.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Offer {
    pub name: String,
    /// This machine has it, or the server has said that it has.
    pub is_confirmed: bool,
}

/// What was named is not there.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct NotThere(String);

impl Choice {
    /// The voice of that name. The first use of a local one loads it.
    pub async fn voice(&self, name: &str) -> Result<Arc<dyn SpeechSynthesizer>, NotThere> {
        let voice = self.find_voice(name).await?;
        Ok(match self.clock {
            Some(clock) => Watched::over_voice(voice, &self.pulses.voice, clock),
            None => voice,
        })
    }

    async fn find_voice(&self, name: &str) -> Result<Arc<dyn SpeechSynthesizer>, NotThere> {
        let local = self.local.clone();
        if let Some(voices) = local.filter(|voices| voices.available().contains(&name)) {
            let wanted = name.to_owned();
            let opened = tokio::task::spawn_blocking(move || voices.open(&wanted)).await;
            let opened = opened.map_err(|error| NotThere(error.to_string()))?;
            return opened.map_err(|error| NotThere(error.to_string()));
        }
        match &self.speech {
            // Without a colon: names of local voices have one, and mean nothing to a server.
            Some(speech) if !name.contains(':') => match speech.with_voice(name) {
                Ok(voice) => Ok(Arc::new(voice)),
                Err(error) => Err(NotThere(error.to_string())),
            },
            Some(_) | None => Err(NotThere(format!("this node has no voice {name:?}"))),
        }
    }

    /// The language model of that name.
    pub fn model(&self, name: &str) -> Result<Arc<dyn ChatModel>, NotThere> {
        let Some(chat) = &self.chat else {
            let what = format!("no language model is set, so there is no {name:?}");
            return Err(NotThere(what));
        };
        let chat = chat.with_model(name);
        let chat: Arc<dyn ChatModel> = Arc::new(chat.map_err(|error| NotThere(error.to_string()))?);
        Ok(match self.clock {
            Some(clock) => Watched::over_chat(chat, &self.pulses.chat, clock),
            None => chat,
        })
    }

    /// The language model of that name. What cannot be had is said in the log, and `own`, the node's,
    /// is taken.
    pub fn model_or(&self, name: &str, own: &Arc<dyn ChatModel>) -> Arc<dyn ChatModel> {
        self.model(name).unwrap_or_else(|error| {
            tracing::error!(%error, "the agent's language model cannot be had");
            Arc::clone(own)
        })
    }

    /// The names of this machine's voices, best first.
    pub fn local_voices(&self) -> Vec<&'static str> {
        let voices = self.local.as_ref();
        voices.map(|voices| voices.available()).unwrap_or_default()
    }

    /// The voices of the server: those that it names, else those that the API has.
    pub async fn server_voices(&self) -> Vec<Offer> {
        let Some(speech) = &self.speech else {
            return Vec::new();
        };
        match speech.voices().await {
            Ok(names) => offers(names, &[speech.voice()]),
            Err(error) => {
                tracing::debug!(%error, "the server does not name its voices");
                offers(
                    Vec::new(),
                    &[&[speech.voice()], &OpenAiSpeech::VOICES[..]].concat(),
                )
            }
        }
    }

    /// Whether `name` is a custom voice: one that the server knows by its id and does not offer to everybody.
    /// Local voices have a colon in their names; the six of the API are offered wherever it is spoken.
    pub async fn is_custom(&self, name: &str) -> bool {
        !name.contains(':')
            && !OpenAiSpeech::VOICES.contains(&name)
            && !self
                .server_voices()
                .await
                .iter()
                .any(|offer| offer.name == name)
    }

    /// The language models of the server that can hold a conversation, as far as a name tells, and
    /// whether the server was there to be asked.
    pub async fn models(&self) -> (Vec<Offer>, bool) {
        let Some(chat) = &self.chat else {
            return (Vec::new(), true);
        };
        match chat.models().await {
            Ok(mut names) => {
                names.retain(|name| can_chat(name));
                (offers(names, &[chat.model()]), true)
            }
            Err(error) => {
                tracing::warn!(%error, "the server of language models does not name them");
                (offers(Vec::new(), &[chat.model()]), false)
            }
        }
    }
}

/// What was said to be there, and what is known besides.
fn offers(confirmed: Vec<String>, known: &[&str]) -> Vec<Offer> {
    let named: BTreeSet<String> = confirmed.into_iter().collect();
    let unnamed = known.iter().filter(|name| !named.contains(**name));
    let unnamed: BTreeSet<String> = unnamed.map(|&name| name.to_owned()).collect();
    let offer = |is_confirmed| move |name| Offer { name, is_confirmed };
    let mut all: Vec<Offer> = unnamed.into_iter().map(offer(false)).collect();
    all.extend(named.into_iter().map(offer(true)));
    all.sort();
    all
}

/// Models of the public service that do other things say so in their names.
fn can_chat(name: &str) -> bool {
    !OTHER_TRADES.iter().any(|trade| name.contains(trade))
}

const OTHER_TRADES: &[&str] = &[
    "embedding",
    "whisper",
    "tts",
    "dall-e",
    "moderation",
    "transcribe",
    "realtime",
    "audio",
    "image",
    "davinci",
    "babbage",
    "sora",
];

impl std::fmt::Debug for Choice {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Choice")
            .field("local", &self.local_voices())
            .field("speech", &self.speech.as_deref().map(OpenAiSpeech::voice))
            .field("chat", &self.chat.as_deref().map(OpenAiChat::model))
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_known_besides_is_offered_and_said_to_be_unconfirmed() {
        let said = offers(vec!["echo".into(), "alloy".into()], &["alloy", "zoe"]);
        let said: Vec<(&str, bool)> = said.iter().map(|o| (&*o.name, o.is_confirmed)).collect();
        assert_eq!(said, [("alloy", true), ("echo", true), ("zoe", false)]);
    }

    #[test]
    fn models_of_other_trades_are_left_out() {
        assert!(can_chat("gpt-4o-mini") && can_chat("qwen3:8b"));
        for other in [
            "gpt-4o-transcribe",
            "text-embedding-3-small",
            "gpt-4o-realtime-preview",
        ] {
            assert!(!can_chat(other), "{other}");
        }
    }

    #[tokio::test]
    async fn without_servers_nothing_of_theirs_can_be_had() {
        let none = Choice::default();
        assert!(none.voice("alloy").await.is_err());
        assert!(none.model("gpt-4o").is_err());
        assert_eq!(none.models().await, (Vec::new(), true));
    }
}
