//! A conversation that moves to another stream: how it leaves one and goes on in the next.

use std::time::Instant;

use super::{Call, Life, Unsaid, speaking::ending_of};
use crate::{
    conversation::Message,
    record::{EndReason, NextAction},
    resume::Resume,
};

impl Call {
    /// Gives the conversation to another stream. What the caller is saying is still written down;
    /// an answer that was ending the call anyway ends it.
    pub(super) fn hand_over(&mut self, now: Instant) {
        if self.life != Life::Live {
            return;
        }
        if let Some((reason, next)) = self.response.as_ref().and_then(ending_of) {
            self.leave(reason, next, now);
            return;
        }
        self.finish_digits(now);
        self.give_up_tools(now);
        let owes_answer = self.wants_answer;
        let unsaid = match self.cut_response(now) {
            Some((response, _)) if !response.text_complete() || response.wants_follow_up => {
                Unsaid {
                    owes_answer: true,
                    ..Unsaid::default()
                }
            }
            Some((response, rest)) => Unsaid {
                rest,
                expecting: response.expecting,
                owes_answer,
            },
            None => Unsaid {
                owes_answer,
                expecting: self.last_expecting,
                ..Unsaid::default()
            },
        };
        self.handed_over = Some(unsaid);
        self.leave(EndReason::HandedOver, NextAction::Reconnect, now);
    }

    /// Where the conversation stands, for the stream that follows.
    pub(super) fn stands_at(&mut self) -> Resume {
        let unsaid = self.handed_over.take().unwrap_or_default();
        Resume {
            conversation: std::mem::take(&mut self.conversation),
            rest: unsaid.rest,
            expecting: unsaid.expecting,
            owes_answer: unsaid.owes_answer,
            next_seq: self.seq,
            barge_ins: self.barge_ins,
            failure: self.failure.clone(),
            latencies_ms: self.latencies_ms.clone(),
        }
    }

    /// Goes on with a conversation that another stream began: says so, then what was left to say,
    /// and answers what was not answered.
    pub(super) fn go_on(&mut self, resume: Resume, now: Instant) {
        self.conversation = resume.conversation;
        self.seq = resume.next_seq;
        self.barge_ins = resume.barge_ins;
        self.failure = resume.failure;
        self.latencies_ms = resume.latencies_ms;
        // A mind answers what comes last: what the caller said goes behind our excuse.
        let unanswered = match self.conversation.last() {
            Some(Message::Caller { .. } | Message::Digits { .. }) => self.conversation.pop(),
            Some(
                Message::Agent { .. }
                | Message::ToolCall(_)
                | Message::ToolResult { .. }
                | Message::NoInput { .. },
            )
            | None => None,
        };
        let mut words = self.config.phrases.back.clone();
        if !resume.rest.is_empty() && unanswered.is_none() {
            words.push(' ');
            words.push_str(&resume.rest);
        }
        self.say(&words, now);
        self.last_expecting = resume.expecting;
        if let Some(response) = &mut self.response {
            response.expecting = resume.expecting;
        }
        self.wants_answer = resume.owes_answer || unanswered.is_some();
        self.conversation.extend(unanswered);
    }
}
