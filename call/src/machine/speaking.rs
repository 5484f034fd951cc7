//! The voice's side of the machine: clauses, audio, marks, interruption.

use std::time::{Duration, Instant};

use media::{frame::MediaTime, playout::UtteranceId};
use tenant_config::pronunciation::Respelling;

use super::{Call, Interrupted, Life};
use crate::{
    agent::response::{Clause, ClauseProgress, Response, ResponseStage},
    conversation::{CallControl, Message},
    io::{ClauseId, Output, TurnId},
    record::{EndReason, EventKind, Failure, NextAction, Speaker, TurnRecord},
    timer::Timer,
};

impl Call {
    /// Says something on the machine's own account.
    pub(super) fn say(&mut self, text: &str, now: Instant) {
        self.timers.stop(Timer::NoInput);
        let utterance = self.new_utterance_id();
        let latency = std::mem::take(&mut self.answer_latency);
        let mut response = Response::new(utterance, None, latency);
        response.splitter.push(text);
        self.response = Some(response);
        while let Some(clause) = self
            .response
            .as_mut()
            .and_then(|r| r.splitter.next_clause())
        {
            self.add_clause(clause);
        }
        if let Some(rest) = self.response.as_mut().and_then(|r| r.splitter.finish()) {
            self.add_clause(rest);
        }
        self.speak_ahead(now);
    }

    /// Says something that cannot be interrupted, and ends the call once it is heard.
    pub(super) fn say_and_end(
        &mut self,
        text: &str,
        reason: EndReason,
        next: NextAction,
        now: Instant,
    ) {
        self.cut_response(now);
        self.interrupted = None;
        self.wants_answer = false;
        self.say(text, now);
        if let Some(response) = &mut self.response {
            response.interruptible = false;
            response.closing = Some((reason, next));
        }
    }

    /// Adds a clause to the response and to the conversation.
    pub(super) fn add_clause(&mut self, text: String) {
        let id = self.new_clause_id();
        let Some(response) = &mut self.response else {
            return;
        };
        let open = response.clauses.last().map(|clause| clause.message);
        let last = self.conversation.len().checked_sub(1);
        let message = match (open, last) {
            (Some(open), Some(last)) if open == last => {
                if let Some(Message::Agent { text: said, .. }) = self.conversation.last_mut() {
                    said.push(' ');
                    said.push_str(&text);
                }
                open
            }
            (Some(_) | None, Some(_) | None) => {
                self.conversation.push(Message::Agent {
                    text: text.clone(),
                    interrupted: false,
                });
                self.conversation.len() - 1
            }
        };
        let progress = ClauseProgress::Waiting;
        response.clauses.push(Clause {
            id,
            text,
            respelling: Respelling::default(),
            samples: 0,
            heard_from: None,
            progress,
            message,
        });
    }

    /// Keeps the synthesizer busy, but not further ahead than the caller is likely to listen.
    pub(super) fn speak_ahead(&mut self, now: Instant) {
        let Some(response) = &mut self.response else {
            return;
        };
        // A voice says one clause after the other: two at once would not come sooner.
        if response.is_speaking() || self.playout.queued_samples() > SAMPLES_AHEAD {
            return;
        }
        let waiting = response
            .clauses
            .iter_mut()
            .find(|c| c.progress == ClauseProgress::Waiting);
        let Some(clause) = waiting else { return };
        clause.progress = ClauseProgress::Speaking;
        let (text, respelling) = self.pronouncer.respell(&clause.text);
        clause.respelling = respelling;
        let clause = clause.id;
        self.outputs.push_back(Output::Speak { clause, text });
        self.timers
            .set(Timer::Synthesis, now + self.config.limits.synthesis);
    }

    pub(super) fn handle_audio(&mut self, id: ClauseId, samples: &[i16], now: Instant) {
        let at = self.ms(now);
        let Some(response) = &mut self.response else {
            return;
        };
        let Some(clause) = response.clause_mut(id) else {
            return;
        };
        if clause.progress != ClauseProgress::Speaking {
            return;
        }
        clause.samples += samples.len() as u64;
        response.latency.tts_first_byte_ms.get_or_insert(at);
        let utterance = response.utterance;
        self.playout.push(utterance, samples);
        self.timers
            .set(Timer::Synthesis, now + self.config.limits.synthesis);
    }

    pub(super) fn handle_audio_finished(&mut self, id: ClauseId) {
        let Some(response) = &mut self.response else {
            return;
        };
        let Some(clause) = response
            .clause_mut(id)
            .filter(|clause| clause.progress == ClauseProgress::Speaking)
        else {
            return;
        };
        clause.progress = ClauseProgress::Finished;
        if !response.is_speaking() {
            self.timers.stop(Timer::Synthesis);
        }
    }

