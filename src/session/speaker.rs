//! The voice of a call: has clauses spoken one after the other.

use std::{collections::VecDeque, sync::Arc};

use agents::tts::SpeechSynthesizer;
use call::io::ClauseId;
use futures_util::{StreamExt, stream::BoxStream};
use tokio::sync::mpsc;

use super::event::Event;

/// What the speaker is told.
#[derive(Debug)]
pub(super) enum Say {
    Clause {
        clause: ClauseId,
        text: String,
    },
    /// Stop this clause and all after it.
    Cancel {
        from: ClauseId,
    },
}

type Audio = BoxStream<'static, Result<Vec<i16>, agents::ProviderError>>;

/// Runs until its channel closes; what is being spoken is then dropped.
pub(super) async fn run(
    voice: Arc<dyn SpeechSynthesizer>,
    mut says: mpsc::Receiver<Say>,
    events: mpsc::Sender<Event>,
) {
    let mut waiting: VecDeque<(ClauseId, String)> = VecDeque::new();
    let mut speaking: Option<(ClauseId, Audio)> = None;
    loop {
        if speaking.is_none()
            && let Some((clause, text)) = waiting.pop_front()
        {
            speaking = Some((clause, voice.speak(&text)));
        }
        tokio::select! {
            say = says.recv() => match say {
                Some(Say::Clause { clause, text }) => waiting.push_back((clause, text)),
                Some(Say::Cancel { from }) => {
                    waiting.retain(|(clause, _)| *clause < from);
                    speaking = speaking.filter(|(clause, _)| *clause < from);
                }
                None => return,
            },
            (clause, piece) = next_piece(&mut speaking) => {
                let event = match piece {
                    Some(Ok(samples)) => Event::Audio { clause, samples },
                    Some(Err(error)) => {
                        speaking = None;
                        Event::SpeechFailed { clause, error }
                    }
                    None => {
                        speaking = None;
                        Event::AudioFinished { clause }
                    }
                };
                if events.send(event).await.is_err() {
                    return;
                }
            }
        }
    }
}

async fn next_piece(
    speaking: &mut Option<(ClauseId, Audio)>,
) -> (ClauseId, Option<Result<Vec<i16>, agents::ProviderError>>) {
    match speaking {
        Some((clause, audio)) => (*clause, audio.next().await),
        None => std::future::pending().await,
    }
}
