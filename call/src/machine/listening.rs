//! The caller's side of the machine: speech, pauses, keys, the end of a turn.

use std::time::{Duration, Instant};

use media::{dtmf::Digit, frame::MediaTime, vad::SpeechEdge};

use super::{Call, Life};
use crate::{
    caller::{
        backchannel::is_backchannel,
        endpointing::{Evidence, delay},
        turn::{CallerTurn, TurnPhase},
    },
    conversation::{Expecting, Message},
    io::{Output, Part, Recognize, TurnId},
    record::{
        EndReason, EventKind, Failure, Latency, NextAction, Speaker, Stall, TurnRecord, WordTime,
    },
    timer::Timer,
};

impl Call {
    pub(super) fn handle_speech(
        &mut self,
        until: MediaTime,
        window_samples: u64,
        probability: f32,
        now: Instant,
    ) {
        if self.life != Life::Live {
            return;
        }
        self.note_judged(until);
        match self.gate.handle(until, window_samples, probability) {
            Some(SpeechEdge::Started { at }) => self.begin_or_resume_turn(at, now),
            Some(SpeechEdge::Paused { at }) => self.pause_turn(at, until, now),
            None => {}
        }
        self.consider_barge_in(until, now);
    }

    fn begin_or_resume_turn(&mut self, at: MediaTime, now: Instant) {
        self.timers.stop(Timer::NoInput);
        self.timers.stop(Timer::Endpoint);
        self.timers.stop(Timer::Transcript);
        if let Some(turn) = &mut self.turn {
            turn.resume(at);
            let turn = turn.id;
            self.outputs
                .push_back(Output::Recognize(Recognize::Resume { turn }));
            return;
        }
        self.timers
            .set(Timer::LongTurn, now + self.config.limits.turn);
        let turn = self.new_turn_id();
        self.turn = Some(CallerTurn::new(turn, at));
        let from = MediaTime(at.0.saturating_sub(PRE_ROLL.0));
        self.outputs
            .push_back(Output::Recognize(Recognize::Begin { turn, from }));
    }

    fn pause_turn(&mut self, speech_end: MediaTime, until: MediaTime, now: Instant) {
        let Some(turn) = &mut self.turn else { return };
        turn.pause(speech_end);
        let id = turn.id;
        self.outputs
            .push_back(Output::Recognize(Recognize::Transcribe { turn: id }));
        self.outputs.push_back(Output::JudgeTurnEnd { turn: id });
        let silent_for = samples(until.samples_since(speech_end));
        self.schedule_endpoint(now.checked_sub(silent_for).unwrap_or(now));
    }

    /// Sets the end of the turn by what is known of it. `silent_since`: the caller's last sound.
    fn schedule_endpoint(&mut self, silent_since: Instant) {
        let Some(turn) = &self.turn else { return };
        if turn.phase != TurnPhase::Paused {
            return;
        }
        let evidence = Evidence {
            judged: turn.judged,
            text: turn.text(),
            expecting: self.last_expecting,
        };
        let delay = delay(&self.config.settings.turn, evidence);
        self.timers.set(Timer::Endpoint, silent_since + delay);
    }

    fn reschedule_endpoint(&mut self, now: Instant) {
        let Some(turn) = &self.turn else { return };
        let silent_for = samples(self.media_now(now).samples_since(turn.speech_end));
        self.schedule_endpoint(now.checked_sub(silent_for).unwrap_or(now));
    }

    pub(super) fn handle_judgement(
        &mut self,
        turn: TurnId,
        probability: Option<f32>,
        now: Instant,
    ) {
        let Some(current) = self.turn.as_mut().filter(|t| t.id == turn) else {
            return;
        };
        if current.phase == TurnPhase::Paused {
            current.judged = probability;
            self.reschedule_endpoint(now);
        }
    }

    pub(super) fn handle_transcript(
        &mut self,
        turn: Option<TurnId>,
        part: Part,
        text: &str,
        confidence: Option<f32>,
        words: &[WordTime],
        now: Instant,
    ) {
        if turn.is_none() && self.turn.is_none() {
            self.begin_unheard_turn(part, text, now);
        }
        let Some(current) = self.turn.as_mut() else {
            return;
        };
        if turn.is_some_and(|turn| turn != current.id) {
            return;
        }
        let asr_final_ms = now.saturating_duration_since(self.began).as_millis() as u64;
        current.hear(part, text);
        current.confidence = confidence.or(current.confidence);
        if !words.is_empty() {
            current.words = words.to_vec();
        }
        if current.text().is_some() {
            current.asr_final_ms = Some(asr_final_ms);
            self.asr_failures = 0;
        }
        if self.life != Life::Live {
            self.finish_last_words(now);
            return;
        }
        match self.turn.as_ref().map(|t| (t.phase, t.text().is_some())) {
            Some((TurnPhase::Paused, true)) => self.reschedule_endpoint(now),
            Some((TurnPhase::Ended, true)) => self.finish_turn(now),
            Some(_) | None => {}
        }
    }

