//! The checker of facts: every number, weekday and month in agent speech comes from the brief,
//! from a tool's answer, or from what the caller asked for.

use std::collections::HashSet;

use call::conversation::Message;
use chrono::{Datelike, Days, NaiveDate, NaiveTime, TimeDelta};

use crate::{
    brief::Brief,
    receptionist::{heard::Change, say},
    tools::{LocalTime, ToolAnswer},
};

/// Fails when agent speech states something that nobody told it.
pub(super) fn check(brief: &Brief, messages: &[Message]) {
    let mut known = of_brief(brief);
    let mut days = days_ahead(brief);
    let mut times = HashSet::new();
    for message in messages {
        match message {
            Message::Caller { text } => {
                known.extend(facts(text));
                known.extend(
                    super::super::words::Words::of(text)
                        .low
                        .iter()
                        .flat_map(|w| of_number(w)),
                );
                times.extend(times_of(text));
                times.extend(moved(&times, text));
                known.extend(times.iter().flat_map(|t| facts(&say::time(*t))));
            }
            Message::Digits { digits } => known.extend(facts(digits)),
            Message::ToolCall(call) => {
                let arguments: serde_json::Value = serde_json::from_str(&call.arguments).unwrap();
                for field in ["starts_at", "after"] {
                    let asked = arguments[field].as_str().and_then(LocalTime::parse);
                    times.extend(asked.map(|t| t.naive().time()));
                    known.extend(asked.into_iter().flat_map(|t| facts(&say::moment(t))));
                }
            }
            Message::ToolResult { content, .. } => {
                let answer = ToolAnswer::from_content(content).unwrap();
                for moment in moments(&answer) {
                    times.insert(moment.naive().time());
                    known.extend(facts(&say::moment(moment)));
                    days.insert(say::date(moment.naive().date()));
                }
            }
            Message::Agent { text, .. } => {
                let mut stripped = text.clone();
                // A true date of the calendar may be said: it is checked as a whole.
                for day in &days {
                    stripped = stripped.replace(day.as_str(), "");
                }
                for fact in facts(&stripped) {
                    assert!(
                        known.contains(&fact),
                        "invented {fact:?} in {text:?}\nafter {messages:#?}"
                    );
                }
            }
            Message::NoInput { .. } => {}
        }
    }
}

/// Everything in a text that is a number, a weekday, a month, or half of the day.
fn facts(text: &str) -> HashSet<String> {
    let words = text.split(|c: char| !c.is_alphanumeric() && c != ':' && c != '.');
    words
        .map(|w| w.trim_matches('.').to_lowercase())
        .filter(|w| w.contains(|c: char| c.is_ascii_digit()) || NAMED.contains(&w.as_str()))
        .collect()
}

/// "three" said by the caller is "3" and "3rd" said by the agent.
fn of_number(word: &str) -> Vec<String> {
    let list = [word.to_owned()];
    let cardinal = super::super::numbers::cardinal(&list).map(|(n, _)| n);
    let ordinal = super::super::numbers::ordinal(&list).map(|(n, _)| n);
    cardinal
        .or(ordinal)
        .map(|n| vec![n.to_string()])
        .unwrap_or_default()
}

/// Every time that the caller's words may mean, in either half of the day: "quarter past two" is
/// "2:15 AM" and "2:15 PM".
fn times_of(text: &str) -> Vec<NaiveTime> {
    let words = super::super::words::Words::of(text).low;
    let free = vec![false; words.len()];
    let said = super::super::times::find_times(&words, &free, true);
    let half_a_day = TimeDelta::hours(12);
    said.iter()
        .map(|mention| mention.value.resolve(None, &[]))
        .flat_map(|time| [time, time.overflowing_add_signed(half_a_day).0])
        .collect()
}

/// "Half an hour later" than any time that was named so far.
fn moved(times: &HashSet<NaiveTime>, text: &str) -> Vec<NaiveTime> {
    let words = super::super::words::Words::of(text);
    let Some(Change::By(minutes)) = super::super::heard::find_change(&words) else {
        return Vec::new();
    };
    let by = TimeDelta::minutes(i64::from(minutes));
    times
        .iter()
        .map(|time| time.overflowing_add_signed(by).0)
        .collect()
}

fn of_brief(brief: &Brief) -> HashSet<String> {
    let mut text = format!("{} {} {:?}", brief.company, brief.greeting, brief.address);
    for service in &brief.services {
        text += &[
            " ",
            &service.name,
            " ",
            &say::duration(service.duration_min),
            " ",
        ]
        .concat();
        text += &service
            .price_minor
            .map(|p| say::money(p, &brief.currency))
            .unwrap_or_default();
        text += " ";
    }
    for faq in &brief.faqs {
        text += &[" ", &faq.answer, " "].concat();
    }
    let exceptions = brief.hours.exceptions.iter().map(|e| &e.intervals);
    for day in brief.hours.week.iter().chain(exceptions) {
        text += &[" ", &say::intervals(day), " "].concat();
    }
    let mut known = facts(&text);
    known.extend(NAMED[..7].iter().map(|w| (*w).to_owned()));
    known
}