    pub(super) fn handle_speech_failure(&mut self, id: ClauseId, failure: Failure, now: Instant) {
        if self
            .response
            .as_mut()
            .and_then(|r| r.clause_mut(id))
            .is_none()
        {
            return;
        }
        self.event(
            EventKind::ProviderFailed {
                failure: failure.clone(),
            },
            now,
        );
        self.failure.get_or_insert(failure);
        // Without a voice there is nothing to apologise with: the carrier says it.
        let next = NextAction::Fallback { apologise: true };
        self.end(EndReason::AgentUnavailable, next, now);
    }

    pub(super) fn miss_synthesis(&mut self, now: Instant) {
        let speaking = self.response.as_ref().and_then(|response| {
            response
                .clauses
                .iter()
                .find(|c| c.progress == ClauseProgress::Speaking)
                .map(|c| c.id)
        });
        let failure = Failure {
            provider: self.config.providers.tts.clone(),
            stage: "tts".into(),
            code: "timed_out".into(),
        };
        if let Some(clause) = speaking {
            self.outputs
                .push_back(Output::CancelSpeech { from: clause });
            self.handle_speech_failure(clause, failure, now);
        }
    }

    pub(super) fn note_first_frame(&mut self, utterance: UtteranceId, now: Instant) {
        let at = self.ms(now);
        if let Some(response) = self.response.as_mut().filter(|r| r.utterance == utterance) {
            response.latency.first_frame_ms.get_or_insert(at);
        }
    }

    pub(super) fn handle_mark(&mut self, name: &str, now: Instant) {
        self.playout.handle_mark(name);
        let at = self.ms(now);
        if let Some(response) = &mut self.response
            && self.playout.confirmed_samples(response.utterance) > 0
        {
            response.latency.mark_ms.get_or_insert(at);
        }
    }

    /// Brings the response forward as far as it can go.
    pub(super) fn settle(&mut self, now: Instant) {
        if self.life != Life::Live {
            return;
        }
        self.follow_up_if_ready(now);
        self.speak_ahead(now);
        self.complete_audio(now);
        if self.is_heard() {
            self.finish_response(now);
        }
        self.ask_if_free(now);
        self.speak_ahead(now);
    }

    /// Tells the playout when the last audio is in, and waits for the last mark.
    fn complete_audio(&mut self, now: Instant) {
        let tools_done = self.pending_tools.is_empty();
        let Some(response) = &mut self.response else {
            return;
        };
        let complete = response.text_complete() && tools_done && response.all_spoken();
        if !complete || response.audio_complete() {
            return;
        }
        response.stage = ResponseStage::Voiced;
        let utterance = response.utterance;
        if response.clauses.is_empty() {
            self.finish_silent_response(now);
            return;
        }
        self.playout.end(utterance);
        let queued = Duration::from_micros(self.playout.queued_samples() as u64 * 125);
        let played = self.playout.sent_until().max(now) + queued;
        self.timers
            .set(Timer::Mark, played + self.config.limits.mark);
    }

    fn is_heard(&self) -> bool {
        self.response.as_ref().is_some_and(Response::audio_complete) && self.playout.all_heard()
    }

    /// The answer had no words.
    fn finish_silent_response(&mut self, now: Instant) {
        let Some(response) = self.response.take() else {
            return;
        };
        self.timers.stop(Timer::Chat);
        if let Some((reason, next)) = ending_of(&response) {
            self.end(reason, next, now);
            return;
        }
        self.silent_answers += 1;
        if self.silent_answers > MAX_SILENT_ANSWERS {
            let failure = Failure {
                provider: self.config.providers.chat.clone(),
                stage: "llm".into(),
                code: "invalid".into(),
            };
            self.event(
                EventKind::ProviderFailed {
                    failure: failure.clone(),
                },
                now,
            );
            self.give_up(failure, now);
            return;
        }
        let say_again = self.config.phrases.say_again.clone();
        self.say(&say_again, now);
    }

    /// The caller has heard everything of the response.
    pub(super) fn finish_response(&mut self, now: Instant) {
        self.timers.stop(Timer::Mark);
        self.pump_heard(now);
        let Some(response) = self.response.take() else {
            return;
        };
        self.silent_answers = 0;
        if response.ask.is_some() {
            self.note_answer_heard();
        }
        let text = response.generated();
        self.keep_agent_turn(&response, text, u64::MAX, now);
        if let Some((reason, next)) = ending_of(&response) {
            self.end(reason, next, now);
            return;
        }
        self.await_caller(now);
    }

    /// The caller takes the word, when they have spoken long enough over us to mean it.
    pub(super) fn consider_barge_in(&mut self, until: MediaTime, now: Instant) {
        let Some(turn) = &self.turn else { return };
        if !self.gate.is_speaking() || self.response.as_ref().is_none_or(|r| !r.interruptible) {
            return;
        }
        let spoken = until.samples_since(turn.stretch_began);
        let needed = MediaTime::from_duration(self.config.settings.turn.barge_in_after).0;
        if spoken >= needed {
            self.interrupt(Some(turn.id), now);
        }
    }

