//! What every front desk does beside its business: repeats, waits, passes on, says goodbye, and
//! helps when it did not understand.

use serde_json::json;

use super::{
    answers::Answer,
    dialogue::{Dialogue, Offer, Question, Reply, Task},
    existing::mine,
    heard::Heard,
    intents::Intent,
    services::ServiceSaid,
    turn::Fill,
};
use crate::tools::read_phone;

impl Dialogue<'_> {
    /// Things that come before the task at hand.
    pub(super) fn commanded(&mut self, heard: &Heard, lead: &[String]) -> Option<Reply> {
        let brings_more = heard.has_when() || heard.service != ServiceSaid::None;
        if heard.wants(Intent::Repeat) && !brings_more {
            return Some(Reply {
                tool: None,
                ..self.last.clone()
            });
        }
        if heard.wants(Intent::Robot) {
            let (name, company) = (&self.brief.agent_name, &self.brief.company);
            let who = format!("I'm {name}, the virtual receptionist of {company}.");
            return Some(self.ask_again(&with(lead, who)));
        }
        if heard.wants(Intent::Person) {
            return Some(self.transfer(lead));
        }
        if heard.wants(Intent::Hold) && !brings_more && heard.intents.len() == 1 {
            let wait = "Of course, take your time.".to_owned();
            return Some(if self.heard {
                Reply {
                    text: wait,
                    ..self.last.clone()
                }
            } else {
                self.ask_again(&[wait])
            });
        }
        if self.says_goodbye(heard) {
            return Some(self.goodbye(lead));
        }
        let drops = heard.wants(Intent::NeverMind) || self.drops_draft(heard);
        if drops && !brings_more && !heard.wants(Intent::Move) {
            self.drop_task();
            return Some(self.ask(
                &with(lead, "All right, no problem.".to_owned()),
                Question::AnythingElse,
            ));
        }
        if heard.wants(Intent::Help) && heard.intents.len() == 1 {
            self.misses = 0;
            return Some(self.ask_again(&with(lead, self.abilities())));
        }
        None
    }

    /// "Cancel that" while booking: nothing is booked yet.
    pub(super) fn drops_draft(&self, heard: &Heard) -> bool {
        self.task == Task::Book && heard.wants(Intent::Cancel) && !heard.words.has("appointment")
    }

    pub(super) fn says_goodbye(&self, heard: &Heard) -> bool {
        if !heard.wants(Intent::Goodbye) || heard.has_when() {
            return false;
        }
        let leaves = heard.words.any(&["bye", "goodbye", "hang up"]);
        let agrees = heard.words.any(&[
            "yes", "yeah", "yep", "sure", "book it", "please", "go ahead",
        ]);
        if self.question == Question::Confirm {
            return leaves && !agrees;
        }
        leaves || heard.words.len() <= 8
    }

    /// A message being dictated is taken word for word.
    pub(super) fn dictated(&mut self, text: &str, heard: &Heard) -> Option<Reply> {
        let starts_with_it = self.task == Task::Idle
            && heard.wants(Intent::Message)
            && !heard.question
            && heard.words.any(&[
                "tell them",
                "tell the",
                "let them know",
                "message that",
                "message saying",
            ]);
        if starts_with_it && heard.words.len() > 5 {
            self.drop_task();
            self.task = Task::Note;
        } else if self.question != Question::NoteText || self.task != Task::Note {
            return None;
        }
        let short = heard.words.len() <= 5;
        let leaves = [
            Intent::Person,
            Intent::Goodbye,
            Intent::NeverMind,
            Intent::Repeat,
            Intent::Hold,
        ];
        if short && leaves.iter().any(|intent| heard.wants(*intent)) {
            return None;
        }
        if short && heard.answer.is_some() && heard.words.len() <= 2 {
            return Some(self.ask(&[], Question::NoteText));
        }
        self.note.text = Some(text.trim().chars().take(MAX_NOTE).collect());
        if let Some(name) = &heard.name {
            self.name = Some(name.clone());
        }
        if let Some(number) = heard.phone.as_ref().and_then(|d| read_phone(d, self.brief)) {
            self.phone = Some(number);
        }
        self.misses = 0;
        Some(self.advance_note(&[]))
    }

    /// Details of a message that were said outside of it.
    pub(super) fn fill_note(&mut self, heard: &Heard) -> Fill {
        let declines = heard.answer == Some(Answer::No);
        if declines && self.question == Question::Name {
            // A message may be left without a name, if that is what the caller wants.
            self.name = Some(String::new());
            return Fill::Used;
        }
        if heard.wants(Intent::Message) {
            Fill::Used
        } else {
            Fill::Unused
        }
    }

    /// The next thing missing from a message.
    pub(super) fn advance_note(&mut self, lead: &[String]) -> Reply {
        let Some(text) = self.note.text.clone() else {
            return self.ask(lead, Question::NoteText);
        };
        let Some(name) = self.name.clone() else {
            return self.ask(lead, Question::Name);
        };
        if self.reachable_at().is_none() {
            return self.ask(lead, Question::Phone);
        }
        let mut arguments = json!({"text": text});
        if !name.is_empty() {
            arguments["name"] = json!(name);
        }
        if let Some(phone) = &self.phone {
            arguments["phone"] = json!(phone);
        }
        Reply::run(lead, "take_message", arguments)
    }

    /// Hands over to a person, or says that there is none.
    pub(super) fn transfer(&mut self, lead: &[String]) -> Reply {
        if !self.brief.can_transfer {
            let sorry = "I'm sorry, I can't put you through to anyone.".to_owned();
            self.drop_task();
            return self.ask(&with(lead, sorry), Question::Offer(Offer::Note));
        }
        let reason = match self.task {
            Task::Idle => "The caller asked for a person.",
            Task::Book => "The caller asked for a person while booking.",
            Task::Move | Task::Cancel | Task::Lookup => {
                "The caller asked for a person about an appointment."
            }
            Task::Note => "The caller asked for a person instead of leaving a message.",
        };
        let said = with(
            lead,
            "Of course, I'll put you through. One moment, please.".to_owned(),
        );
        Reply::run(&said, "transfer_call", json!({"reason": reason}))
    }

    pub(super) fn goodbye(&mut self, lead: &[String]) -> Reply {
        let bye = format!("Thank you for calling {}. Goodbye.", self.brief.company);
        Reply::run(&with(lead, bye), "end_call", json!({}))
    }

    /// Keys pressed during the conversation.
    pub(super) fn handle_digits(&mut self, digits: &str) -> Reply {
        let keys = digits.trim_end_matches('#');
        if self.question == Question::Phone {
            if let Some(number) = read_phone(keys, self.brief) {
                self.phone = Some(number);
                return self.advance(Vec::new());
            }
            let sorry = "I need the whole number, please.".to_owned();
            return self.ask(&[sorry], Question::Phone);
        }
        if keys == "0" {
            return self.transfer(&[]);
        }
        let place = keys.parse::<usize>().ok().and_then(|n| n.checked_sub(1));
        let chosen = place.map(|place| ORDINALS.get(place).copied().unwrap_or_default());
        match (self.question, chosen) {
            (Question::Choose | Question::Which, Some(ordinal)) if !ordinal.is_empty() => {
                self.handle_caller(&format!("the {ordinal} one"))
            }
            _ => self.ask_again(&["Please tell me in words what you'd like.".to_owned()]),
        }
    }

    /// The caller said nothing, `count` times in a row.
    pub(super) fn handle_no_input(&mut self, count: u32) -> Reply {
        match count {
            0 | 1 => self.ask_again(&["Are you still there?".to_owned()]),
            2 => self.ask_again(&["I can't hear you.".to_owned()]),
            _ => {
                let bye = "I still can't hear you, so I'll hang up. Please call again. Goodbye.";
                Reply::run(&[bye.to_owned()], "end_call", json!({}))
            }
        }
    }

    /// Nothing in what was said could be used.
    pub(super) fn unanswered(&mut self, heard: &Heard, lead: &[String]) -> Reply {
        if !lead.is_empty() {
            return self.ask_again(lead);
        }
        if gives_address(heard) {
            return self.decline_address();
        }
        if heard.words.any(&COMPLAINTS) && self.misses == 0 {
            self.misses += 1;
            return self.offer_help(&["I'm sorry about that.".to_owned()]);
        }
        let at_length = heard.words.len() >= 4 && self.misses == 1;
        if self.task == Task::Idle && at_length && heard.answer.is_none() {
            self.misses += 1;
            return self.offer_help(&["I'm afraid I can't help with that myself.".to_owned()]);
        }
        let asks = heard.question && heard.words.len() >= 3;
        if !asks || self.misses >= 2 {
            return self.not_understood();
        }
        self.misses += 1;
        let sorry = "I'm sorry, I don't have that information.".to_owned();
        if self.task == Task::Idle {
            self.offer_help(&[sorry])
        } else {
            self.ask_again(&[sorry])
        }
    }

    /// The calendar has no place for an address, and a promise to note one would be empty.
    fn decline_address(&mut self) -> Reply {
        let cannot = "I can't note an address with an appointment".to_owned();
        if self.task == Task::Idle {
            let may = format!("{cannot}, but I can pass it on in a message.");
            return self.ask(&[may], Question::Offer(Offer::Note));
        }
        self.ask_again(&[format!(
            "{cannot}; you can leave it in a message afterwards."
        )])
    }

    /// Rephrases, then helps, then offers another way, then takes it.
    pub(super) fn not_understood(&mut self) -> Reply {
        self.misses += 1;
        match self.misses {
            1 => self.ask_again(&["Sorry, I didn't catch that.".to_owned()]),
            2 => {
                let help = self.example();
                self.ask_again(&["Let me help.".to_owned(), help])
            }
            3 => {
                let offer = if self.brief.can_transfer {
                    Offer::Person
                } else {
                    Offer::Note
                };
                self.ask(
                    &["I'm having trouble understanding you.".to_owned()],
                    Question::Offer(offer),
                )
            }
            _ if self.brief.can_transfer => self.transfer(&[]),
            _ => {
                let sorry = "I'm sorry I couldn't help. Please call again.".to_owned();
                self.goodbye(&[sorry])
            }
        }
    }

    pub(super) fn tool_failed(&mut self, tool: &str) -> Reply {
        let sorry = match tool {
            "transfer_call" => "I'm sorry, I can't put you through just now.",
            "take_message" => "I'm sorry, I couldn't pass your message on.",
            _ => "I'm sorry, I can't reach our calendar just now. Nothing has been changed.",
        };
        self.drop_task();
        let note_works = tool != "take_message";
        let offer = if self.brief.can_transfer && tool != "transfer_call" {
            Question::Offer(Offer::Person)
        } else if note_works {
            Question::Offer(Offer::Note)
        } else {
            Question::AnythingElse
        };
        self.ask(&[sorry.to_owned()], offer)
    }

    /// The open question once more, with what it is about.
    pub(super) fn ask_again(&mut self, lead: &[String]) -> Reply {
        let about = match self.question {
            Question::Confirm => match (self.task, &self.target) {
                (Task::Cancel, Some(target)) => Some(format!("I have {}.", mine(target))),
                _ => self.draft.chosen.map(|slot| self.confirmation(slot)),
            },
            Question::Choose => Some(format!(
                "I have {}.",
                super::booking::say_slots(&self.draft.offered)
            )),
            Question::Which => Some(self.found_sentence()),
            Question::Open
            | Question::AnythingElse
            | Question::Service
            | Question::AboutWhich(_)
            | Question::When
            | Question::Name
            | Question::Phone
            | Question::WhatToChange
            | Question::NoteText
            | Question::Offer(_) => None,
        };
        let lead: Vec<String> = lead.iter().cloned().chain(about).collect();
        self.ask(&lead, self.question)
    }
}

