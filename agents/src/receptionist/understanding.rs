//! What the receptionist made of one thing the caller said, in words that can be compared with what
//! was meant.
//!
//! For measuring. It is read off the same state and by the same rules that the answer comes from,
//! and it decides nothing itself.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveTime;

use super::{
    answers::{Answer, Choice},
    dates::DaySaid,
    dialogue::{Dialogue, Question, Task},
    heard::{Change, Heard},
    intents::Intent,
    services::ServiceSaid,
    times::TimeSaid,
};

/// The meaning of one transcript.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Understanding {
    /// What was wanted, such as `book` or `price`; `tell` gives a detail, `choose` picks from an
    /// offer, `other` is none of these. Never empty.
    pub intents: BTreeSet<&'static str>,
    /// What was said of it: `service` and `topic` as the tenant spells them, `date`, `from` and
    /// `old_date` and `until` (only before that day) as YYYY-MM-DD or one of `past`, `never`, `mismatch`; `time`, `after` and `before`
    /// as HH:MM in the tenant's day; `part`, `soonest`, `change`, `place`, `name`, `phone`.
    pub slots: BTreeMap<&'static str, String>,
}

impl Dialogue<'_> {
    /// What these words mean where the conversation stands.
    pub(super) fn understand(&self, text: &str) -> Understanding {
        let heard = self.listen(text);
        let facts = self.facts(&heard);
        let slots = self.slots(&heard, facts.topic);
        let informed = !facts.said.is_empty() || facts.asked_which.is_some();
        let mut intents: BTreeSet<&'static str> = heard
            .intents
            .iter()
            .filter(|intent| self.stands(**intent, &heard))
            .map(|intent| intent.label())
            .collect();
        if facts.topic.is_some() {
            // "Do you offer parking?" asks for the tenant's answer, not for the list.
            intents.remove(Intent::Services.label());
            intents.insert("faq");
        }
        if facts.lists_services {
            intents.insert("services");
        }
        if self.next_task(&heard, informed) == Some(Task::Book) {
            intents.insert(Intent::Book.label());
        }
        if intents.is_empty() {
            intents.insert(self.answers_with(&heard, &slots));
        }
        Understanding { intents, slots }
    }

    /// Whether an intent is one of its own here, and not a way to say a detail or an answer.
    fn stands(&self, intent: Intent, heard: &Heard) -> bool {
        let alone = heard.intents.len() == 1 && !heard.says_detail() && heard.answer.is_none();
        match intent {
            Intent::Greeting | Intent::Thanks => alone,
            Intent::Book => !matches!(self.task, Task::Book | Task::Move) && self.takes_bookings(),
            Intent::Move => !self.changes_draft(heard) && self.task != Task::Move,
            Intent::Cancel => self.task != Task::Cancel && !self.drops_draft(heard),
            Intent::Goodbye => self.says_goodbye(heard),
            Intent::Lookup
            | Intent::Message
            | Intent::Person
            | Intent::Repeat
            | Intent::Help
            | Intent::Hold
            | Intent::NeverMind
            | Intent::Robot
            | Intent::Hours
            | Intent::Price
            | Intent::Duration
            | Intent::Address
            | Intent::Services => true,
        }
    }

    /// What an answer to the open question does.
    fn answers_with(&self, heard: &Heard, slots: &BTreeMap<&'static str, String>) -> &'static str {
        if slots.contains_key("place") {
            return "choose";
        }
        if !slots.is_empty() {
            return "tell";
        }
        match heard.answer {
            Some(Answer::No) if self.question == Question::AnythingElse => "goodbye",
            Some(Answer::Yes) => "yes",
            Some(Answer::No) => "no",
            None => "other",
        }
    }

    fn slots(&self, heard: &Heard, topic: Option<usize>) -> BTreeMap<&'static str, String> {
        let open = self.hours_for_guessing(heard);
        let clock = |said: TimeSaid| {
            let time: NaiveTime = said.resolve(heard.part.or(self.draft.part), &open);
            time.format("%H:%M").to_string()
        };
        let service = if let ServiceSaid::One(i) = heard.service {
            self.brief.services.get(i).map(|s| s.name.clone())
        } else {
            None
        };
        let offered = matches!(
            self.question,
            Question::Choose | Question::Which | Question::Confirm
        );
        let (day_key, day) = match heard.day {
            Some(DaySaid::From(date)) => ("from", Some(date.to_string())),
            day => ("date", day.map(day_label)),
        };
        let said = [
            ("service", service),
            (day_key, day),
            ("old_date", heard.old_day.map(day_label)),
            ("until", heard.until.map(|date| date.to_string())),
            (
                "time",
                heard
                    .at
                    .map(clock)
                    .or_else(|| Some(self.same_time(heard)?.format("%H:%M").to_string())),
            ),
            ("after", heard.after.map(clock)),
            ("before", heard.before.map(clock)),
            ("part", heard.part.map(|p| p.as_str().to_owned())),
            ("soonest", heard.soonest.then(|| "yes".to_owned())),
            ("change", heard.change.map(change_label)),
            ("place", heard.choice.filter(|_| offered).map(place_label)),
            ("name", heard.name.clone()),
            ("phone", heard.phone.clone()),
            (
                "topic",
                topic.and_then(|i| Some(self.brief.faqs.get(i)?.question.clone())),
            ),
        ];
        said.into_iter()
            .filter_map(|(key, value)| Some((key, value?)))
            .collect()
    }
}

fn day_label(day: DaySaid) -> String {
    match day {
        DaySaid::On(date) | DaySaid::From(date) => date.to_string(),
        DaySaid::Past(_) => "past".to_owned(),
        DaySaid::Mismatch { .. } => "mismatch".to_owned(),
        DaySaid::Never => "never".to_owned(),
    }
}

fn change_label(change: Change) -> String {
    match change {
        Change::Later => "later".to_owned(),
        Change::Earlier => "earlier".to_owned(),
        Change::By(minutes) => format!("{minutes:+}"),
        Change::OtherDay => "other-day".to_owned(),
        Change::OtherTime => "other-time".to_owned(),
    }
}

fn place_label(choice: Choice) -> String {
    match choice {
        Choice::Place(place) => (place + 1).to_string(),
        Choice::Last => "last".to_owned(),
        Choice::Other => "other".to_owned(),
        Choice::Neither => "none".to_owned(),
    }
}
