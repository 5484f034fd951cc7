//! One answer being streamed: waits with deadlines, and ends exactly once.

use std::collections::VecDeque;

use agents::{ProviderError, ProviderFault, llm::ChatEvent};
use async_openai::{error::OpenAIError, types::stream::StreamResponse};
use futures_util::{StreamExt, future::BoxFuture};

use super::{assemble::Assembler, chunk::Chunk};
use crate::{Timeouts, deadline::Deadlines, fault::Who};

type Opening = BoxFuture<'static, Result<StreamResponse<Chunk>, OpenAIError>>;

/// Dropping it closes the connection, whatever it waits for.
pub(super) struct Answer {
    phase: Phase,
    assembler: Assembler,
    ready: VecDeque<ChatEvent>,
    timeouts: Timeouts,
    who: Who,
}

enum Phase {
    /// Nothing was asked yet: the clock starts with the first poll.
    New(Opening),
    Streaming {
        chunks: StreamResponse<Chunk>,
        deadlines: Deadlines,
        begun: bool,
    },
    Ended,
}

impl Answer {
    pub(super) fn new(
        opening: Opening,
        assembler: Assembler,
        timeouts: Timeouts,
        who: Who,
    ) -> Self {
        Self {
            phase: Phase::New(opening),
            assembler,
            ready: VecDeque::new(),
            timeouts,
            who,
        }
    }

    /// The next event; `None` after the end or an error.
    pub(super) async fn next(&mut self) -> Option<Result<ChatEvent, ProviderError>> {
        loop {
            if let Some(event) = self.ready.pop_front() {
                return Some(Ok(event));
            }
            if let Err(error) = self.advance().await? {
                self.phase = Phase::Ended;
                return Some(Err(error));
            }
        }
    }

    /// One step forward; `None` when there is none left.
    async fn advance(&mut self) -> Option<Result<(), ProviderError>> {
        match &mut self.phase {
            Phase::New(opening) => {
                let deadlines = Deadlines::start(self.timeouts);
                let opened = deadlines.first(opening).await;
                let chunks = match opened {
                    Err(late) => return Some(Err(self.who.late(late))),
                    Ok(Err(error)) => return Some(Err(self.who.openai(error))),
                    Ok(Ok(chunks)) => chunks,
                };
                self.phase = Phase::Streaming {
                    chunks,
                    deadlines,
                    begun: false,
                };
                Some(Ok(()))
            }
            Phase::Streaming { .. } => Some(self.read().await),
            Phase::Ended => None,
        }
    }

    async fn read(&mut self) -> Result<(), ProviderError> {
        let Phase::Streaming {
            chunks,
            deadlines,
            begun,
        } = &mut self.phase
        else {
            return Ok(());
        };
        let next = chunks.next();
        let waited = if self.assembler.is_complete() {
            // The words are all here; only the bill may still come, and it is not worth a fault.
            let bill = deadlines.grace(next).await;
            Ok(bill.ok().flatten().and_then(Result::ok).map(Ok))
        } else if *begun {
            deadlines.between(next).await
        } else {
            deadlines.first(next).await
        };
        match waited.map_err(|late| self.who.late(late))? {
            Some(Ok(chunk)) => {
                let taken = self.assembler.take(chunk, &self.who)?;
                *begun |= taken.spoke;
                self.ready.extend(taken.events);
                Ok(())
            }
            Some(Err(error)) => Err(self.who.openai(error)),
            None if self.assembler.is_complete() => {
                self.ready
                    .push_back(ChatEvent::Finished(self.assembler.usage()));
                self.phase = Phase::Ended;
                Ok(())
            }
            None => Err(self.who.fault(
                ProviderFault::Dropped,
                "the stream ended before the answer was complete",
            )),
        }
    }
}
