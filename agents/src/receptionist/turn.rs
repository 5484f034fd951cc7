//! One turn of the caller: what they said, what it changes, what comes next.

use chrono::{Datelike, NaiveDate};

use super::{
    answers::{Answer, Choice},
    dates::{Almanac, DaySaid},
    dialogue::{Dialogue, Draft, Hint, Offer, Question, Reply, Task},
    faq::names_topic,
    heard::{Asked, Ear, Heard},
    intents::{Intent, softly_declines},
    say,
    services::ServiceSaid,
};
use crate::tools::{ToolAnswer, read_phone};

impl Dialogue<'_> {
    pub(super) fn handle_caller(&mut self, text: &str) -> Reply {
        let heard = self.listen(text);
        if heard.words.is_empty() {
            return self.not_understood();
        }
        let mut lead = Vec::new();
        if !self.heard {
            lead.extend(self.last.must_hear.take());
        }
        if let Some(reply) = self
            .dictated(text, &heard)
            .or_else(|| self.commanded(&heard, &lead))
        {
            return reply;
        }
        let facts = self.facts(&heard);
        self.asked_fact = [Intent::Price, Intent::Duration]
            .into_iter()
            .find(|intent| heard.wants(*intent));
        let asked_service = facts.asked_which;
        let informed = !facts.said.is_empty();
        lead.extend(facts.said);
        if let Some(intent) = asked_service {
            return self.ask(&lead, Question::AboutWhich(intent));
        }
        let started = self.start(&heard, informed);
        let told = self.note_person(&heard);
        let filled = match self.fill(&heard, informed) {
            Fill::Reply(reply) => {
                self.misses = 0;
                return with_lead(&lead, reply);
            }
            Fill::Problem(problem) => {
                self.misses = 0;
                lead.push(problem);
                return self.ask(&lead, Question::When);
            }
            Fill::Chosen => {
                lead.extend(self.draft.chosen.map(|at| {
                    format!(
                        "{}, very good.",
                        say::sentence(&say::time(at.naive().time()))
                    )
                }));
                true
            }
            Fill::Used => true,
            Fill::Unused => false,
        };
        if !(informed || started || told || filled) {
            return self.unanswered(&heard, &lead);
        }
        self.misses = 0;
        if informed && self.task == Task::Idle {
            self.remember_day(&heard);
            return self.after_facts(&heard, &lead);
        }
        if self.task == Task::Idle {
            return self.ask(&lead, Question::Open);
        }
        self.advance(lead)
    }

    /// Goes on with the task at hand.
    pub(super) fn advance(&mut self, lead: Vec<String>) -> Reply {
        match self.task {
            Task::Idle => self.ask(&lead, Question::AnythingElse),
            Task::Book => self.advance_booking(&lead),
            Task::Move | Task::Cancel | Task::Lookup => self.advance_existing(lead),
            Task::Note => self.advance_note(&lead),
        }
    }

    /// Takes a tool's answer.
    pub(super) fn handle_tool(&mut self, tool: &str, answer: ToolAnswer) -> Reply {
        match answer {
            ToolAnswer::Slots {
                slots,
                alternatives,
                ..
            } => self.handle_slots(&slots, &alternatives),
            ToolAnswer::Taken { alternatives, .. } | ToolAnswer::Closed { alternatives, .. } => {
                self.handle_refused_time(&alternatives)
            }
            ToolAnswer::Past { .. } => {
                self.draft = Draft {
                    service: self.draft.service,
                    ..Draft::default()
                };
                self.ask(
                    &["That time has already passed.".to_owned()],
                    Question::When,
                )
            }
            ToolAnswer::Booked(fact) | ToolAnswer::Moved(fact) | ToolAnswer::Cancelled(fact) => {
                self.handle_done(tool, &fact)
            }
            ToolAnswer::Appointments { appointments } => self.handle_found(appointments),
            ToolAnswer::NotFound => {
                self.drop_task();
                let sorry = "I can't find that appointment any more.".to_owned();
                self.ask(&[sorry], Question::AnythingElse)
            }
            ToolAnswer::MessageTaken => {
                self.drop_task();
                let done = "Thank you, I've passed your message on.".to_owned();
                let mut reply = self.ask(std::slice::from_ref(&done), Question::AnythingElse);
                reply.must_hear = Some(done);
                reply
            }
            // The last words were said with the call of the tool.
            ToolAnswer::Transferring | ToolAnswer::Ending => Reply::default(),
            ToolAnswer::Refused { .. } | ToolAnswer::Unavailable => self.tool_failed(tool),
        }
    }

    pub(super) fn listen(&self, text: &str) -> Heard {
        let asked = match self.question {
            Question::Name => Asked::Name,
            Question::When | Question::Choose => Asked::Time,
            Question::Service if self.draft.date.is_some() && self.draft.time.is_none() => {
                Asked::ServiceAndTime
            }
            Question::Service => Asked::Service,
            Question::Open
            | Question::AnythingElse
            | Question::AboutWhich(_)
            | Question::Phone
            | Question::Confirm
            | Question::WhatToChange
            | Question::Which
            | Question::NoteText
            | Question::Offer(_) => Asked::Other,
        };
        let ear = Ear {
            services: &self.brief.services,
            almanac: Almanac {
                today: self.today(),
                month_first: matches!(self.brief.currency.as_str(), "USD" | "CAD"),
                about: self.about(),
                from: self.draft.from,
                named: &self.brief.hours.exceptions,
            },
            asked,
        };
        let mut heard = Heard::of(text, &ear);
        let about_policy = names_topic(&heard.words, &self.brief.faqs, "cancel");
        let declines =
            matches!(self.task, Task::Book | Task::Move) && softly_declines(&heard.words);
        if about_policy || declines {
            heard.intents.retain(|intent| *intent != Intent::Cancel);
        }
        let presence = [
            "are you there",
            "are you in",
            "you there",
            "do you do",
            "do you work",
        ];
        if heard.day.is_some() && heard.service == ServiceSaid::None && heard.words.any(&presence) {
            heard.intents.push(Intent::Hours);
        }
        if let (Some(asked), true) = (self.asked_fact, heard.intents.is_empty())
            && heard.service != ServiceSaid::None
            && heard.words.any(&ALSO_ASKED)
        {
            heard.intents.push(asked);
        }
        self.align_day(&mut heard);
        heard
    }

    /// The day that was talked of last.
    fn about(&self) -> Option<NaiveDate> {
        let chosen = self.draft.chosen.or(self.draft.offered.first().copied());
        let target = self.target.as_ref().map(|target| target.starts_at);
        self.draft
            .about
            .or(self.draft.date)
            .or(chosen.or(target).map(|at| at.naive().date()))
    }

    /// "The one on Friday", of things that lie in other weeks, is the one on a Friday.
    fn align_day(&self, heard: &mut Heard) {
        let candidates: Vec<NaiveDate> = match self.question {
            Question::Which => self
                .found
                .iter()
                .map(|a| a.starts_at.naive().date())
                .collect(),
            Question::Choose => self
                .draft
                .offered
                .iter()
                .map(|s| s.naive().date())
                .collect(),
            Question::Open
            | Question::AnythingElse
            | Question::Service
            | Question::AboutWhich(_)
            | Question::When
            | Question::Name
            | Question::Phone
            | Question::Confirm
            | Question::WhatToChange
            | Question::NoteText
            | Question::Offer(_) => return,
        };
        let Some(DaySaid::On(said)) = heard.day else {
            return;
        };
        let within_a_week = (said - self.today()).num_days() <= 7;
        let mut fitting = candidates.iter().filter(|d| d.weekday() == said.weekday());
        if let (true, false, Some(only), None) = (
            within_a_week,
            candidates.contains(&said),
            fitting.next(),
            fitting.next(),
        ) {
            heard.day = Some(DaySaid::On(*only));
        }
    }

    /// Starts or changes the task, where the caller wants that.
    fn start(&mut self, heard: &Heard, informed: bool) -> bool {
        let Some(next) = self.next_task(heard, informed) else {
            return false;
        };
        let books = next == Task::Book;
        let service = self.draft.service.filter(|_| books);
        let date = self.draft.date.filter(|_| books);
        self.drop_task();
        self.task = next;
        (self.draft.service, self.draft.date) = (service, date);
        self.question = Question::Open;
        let mentioned = if let ServiceSaid::One(i) = heard.service {
            Some(i)
        } else {
            None
        };
        let on_it = matches!(next, Task::Cancel | Task::Lookup);
        let day = heard.old_day.or(heard.day.filter(|_| on_it));
        self.hint = Hint {
            day,
            service: mentioned,
        };
        true
    }

    /// The task that the caller's words start, when it is another than the one in hand.
    pub(super) fn next_task(&self, heard: &Heard, informed: bool) -> Option<Task> {
        let in_hand = matches!(self.task, Task::Book | Task::Move);
        let next = if heard.wants(Intent::Move) && !self.changes_draft(heard) {
            Task::Move
        } else if heard.wants(Intent::Cancel) {
            Task::Cancel
        } else if heard.wants(Intent::Lookup) {
            Task::Lookup
        } else if heard.wants(Intent::Message) {
            Task::Note
        } else if in_hand || self.confirms_existing() {
            return None;
        } else if heard.wants(Intent::Book) || self.implies_booking(heard, informed) {
            Task::Book
        } else {
            return None;
        };
        let possible = self.takes_bookings() || next == Task::Note;
        (next != self.task && possible).then_some(next)
    }

    /// "Move it to Wednesday" changes the booking in hand.
    pub(super) fn changes_draft(&self, heard: &Heard) -> bool {
        self.task == Task::Book && !heard.words.any(&["appointment", "reschedule", "existing"])
    }

    pub(super) const fn takes_bookings(&self) -> bool {
        !self.brief.services.is_empty()
    }

    const fn confirms_existing(&self) -> bool {
        matches!(self.task, Task::Cancel | Task::Note)
            && matches!(
                self.question,
                Question::Confirm | Question::Which | Question::Phone | Question::Name
            )
    }

    /// "A cleaning on Tuesday" wants to book without saying so; "do you do cleanings?" may not.
    fn implies_booking(&self, heard: &Heard, informed: bool) -> bool {
        let names_service = heard.service != ServiceSaid::None;
        let concrete =
            heard.day.is_some() || heard.at.is_some() || heard.soonest || heard.part.is_some();
        let about_hours = heard.wants(Intent::Hours) || heard.wants(Intent::Lookup);
        let greets = heard.wants(Intent::Greeting) && heard.words.has("how are you");
        let implied = match (names_service, concrete) {
            (true, true) => !about_hours,
            (true, false) => !heard.question && !informed,
            // After a service was told of or cancelled: "can I have it on Thursday?"
            (false, true) if self.draft.service.is_some() => !about_hours,
            (false, true) => !heard.worded_question && !informed,
            (false, false) => !informed && heard.wants_a_visit(),
        };
        self.task == Task::Idle && !greets && implied
    }

    /// Keeps the caller's name and number when they were said.
    fn note_person(&mut self, heard: &Heard) -> bool {
        let mut told = false;
        if let Some(name) = &heard.name {
            let changed = self.name.as_ref() != Some(name);
            self.name = Some(name.clone());
            told = changed || self.question == Question::Name;
        }
        if let Some(number) = heard.phone.as_ref().and_then(|d| read_phone(d, self.brief)) {
            self.phone = Some(number);
            told = true;
        }
        told
    }

    /// Takes the answer to the question that is open, and every detail of the task.
    fn fill(&mut self, heard: &Heard, informed: bool) -> Fill {
        if let Question::Offer(offer) = self.question {
            let fill = self.take_offer(offer, heard, informed);
            if !matches!(fill, Fill::Unused) {
                return fill;
            }
        }
        match self.task {
            Task::Idle => self.fill_idle(heard, informed),
            Task::Book => self.fill_booking(heard, informed),
            Task::Move if self.target.is_some() => self.fill_booking(heard, informed),
            Task::Move | Task::Cancel | Task::Lookup => self.fill_existing(heard),
            Task::Note => self.fill_note(heard),
        }
    }

    fn fill_idle(&mut self, heard: &Heard, informed: bool) -> Fill {
        match (self.question, heard.answer) {
            (Question::AnythingElse, Some(Answer::No)) if !informed && heard.declines() => {
                Fill::Reply(self.goodbye(&[]))
            }
            (Question::AnythingElse, Some(Answer::Yes))
                if !informed && heard.intents.is_empty() && heard.words.len() <= 4 =>
            {
                self.question = Question::Open;
                Fill::Reply(self.ask(&[], Question::Open))
            }
            _ if heard.wants(Intent::Thanks) && heard.intents.len() == 1 => {
                Fill::Reply(self.ask(&["You're welcome.".to_owned()], Question::AnythingElse))
            }
            _ if heard.wants(Intent::Greeting) && heard.words.len() <= 4 => {
                Fill::Reply(self.ask(&["Hello.".to_owned()], Question::Open))
            }
            _ => Fill::Unused,
        }
    }

    fn take_offer(&mut self, offer: Offer, heard: &Heard, informed: bool) -> Fill {
        let wants_slot =
            offer == Offer::Book && (heard.has_when() || heard.service != ServiceSaid::None);
        match heard.answer {
            _ if wants_slot && !informed => {
                self.task = Task::Book;
                self.fill_booking(heard, informed)
            }
            Some(_) if heard.has_when() || heard.service != ServiceSaid::None => Fill::Unused,
            // "Okay, and do you sell ...?" takes up no offer to leave a message.
            Some(Answer::Yes) if self.heard && (!informed || offer == Offer::Book) => {
                self.question = Question::Open;
                match offer {
                    Offer::Book => {
                        self.task = Task::Book;
                        Fill::Used
                    }
                    Offer::Person => Fill::Reply(self.transfer(&[])),
                    Offer::Note => {
                        self.drop_task();
                        self.task = Task::Note;
                        Fill::Used
                    }
                }
            }
            Some(Answer::No) if self.task == Task::Idle => {
                self.drop_task();
                Fill::Reply(self.ask(&["All right.".to_owned()], Question::AnythingElse))
            }
            // Back to what was under way when the offer was made.
            Some(Answer::No) => Fill::Used,
            Some(Answer::Yes) | None => Fill::Unused,
        }
    }

    /// After "are you open on Saturday?", "can I come at 11?" means that day.
    fn remember_day(&mut self, heard: &Heard) {
        if let Some(DaySaid::On(date)) = heard.day
            && !self.brief.hours.on(date).is_empty()
        {
            self.draft.date = Some(date);
        }
    }

    /// What follows facts when nothing else is under way.
    fn after_facts(&mut self, heard: &Heard, lead: &[String]) -> Reply {
        let ServiceSaid::One(service) = heard.service else {
            return self.ask(lead, Question::AnythingElse);
        };
        self.draft.service = Some(service);
        self.ask(lead, Question::Offer(Offer::Book))
    }

    /// A place among things on offer, where one was said.
    pub(super) fn chosen_place(heard: &Heard, count: usize) -> Option<usize> {
        let place = match heard.choice? {
            Choice::Place(place) => place,
            Choice::Last => count.checked_sub(1)?,
            Choice::Other | Choice::Neither => return None,
        };
        (place < count).then_some(place)
    }

    /// "A cleaning or a checkup?"
    pub(super) fn ask_between(&mut self, services: &[usize]) -> Reply {
        let names: Vec<String> = services
            .iter()
            .filter_map(|i| self.brief.services.get(*i))
            .take(3)
            .map(say::a_service)
            .collect();
        self.question = Question::Service;
        Reply::say(format!("Would you like {}?", say::list(&names, "or")))
    }
}

/// What a turn did to the task.
pub(super) enum Fill {
    Used,
    /// One of the times on offer was picked.
    Chosen,
    Unused,
    /// The day or time cannot be; why. Another one is asked for.
    Problem(String),
    /// This is the answer.
    Reply(Reply),
}

/// "And a checkup?" after the price of a cleaning asks for a price.
const ALSO_ASKED: [&str; 10] = [
    "what about",
    "how about",
    "and what's",
    "what's",
    "and a",
    "and the",
    "and for",
    "and an",
    "and how",
    "what is",
];

fn with_lead(lead: &[String], reply: Reply) -> Reply {
    let text = lead
        .iter()
        .map(String::as_str)
        .chain(std::iter::once(reply.text.as_str()));
    let text = text.filter(|t| !t.is_empty()).collect::<Vec<_>>().join(" ");
    Reply { text, ..reply }
}
