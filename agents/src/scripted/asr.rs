//! A recognizer that hears what its script says, whatever the sound.

use std::{sync::Arc, time::Duration};

use futures_util::{FutureExt, future::BoxFuture};

use super::trouble::{Trouble, Troubles};
use crate::{
    ProviderError, Stage,
    asr::{Recognition, SpeechRecognizer, Transcript},
};

/// Gives scripted texts in order, one per utterance; empty texts after the last. An utterance
/// takes its text when it is first asked for its transcript and keeps it when asked again.
#[derive(Debug)]
pub struct ScriptedRecognizer {
    script: Arc<[String]>,
    delay: Duration,
    endless: bool,
    troubles: Arc<Troubles>,
}

impl ScriptedRecognizer {
    pub fn new<T: Into<String>>(script: impl IntoIterator<Item = T>) -> Self {
        Self {
            script: script.into_iter().map(Into::into).collect(),
            delay: Duration::ZERO,
            endless: false,
            troubles: Arc::new(Troubles::none(NAME, Stage::Asr)),
        }
    }

    /// After the last text the first one comes again.
    #[must_use]
    pub const fn endless(mut self) -> Self {
        self.endless = true;
        self
    }

    /// How long each transcript takes.
    #[must_use]
    pub const fn with_delay(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }

    /// Fails some utterances; a failed one still uses up its text.
    #[must_use]
    pub fn with_trouble(mut self, trouble: Trouble) -> Self {
        if let Some(troubles) = Arc::get_mut(&mut self.troubles) {
            troubles.add(trouble);
        }
        self
    }

    /// Utterances that were asked for a transcript.
    pub fn utterances(&self) -> u32 {
        self.troubles.calls()
    }
}

impl SpeechRecognizer for ScriptedRecognizer {
    fn name(&self) -> &str {
        NAME
    }

    fn begin(&self) -> Box<dyn Recognition> {
        Box::new(ScriptedRecognition {
            script: Arc::clone(&self.script),
            troubles: Arc::clone(&self.troubles),
            delay: self.delay,
            endless: self.endless,
            turn: None,
        })
    }
}

struct ScriptedRecognition {
    script: Arc<[String]>,
    troubles: Arc<Troubles>,
    delay: Duration,
    endless: bool,
    turn: Option<(usize, Option<Trouble>)>,
}

impl Recognition for ScriptedRecognition {
    fn push(&mut self, _samples: &[i16]) {}

    fn transcript(&mut self) -> BoxFuture<'_, Result<Transcript, ProviderError>> {
        async move {
            let (place, trouble) = self.turn.get_or_insert_with(|| self.troubles.next_call());
            if let Some(trouble) = trouble {
                tokio::time::sleep(trouble.after).await;
                return Err(self.troubles.error(trouble.fault.clone()));
            }
            tokio::time::sleep(self.delay).await;
            let place = if self.endless {
                *place % self.script.len().max(1)
            } else {
                *place
            };
            let text = self.script.get(place).cloned().unwrap_or_default();
            Ok(Transcript {
                text,
                confidence: Some(1.0),
                words: Vec::new(),
            })
        }
        .boxed()
    }
}

const NAME: &str = "scripted-asr";

#[cfg(test)]
mod tests {
    use super::super::Calls;
    use super::*;
    use crate::ProviderFault;

    #[tokio::test(start_paused = true)]
    async fn texts_come_in_order_and_an_utterance_keeps_its_own() {
        let recognizer = ScriptedRecognizer::new(["hello", "yes"]);
        let mut first = recognizer.begin();
        assert_eq!(first.transcript().await.unwrap().text, "hello");
        assert_eq!(first.transcript().await.unwrap().text, "hello");
        assert_eq!(recognizer.begin().transcript().await.unwrap().text, "yes");
        assert_eq!(recognizer.begin().transcript().await.unwrap().text, "");
        assert_eq!(recognizer.utterances(), 3);
    }

    #[tokio::test(start_paused = true)]
    async fn an_endless_script_begins_anew() {
        let recognizer = ScriptedRecognizer::new(["one", "two"]).endless();
        for expected in ["one", "two", "one"] {
            let heard = recognizer.begin().transcript().await.unwrap();
            assert_eq!(heard.text, expected);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn the_second_utterance_times_out_after_its_deadline() {
        let deadline = Duration::from_secs(5);
        let recognizer = ScriptedRecognizer::new(["a", "b", "c"])
            .with_delay(Duration::from_millis(300))
            .with_trouble(Trouble::timed_out(Calls::Nth(2), deadline));
        let began = tokio::time::Instant::now();
        assert_eq!(recognizer.begin().transcript().await.unwrap().text, "a");
        let error = recognizer.begin().transcript().await.unwrap_err();
        assert_eq!(error.fault, ProviderFault::TimedOut);
        assert_eq!(began.elapsed(), Duration::from_millis(5_300));
        assert_eq!(recognizer.begin().transcript().await.unwrap().text, "c");
    }
}
