//! Watches over the conversation as a whole: each wait has its own deadline, and still a call can
//! stand still between them: a provider that trickles nothing, a carrier that falls silent.

use std::time::{Duration, Instant};

use media::frame::{Frame, MediaTime};

use super::{Call, Life, speaking::ending_of};
use crate::{
    agent::response::ClauseProgress,
    record::{EndReason, EventKind, Failure, NextAction, Stall},
    timer::Timer,
};

/// How far the conversation has come, and how often it stood still.
#[derive(Debug, Default)]
pub(super) struct Watch {
    /// The caller's sound came up to here,
    came_until: MediaTime,
    /// and was judged up to here.
    judged_until: MediaTime,
    /// Says in a row that nothing came of.
    silent_says: u32,
}

impl Call {
    /// After each input: what is under way has a deadline.
    pub(super) fn watch(&mut self, now: Instant) {
        if self.life != Life::Live {
            return;
        }
        if self.response.is_none() {
            self.timers.stop(Timer::Speaking);
        } else if !self.timers.is_set(Timer::Speaking) {
            self.watch_speaking(now);
        }
        let turn_timers = [Timer::Endpoint, Timer::LongTurn, Timer::Transcript];
        if self.turn.is_some() && !turn_timers.iter().any(|timer| self.timers.is_set(*timer)) {
            self.timers
                .set(Timer::LongTurn, now + self.config.limits.turn);
        }
    }

    /// Something went out, or is to: the next must follow in time.
    pub(super) fn watch_speaking(&mut self, now: Instant) {
        if self.life == Life::Live && self.response.is_some() {
            self.timers
                .set(Timer::Speaking, now + self.config.limits.speaking);
        }
    }

    /// The caller's sound is there: more must follow, since carriers send silence too. A call that
    /// is typed has none, and none is missed.
    pub(super) fn watch_media(&mut self, now: Instant) {
        if self.life == Life::Live {
            self.timers
                .set(Timer::Media, now + self.config.limits.media);
        }
    }

    /// This goes to be judged.
    pub(super) fn watch_judgement(&mut self, frame: &Frame, now: Instant) {
        self.watch.came_until = frame.at.plus_samples(frame.samples.len() as u64);
        if self.life == Life::Live && !self.timers.is_set(Timer::Judgement) {
            self.timers
                .set(Timer::Judgement, now + self.config.limits.judgement);
        }
    }

    pub(super) fn note_judged(&mut self, until: MediaTime) {
        self.watch.judged_until = until;
        self.timers.stop(Timer::Judgement);
    }

    /// The caller has heard an answer of the mind: it works.
    pub(super) fn note_answer_heard(&mut self) {
        self.watch.silent_says = 0;
    }

    /// Nothing went out for too long. The caller is asked once to say it again; the next time
    /// they are passed on. What was to end the call ends it.
    pub(super) fn handle_silent_agent(&mut self, now: Instant) {
        let Some(response) = &self.response else {
            return;
        };
        let ending = ending_of(response);
        let voice_is_stuck = response
            .clauses
            .iter()
            .any(|clause| clause.progress == ClauseProgress::Speaking);
        self.stalled(Stall::Speaking, now);
        if let Some((reason, next)) = ending {
            self.end(reason, next, now);
            return;
        }
        self.watch.silent_says += 1;
        if self.watch.silent_says <= MAX_SILENT_SAYS {
            self.cut_response(now);
            self.interrupted = None;
            let lost_thread = self.config.phrases.lost_thread.clone();
            self.say(&lost_thread, now);
            return;
        }
        let providers = &self.config.providers;
        let (provider, stage) = if voice_is_stuck {
            (&providers.tts, "tts")
        } else {
            (&providers.chat, "llm")
        };
        self.failure.get_or_insert(Failure {
            provider: provider.clone(),
            stage: stage.into(),
            code: STALLED.into(),
        });
        let next = NextAction::Fallback { apologise: true };
        self.end(EndReason::AgentUnavailable, next, now);
    }

    /// The stream is open and silent: nobody is behind it.
    pub(super) fn handle_silent_stream(&mut self, now: Instant) {
        self.stalled(Stall::Media, now);
        let (reason, next) = self.ending_when_lost();
        self.leave(reason, next, now);
    }

    /// Nobody tells speech from silence: the caller cannot be heard.
    pub(super) fn handle_unjudged(&mut self, now: Instant) {
        let waiting = self.watch.came_until.samples_since(self.watch.judged_until);
        let is_ending = self.response.as_ref().and_then(ending_of).is_some();
        // Where the sound itself stopped, it is the stream that is watched; and who is being told
        // goodbye need not be heard.
        if waiting < UNJUDGED.0 || is_ending {
            return;
        }
        self.stalled(Stall::Judgement, now);
        let failure = Failure {
            provider: self.config.providers.vad.clone(),
            stage: "vad".into(),
            code: STALLED.into(),
        };
        self.give_up(failure, now);
    }

    pub(super) fn stalled(&mut self, what: Stall, now: Instant) {
        self.event(EventKind::Stalled { what }, now);
    }
}

/// Says that came to nothing before the caller is passed on.
const MAX_SILENT_SAYS: u32 = 1;
/// Sound that waits for its judgement; less is on its way.
const UNJUDGED: MediaTime = MediaTime::from_duration(Duration::from_secs(1));
const STALLED: &str = "stalled";
