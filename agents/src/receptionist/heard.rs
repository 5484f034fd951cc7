//! One caller transcript, understood: everything in it that the receptionist can use.

use chrono::{Datelike, NaiveDate, Weekday};
use tenant_config::knowledge::Service;

use super::{
    answers::{Answer, Choice, find_answer, find_choice},
    dates::{Almanac, DaySaid, Mention, find_days},
    intents::{Intent, find_intents, is_question, is_worded_question},
    names::find_name,
    numbers::{cardinal, phone_digits},
    services::{ServiceSaid, find_service},
    times::{Bound, TimeSaid, find_times, part_of_day},
    words::Words,
};
use crate::tools::PartOfDay;

/// What the listener knows beforehand.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ear<'a> {
    pub(super) services: &'a [Service],
    pub(super) almanac: Almanac<'a>,
    pub(super) asked: Asked,
}

/// What was asked for, where it changes how words are heard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Asked {
    Name,
    Service,
    /// A service, when the day is known and the time is not: "the exam, at three".
    ServiceAndTime,
    Time,
    Other,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Heard {
    pub(super) words: Words,
    pub(super) intents: Vec<Intent>,
    pub(super) question: bool,
    /// A question by its words, not by its mark alone.
    pub(super) worded_question: bool,
    pub(super) answer: Option<Answer>,
    pub(super) choice: Option<Choice>,
    pub(super) service: ServiceSaid,
    /// The day wanted.
    pub(super) day: Option<DaySaid>,
    /// The day of an appointment that exists: "from Tuesday", "my Tuesday appointment".
    pub(super) old_day: Option<DaySaid>,
    /// Only before this day: "before the fifteenth".
    pub(super) until: Option<NaiveDate>,
    /// Not on this weekday.
    pub(super) avoid: Option<Weekday>,
    pub(super) at: Option<TimeSaid>,
    pub(super) after: Option<TimeSaid>,
    pub(super) before: Option<TimeSaid>,
    pub(super) part: Option<PartOfDay>,
    pub(super) change: Option<Change>,
    /// "As soon as possible", "any day".
    pub(super) soonest: bool,
    pub(super) name: Option<String>,
    /// Digits as said, with a `+` where one was said.
    pub(super) phone: Option<String>,
}

/// A wish relative to what was offered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Change {
    Later,
    Earlier,
    /// Minutes later, or earlier when negative.
    By(i32),
    OtherDay,
    OtherTime,
}

impl Heard {
    pub(super) fn of(text: &str, ear: &Ear<'_>) -> Self {
        let words = Words::of(text);
        let low = &words.low;
        let phone = phone_digits(low);
        let mut taken = vec![false; low.len()];
        if let Some((_, range)) = &phone {
            taken[range.clone()].fill(true);
        }
        let mut days = find_days(low, &ear.almanac);
        days.retain(|day| !taken[day.start..day.end].contains(&true));
        for day in &days {
            taken[day.start..day.end].fill(true);
        }
        let change = find_change(&words);
        let times = if matches!(change, Some(Change::By(_))) {
            Vec::new()
        } else {
            find_times(
                low,
                &taken,
                matches!(ear.asked, Asked::Time | Asked::ServiceAndTime),
            )
        };
        let part = part_of_day(low, &times);
        let intents = find_intents(&words);
        let said = Days::of(low, &days, &intents);
        let at = wanted_time(low, &times).or_else(|| new_time(&words, &times, &intents));
        let name = find_name(&words, ear.asked == Asked::Name);
        let (after, before) = if at.is_some() && intents.contains(&Intent::Move) {
            (None, None)
        } else {
            (
                last_of(&times, Bound::After),
                last_of(&times, Bound::Before),
            )
        };
        let named_when = said.wanted.is_some() || part.is_some() || after.is_some();
        let any_time = words.any(&["any time", "anytime", "whenever"]) && !named_when;
        Self {
            question: is_question(&words),
            worded_question: is_worded_question(&words),
            answer: find_answer(&words),
            choice: find_choice(&words),
            service: find_service(
                &words,
                ear.services,
                matches!(ear.asked, Asked::Service | Asked::ServiceAndTime),
            ),
            old_day: said.standing,
            day: said.wanted,
            until: said.until,
            avoid: said.avoid,
            at,
            after,
            before,
            part,
            change: change.filter(|_| {
                !(said.moved && matches!(change, Some(Change::Later | Change::Earlier)))
            }),
            soonest: any_time || words.any(SOONEST),
            intents,
            name,
            phone: phone.map(|(digits, _)| digits),
            words,
        }
    }

