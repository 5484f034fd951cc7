//! Appointments that exist: found, told, cancelled, and picked to be moved.

use serde_json::json;

use super::{
    answers::{Answer, Choice},
    dates::DaySaid,
    dialogue::{Dialogue, Question, Reply, Task},
    heard::Heard,
    say,
    services::ServiceSaid,
    turn::Fill,
};
use crate::tools::AppointmentFact;

impl Dialogue<'_> {
    /// Takes which appointment is meant and whether to go ahead.
    pub(super) fn fill_existing(&mut self, heard: &Heard) -> Fill {
        if heard.choice == Some(Choice::Other)
            && let [one, other] = self.found.as_slice()
        {
            let meant = if self.target.as_ref() == Some(one) {
                other
            } else {
                one
            };
            self.target = self.target.is_some().then(|| meant.clone());
            return Fill::Used;
        }
        match (self.question, heard.answer) {
            (Question::Which, _) => return self.take_which(heard),
            (Question::Confirm, Some(Answer::Yes)) if self.heard && heard.affirms() => {
                return Fill::Reply(self.commit());
            }
            (Question::Confirm, Some(Answer::Yes)) => return Fill::Used,
            (Question::Confirm, Some(Answer::No)) => {
                self.drop_task();
                let stays = "All right, your appointment stays as it is.".to_owned();
                return Fill::Reply(self.ask(&[stays], Question::AnythingElse));
            }
            (Question::Phone, Some(Answer::No)) if heard.phone.is_none() => {
                self.drop_task();
                let sorry = "Then I can't find it, I'm sorry.".to_owned();
                return Fill::Reply(self.ask(&[sorry], Question::AnythingElse));
            }
            _ => {}
        }
        if self.task == Task::Move && heard.has_when() {
            return match self.take_when(heard) {
                Ok(()) => Fill::Used,
                Err(problem) => Fill::Problem(problem),
            };
        }
        Fill::Unused
    }

    fn take_which(&mut self, heard: &Heard) -> Fill {
        if let Some(place) = Self::chosen_place(heard, self.found.len()) {
            self.target = self.found.get(place).cloned();
            return Fill::Used;
        }
        let service = if let ServiceSaid::One(i) = heard.service {
            Some(i)
        } else {
            None
        };
        self.hint.day = heard.day.or(heard.old_day).or(self.hint.day);
        self.hint.service = service.or(self.hint.service);
        self.target = self.pick_by_hint();
        if self.target.is_some() {
            Fill::Used
        } else {
            Fill::Unused
        }
    }

    /// The next step with an appointment that exists.
    pub(super) fn advance_existing(&mut self, lead: Vec<String>) -> Reply {
        if self.found.is_empty() && self.target.is_none() {
            return self.look_up(&lead);
        }
        let Some(target) = self.target.clone() else {
            let mut lead = lead;
            lead.push(self.found_sentence());
            return self.ask(&lead, Question::Which);
        };
        match self.task {
            Task::Cancel => {
                let mut lead = lead;
                lead.push(format!("I have {}.", mine(&target)));
                self.ask(&lead, Question::Confirm)
            }
            Task::Move => {
                if self.draft.time.is_some() && self.draft.from.is_none() {
                    self.draft
                        .date
                        .get_or_insert(target.starts_at.naive().date());
                }
                let asks_when = self.draft == super::dialogue::Draft::default();
                let mut lead = lead;
                if asks_when {
                    lead.push(format!("I have {}.", mine(&target)));
                }
                self.advance_booking(&lead)
            }
            Task::Idle | Task::Book | Task::Lookup | Task::Note => {
                self.ask(&lead, Question::AnythingElse)
            }
        }
    }

    /// Asks for the appointments of the caller's number. A number that is only claimed must come
    /// with the name on the appointment.
    fn look_up(&mut self, lead: &[String]) -> Reply {
        if self.reachable_at().is_none() {
            return self.ask(lead, Question::Phone);
        }
        if self.claims_number() && self.name.is_none() {
            return self.ask(lead, Question::Name);
        }
        let arguments = match &self.phone {
            Some(phone) if self.claims_number() => json!({"phone": phone, "name": self.name}),
            Some(_) | None => json!({}),
        };
        Reply::run(lead, "find_appointments", arguments)
    }

    fn claims_number(&self) -> bool {
        self.phone.is_some() && self.phone != self.brief.caller
    }

    pub(super) fn handle_found(&mut self, mut appointments: Vec<AppointmentFact>) -> Reply {
        if self.claims_number() {
            let name = self.name.clone().unwrap_or_default();
            appointments.retain(|a| a.is_under(&name));
        }
        if appointments.is_empty() {
            return self.found_nothing();
        }
        self.found = appointments;
        if self.task == Task::Lookup {
            let said = self.found_sentence();
            self.drop_task();
            let mut reply = self.ask(std::slice::from_ref(&said), Question::AnythingElse);
            reply.must_hear = Some(said);
            return reply;
        }
        self.target = match self.found.as_slice() {
            [one] => Some(one.clone()),
            _ => self.pick_by_hint(),
        };
        self.advance_existing(Vec::new())
    }

    fn found_nothing(&mut self) -> Reply {
        if self.claims_number() {
            let sorry = "I can't find an appointment under that number and name.".to_owned();
            return self.offer_help(&[sorry]);
        }
        let sorry =
            "I can't find a coming appointment under the number you're calling from.".to_owned();
        self.ask(&[sorry], Question::Phone)
    }

    /// The one appointment that day and service point to.
    fn pick_by_hint(&self) -> Option<AppointmentFact> {
        let service = self
            .hint
            .service
            .and_then(|i| self.brief.services.get(i))
            .map(|s| &s.name);
        let day = match self.hint.day {
            Some(DaySaid::On(date)) => Some(date),
            Some(
                DaySaid::From(_) | DaySaid::Past(_) | DaySaid::Mismatch { .. } | DaySaid::Never,
            )
            | None => None,
        };
        if service.is_none() && day.is_none() {
            return None;
        }
        let mut fitting = self.found.iter().filter(|a| {
            service.is_none_or(|s| *s == a.service)
                && day.is_none_or(|d| d == a.starts_at.naive().date())
        });
        let first = fitting.next()?;
        fitting.next().is_none().then(|| first.clone())
    }

    pub(super) fn found_sentence(&self) -> String {
        let all: Vec<String> = self.found.iter().take(3).map(a_visit).collect();
        format!("You have {}.", say::list(&all, "and"))
    }

    pub(super) fn commit_cancel(&mut self) -> Reply {
        let Some(target) = &self.target else {
            return self.advance(Vec::new());
        };
        let arguments = json!({"appointment_id": target.appointment_id});
        Reply::run(&[], "cancel_appointment", arguments)
    }
}

/// "your cleaning on Tuesday, November 24th at 3 PM".
pub(super) fn mine(fact: &AppointmentFact) -> String {
    format!(
        "your {} on {}",
        say::in_sentence(&fact.service),
        say::moment(fact.starts_at)
    )
}

fn a_visit(fact: &AppointmentFact) -> String {
    format!(
        "{} on {}",
        say::with_article(&fact.service),
        say::moment(fact.starts_at)
    )
}
