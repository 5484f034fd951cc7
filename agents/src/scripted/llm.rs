//! A chat model that says what its script says and remembers what it was asked.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use call::conversation::{Message, ToolCall};
use futures_util::{
    StreamExt,
    stream::{self, BoxStream},
};

use super::trouble::{Trouble, Troubles, pause};
use crate::{
    ProviderError, Stage,
    llm::{ChatEvent, ChatModel, ChatRequest, Usage},
};

/// One answer: its pieces in order. [`ChatEvent::Finished`] is added when it is not the last.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ScriptedAnswer(pub Vec<ChatEvent>);

impl ScriptedAnswer {
    /// Words, one piece per word as models stream them.
    pub fn say(text: &str) -> Self {
        Self(
            text.split_inclusive(' ')
                .map(|w| ChatEvent::Text(w.to_owned()))
                .collect(),
        )
    }

    /// A tool call; `arguments` is JSON text.
    pub fn tool(id: &str, name: &str, arguments: &str) -> Self {
        Self::default().then_tool(id, name, arguments)
    }

    /// The same answer followed by a tool call.
    #[must_use]
    pub fn then_tool(mut self, id: &str, name: &str, arguments: &str) -> Self {
        self.0.push(ChatEvent::ToolCall(ToolCall {
            id: id.to_owned(),
            name: name.to_owned(),
            arguments: arguments.to_owned(),
        }));
        self
    }
}

/// Gives scripted answers in order, whatever it is asked; empty answers after the last.
#[derive(Debug)]
pub struct ScriptedChat {
    answers: Vec<ScriptedAnswer>,
    first_delay: Duration,
    piece_delay: Duration,
    endless: bool,
    troubles: Arc<Troubles>,
    asked: Mutex<Vec<ChatRequest>>,
}

impl ScriptedChat {
    pub fn new(answers: impl IntoIterator<Item = ScriptedAnswer>) -> Self {
        Self {
            answers: answers.into_iter().collect(),
            first_delay: Duration::ZERO,
            piece_delay: Duration::ZERO,
            endless: false,
            troubles: Arc::new(Troubles::none(NAME, Stage::Llm)),
            asked: Mutex::default(),
        }
    }

    /// Time to the first piece, and between pieces.
    #[must_use]
    pub const fn with_delays(mut self, first: Duration, between: Duration) -> Self {
        self.first_delay = first;
        self.piece_delay = between;
        self
    }

    /// Every call hears the answers from the first on, and after the last one the first again.
    /// Nothing that was asked is remembered: it can serve for days.
    #[must_use]
    pub const fn endless(mut self) -> Self {
        self.endless = true;
        self
    }

    #[must_use]
    pub fn with_trouble(mut self, trouble: Trouble) -> Self {
        if let Some(troubles) = Arc::get_mut(&mut self.troubles) {
            troubles.add(trouble);
        }
        self
    }

    /// Everything it was asked, in order.
    pub fn asked(&self) -> Vec<ChatRequest> {
        self.asked
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

impl ChatModel for ScriptedChat {
    fn name(&self) -> &str {
        NAME
    }

    fn ask(&self, request: ChatRequest) -> BoxStream<'static, Result<ChatEvent, ProviderError>> {
        let (count, trouble) = self.troubles.next_call();
        let place = if self.endless {
            said_before(&request) % self.answers.len().max(1)
        } else {
            self.asked
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push(request);
            count
        };
        let ScriptedAnswer(mut pieces) = self.answers.get(place).cloned().unwrap_or_default();
        if !matches!(pieces.last(), Some(ChatEvent::Finished(_))) {
            pieces.push(ChatEvent::Finished(Usage::default()));
        }
        let (first, between) = (self.first_delay, self.piece_delay);
        let delivered = trouble
            .as_ref()
            .map_or(pieces.len(), |t| t.pieces.min(pieces.len()));
        pieces.truncate(delivered);
        let pieces =
            stream::iter(pieces.into_iter().enumerate()).then(move |(i, piece)| async move {
                pause(if i == 0 { first } else { between }).await;
                Ok(piece)
            });
        let troubles = Arc::clone(&self.troubles);
        let failure = stream::iter(trouble).then(move |trouble| {
            let error = troubles.error(trouble.fault);
            async move {
                tokio::time::sleep(trouble.after).await;
                Err(error)
            }
        });
        pieces.chain(failure).boxed()
    }
}

/// How many times the caller spoke before what is to be answered.
fn said_before(request: &ChatRequest) -> usize {
    let is_caller = |message: &&Message| matches!(message, Message::Caller { .. });
    let asked = request.messages.iter().filter(is_caller).count();
    asked.saturating_sub(1)
}

const NAME: &str = "scripted-llm";

#[cfg(test)]
mod tests {
    use super::super::Calls;
    use super::*;
    use crate::{ProviderFault, receptionist::sample};

    fn request() -> ChatRequest {
        ChatRequest {
            brief: Arc::new(sample::dentist()),
            messages: Vec::new(),
            tools: Vec::new().into(),
        }
    }

    #[tokio::test(start_paused = true)]
    async fn pieces_come_with_their_delays_and_requests_are_kept() {
        let chat = ScriptedChat::new([ScriptedAnswer::say("Hello there.")])
            .with_delays(Duration::from_millis(100), Duration::from_millis(20));
        let began = tokio::time::Instant::now();
        let pieces: Vec<_> = chat.ask(request()).map(Result::unwrap).collect().await;
        assert_eq!(
            pieces,
            [
                ChatEvent::Text("Hello ".into()),
                ChatEvent::Text("there.".into()),
                ChatEvent::Finished(Usage::default())
            ]
        );
        assert_eq!(began.elapsed(), Duration::from_millis(140));
        assert_eq!(chat.asked().len(), 1);
    }

    #[tokio::test(start_paused = true)]
    async fn an_endless_script_answers_each_call_from_its_first_line_on() {
        let chat = ScriptedChat::new(["one", "two"].map(ScriptedAnswer::say)).endless();
        let caller = |text: &str| Message::Caller { text: text.into() };
        for (callers, expected) in [(1, "one"), (2, "two"), (3, "one"), (1, "one")] {
            let mut asked = request();
            asked.messages = vec![caller("hello"); callers];
            let first = chat.ask(asked).next().await.unwrap().unwrap();
            assert_eq!(first, ChatEvent::Text(expected.into()));
        }
        assert_eq!(chat.asked().len(), 0);
    }

    #[tokio::test(start_paused = true)]
    async fn an_answer_breaks_off_in_the_middle() {
        let chat = ScriptedChat::new([ScriptedAnswer::say("one two three")])
            .with_trouble(Trouble::dropped_after(Calls::All, 2));
        let pieces: Vec<_> = chat.ask(request()).collect().await;
        assert_eq!(pieces.len(), 3);
        assert_eq!(
            pieces[2].as_ref().unwrap_err().fault,
            ProviderFault::Dropped
        );
    }

    #[tokio::test(start_paused = true)]
    async fn from_the_second_call_on_it_is_unreachable() {
        let chat = ScriptedChat::new([ScriptedAnswer::say("hi")])
            .with_trouble(Trouble::unreachable(Calls::From(2)));
        assert!(chat.ask(request()).all(|p| async move { p.is_ok() }).await);
        for _ in 0..2 {
            let pieces: Vec<_> = chat.ask(request()).collect().await;
            assert_eq!(pieces.len(), 1);
            assert_eq!(
                pieces[0].as_ref().unwrap_err().fault,
                ProviderFault::Unreachable
            );
        }
    }
}