/// Weekday and date together, as the calendar has them.
fn days_ahead(brief: &Brief) -> HashSet<String> {
    let today: NaiveDate = LocalTime::of(brief.call_started_at, brief.hours.timezone)
        .naive()
        .date();
    let first = today.checked_sub_days(Days::new(200)).unwrap();
    first
        .iter_days()
        .take(600)
        .map(say::date)
        .inspect(|d| assert!(!d.is_empty()))
        .chain(
            first
                .iter_days()
                .take(600)
                .map(|d| format!("{} is a {}", say::month_day(d), say::weekday(d.weekday()))),
        )
        .collect()
}

fn moments(answer: &ToolAnswer) -> Vec<LocalTime> {
    match answer {
        ToolAnswer::Slots {
            slots,
            alternatives,
            ..
        } => [slots.as_slice(), alternatives].concat(),
        ToolAnswer::Taken {
            starts_at,
            alternatives,
        }
        | ToolAnswer::Closed {
            starts_at,
            alternatives,
        } => [&[*starts_at], alternatives.as_slice()].concat(),
        ToolAnswer::Booked(fact) | ToolAnswer::Moved(fact) | ToolAnswer::Cancelled(fact) => {
            vec![fact.starts_at]
        }
        ToolAnswer::Past { starts_at } => vec![*starts_at],
        ToolAnswer::Appointments { appointments } => {
            appointments.iter().map(|a| a.starts_at).collect()
        }
        ToolAnswer::NotFound
        | ToolAnswer::MessageTaken
        | ToolAnswer::Transferring
        | ToolAnswer::Ending
        | ToolAnswer::Refused { .. }
        | ToolAnswer::Unavailable => Vec::new(),
    }
}

const NAMED: [&str; 24] = [
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
    "january",
    "february",
    "march",
    "april",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
    "dollars",
    "noon",
    "midnight",
    "am",
    "pm",
    "cents",
];

#[test]
#[should_panic(expected = "invented \"90\"")]
fn the_checker_catches_an_invented_price() {
    let brief = crate::receptionist::sample::dentist();
    let said = Message::Agent {
        text: "That is 90 dollars.".into(),
        interrupted: false,
    };
    check(&brief, &[said]);
}

#[test]
fn half_an_hour_later_than_what_was_said_is_no_invention() {
    let mut call = super::harness::Dialogue::new();
    let answer = call.say_all(&[
        "friday the twentieth at eleven hundred hours",
        "how about half an hour later",
        "thursday between eight and ten",
    ]);
    super::harness::has(&answer, &["closed on Thursday", "11:30 AM"]);
}

#[test]
#[should_panic(expected = "invented \"11:45\"")]
fn the_checker_catches_another_time_than_half_an_hour_later() {
    let brief = crate::receptionist::sample::dentist();
    let caller = |text: &str| Message::Caller { text: text.into() };
    let said = Message::Agent {
        text: "Which day would suit you at 11:45 AM?".into(),
        interrupted: false,
    };
    check(
        &brief,
        &[caller("at eleven"), caller("half an hour later"), said],
    );
}

#[test]
#[should_panic(expected = "invented")]
fn the_checker_catches_an_invented_slot() {
    let brief = crate::receptionist::sample::dentist();
    let said = Message::Agent {
        text: "Tuesday, November 24th at 2:45 PM is free.".into(),
        interrupted: false,
    };
    check(&brief, &[said]);
}

/// What callers say, of all businesses.
fn sentences() -> Vec<String> {
    let corpus = include_str!("../../../../tests/receptionist/utterances.jsonl");
    corpus
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap())
        .map(|line| line["text"].as_str().unwrap().to_owned())
        .collect()
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(48))]

    /// The harness holds every answer against [`check`].
    #[test]
    fn whatever_is_said_nothing_is_invented(
        turns in proptest::collection::vec(proptest::sample::select(sentences()), 1..8),
        services in 0..=6_usize,
        withheld in proptest::bool::ANY,
        can_transfer in proptest::bool::ANY,
    ) {
        let mut brief = crate::receptionist::sample::dentist();
        brief.services.truncate(services);
        brief.can_transfer = can_transfer;
        brief.caller = brief.caller.filter(|_| !withheld);
        let mut call = super::harness::Dialogue::with(brief);
        for turn in &turns {
            call.say(turn);
        }
    }
}