    /// A recognizer that listens on its own heard words that the voice activity did not.
    fn begin_unheard_turn(&mut self, part: Part, text: &str, now: Instant) {
        if self.life != Life::Live || part == Part::Interim || text.trim().is_empty() {
            return;
        }
        self.timers.stop(Timer::NoInput);
        let id = self.new_turn_id();
        let at = self.media_now(now);
        let mut turn = CallerTurn::new(id, at);
        turn.pause(at);
        self.turn = Some(turn);
    }

    pub(super) fn handle_endpoint(&mut self, now: Instant) {
        let endpoint_ms = self.ms(now);
        let Some(turn) = &mut self.turn else { return };
        turn.endpoint_ms = Some(endpoint_ms);
        if turn.text().is_some() {
            self.finish_turn(now);
            return;
        }
        turn.phase = TurnPhase::Ended;
        self.timers
            .set(Timer::Transcript, now + self.config.limits.transcript);
    }

    /// Takes what was said so far as a turn, though the sound goes on.
    pub(super) fn end_long_turn(&mut self, now: Instant) {
        let (at, endpoint_ms) = (self.media_now(now), self.ms(now));
        let Some(turn) = &mut self.turn else { return };
        let id = turn.id;
        if turn.phase == TurnPhase::Speaking {
            turn.pause(at);
            self.outputs
                .push_back(Output::Recognize(Recognize::Transcribe { turn: id }));
            self.stalled(Stall::Turn, now);
        }
        if let Some(turn) = &mut self.turn {
            turn.endpoint_ms = Some(endpoint_ms);
            turn.phase = TurnPhase::Ended;
        }
        self.timers.stop(Timer::Endpoint);
        self.timers
            .set(Timer::Transcript, now + self.config.limits.transcript);
    }

    fn stop_turn_timers(&mut self) {
        for timer in [Timer::Endpoint, Timer::LongTurn, Timer::Transcript] {
            self.timers.stop(timer);
        }
    }

    /// The turn is over and its words are known.
    fn finish_turn(&mut self, now: Instant) {
        self.stop_turn_timers();
        let Some(turn) = self.turn.take() else { return };
        self.outputs
            .push_back(Output::Recognize(Recognize::Finish { turn: turn.id }));
        let text = turn.best_text().to_owned();
        if self.is_false_interruption(&turn, &text) {
            self.take_the_word_back(&turn, now);
            return;
        }
        if text.is_empty() {
            self.await_caller(now);
            return;
        }
        if self.response.as_ref().is_some_and(|r| r.interruptible) {
            self.interrupt(Some(turn.id), now);
        }
        self.interrupted = None;
        self.no_inputs = 0;
        self.answer_latency = Latency {
            speech_end_ms: Some(turn.speech_end.as_ms()),
            endpoint_ms: turn.endpoint_ms.or(Some(self.ms(now))),
            asr_final_ms: turn.asr_final_ms,
            ..Latency::default()
        };
        self.keep_caller_turn(&turn, &text);
        self.add_caller_text(&text);
        self.wants_answer = true;
    }

    pub(super) fn keep_caller_turn(&mut self, turn: &CallerTurn, text: &str) {
        let latency = Latency {
            speech_end_ms: Some(turn.speech_end.as_ms()),
            endpoint_ms: turn.endpoint_ms,
            asr_final_ms: turn.asr_final_ms,
            ..Latency::default()
        };
        self.keep_turn(TurnRecord {
            seq: 0,
            speaker: Speaker::Caller,
            text: text.to_owned(),
            generated: String::new(),
            start_ms: turn.began.as_ms(),
            end_ms: turn.speech_end.as_ms(),
            confidence: turn.confidence,
            words: turn.words.clone(),
            interrupted: false,
            latency,
            tokens_in: 0,
            tokens_out: 0,
        });
    }

    /// Nothing was said between two turns of the caller: to a mind they are one.
    pub(super) fn add_caller_text(&mut self, text: &str) {
        if let Some(Message::Caller { text: said }) = self.conversation.last_mut() {
            said.push(' ');
            said.push_str(text);
            return;
        }
        self.conversation.push(Message::Caller {
            text: text.to_owned(),
        });
    }

