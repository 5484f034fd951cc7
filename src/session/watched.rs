//! Minds whose last answer and last failure are remembered, for whoever runs the node to look at.

use std::sync::Arc;

use agents::{
    ProviderError,
    asr::{Recognition, SpeechRecognizer, Transcript},
    brief::Brief,
    llm::{ChatEvent, ChatModel, ChatRequest},
    tools::ToolSpec,
    tts::SpeechSynthesizer,
};
use futures_util::{StreamExt as _, future::BoxFuture, stream::BoxStream};

use crate::{clock::Clock, post::Pulse};

/// One for each mind that may be somewhere else.
#[derive(Debug, Clone, Default)]
pub struct Pulses {
    pub recognizer: Arc<Pulse>,
    pub chat: Arc<Pulse>,
    pub voice: Arc<Pulse>,
}

/// A mind and its pulse.
pub(super) struct Watched<M: ?Sized> {
    note: Note,
    mind: Arc<M>,
}

#[derive(Clone)]
struct Note {
    pulse: Arc<Pulse>,
    clock: Clock,
}

impl Note {
    fn new(pulse: &Arc<Pulse>, clock: Clock) -> Self {
        Self {
            pulse: Arc::clone(pulse),
            clock,
        }
    }

    /// Details of a provider's error hold no secret and nothing that was said.
    fn down(&self, failure: Option<&ProviderError>) {
        self.pulse
            .note(self.clock.now(), failure.map(ToString::to_string));
    }
}

impl Watched<dyn SpeechRecognizer> {
    pub(super) fn over(
        mind: Arc<dyn SpeechRecognizer>,
        pulse: &Arc<Pulse>,
        clock: Clock,
    ) -> Arc<dyn SpeechRecognizer> {
        let note = Note::new(pulse, clock);
        Arc::new(Self { note, mind })
    }
}

impl Watched<dyn ChatModel> {
    pub(super) fn over_chat(
        mind: Arc<dyn ChatModel>,
        pulse: &Arc<Pulse>,
        clock: Clock,
    ) -> Arc<dyn ChatModel> {
        let note = Note::new(pulse, clock);
        Arc::new(Self { note, mind })
    }
}

impl Watched<dyn SpeechSynthesizer> {
    pub(super) fn over_voice(
        mind: Arc<dyn SpeechSynthesizer>,
        pulse: &Arc<Pulse>,
        clock: Clock,
    ) -> Arc<dyn SpeechSynthesizer> {
        let note = Note::new(pulse, clock);
        Arc::new(Self { note, mind })
    }
}

impl SpeechRecognizer for Watched<dyn SpeechRecognizer> {
    fn name(&self) -> &str {
        self.mind.name()
    }

    fn expecting(&self, words: &[String]) -> Option<Arc<dyn SpeechRecognizer>> {
        let mind = self.mind.expecting(words)?;
        Some(Self::over(mind, &self.note.pulse, self.note.clock))
    }

    fn begin(&self) -> Box<dyn Recognition> {
        Box::new(Utterance {
            note: self.note.clone(),
            inner: self.mind.begin(),
        })
    }
}

struct Utterance {
    note: Note,
    inner: Box<dyn Recognition>,
}

impl Recognition for Utterance {
    fn push(&mut self, samples: &[i16]) {
        self.inner.push(samples);
    }

    fn transcript(&mut self) -> BoxFuture<'_, Result<Transcript, ProviderError>> {
        Box::pin(async {
            let heard = self.inner.transcript().await;
            self.note.down(heard.as_ref().err());
            heard
        })
    }
}

impl ChatModel for Watched<dyn ChatModel> {
    fn name(&self) -> &str {
        self.mind.name()
    }

    fn prepare(&self, brief: Arc<Brief>, tools: Arc<[ToolSpec]>) -> BoxFuture<'static, ()> {
        self.mind.prepare(brief, tools)
    }

    fn ask(&self, request: ChatRequest) -> BoxStream<'static, Result<ChatEvent, ProviderError>> {
        let note = self.note.clone();
        let noted = move |piece: &Result<ChatEvent, ProviderError>| match piece {
            Ok(ChatEvent::Finished(_)) => note.down(None),
            Ok(ChatEvent::Text(_) | ChatEvent::ToolCall(_) | ChatEvent::Expect(_)) => {}
            Err(error) => note.down(Some(error)),
        };
        self.mind.ask(request).inspect(noted).boxed()
    }
}

impl SpeechSynthesizer for Watched<dyn SpeechSynthesizer> {
    fn name(&self) -> &str {
        self.mind.name()
    }

    fn speak(&self, text: &str) -> BoxStream<'static, Result<Vec<i16>, ProviderError>> {
        let note = self.note.clone();
        let mut is_first = true;
        let noted = move |piece: &Result<Vec<i16>, ProviderError>| {
            let begins = std::mem::take(&mut is_first);
            match piece {
                Ok(_) if begins => note.down(None),
                Ok(_) => {}
                Err(error) => note.down(Some(error)),
            }
        };
        self.mind.speak(text).inspect(noted).boxed()
    }
}