/// The caller says where they live.
fn gives_address(heard: &Heard) -> bool {
    let digits = |w: &String| w.chars().all(|c| c.is_ascii_digit());
    let number = heard.words.low.iter().any(digits);
    heard.words.any(&GIVES_ADDRESS) || (number && heard.words.any(&STREETS))
}

fn with(lead: &[String], last: String) -> Vec<String> {
    lead.iter().cloned().chain(std::iter::once(last)).collect()
}

/// Characters of a message that are passed on.
const MAX_NOTE: usize = 1_500;
const COMPLAINTS: [&str; 16] = [
    "never showed",
    "didn't show",
    "no show",
    "ridiculous",
    "unbelievable",
    "unacceptable",
    "furious",
    "angry",
    "terrible",
    "awful",
    "disgusting",
    "complain",
    "complaint",
    "a joke",
    "rip off",
    "useless",
];
const GIVES_ADDRESS: [&str; 9] = [
    "my address",
    "our address",
    "his address",
    "her address",
    "the address is",
    "live at",
    "lives at",
    "zip code",
    "gate code",
];
const STREETS: [&str; 11] = [
    "street",
    "avenue",
    "road",
    "drive",
    "lane",
    "boulevard",
    "court",
    "apartment",
    "suite",
    "unit",
    "way",
];
const ORDINALS: [&str; 3] = ["first", "second", "third"];