    /// Whether the caller made a sound over the agent without meaning to take the word.
    fn is_false_interruption(&self, turn: &CallerTurn, text: &str) -> bool {
        let over_the_agent = turn.took_the_word || self.response.is_some();
        if !over_the_agent {
            return false;
        }
        let answers = self.last_expecting == Expecting::YesNo && !text.is_empty();
        text.is_empty() || (is_backchannel(text) && !answers)
    }

    fn take_the_word_back(&mut self, turn: &CallerTurn, now: Instant) {
        if turn.took_the_word && self.interrupted.is_some() {
            self.event(EventKind::FalseInterruption { turn: turn.id.0 }, now);
            self.resume_interrupted(now);
        } else if self.response.is_none() {
            self.await_caller(now);
        }
    }

    pub(super) fn miss_transcript(&mut self, now: Instant) {
        let failure = Failure {
            provider: self.config.providers.asr.clone(),
            stage: "asr".into(),
            code: "timed_out".into(),
        };
        if let Some(turn) = self.turn.as_ref().map(|t| t.id) {
            self.handle_recognizer_failure(turn, failure, now);
        }
    }

    pub(super) fn handle_recognizer_failure(
        &mut self,
        turn: TurnId,
        failure: Failure,
        now: Instant,
    ) {
        if self.turn.as_ref().is_none_or(|t| t.id != turn) {
            return;
        }
        if self.life != Life::Live {
            self.finish_last_words(now);
            return;
        }
        self.stop_turn_timers();
        self.turn = None;
        self.outputs
            .push_back(Output::Recognize(Recognize::Finish { turn }));
        self.event(
            EventKind::ProviderFailed {
                failure: failure.clone(),
            },
            now,
        );
        self.asr_failures += 1;
        if self.asr_failures >= MAX_ASR_FAILURES {
            self.give_up(failure, now);
            return;
        }
        self.interrupted = None;
        let say_again = self.config.phrases.say_again.clone();
        self.cut_response(now);
        self.say(&say_again, now);
    }

    pub(super) fn handle_digit(&mut self, digit: Digit, now: Instant) {
        if self.life != Life::Live {
            return;
        }
        self.timers.stop(Timer::NoInput);
        if self.response.as_ref().is_some_and(|r| r.interruptible) {
            self.interrupt(None, now);
            self.interrupted = None;
        }
        let ends = digit.as_char() == '#' && !self.digits.is_empty();
        if !ends && self.digits.len() < MAX_DIGITS {
            self.digits.push(digit.as_char());
        }
        if ends {
            self.finish_digits(now);
        } else {
            self.timers
                .set(Timer::Digits, now + self.config.limits.digits);
        }
    }

    pub(super) fn finish_digits(&mut self, now: Instant) {
        self.timers.stop(Timer::Digits);
        let digits = std::mem::take(&mut self.digits);
        if digits.is_empty() {
            return;
        }
        self.no_inputs = 0;
        self.event(
            EventKind::Dtmf {
                digits: digits.clone(),
            },
            now,
        );
        self.conversation.push(Message::Digits { digits });
        let ms = self.ms(now);
        self.answer_latency = Latency {
            speech_end_ms: Some(ms),
            endpoint_ms: Some(ms),
            asr_final_ms: Some(ms),
            ..Latency::default()
        };
        self.wants_answer = true;
    }

    /// The word is the caller's: waits for it, but not for ever.
    pub(super) fn await_caller(&mut self, now: Instant) {
        if self.turn.is_none() && self.response.is_none() && self.life == Life::Live {
            self.timers
                .set(Timer::NoInput, now + self.config.settings.no_input_after);
        }
    }

    pub(super) fn handle_no_input(&mut self, now: Instant) {
        if self.turn.is_some() || self.response.is_some() {
            return;
        }
        self.no_inputs += 1;
        let count = self.no_inputs;
        self.event(EventKind::NoInput { count }, now);
        if count > self.config.settings.no_input_prompts {
            let goodbye = self.config.phrases.no_input_goodbye.clone();
            self.say_and_end(&goodbye, EndReason::NoInput, NextAction::HangUp, now);
            return;
        }
        self.conversation.push(Message::NoInput { count });
        self.answer_latency = Latency::default();
        self.wants_answer = true;
    }
}

fn samples(count: u64) -> Duration {
    Duration::from_micros(count.saturating_mul(125))
}

/// Speech is found a little after it began; the recognizer hears from before that.
const PRE_ROLL: MediaTime = MediaTime::from_ms(300);
/// Keys kept of one entry; more than any number has.
const MAX_DIGITS: usize = 32;
/// The first failure asks the caller to say it again; the next one gives up.
const MAX_ASR_FAILURES: u32 = 2;
