//! The independent checker: whatever the agent states must stand on the tenant's description, on what
//! a tool answered in this call, or on the caller's own words. Knows nothing of the mind.

mod reading;
mod spoken_numbers;

use std::collections::{BTreeSet, HashSet};

use chrono::{Datelike, Days, NaiveDate, NaiveDateTime, NaiveTime, Weekday};
use serde_json::Value;
use store::seed::Business;

use super::dialogue::Dialogue;
use reading::{Fact, read, sentences, words};

/// What the agent has reason to say.
pub(super) struct Evidence<'a> {
    business: &'a Business,
    /// Facts in the words of the description.
    written: HashSet<Fact>,
    /// Lower-case words of the description, of tools and of the caller.
    words: HashSet<String>,
    /// Opening and closing times.
    hours: HashSet<NaiveTime>,
    exceptions: HashSet<NaiveDate>,
    today: NaiveDate,
    /// Starts that tools answered with.
    told: BTreeSet<NaiveDateTime>,
    /// Facts in the caller's words, and how they may be meant.
    caller: HashSet<Fact>,
    caller_times: HashSet<NaiveTime>,
    caller_digits: String,
    caller_words: Vec<String>,
    /// Services that were spoken of so far, by their places in the description.
    services: BTreeSet<usize>,
}

impl<'a> Evidence<'a> {
    pub(super) fn new(business: &'a Business, dialogue: &Dialogue) -> Self {
        let mut texts = vec![business.company.as_str(), business.agent.name.as_str()];
        texts.extend(business.address.as_deref());
        texts.extend(business.agent.greeting.as_deref());
        for service in &business.services {
            texts.extend([service.name.as_str(), service.description.as_str()]);
            texts.extend(service.aliases.iter().map(String::as_str));
        }
        for faq in &business.faqs {
            texts.extend([faq.question.as_str(), faq.answer.as_str()]);
        }
        texts.extend(
            business
                .exceptions
                .iter()
                .filter_map(|e| e.reason.as_deref()),
        );
        let spans = business.hours.iter().map(|h| (h.opens, h.closes));
        let special = business.exceptions.iter().flat_map(|e| &e.open);
        let special = special.map(|span| (span.opens, span.closes));
        let mut evidence = Self {
            business,
            written: texts.iter().flat_map(|text| read(text)).collect(),
            words: texts.iter().flat_map(|text| words(text)).collect(),
            hours: spans.chain(special).flat_map(|(a, b)| [a, b]).collect(),
            exceptions: business.exceptions.iter().map(|e| e.date).collect(),
            today: dialogue
                .clock
                .with_timezone(&business.timezone)
                .date_naive(),
            told: BTreeSet::new(),
            caller: HashSet::new(),
            caller_times: HashSet::new(),
            caller_digits: String::new(),
            caller_words: Vec::new(),
            services: BTreeSet::new(),
        };
        if let Some(from) = &dialogue.from {
            evidence.caller_digits += from.as_str();
        }
        evidence
    }

    pub(super) fn caller_said(&mut self, text: &str) {
        self.caller.extend(read(text));
        self.caller_times.extend(reading::possible_times(text));
        self.caller_digits.push(' ');
        self.caller_digits += &spoken_numbers::digits(text);
        let said = words(text);
        // A name that was spelled.
        let letters: String = said.iter().filter(|w| w.len() == 1).cloned().collect();
        self.words.insert(letters);
        self.words.extend(said.iter().cloned());
        self.caller_words.extend(said);
        self.services.extend(self.named(text));
    }

    /// A tool's answer: its starts, and the words in it.
    pub(super) fn tool_answered(&mut self, result: &str) {
        let value = serde_json::from_str(result).unwrap_or(Value::Null);
        self.take(&value);
    }