    pub(super) fn wants(&self, intent: Intent) -> bool {
        self.intents.contains(&intent)
    }

    /// A clear yes, and nothing beside it that could turn it.
    pub(super) fn affirms(&self) -> bool {
        let harmless = [
            Intent::Book,
            Intent::Cancel,
            Intent::Move,
            Intent::Thanks,
            Intent::Goodbye,
        ];
        let first = self.words.low.first().map(String::as_str);
        let leads = matches!(
            first,
            Some("yes" | "yeah" | "yep" | "yup" | "sure" | "ok" | "okay")
        );
        self.answer == Some(Answer::Yes)
            && (leads || (self.words.len() <= 7 && !self.worded_question))
            && self.intents.iter().all(|intent| harmless.contains(intent))
            && self.name.is_none()
    }

    /// "Can I get a trim?", "I need a new one": something that is had by coming, unless it is a thing.
    pub(super) fn wants_a_visit(&self) -> bool {
        self.intents.is_empty() && self.words.any(&VISIT_WISHES) && !self.words.any(&THINGS)
    }

    /// Gives a detail of what is wanted.
    pub(super) fn says_detail(&self) -> bool {
        self.has_when()
            || self.service != ServiceSaid::None
            || self.name.is_some()
            || self.phone.is_some()
    }

    /// A plain no, and no sentence that happens to hold one ("don't you need ...?").
    pub(super) fn declines(&self) -> bool {
        let first = self.words.low.first().map(String::as_str);
        let leads = matches!(first, Some("no" | "nope" | "nah" | "not" | "nothing"));
        leads || (self.words.len() <= 6 && !self.worded_question)
    }

    /// Says something about when.
    pub(super) fn has_when(&self) -> bool {
        self.day.is_some()
            || self.at.is_some()
            || self.after.is_some()
            || self.before.is_some()
            || self.part.is_some()
            || self.until.is_some()
            || self.avoid.is_some()
            || self.soonest
            || self.change.is_some()
    }
}

/// What the days of one transcript are to the caller.
#[derive(Debug, Default)]
struct Days {
    /// The day of the appointment that is.
    standing: Option<DaySaid>,
    wanted: Option<DaySaid>,
    until: Option<NaiveDate>,
    avoid: Option<Weekday>,
    /// "A week later": the change is told by its day.
    moved: bool,
}

impl Days {
    fn of(low: &[String], days: &[Mention<DaySaid>], intents: &[Intent]) -> Self {
        let wants = |intent: Intent| intents.contains(&intent);
        let lead = |day: &Mention<DaySaid>, n: usize| {
            day.start
                .checked_sub(n)
                .and_then(|i| low.get(i))
                .map_or("", String::as_str)
        };
        let article = |day: &Mention<DaySaid>| usize::from(lead(day, 1) == "the");
        let mut told = Self {
            moved: days.iter().any(|d| {
                low[d.start..d.end]
                    .iter()
                    .any(|w| w == "later" || w == "earlier")
            }),
            ..Self::default()
        };
        let mut rest: Vec<&Mention<DaySaid>> = Vec::new();
        for day in days {
            let cue = lead(day, 1 + article(day));
            match (day.value, cue) {
                // "How are you today?"
                (_, "you" | "doing") if low[day.start] == "today" => {}
                (DaySaid::On(date), "not" | "except" | "but")
                    if days.len() == 1 || cue != "but" =>
                {
                    told.avoid = Some(date.weekday());
                }
                (DaySaid::On(date), "before") => told.until = Some(date),
                _ => rest.push(day),
            }
        }
        let has = |word: &str| low.iter().any(|w| w == word);
        let ends_it = wants(Intent::Cancel)
            && !wants(Intent::Move)
            && !wants(Intent::Book)
            && !has("instead");
        let replaces = (wants(Intent::Move) || has("instead")) && !has("or") && !has("no");
        let old = rest
            .iter()
            .position(|day| ends_it || wants(Intent::Lookup) || is_standing(low, day))
            .or_else(|| (replaces && rest.len() > 1 && lead(rest[0], 1) != "to").then_some(0));
        told.standing = old.map(|i| rest.remove(i).value);
        told.wanted = pick(low, &rest).map(|d| d.value);
        told
    }
}

