//! Answers to questions, from the brief alone.

use chrono::{Datelike, NaiveDate, Weekday};
use tenant_config::knowledge::Service;

use super::{
    dates::DaySaid,
    dialogue::{Dialogue, Question, Task},
    faq::find_faq,
    heard::Heard,
    intents::Intent,
    say,
    services::ServiceSaid,
};

/// What can be told at once, or that it must be asked which service is meant.
#[derive(Debug, Default)]
pub(super) struct Facts {
    pub(super) said: Vec<String>,
    pub(super) asked_which: Option<Intent>,
    /// Which of the tenant's own answers is among them.
    pub(super) topic: Option<usize>,
    /// The services were listed, or one that is not among them was asked for.
    pub(super) lists_services: bool,
}

impl Dialogue<'_> {
    /// Answers everything that was asked and is known.
    pub(super) fn facts(&self, heard: &Heard) -> Facts {
        let mut facts = Facts::default();
        let faq = self.faq(heard);
        let mut needs_faq = !heard.intents.iter().any(|i| BUILT_IN.contains(i));
        for intent in &heard.intents {
            match intent {
                Intent::Price | Intent::Duration => match self.asked_about(heard) {
                    Some(services) => {
                        facts
                            .said
                            .extend(services.iter().map(|s| self.of_service(*intent, s)));
                    }
                    None if faq.is_some() => needs_faq = true,
                    None => facts.asked_which = Some(*intent),
                },
                Intent::Hours if !heard.wants(Intent::Book) || heard.question => {
                    facts.said.extend(self.hours(heard));
                }
                Intent::Address => match (&self.brief.address, &faq) {
                    (_, Some(_)) => needs_faq = true,
                    (Some(address), None) => facts.said.push(format!("We're at {address}.")),
                    (None, None) => {}
                },
                Intent::Services if heard.service == ServiceSaid::None => match faq {
                    Some(_) => needs_faq = true,
                    None if self.brief.services.is_empty() => {}
                    None => facts.said.push(self.services_sentence()),
                },
                Intent::Hours
                | Intent::Services
                | Intent::Book
                | Intent::Move
                | Intent::Cancel
                | Intent::Lookup
                | Intent::Message
                | Intent::Person
                | Intent::Goodbye
                | Intent::Repeat
                | Intent::Help
                | Intent::Hold
                | Intent::NeverMind
                | Intent::Robot
                | Intent::Greeting
                | Intent::Thanks => {}
            }
        }
        if let (Question::AboutWhich(intent), Some(services), true) =
            (self.question, self.named(heard), facts.said.is_empty())
        {
            facts
                .said
                .extend(services.iter().map(|s| self.of_service(intent, s)));
        }
        match faq {
            Some(place) if needs_faq => {
                facts.topic = Some(place);
                let answer = self.brief.faqs.get(place).map(|f| f.answer.clone());
                facts.said.extend(answer);
            }
            _ if facts.said.is_empty() => facts.said.extend(self.offered_service(heard)),
            _ => {}
        }
        if facts.said.is_empty() && facts.asked_which.is_none() && self.asks_for_stranger(heard) {
            facts.lists_services = true;
            let unknown = "I don't see that on our list.".to_owned();
            facts.said.extend([unknown, self.services_sentence()]);
        }
        if !facts.said.is_empty() {
            facts.asked_which = None;
        }
        facts
    }

    /// The tenant's own answer, where one was asked for.
    fn faq(&self, heard: &Heard) -> Option<usize> {
        let busy = [
            Intent::Move,
            Intent::Cancel,
            Intent::Lookup,
            Intent::Message,
        ];
        if busy.iter().any(|intent| heard.wants(*intent)) {
            return None;
        }
        let also = heard.words.any(&["and", "also", "but"]);
        let may_ask = match (heard.wants(Intent::Book), self.task) {
            (true, _) => also && heard.question,
            (false, Task::Idle) => {
                heard.question || (heard.service == ServiceSaid::None && !heard.has_when())
            }
            (false, _) => heard.question,
        };
        may_ask
            .then(|| find_faq(&heard.words, &self.brief.faqs))
            .flatten()
    }

    fn named(&self, heard: &Heard) -> Option<Vec<&Service>> {
        let places = match &heard.service {
            ServiceSaid::One(place) => vec![*place],
            ServiceSaid::Several(places) => places.clone(),
            ServiceSaid::None => return None,
        };
        Some(
            places
                .into_iter()
                .take(3)
                .filter_map(|i| self.brief.services.get(i))
                .collect(),
        )
    }

    /// The services asked about, else the one in hand.
    fn asked_about(&self, heard: &Heard) -> Option<Vec<&Service>> {
        let spoken_of = || self.brief.services.get(self.spoken_of?);
        self.named(heard)
            .or_else(|| Some(vec![self.service().or_else(spoken_of)?]))
    }

    fn of_service(&self, intent: Intent, service: &Service) -> String {
        let name = say::sentence(&say::a_service(service));
        let (is, takes) = if say::is_plural(&service.name) {
            ("are", "take")
        } else {
            ("is", "takes")
        };
        match (intent, service.price_minor) {
            (Intent::Duration, _) => {
                format!("{name} {takes} {}.", say::duration(service.duration_min))
            }
            (_, Some(0)) => format!("{name} {is} free of charge."),
            (_, Some(minor)) => {
                format!("{name} {is} {}.", say::money(minor, &self.brief.currency))
            }
            (_, None) => format!(
                "The price of {} is given on request.",
                say::a_service(service)
            ),
        }
    }

    /// "Do you do whitening?"
    fn offered_service(&self, heard: &Heard) -> Option<String> {
        let asks = heard.words.any(&[
            "do you do",
            "do you offer",
            "do you have",
            "do you guys do",
            "do you provide",
            "can you do",
        ]);
        let ServiceSaid::One(place) = heard.service else {
            return None;
        };
        let wanted =
            asks && self.task == Task::Idle && !heard.wants(Intent::Book) && !heard.has_when();
        let service = self.brief.services.get(place).filter(|_| wanted)?;
        Some(format!(
            "Yes, we offer {}.",
            say::in_sentence(&service.name)
        ))
    }

    /// "Do you do drywall?", when nothing of the kind is on the list.
    fn asks_for_stranger(&self, heard: &Heard) -> bool {
        let asks = heard.words.any(&[
            "do you do",
            "do you guys do",
            "do you also do",
            "do you offer",
            "do you provide",
            "do you handle",
            "do you guys handle",
            "do you fix",
            "do you repair",
            "do you install",
        ]);
        let free = self.task == Task::Idle && !heard.has_when();
        asks && free
            && heard.service == ServiceSaid::None
            && !self.brief.services.is_empty()
            && heard
                .intents
                .iter()
                .all(|i| matches!(i, Intent::Greeting | Intent::Services))
            && !heard
                .words
                .any(&["what do you do", "stuff", "things", "kind"])
    }

    pub(super) fn services_sentence(&self) -> String {
        let names: Vec<String> = self
            .brief
            .services
            .iter()
            .take(3)
            .map(|s| say::in_sentence(&s.name))
            .collect();
        match self.brief.services.len() {
            0..=3 => format!("We offer {}.", say::list(&names, "and")),
            _ => format!("We offer {}, among others.", names.join(", ")),
        }
    }

    fn hours(&self, heard: &Heard) -> Vec<String> {
        match heard.day {
            Some(DaySaid::On(date)) => vec![self.hours_on(date)],
            Some(
                DaySaid::From(_) | DaySaid::Past(_) | DaySaid::Mismatch { .. } | DaySaid::Never,
            )
            | None => self.hours_of_week(),
        }
    }

    fn hours_on(&self, date: NaiveDate) -> String {
        let open = self.brief.hours.on(date);
        if open.is_empty() {
            return self.closed_sentence(date);
        }
        format!(
            "On {} we're open {}.",
            say::date(date),
            say::intervals(open)
        )
    }

    /// Days in a row with the same hours are told as one.
    fn hours_of_week(&self) -> Vec<String> {
        let mut runs: Vec<(Weekday, Weekday)> = Vec::new();
        let mut day = Weekday::Mon;
        for _ in 0..7 {
            match runs.last_mut() {
                Some((_, last))
                    if self.brief.hours.of_weekday(*last) == self.brief.hours.of_weekday(day) =>
                {
                    *last = day;
                }
                _ => runs.push((day, day)),
            }
            day = day.succ();
        }
        let mut said: Vec<String> = runs
            .into_iter()
            .map(|(first, last)| {
                let open = self.brief.hours.of_weekday(first);
                let days = match last.days_since(first) {
                    0 => say::weekday(first).to_owned(),
                    1 => format!("{} and {}", say::weekday(first), say::weekday(last)),
                    _ => format!("{} to {}", say::weekday(first), say::weekday(last)),
                };
                if open.is_empty() {
                    format!("We're closed on {days}.")
                } else {
                    format!("{days} we're open {}.", say::intervals(open))
                }
            })
            .collect();
        let today = self.today();
        let soon = self.brief.hours.exceptions.iter().filter(|e| {
            e.date >= today && (e.date - today).num_days() < 7 && e.date.weekday() != Weekday::Sun
        });
        said.extend(soon.take(1).map(|e| self.hours_on(e.date)));
        said
    }
}

/// Questions answered from the brief's own fields.
const BUILT_IN: [Intent; 5] = [
    Intent::Hours,
    Intent::Price,
    Intent::Duration,
    Intent::Address,
    Intent::Services,
];