    fn take(&mut self, value: &Value) {
        match value {
            Value::String(text) => {
                if let Ok(start) = NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M") {
                    self.told.insert(start);
                } else {
                    self.words.extend(words(text));
                    self.services.extend(self.named(text));
                }
            }
            Value::Array(values) => values.iter().for_each(|value| self.take(value)),
            Value::Object(fields) => fields.values().for_each(|value| self.take(value)),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    /// What of this say has no ground.
    pub(super) fn unsupported(&mut self, say: &str) -> Vec<String> {
        let mut faults = Vec::new();
        for sentence in sentences(say) {
            let named = self.named(sentence);
            self.services.extend(named.iter().copied());
            let facts = read(sentence);
            for fact in &facts {
                if !self.supports(fact, sentence, &named) {
                    faults.push(fact.to_string());
                }
            }
            faults.extend(self.wrong_weekdays(&facts));
            faults.extend(self.wrong_starts(sentence, &facts));
            faults.extend(self.wrong_closings(sentence, &facts));
            faults.extend(self.unknown_names(sentence));
        }
        faults
    }

    fn supports(&self, fact: &Fact, sentence: &str, named: &[usize]) -> bool {
        let offered = |holds: &dyn Fn(usize) -> bool| {
            if named.is_empty() {
                self.services.iter().any(|at| holds(*at))
            } else {
                named.iter().any(|at| holds(*at))
            }
        };
        let services = &self.business.services;
        match fact {
            Fact::Price(minor) => {
                offered(&|at| services[at].price_minor == Some(*minor)) || self.stands_written(fact)
            }
            Fact::Minutes(minutes) => {
                offered(&|at| services[at].minutes == *minutes) || self.stands_written(fact)
            }
            Fact::Time(time) => {
                self.told.iter().any(|start| start.time() == *time)
                    || self.hours.contains(time)
                    || self.caller_times.contains(time)
                    || self.stands_written(fact)
            }
            Fact::Date { month, day } => {
                let date = self.next(*month, *day);
                let reopens = sentence.contains("next day we're open");
                self.knows_date(date) || (reopens && date.is_some_and(|d| self.reopens_on(d)))
            }
            Fact::Weekday(day) => {
                let lowered = sentence.to_lowercase();
                let of_hours = ["open", "close", "hours"]
                    .iter()
                    .any(|w| lowered.contains(w));
                of_hours || self.knows_weekday(*day)
            }
            Fact::Phone(digits) => {
                let said: String = self
                    .caller_digits
                    .chars()
                    .filter(char::is_ascii_digit)
                    .collect();
                said.contains(digits.as_str()) || self.stands_written(fact)
            }
            Fact::Number(number) => {
                self.stands_written(fact)
                    || self
                        .caller_digits
                        .split(' ')
                        .any(|said| said == number.to_string())
                    || services.iter().any(|s| u64::from(s.minutes) == *number)
            }
        }
    }

    /// In the description, or the caller's own words.
    fn stands_written(&self, fact: &Fact) -> bool {
        self.written.contains(fact) || self.caller.contains(fact)
    }

    fn knows_weekday(&self, day: Weekday) -> bool {
        let told = self.told.iter().any(|start| start.weekday() == day);
        let said = |fact: &Fact| match fact {
            Fact::Weekday(said) => *said == day,
            Fact::Date {
                month,
                day: of_month,
            } => self
                .next(*month, *of_month)
                .is_some_and(|d| d.weekday() == day),
            Fact::Price(_)
            | Fact::Minutes(_)
            | Fact::Time(_)
            | Fact::Phone(_)
            | Fact::Number(_) => false,
        };
        told || self.caller.iter().any(said)
            || self.speaks_relatively()
            || self.today.weekday() == day
            || self.exceptions.iter().any(|date| date.weekday() == day)
    }

    /// A date that a tool told, the caller meant, or the description holds.
    fn knows_date(&self, date: Option<NaiveDate>) -> bool {
        let Some(date) = date else { return false };
        let told = self.told.iter().any(|start| start.date() == date);
        let known = told || date == self.today || self.exceptions.contains(&date);
        let soon = date <= self.today + Days::new(92);
        let said = self.caller.iter().any(|fact| match fact {
            Fact::Weekday(day) => *day == date.weekday(),
            Fact::Date { month, day } => (*month, *day) == (date.month(), date.day()),
            Fact::Number(number) => *number == u64::from(date.day()),
            Fact::Price(_) | Fact::Minutes(_) | Fact::Time(_) | Fact::Phone(_) => false,
        });
        known || (soon && (said || self.speaks_relatively()))
    }

    /// Open, after a day that is closed.
    fn reopens_on(&self, date: NaiveDate) -> bool {
        let opens_on = |date: NaiveDate| {
            let special = self.business.exceptions.iter().find(|e| e.date == date);
            special.map_or_else(
                || {
                    let mut weekly = self.business.hours.iter();
                    weekly.any(|span| span.days.contains(&date.weekday()))
                },
                |special| !special.open.is_empty(),
            )
        };
        opens_on(date) && date.pred_opt().is_some_and(|before| !opens_on(before))
    }

    /// "tomorrow", "in two weeks": a date that is the mind's to reckon.
    fn speaks_relatively(&self) -> bool {
        const RELATIVE: [&str; 10] = [
            "today",
            "tonight",
            "tomorrow",
            "week",
            "weeks",
            "weekend",
            "month",
            "days",
            "eve",
            "christmas",
        ];
        self.caller_words
            .iter()
            .any(|word| RELATIVE.contains(&word.as_str()))
    }

    /// "Tuesday, March 11th" when the 11th is a Wednesday.
    fn wrong_weekdays(&self, facts: &[Fact]) -> Vec<String> {
        let pairs = facts.windows(2).filter_map(|pair| match pair {
            [Fact::Weekday(weekday), Fact::Date { month, day }] => {
                let date = self.next(*month, *day)?;
                (date.weekday() != *weekday).then(|| format!("{weekday} is not {date}"))
            }
            _ => None,
        });
        pairs.collect()
    }

    /// "March 11th at 3 PM": the two together must be a start that a tool told, or the caller's wish.
    fn wrong_starts(&self, sentence: &str, facts: &[Fact]) -> Vec<String> {
        let pairs = facts.windows(2).filter_map(|pair| match pair {
            [Fact::Date { month, day }, Fact::Time(time)] => {
                let start = self.next(*month, *day)?.and_time(*time);
                let known = self.told.contains(&start) || self.caller_times.contains(time);
                let of_hours = sentence.contains("open") || sentence.contains("close");
                (!known && !of_hours).then(|| format!("nobody named {start}"))
            }
            _ => None,
        });
        pairs.collect()
    }

    /// "closed on Monday" when Mondays are open and no date of the week differs.
    fn wrong_closings(&self, sentence: &str, facts: &[Fact]) -> Vec<String> {
        let has_date = facts.iter().any(|fact| matches!(fact, Fact::Date { .. }));
        let lowered = sentence.to_lowercase();
        let mut faults = Vec::new();
        for fact in facts {
            let Fact::Weekday(day) = fact else { continue };
            let name = reading::weekday_name(*day);
            let is_open = self.business.hours.iter().any(|h| h.days.contains(day));
            let differs = self.exceptions.iter().any(|date| date.weekday() == *day);
            let says_closed = [
                format!("closed on {name}"),
                format!("{name} we are closed"),
                format!("{name} we're closed"),
                format!("not open on {name}"),
            ]
            .iter()
            .any(|words| lowered.contains(words));
            if says_closed && !has_date && is_open && !differs {
                faults.push(format!("closed on {name}"));
            }
        }
        faults
    }

    /// Words with a capital within a sentence that nobody has said or written.
    fn unknown_names(&self, sentence: &str) -> Vec<String> {
        let unknown = reading::names(sentence).into_iter().filter(|name| {
            let lowered = name.to_lowercase();
            let stem = lowered.strip_suffix("'s").unwrap_or(&lowered);
            ![lowered.as_str(), stem]
                .iter()
                .any(|word| self.words.contains(*word))
        });
        unknown.map(|name| format!("the name {name}")).collect()
    }

    /// Services that a text names.
    fn named(&self, text: &str) -> Vec<usize> {
        let text = format!(" {} ", words(text).join(" "));
        let speaks_of = |name: &String| {
            let name = words(name).join(" ");
            text.contains(&format!(" {name} ")) || text.contains(&format!(" {name}s "))
        };
        let services = self.business.services.iter().enumerate();
        services
            .filter(|(_, s)| speaks_of(&s.name) || s.aliases.iter().any(speaks_of))
            .map(|(at, _)| at)
            .collect()
    }

    /// The next such day from the day of the call on.
    fn next(&self, month: u32, day: u32) -> Option<NaiveDate> {
        let year = self.today.year();
        let this = NaiveDate::from_ymd_opt(year, month, day);
        this.filter(|date| *date >= self.today)
            .or_else(|| NaiveDate::from_ymd_opt(year + 1, month, day))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::receptionist::dialogue;

    /// A call to the clinic, which opens at 8 and asks 120 dollars for a cleaning.
    fn faults(caller: &str, tool: &str, agent: &str) -> Vec<String> {
        let business = Business::built_in("bright-dental").unwrap().unwrap();
        let mut call = dialogue::read_all().remove(0);
        call.clock = "2026-03-03T10:00:00-06:00".parse().unwrap();
        let mut evidence = Evidence::new(&business, &call);
        evidence.caller_said(caller);
        evidence.tool_answered(tool);
        evidence.unsupported(agent)
    }

    #[test]
    fn what_has_ground_passes() {
        let slots = r#"{"result":"slots","service":"Cleaning","slots":["2026-03-10T15:00"],"alternatives":[]}"#;
        for (caller, tool, agent) in [
            (
                "How much is a cleaning?",
                "",
                "A cleaning is 120 dollars and takes 45 minutes.",
            ),
            (
                "When are you open?",
                "",
                "We're open Monday to Friday from 8 AM to 5 PM, and closed on Sunday.",
            ),
            (
                "Next Tuesday at three?",
                slots,
                "Tuesday, March 10th at 3 PM is free.",
            ),
            (
                "It's Sarah Miller.",
                "",
                "Thank you, Sarah Miller. May I book it?",
            ),
            (
                "nine one eight five five five oh one four two",
                "",
                "Is 918 555 0142 right?",
            ),
            (
                "Where are you?",
                "",
                "We are at 1420 South Boston Avenue, Suite 200, in Tulsa.",
            ),
            (
                "Are you open on Sunday?",
                "",
                "The next day we're open is Monday, March 9th.",
            ),
            (
                "What does it cost to cancel?",
                "",
                "Later than that there is a fee of 40 dollars.",
            ),
        ] {
            assert_eq!(faults(caller, tool, agent), Vec::<String>::new(), "{agent}");
        }
    }

    #[test]
    fn each_kind_of_invention_is_found() {
        for (caller, agent, fault) in [
            (
                "How much is a cleaning?",
                "A cleaning is 99 dollars.",
                "99.00",
            ),
            (
                "How much is a cleaning?",
                "A cleaning is 350 dollars.",
                "350.00",
            ),
            (
                "How long is a cleaning?",
                "A cleaning takes 90 minutes.",
                "90 minutes",
            ),
            ("A cleaning please.", "We have 2:30 PM.", "14:30"),
            ("A cleaning please.", "How about March 19th?", "March 19"),
            ("A cleaning on Tuesday.", "Tuesday, March 11th?", "is not"),
            ("A cleaning please.", "How about Thursday?", "Thu"),
            (
                "Are you open on Sunday?",
                "The next day we're open is Tuesday, March 10th.",
                "March 10",
            ),
            (
                "Who are you?",
                "This is Emma, with Doctor Watson.",
                "Watson",
            ),
            ("What's your number?", "It's 918 555 7777.", "9185557777"),
            ("Where are you?", "We are at 77 South Boston Avenue.", "77"),
            (
                "Are you open on Monday?",
                "We are closed on Monday.",
                "closed on monday",
            ),
        ] {
            let found = faults(caller, "", agent);
            assert!(
                found.iter().any(|f| f.contains(fault)),
                "{agent}: {found:?}"
            );
        }
    }
}