/// "I can't make it on Tuesday", "my Tuesday appointment", "from Tuesday", "Tuesday's visit".
fn is_standing(low: &[String], day: &Mention<DaySaid>) -> bool {
    let word = |i: usize| low.get(i).map(String::as_str);
    let lead = low[..day.start].join(" ");
    let lead = [" on the", " on", " for the", " for"]
        .iter()
        .find_map(|end| lead.strip_suffix(end))
        .unwrap_or(&lead);
    let before = day.start.checked_sub(1).and_then(word);
    let owned =
        low[day.end - 1].ends_with("'s") && !word(day.end).is_none_or(|w| IS_GOOD.contains(&w));
    owned
        || STANDING.iter().any(|phrase| lead.ends_with(phrase))
        || matches!(before, Some("from" | "my" | "existing"))
        || (word(day.end) == Some("appointment") && before == Some("the"))
        || (matches!(before, Some("on" | "for"))
            && day.start >= 3
            && word(day.start - 2) == Some("appointment")
            && matches!(word(day.start - 3), Some("my" | "our")))
}

/// Of several the last is meant ("Tuesday, no, Wednesday"), of alternatives the first.
fn pick<'m, T>(low: &[String], mentions: &[&'m Mention<T>]) -> Option<&'m Mention<T>> {
    let last = mentions.last()?;
    let alternative = last.start > 0 && low[last.start - 1] == "or";
    if alternative {
        mentions.first().copied()
    } else {
        Some(last)
    }
}

fn wanted_time(low: &[String], times: &[Mention<TimeSaid>]) -> Option<TimeSaid> {
    let plain: Vec<&Mention<TimeSaid>> = times
        .iter()
        .filter(|t| t.value.bound == Bound::At)
        .filter(|t| t.start == 0 || low[t.start - 1] != "not")
        .collect();
    pick(low, &plain).map(|t| t.value)
}

/// "Can it go from two to four?" wants four.
fn new_time(words: &Words, times: &[Mention<TimeSaid>], intents: &[Intent]) -> Option<TimeSaid> {
    let moves = intents.contains(&Intent::Move) && words.has("from");
    match times {
        [old, new] if moves && old.value.bound == Bound::After => Some(new.value),
        _ => None,
    }
}

fn last_of(times: &[Mention<TimeSaid>], bound: Bound) -> Option<TimeSaid> {
    times
        .iter()
        .rev()
        .find(|t| t.value.bound == bound)
        .map(|t| t.value)
}

/// The wish for another time or day than the one that was offered.
pub(super) fn find_change(words: &Words) -> Option<Change> {
    let direction = |i: usize| match words.low.get(i).map(String::as_str) {
        Some("later") => Some(1),
        Some("earlier" | "sooner") => Some(-1),
        _ => None,
    };
    let pushed_back = words.any(&["back by", "back an", "back half"]);
    for i in 0..words.len() {
        let rest = &words.low[i..];
        let (minutes, taken) = match rest[0].as_str() {
            "half" if rest.get(1).is_some_and(|w| w == "an") => (30, 3),
            "a" | "an" | "one" if rest.get(1).is_some_and(|w| w == "hour") => (60, 2),
            _ => match (cardinal(rest), rest.get(1).map(String::as_str)) {
                (Some((n, 1)), Some("minutes" | "minute")) => (n as i32, 2),
                (Some((n, 1)), Some("hours")) => (n as i32 * 60, 2),
                _ => continue,
            },
        };
        if let Some(sign) = direction(i + taken).or(pushed_back.then_some(1)) {
            return Some(Change::By(sign * minutes));
        }
    }
    if words.any(&[
        "another day",
        "different day",
        "other day",
        "other days",
        "some other day",
        "a different date",
        "another date",
    ]) {
        return Some(Change::OtherDay);
    }
    if words.any(&[
        "another time",
        "different time",
        "other time",
        "other times",
        "something else",
        "anything else",
        "other options",
    ]) {
        return Some(Change::OtherTime);
    }
    let later_week = words.any(&["later in the week", "later this week", "later in the month"]);
    let picks = words.any(&["later one", "earlier one"]);
    let call_later = picks
        || later_week
        || words.any(&[
            "call later",
            "call back later",
            "see you later",
            "talk to you later",
        ]);
    (0..words.len())
        .find_map(direction)
        .filter(|_| !call_later)
        .map(|sign| {
            if sign > 0 {
                Change::Later
            } else {
                Change::Earlier
            }
        })
}

