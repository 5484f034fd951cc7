//! Making an appointment, or giving one a new time: slot by slot, confirmed, then done.

use chrono::{Datelike, NaiveDate, NaiveDateTime};
use serde_json::json;

use super::{
    answers::{Answer, Choice},
    dialogue::{Dialogue, Draft, Offer, Question, Reply, Task},
    heard::Heard,
    intents::Intent,
    say,
    services::ServiceSaid,
    turn::Fill,
};
use crate::tools::{AppointmentFact, LocalTime};

impl Dialogue<'_> {
    /// Takes service, day, time and the answer to the open question.
    pub(super) fn fill_booking(&mut self, heard: &Heard, informed: bool) -> Fill {
        let mut used = false;
        if self.task == Task::Book {
            match &heard.service {
                ServiceSaid::One(service) if !(informed && self.draft.service.is_some()) => {
                    let changed = self.draft.service != Some(*service);
                    self.draft.service = Some(*service);
                    if changed {
                        self.draft.chosen = None;
                        self.draft.offered.clear();
                    }
                    used = true;
                }
                ServiceSaid::Several(several) if self.draft.service.is_none() => {
                    let several = several.clone();
                    if heard.has_when()
                        && let Err(problem) = self.take_when(heard)
                    {
                        return Fill::Problem(problem);
                    }
                    return Fill::Reply(self.ask_between(&several));
                }
                ServiceSaid::One(_) | ServiceSaid::Several(_) | ServiceSaid::None => {}
            }
        }
        let picks_again =
            self.draft.chosen.is_some() && !heard.has_when() && heard.choice.is_some();
        if (self.question == Question::Choose || (picks_again && !self.draft.offered.is_empty()))
            && let Some(fill) = self.take_choice(heard)
        {
            return fill;
        }
        let about_hours = heard.wants(Intent::Hours) && !heard.wants(Intent::Book);
        if heard.has_when() && !about_hours {
            return match self.take_when(heard) {
                Ok(()) => Fill::Used,
                Err(problem) => Fill::Problem(problem),
            };
        }
        let polite = [Intent::Book, Intent::Move, Intent::Thanks, Intent::Greeting];
        if used || (heard.answer.is_none() && polite.iter().any(|i| heard.wants(*i))) {
            return Fill::Used;
        }
        self.take_confirmation(heard, informed)
    }

    fn take_confirmation(&mut self, heard: &Heard, informed: bool) -> Fill {
        match (self.question, heard.answer) {
            (Question::Confirm, Some(Answer::Yes))
                if self.heard && !informed && heard.affirms() =>
            {
                Fill::Reply(self.commit())
            }
            // The question was spoken over: the yes may be to something else.
            (Question::Confirm, Some(Answer::Yes)) => Fill::Used,
            (Question::Confirm, Some(Answer::No)) if heard.name.is_none() => {
                Fill::Reply(self.ask(&[], Question::WhatToChange))
            }
            (Question::WhatToChange, Some(Answer::No)) => {
                self.drop_task();
                let nothing = "All right, I've changed nothing.".to_owned();
                Fill::Reply(self.ask(&[nothing], Question::AnythingElse))
            }
            (Question::WhatToChange, None | Some(Answer::Yes)) => self.take_what_to_change(heard),
            _ => Fill::Unused,
        }
    }

    fn take_what_to_change(&mut self, heard: &Heard) -> Fill {
        if heard.words.any(&["name", "spelling"]) {
            self.name = None;
            return Fill::Used;
        }
        if heard.words.any(&["service", "treatment"]) && self.task == Task::Book {
            self.draft.service = None;
            self.draft.chosen = None;
            return Fill::Used;
        }
        if heard.words.any(&["day", "date", "time", "hour", "both"]) {
            self.draft = Draft {
                service: self.draft.service,
                ..Draft::default()
            };
            return Fill::Used;
        }
        Fill::Unused
    }

    /// An answer to "which of these times?".
    fn take_choice(&mut self, heard: &Heard) -> Option<Fill> {
        let offered = self.draft.offered.clone();
        if heard.choice == Some(Choice::Neither) {
            return Some(self.none_suits());
        }
        let open_day = heard.day.is_none() && heard.change.is_none();
        let by_time = heard.at.and_then(|said| {
            let day_fits = |slot: &LocalTime| match heard.day {
                None => true,
                Some(super::dates::DaySaid::On(date)) => slot.naive().date() == date,
                Some(_) => false,
            };
            offered
                .iter()
                .copied()
                .find(|slot| day_fits(slot) && said.may_mean(slot.naive().time()))
        });
        let by_day = match (heard.day, heard.at) {
            (Some(super::dates::DaySaid::On(date)), None) => {
                let mut on_day = offered.iter().copied().filter(|s| s.naive().date() == date);
                let first = on_day.next();
                if on_day.next().is_none() && heard.part.is_none() {
                    first
                } else {
                    None
                }
            }
            _ => None,
        };
        let by_place = || {
            let place = Self::chosen_place(heard, offered.len())?;
            (open_day && heard.at.is_none()).then(|| offered[place])
        };
        let by_yes = || match (offered.as_slice(), heard.answer) {
            ([one], Some(Answer::Yes)) if self.heard && !heard.has_when() => Some(*one),
            _ => None,
        };
        if let Some(slot) = by_time.or(by_day).or_else(by_place).or_else(by_yes) {
            self.choose(slot);
            return Some(Fill::Chosen);
        }
        if heard.answer == Some(Answer::No) && !heard.has_when() && heard.intents.is_empty() {
            return Some(self.none_suits());
        }
        if heard.answer == Some(Answer::Yes) && !heard.has_when() && heard.intents.is_empty() {
            return Some(Fill::Reply(self.offer_again()));
        }
        if heard.at.is_some() && self.draft.date.is_none() && heard.day.is_none() {
            self.draft.date = offered.first().map(|slot| slot.naive().date());
        }
        None
    }

    fn none_suits(&mut self) -> Fill {
        self.draft = Draft {
            service: self.draft.service,
            ..Draft::default()
        };
        Fill::Reply(self.ask(&["No problem.".to_owned()], Question::When))
    }

    fn choose(&mut self, slot: LocalTime) {
        self.draft.chosen = Some(slot);
        self.draft.date = Some(slot.naive().date());
        self.draft.time = Some(slot.naive().time());
        (self.draft.after, self.draft.before, self.draft.part) = (None, None, None);
    }

    /// The next thing that is missing.
    pub(super) fn advance_booking(&mut self, lead: &[String]) -> Reply {
        if self.service().is_none() && self.task == Task::Book {
            return self.ask(lead, Question::Service);
        }
        let Some(slot) = self.draft.chosen else {
            return self.find_time(lead);
        };
        if self.name.is_none() && self.task == Task::Book {
            return self.ask(lead, Question::Name);
        }
        if self.reachable_at().is_none() && self.task == Task::Book {
            return self.ask(lead, Question::Phone);
        }
        let confirmation = self.confirmation(slot);
        self.ask(&[lead.join(" "), confirmation], Question::Confirm)
    }

    pub(super) fn confirmation(&self, slot: LocalTime) -> String {
        match (&self.target, self.service(), &self.name) {
            (Some(target), ..) => format!(
                "Your {} would move to {}.",
                say::in_sentence(&target.service),
                say::moment(slot)
            ),
            (None, Some(service), Some(name)) => say::sentence(&format!(
                "{} on {} for {name}.",
                say::a_service(service),
                say::moment(slot)
            )),
            (None, ..) => format!("{}.", say::moment(slot)),
        }
    }

    /// Asks the calendar as soon as enough is known.
    fn find_time(&mut self, lead: &[String]) -> Reply {
        let draft = &self.draft;
        let any_day = draft.from.is_some() || draft.soonest;
        let limited = draft.part.is_some() || draft.after.is_some() || draft.before.is_some();
        if draft.date.is_none() && !any_day && !limited {
            return self.ask(lead, Question::When);
        }
        let Some(service) = self.service() else {
            // The appointment's service is no longer on the list: nothing can be checked for it.
            return self.cannot_move(lead);
        };
        let mut arguments = json!({"service": service.name});
        let start = draft.time.filter(|_| draft.date.is_some()).or(draft.after);
        let day = draft
            .date
            .or(draft.from)
            .or_else(|| self.day_after_avoided());
        if let Some(date) = draft.date {
            arguments["date"] = json!(date.to_string());
        }
        if let Some(part) = draft.part {
            arguments["part_of_day"] = json!(part.as_str());
        }
        let after = match (day, start) {
            (Some(day), Some(start)) => Some(day.and_time(start)),
            // When that day is full, the next free times come from after it.
            (Some(day), None) => Some(NaiveDateTime::from(day)),
            (None, _) => None,
        };
        if let Some(after) = after {
            arguments["after"] = json!(LocalTime::new(after).to_string());
        }
        Reply::run(lead, "check_availability", arguments)
    }

    /// Where to look from when today's weekday is not wanted.
    fn day_after_avoided(&self) -> Option<NaiveDate> {
        let today = self.today();
        let avoided = self.draft.avoid.is_some_and(|day| day == today.weekday());
        avoided.then(|| today.succ_opt()).flatten()
    }

    /// Free times, or the next ones when none fits.
    pub(super) fn handle_slots(
        &mut self,
        slots: &[LocalTime],
        alternatives: &[LocalTime],
    ) -> Reply {
        let wanted = self
            .draft
            .date
            .zip(self.draft.time)
            .map(|(d, t)| LocalTime::new(d.and_time(t)));
        if let Some(wanted) = wanted.filter(|w| slots.contains(w)) {
            self.choose(wanted);
            let free = format!("{} is free.", say::moment(wanted));
            let confirms = self.name.is_some() || self.task == Task::Move;
            let lead = if confirms { Vec::new() } else { vec![free] };
            return self.advance_booking(&lead);
        }
        let (after, before) = (self.draft.after, self.draft.before);
        let (until, avoid) = (self.draft.until, self.draft.avoid);
        let day_fits = |slot: &LocalTime| {
            let date = slot.naive().date();
            *slot > self.now
                && until.is_none_or(|u| date < u)
                && avoid.is_none_or(|day| date.weekday() != day)
        };
        let fits = |slot: &&LocalTime| {
            let time = slot.naive().time();
            day_fits(slot) && before.is_none_or(|b| time < b) && after.is_none_or(|a| time >= a)
        };
        let free: Vec<LocalTime> = slots.iter().filter(fits).copied().collect();
        if !free.is_empty() {
            let sorry = wanted.map(|w| format!("I'm sorry, {} is not available.", say::moment(w)));
            return self.offer(sorry, "I have", &free);
        }
        let next: Vec<LocalTime> = alternatives
            .iter()
            .filter(|s| day_fits(s))
            .copied()
            .collect();
        if next.is_empty() {
            let sorry = "I'm sorry, I can't find a free time.".to_owned();
            return self.offer_help(&[sorry]);
        }
        let limited = self.draft.part.is_some() || after.is_some() || before.is_some();
        let nothing = match (wanted, self.draft.date) {
            (Some(wanted), _) => format!("I'm sorry, {} is not available.", say::moment(wanted)),
            (None, Some(date)) if limited => format!(
                "I'm sorry, I have nothing like that on {}.",
                say::date(date)
            ),
            (None, Some(date)) => {
                format!("I'm sorry, I have nothing free on {}.", say::date(date))
            }
            (None, None) => "I'm sorry, I have nothing like that.".to_owned(),
        };
        self.offer(Some(nothing), "The next free time is", &next)
    }

    /// Between the offer and the booking somebody else was faster, or the visit would not end
    /// in time.
    pub(super) fn handle_refused_time(&mut self, alternatives: &[LocalTime]) -> Reply {
        let lost = self.draft.chosen.map(say::moment);
        self.draft.chosen = None;
        self.draft.time = None;
        let sorry = lost.map(|lost| format!("I'm sorry, {lost} is not available."));
        if alternatives.is_empty() {
            let lead: Vec<String> = sorry.into_iter().collect();
            return self.ask(&lead, Question::When);
        }
        self.offer(sorry, "I have", alternatives)
    }

    fn offer(&mut self, sorry: Option<String>, lead: &str, free: &[LocalTime]) -> Reply {
        self.draft.chosen = None;
        self.draft.offered = free.iter().take(3).copied().collect();
        let offered = say_slots(&self.draft.offered);
        let one = self.draft.offered.len() == 1;
        let lead = if one || lead == "I have" {
            lead
        } else {
            "The next free times are"
        };
        let mut said: Vec<String> = sorry.into_iter().collect();
        said.push(format!("{lead} {offered}."));
        self.ask(&said, Question::Choose)
    }

    fn offer_again(&mut self) -> Reply {
        let offered = say_slots(&self.draft.offered);
        self.ask(&[format!("I have {offered}.")], Question::Choose)
    }

    /// The caller said yes: the tool is asked to do it.
    pub(super) fn commit(&mut self) -> Reply {
        if self.task == Task::Cancel {
            return self.commit_cancel();
        }
        let Some(slot) = self.draft.chosen else {
            return self.advance(Vec::new());
        };
        if let Some(target) = &self.target {
            let arguments = json!({"appointment_id": target.appointment_id, "starts_at": slot});
            return Reply::run(&[], "move_appointment", arguments);
        }
        let (Some(service), Some(name)) = (self.service(), &self.name) else {
            return self.advance(Vec::new());
        };
        let mut arguments = json!({"service": service.name, "starts_at": slot, "name": name});
        if let Some(phone) = &self.phone {
            arguments["phone"] = json!(phone);
        }
        Reply::run(&[], "book_appointment", arguments)
    }

    /// Says what the tool says was done, and nothing else.
    pub(super) fn handle_done(&mut self, tool: &str, fact: &AppointmentFact) -> Reply {
        let moment = say::moment(fact.starts_at);
        let service = say::in_sentence(&fact.service);
        let done = match tool {
            "book_appointment" => {
                format!(
                    "You're booked: {} on {moment} for {}.",
                    say::with_article(&fact.service),
                    fact.name
                )
            }
            "move_appointment" => format!("Done. Your {service} is now on {moment}."),
            _ => format!("Your {service} on {moment} is cancelled."),
        };
        self.drop_task();
        self.spoken_of = self
            .brief
            .services
            .iter()
            .position(|s| s.name == fact.service);
        if tool == "cancel_appointment" {
            // "Can I have it next week instead?" means the same service for the same person.
            self.name.get_or_insert_with(|| fact.name.clone());
            self.draft.service = self.spoken_of;
        }
        let mut reply = self.ask(std::slice::from_ref(&done), Question::AnythingElse);
        reply.must_hear = Some(done);
        reply
    }

    fn cannot_move(&mut self, lead: &[String]) -> Reply {
        self.drop_task();
        let mut lead = lead.to_vec();
        lead.push("I can't check times for that appointment myself.".to_owned());
        self.offer_help(&lead)
    }

    /// Proposes a person, or a message where there is none.
    pub(super) fn offer_help(&mut self, lead: &[String]) -> Reply {
        self.drop_task();
        let offer = if self.brief.can_transfer {
            Offer::Person
        } else {
            Offer::Note
        };
        self.ask(lead, Question::Offer(offer))
    }
}

/// "on Tuesday, November 24th at 3 PM, 3:30 PM or 4 PM"; days are named once.
pub(super) fn say_slots(slots: &[LocalTime]) -> String {
    let Some(first) = slots.first() else {
        return String::new();
    };
    let date = first.naive().date();
    if slots.iter().all(|slot| slot.naive().date() == date) {
        let times: Vec<String> = slots.iter().map(|s| say::time(s.naive().time())).collect();
        return format!("{} at {}", say::date(date), say::list(&times, "or"));
    }
    let moments: Vec<String> = slots.iter().map(|s| say::moment(*s)).collect();
    moments.join(", or ")
}
