//! How a call ends: by us, by the caller, by a failure, by the clock.

use std::time::Instant;

use media::frame::MediaTime;

use super::{Call, Life};
use crate::{
    caller::turn::TurnPhase,
    io::{Output, Recognize, StreamEnd},
    record::{EndReason, EventKind, Failure, NextAction},
    timer::Timer,
};

impl Call {
    /// Ends the conversation. Nothing is emitted after the summary.
    pub(super) fn end(&mut self, reason: EndReason, next: NextAction, now: Instant) {
        self.cut_response(now);
        if let Some(turn) = self.turn.take() {
            self.outputs
                .push_back(Output::Recognize(Recognize::Finish { turn: turn.id }));
        }
        self.pump(now);
        self.note_audio_faults(now);
        self.timers.stop_all();
        self.life = Life::Ended;
        let summary = self.summary(reason, next, now);
        self.outputs.push_back(Output::Ended(Box::new(summary)));
    }

    fn note_audio_faults(&mut self, now: Instant) {
        let stats = self.arrivals.stats();
        let faults = EventKind::AudioFaults {
            lost_ms: MediaTime(stats.lost_samples).as_ms(),
            duplicated: stats.duplicated,
            reordered: stats.reordered,
            bad_timestamps: stats.bad_timestamps,
        };
        let payloads = stats.duplicated + stats.reordered + stats.bad_timestamps;
        if stats.lost_samples + payloads > 0 {
            self.event(faults, now);
        }
    }

    /// A provider is gone: apologises and hands the caller to the tenant's fallback.
    pub(super) fn give_up(&mut self, failure: Failure, now: Instant) {
        self.failure.get_or_insert(failure);
        let next = NextAction::Fallback { apologise: false };
        let apology = self.config.phrases.unavailable.clone();
        self.say_and_end(&apology, EndReason::AgentUnavailable, next, now);
    }

    pub(super) fn handle_max_duration(&mut self, now: Instant) {
        let goodbye = self.config.phrases.too_long.clone();
        self.say_and_end(&goodbye, EndReason::MaxDuration, NextAction::HangUp, now);
    }

    /// The stream is gone. What the caller said last is still worth its transcript.
    pub(super) fn handle_stream_end(&mut self, end: StreamEnd, now: Instant) {
        if !matches!(self.life, Life::Live | Life::Waiting) {
            return;
        }
        let (reason, next) = match end {
            StreamEnd::Stopped => (EndReason::CallerHungUp, NextAction::HangUp),
            StreamEnd::Lost => self.ending_when_lost(),
        };
        self.stream_open = false;
        self.leave(reason, next, now);
    }

    /// The caller may still be on the line and will be asked for by the carrier.
    pub(super) fn ending_when_lost(&self) -> (EndReason, NextAction) {
        let planned = self.response.as_ref().and_then(super::speaking::ending_of);
        planned.unwrap_or((
            EndReason::StreamLost,
            NextAction::Fallback { apologise: true },
        ))
    }

    /// Ends the conversation once the words that the caller is saying are known.
    pub(super) fn leave(&mut self, reason: EndReason, next: NextAction, now: Instant) {
        self.cut_response(now);
        self.timers.stop_all();
        self.life = Life::LastWords(reason, next);
        let Some(turn) = &mut self.turn else {
            self.finish_last_words(now);
            return;
        };
        if turn.text().is_some() {
            self.finish_last_words(now);
            return;
        }
        if turn.phase == TurnPhase::Speaking {
            let (id, until) = (turn.id, self.began);
            let spoken = MediaTime::from_duration(now.saturating_duration_since(until));
            turn.pause(spoken);
            self.outputs
                .push_back(Output::Recognize(Recognize::Transcribe { turn: id }));
        }
        self.timers
            .set(Timer::LastWords, now + self.config.limits.last_words);
    }

    pub(super) fn finish_last_words(&mut self, now: Instant) {
        let Life::LastWords(reason, next) = self.life.clone() else {
            return;
        };
        if let Some(turn) = &self.turn {
            let (turn, text) = (turn.clone(), turn.best_text().to_owned());
            if !text.is_empty() {
                self.keep_caller_turn(&turn, &text);
                self.add_caller_text(&text);
            }
        }
        self.end(reason, next, now);
    }
}