const VISIT_WISHES: [&str; 11] = [
    "we need a",
    "we'd like a",
    "can i get a",
    "could i get a",
    "can i get my",
    "i need a",
    "i need my",
    "i want a",
    "i'd like a",
    "i would like a",
    "needs a",
];
/// What is asked for at a front desk and is no visit.
const THINGS: [&str; 16] = [
    "refund", "receipt", "copy", "invoice", "quote", "estimate", "discount", "moment", "minute",
    "second", "favor", "favour", "ride", "job", "question", "word",
];
/// After "Tuesday's": the day is good, not somebody's.
const IS_GOOD: [&str; 16] = [
    "good", "fine", "great", "better", "best", "perfect", "ok", "okay", "not", "no", "out", "bad",
    "full", "easier", "ideal", "too",
];
/// What is said before the day of an appointment that stands.
const STANDING: [&str; 17] = [
    "we're away",
    "i'm away",
    "we're busy",
    "i'm busy",
    "i'm working",
    "we can't do",
    "i can't do",
    "can't make it",
    "cannot make it",
    "not going to make it",
    "won't be able to make it",
    "can't come",
    "i have an appointment",
    "i've got an appointment",
    "i had an appointment",
    "my appointment",
    "i'm booked",
];
const SOONEST: &[&str] = &[
    "as soon as possible",
    "asap",
    "soonest",
    "first available",
    "earliest available",
    "earliest appointment",
    "next available",
    "any day",
    "how soon",
    "how quick",
    "how quickly",
    "how fast",
    "the soonest",
    "next free",
    "early as possible",
    "early as you can",
    "right away",
    "straight away",
    "immediately",
    "next opening",
    "earliest you have",
    "first opening",
    "earliest you've got",
    "soon as you can",
    "earliest possible",
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::receptionist::sample;

    fn heard(text: &str) -> Heard {
        let services = sample::dentist().services;
        let today = NaiveDate::from_ymd_opt(2026, 11, 20).unwrap();
        Heard::of(
            text,
            &Ear {
                services: &services,
                almanac: Almanac {
                    today,
                    month_first: true,
                    about: None,
                    from: None,
                    named: &[],
                },
                asked: Asked::Other,
            },
        )
    }

    fn on(day: u32) -> Option<DaySaid> {
        NaiveDate::from_ymd_opt(2026, 11, day).map(DaySaid::On)
    }

    #[test]
    fn two_requests_at_once() {
        let heard = heard("How much is a cleaning and can I book one Tuesday at 3?");
        assert_eq!(heard.intents, [Intent::Book, Intent::Price]);
        assert_eq!(heard.service, ServiceSaid::One(1));
        assert_eq!(heard.day, on(24));
        assert!(heard.at.is_some());
    }

    #[test]
    fn corrections_and_alternatives() {
        assert_eq!(heard("Tuesday, no, Wednesday").day, on(25));
        assert_eq!(heard("Wednesday, not Tuesday").day, on(25));
        assert_eq!(heard("Tuesday or Wednesday").day, on(24));
    }

    #[test]
    fn the_old_day_and_the_new_one() {
        let moved = heard("can I move my Tuesday appointment to Thursday at 2");
        assert_eq!((moved.old_day, moved.day), (on(24), on(26)));
        let moved = heard("move it from Tuesday to Wednesday");
        assert_eq!((moved.old_day, moved.day), (on(24), on(25)));
    }

    #[test]
    fn a_day_that_stands() {
        assert_eq!(heard("I can't make it on Tuesday").old_day, on(24));
        assert_eq!(heard("I have an appointment on Tuesday").old_day, on(24));
        assert_eq!(heard("do you have an appointment on Tuesday").day, on(24));
        assert_eq!(heard("make it Tuesday").day, on(24));
    }

    #[test]
    fn only_a_clear_yes_affirms() {
        assert!(heard("yes please").affirms());
        assert!(heard("go ahead and book it").affirms());
        assert!(!heard("could you please spell my name right").affirms());
        assert!(!heard("no").affirms());
    }

    #[test]
    fn relative_wishes() {
        assert_eq!(
            heard("push it back by an hour").change,
            Some(Change::By(60))
        );
        assert_eq!(heard("an hour later").change, Some(Change::By(60)));
        assert_eq!(
            heard("half an hour earlier please").change,
            Some(Change::By(-30))
        );
        assert_eq!(
            heard("do you have anything later").change,
            Some(Change::Later)
        );
        assert_eq!(heard("another day").change, Some(Change::OtherDay));
        assert_eq!(heard("I'll call back later").change, None);
        assert!(heard("an hour later").at.is_none());
    }

    #[test]
    fn a_phone_number_is_no_time() {
        let heard = heard("call me at 918 555 0142");
        assert_eq!(heard.phone.as_deref(), Some("9185550142"));
        assert!(heard.at.is_none());
    }
}