    /// Stops speaking at once: what is not on the caller's ear yet never gets there.
    pub(super) fn interrupt(&mut self, turn: Option<TurnId>, now: Instant) {
        let played = self.response.as_ref().is_some_and(Response::audio_complete);
        if played && self.playout.is_idle(now) {
            // All of it was heard; only the mark is still on its way.
            self.finish_response(now);
            return;
        }
        let sent = self
            .response
            .as_ref()
            .is_some_and(|r| r.latency.first_frame_ms.is_some());
        let Some((response, rest)) = self.cut_response(now) else {
            return;
        };
        if let Some(turn) = self.turn.as_mut().filter(|t| Some(t.id) == turn) {
            turn.took_the_word = true;
        }
        if sent {
            self.barge_ins += 1;
            self.event(
                EventKind::BargeIn {
                    turn: turn.map_or(0, |t| t.0),
                },
                now,
            );
        }
        // A question that was not answered at all is answered with what the caller adds to it.
        self.interrupted = Some(Interrupted { rest, response });
    }

    /// Takes the response away: `clear` first, then everything that still works for it. Returns
    /// it with the words that were not heard.
    pub(super) fn cut_response(&mut self, now: Instant) -> Option<(Response, String)> {
        let utterance = self.response.as_ref()?.utterance;
        let heard = self.playout.heard_samples(utterance, now);
        self.playout.clear(now);
        self.pump_heard(now);
        let response = self.response.take()?;
        if response.latency.first_frame_ms.is_some() && self.stream_open {
            self.outputs.push_back(Output::SendClear);
        }
        for timer in [Timer::Chat, Timer::Synthesis, Timer::Mark] {
            self.timers.stop(timer);
        }
        if let Some(ask) = response.ask.filter(|_| !response.text_complete()) {
            self.outputs.push_back(Output::CancelAsk { ask });
        }
        let speaking = response
            .clauses
            .iter()
            .find(|c| c.progress == ClauseProgress::Speaking);
        if let Some(clause) = speaking {
            self.outputs
                .push_back(Output::CancelSpeech { from: clause.id });
        }
        let rest = response.unheard(heard);
        self.cut_conversation(&response, heard);
        let text = response.heard(heard);
        if !text.is_empty() {
            self.keep_agent_turn(&response, text, heard, now);
        }
        Some((response, rest))
    }

    /// The conversation keeps what was heard and forgets the rest.
    fn cut_conversation(&mut self, response: &Response, heard: u64) {
        for (message, words) in response.heard_by_message(heard).into_iter().rev() {
            if words.is_empty() {
                self.conversation.remove(message);
            } else if let Some(Message::Agent { text, interrupted }) =
                self.conversation.get_mut(message)
            {
                *interrupted = words != *text;
                *text = words;
            }
        }
    }

    /// The interruption was none: says the rest.
    pub(super) fn resume_interrupted(&mut self, now: Instant) {
        let Some(Interrupted { rest, response }) = self.interrupted.take() else {
            return;
        };
        if !response.text_complete() || response.wants_follow_up {
            // The answer was not even complete: it is asked for again.
            self.wants_answer = true;
            return;
        }
        if rest.is_empty() {
            self.await_caller(now);
            return;
        }
        self.say(&rest, now);
        if let Some(resumed) = &mut self.response {
            resumed.expecting = response.expecting;
            resumed.control = response.control;
            resumed.closing = response.closing;
        }
    }

    /// `text` is what was heard when `heard` samples were played.
    fn keep_agent_turn(&mut self, response: &Response, text: String, heard: u64, now: Instant) {
        let generated = response.generated();
        let now_ms = self.ms(now);
        if let Some(total) = response.latency.total_ms() {
            self.latencies_ms.push(total);
        }
        self.keep_turn(TurnRecord {
            seq: 0,
            speaker: Speaker::Agent,
            interrupted: text != generated,
            text,
            generated,
            start_ms: response.heard_from.map_or(now_ms, MediaTime::as_ms),
            end_ms: response
                .heard_from
                .map_or(now_ms, |_| response.heard_until.as_ms()),
            confidence: None,
            words: response.heard_words(heard),
            latency: response.latency,
            tokens_in: response.tokens_in,
            tokens_out: response.tokens_out,
        });
    }
}

/// How the call ends when the response has been heard.
pub(super) fn ending_of(response: &Response) -> Option<(EndReason, NextAction)> {
    if let Some(closing) = &response.closing {
        return Some(closing.clone());
    }
    response.control.as_ref().map(|control| match control {
        CallControl::HangUp => (EndReason::AgentHungUp, NextAction::HangUp),
        CallControl::Transfer => (EndReason::Transferred, NextAction::Transfer),
        CallControl::Voicemail => (EndReason::Voicemail, NextAction::Voicemail),
    })
}

/// Audio made ahead of the caller's ear: 3 s. A voice that is worth having begins a clause within that,
/// and what a caller interrupts was then not made, nor kept meanwhile.
const SAMPLES_AHEAD: usize = 3 * 8_000;
/// Answers without words before the mind is taken to be broken.
const MAX_SILENT_ANSWERS: u32 = 1;
