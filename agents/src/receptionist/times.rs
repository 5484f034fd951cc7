//! Times of day as people say them, and what they mean within business hours.

use chrono::{NaiveTime, Timelike};
use tenant_config::hours::Interval;

use super::{dates::Mention, numbers::cardinal};
use crate::tools::PartOfDay;

/// A time as the caller named it; morning or afternoon may still be open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TimeSaid {
    /// 0 to 23; up to 12 it is open to either half of the day unless `half` tells.
    hour: u32,
    minute: u32,
    half: Option<Half>,
    pub(super) bound: Bound,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Half {
    Am,
    Pm,
}

/// How a time limits what the caller wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Bound {
    At,
    After,
    Before,
}

impl TimeSaid {
    /// Whether it may be this time, as far as morning or afternoon was said.
    pub(super) fn may_mean(self, candidate: NaiveTime) -> bool {
        let is_pm = candidate.hour() >= 12;
        let half_fits = match self.half {
            None => self.hour <= 12 || self.hour == candidate.hour(),
            Some(Half::Am) => !is_pm,
            Some(Half::Pm) => is_pm,
        };
        half_fits && self.hour % 12 == candidate.hour() % 12 && self.minute == candidate.minute()
    }

    /// The time meant: as said; else in the part of day said; else within the open hours; else
    /// 7 to 11 are in the morning and the rest after noon.
    pub(super) fn resolve(self, part: Option<PartOfDay>, open: &[Interval]) -> NaiveTime {
        let am = time(self.hour % 12, self.minute);
        let pm = time(self.hour % 12 + 12, self.minute);
        if self.hour > 12 || (self.hour == 0 && self.half.is_none()) {
            return time(self.hour, self.minute);
        }
        match (self.half, part) {
            (Some(Half::Am), _) => return am,
            (Some(Half::Pm), _) | (None, Some(PartOfDay::Afternoon | PartOfDay::Evening)) => {
                return pm;
            }
            (None, Some(PartOfDay::Morning)) => return if self.hour == 12 { pm } else { am },
            (None, None) => {}
        }
        let is_open = |t: NaiveTime| open.iter().any(|i| i.opens <= t && t < i.closes);
        match (is_open(am), is_open(pm)) {
            (true, false) => am,
            (false, true) => pm,
            _ if (7..12).contains(&self.hour) => am,
            _ => pm,
        }
    }
}

/// All times named, in order. `taken` marks words that already mean something else (dates, phone
/// numbers); `asked` is true when a time was asked for, so that a bare number is one.
pub(super) fn find_times(words: &[String], taken: &[bool], asked: bool) -> Vec<Mention<TimeSaid>> {
    let mut found: Vec<Mention<TimeSaid>> = Vec::new();
    let mut i = 0;
    while i < words.len() {
        if taken.get(i).copied().unwrap_or(false) {
            i += 1;
            continue;
        }
        let after_date = i > 0 && taken.get(i - 1).copied().unwrap_or(false);
        let listed = i >= 2
            && found.last().is_some_and(|m| m.end == i - 1)
            && matches!(words[i - 1].as_str(), "or" | "and" | "no" | "to");
        let cued =
            asked || after_date || listed || (i > 0 && CUES.contains(&words[i - 1].as_str()));
        // "the second one" counts, it tells no time.
        let counts = words[i] == "one" && i > 0 && BEFORE_ONE.contains(&words[i - 1].as_str());
        let numbers = i > 0 && matches!(words[i - 1].as_str(), "number" | "option");
        let cued = cued && !counts && !numbers;
        let open_until = (i..words.len())
            .find(|&j| taken.get(j) == Some(&true))
            .unwrap_or(words.len());
        match time_at(&words[i..open_until], cued) {
            Some((mut value, length)) => {
                value.bound = bound(words, i, found.last());
                found.push(Mention {
                    value,
                    start: i,
                    end: i + length,
                });
                i += length;
            }
            None => i += 1,
        }
    }
    // "I finish at four, so after that".
    let then = |w: &[String]| w[0] == "after" && matches!(w[1].as_str(), "that" | "then");
    if let (Some(last), Some(at)) = (found.last_mut(), words.windows(2).rposition(then))
        && last.end <= at
    {
        last.value.bound = Bound::After;
    }
    found
}

/// The part of day named, "good morning" aside.
pub(super) fn part_of_day(words: &[String], times: &[Mention<TimeSaid>]) -> Option<PartOfDay> {
    let set = |phrases: [&[&str]; 3]| {
        phrases
            .into_iter()
            .any(|p| words.windows(p.len()).any(|w| w == p))
    };
    if set([
        &["first", "thing"],
        &["early", "in", "the", "day"],
        &["before", "lunch"],
    ]) {
        return Some(PartOfDay::Morning);
    }
    if set([
        &["end", "of", "the", "day"],
        &["end", "of", "day"],
        &["after", "lunch"],
    ]) {
        return Some(PartOfDay::Afternoon);
    }
    words.iter().enumerate().rev().find_map(|(i, word)| {
        let before = |n: usize| {
            i.checked_sub(n)
                .and_then(|j| words.get(j))
                .map(String::as_str)
        };
        let greets = matches!(before(1), Some("good" | "nice" | "great"));
        // "Three in the morning" is a time already; "except the morning" is no wish.
        let told = times.iter().any(|t| (t.start..t.end).contains(&i));
        let ruled_out = (1..=3).any(|n| matches!(before(n), Some("except" | "not")));
        match word.trim_end_matches('s') {
            _ if greets || told || ruled_out => None,
            "morning" => Some(PartOfDay::Morning),
            "afternoon" | "lunchtime" => Some(PartOfDay::Afternoon),
            "evening" | "night" | "tonight" => Some(PartOfDay::Evening),
            _ => None,
        }
    })
}

fn bound(words: &[String], i: usize, before: Option<&Mention<TimeSaid>>) -> Bound {
    // "I can't make it before three" wants three or later.
    let ruled_out = words[..i]
        .iter()
        .rev()
        .take(6)
        .any(|w| matches!(w.as_str(), "can't" | "cannot" | "not"));
    let lead = words[..i].iter().rev().take(3).map(String::as_str);
    for word in lead {
        match word {
            "after" | "between" | "past" | "from" => return Bound::After,
            "before" | "until" | "till" if ruled_out => return Bound::After,
            "before" | "by" | "until" | "till" => return Bound::Before,
            "and" | "to"
                if before.is_some_and(|b| b.value.bound == Bound::After && b.end == i - 1) =>
            {
                return Bound::Before;
            }
            "than" | "at" | "around" | "about" | "like" | "the" => {}
            _ => return Bound::At,
        }
    }
    Bound::At
}

fn time_at(rest: &[String], cued: bool) -> Option<(TimeSaid, usize)> {
    let plain = |hour, minute, half| TimeSaid {
        hour,
        minute,
        half,
        bound: Bound::At,
    };
    match rest.first()?.as_str() {
        "noon" | "midday" => return Some((plain(12, 0, Some(Half::Pm)), 1)),
        "midnight" => return Some((plain(0, 0, None), 1)),
        _ => {}
    }
    if let Some((hour, minute, end)) = past_or_to(rest) {
        let (half, used) = half_of_day(&rest[end..]);
        return Some((plain(hour, minute, half), end + used));
    }
    let (hour, minute, mut end, certain) = clock_face(rest)
        .or_else(|| by_hundreds(rest))
        .or_else(|| hour_and_minute(rest))?;
    let o_clock = rest
        .get(end)
        .is_some_and(|w| matches!(w.as_str(), "o'clock" | "oclock"));
    end += usize::from(o_clock);
    let (half, used) = half_of_day(&rest[end..]);
    end += used;
    let unit = rest
        .get(end)
        .is_some_and(|w| NOT_A_TIME.contains(&w.trim_end_matches('s')));
    let sure = certain || o_clock || half.is_some() || (cued && !unit);
    (sure && hour < 24 && minute < 60).then(|| (plain(hour, minute, half), end))
}

/// "half past two", "quarter to four", "ten past nine", "twenty to three".
fn past_or_to(rest: &[String]) -> Option<(u32, u32, usize)> {
    // "Half nine" is how half past nine is said in Britain.
    if rest.first()? == "half"
        && let Some((hour @ 1..=12, used)) = cardinal(rest.get(1..)?)
    {
        return Some((hour, 30, 1 + used));
    }
    let (minute, mut end) = match rest.first()?.as_str() {
        "half" => (30, 1),
        "quarter" => (15, 1),
        "a" if rest.get(1).is_some_and(|w| w == "quarter") => (15, 2),
        _ => cardinal(rest)?,
    };
    end += usize::from(rest.get(end).is_some_and(|w| w.starts_with("minute")));
    let direction = rest.get(end)?.as_str();
    let (hour, used) = cardinal(rest.get(end + 1..)?)?;
    if !(1..=12).contains(&hour) || minute > 30 {
        return None;
    }
    let before = if hour == 1 { 12 } else { hour - 1 };
    match direction {
        "past" | "after" => Some((hour, minute, end + 1 + used)),
        "to" | "till" | "til" | "before" | "of" if minute % 5 == 0 && minute < 30 => {
            Some((before, 60 - minute, end + 1 + used))
        }
        _ => None,
    }
}

/// "15:00", "3.30", "330 pm", "1030".
fn clock_face(rest: &[String]) -> Option<(u32, u32, usize, bool)> {
    let first = rest[0].as_str();
    if let Some((hour, minute)) = first.split_once([':', '.']) {
        let well_formed = (1..=2).contains(&hour.len()) && minute.len() == 2;
        return Some((hour.parse().ok()?, minute.parse().ok()?, 1, true)).filter(|_| well_formed);
    }
    let digits = first.chars().all(|c| c.is_ascii_digit()) && (3..=4).contains(&first.len());
    let number: u32 = if digits {
        first.parse().ok()?
    } else {
        return None;
    };
    (number % 100)
        .is_multiple_of(5)
        .then_some((number / 100, number % 100, 1, false))
}

/// "fourteen hundred".
fn by_hundreds(rest: &[String]) -> Option<(u32, u32, usize, bool)> {
    let (hour, end) = cardinal(rest)?;
    (rest.get(end)? == "hundred").then_some((hour, 0, end + 1, true))
}

/// "three", "two thirty", "nine oh five", "fourteen thirty".
fn hour_and_minute(rest: &[String]) -> Option<(u32, u32, usize, bool)> {
    let (hour, end) = cardinal(rest)?;
    if hour > 23 {
        return None;
    }
    let tail = rest.get(end..).unwrap_or_default();
    if matches!(tail.first().map(String::as_str), Some("oh" | "o"))
        && let Some((minute @ 1..=9, used)) = tail.get(1..).and_then(cardinal)
    {
        return Some((hour, minute, end + 1 + used, true));
    }
    match cardinal(tail) {
        Some((minute @ 10..=59, used)) if hour <= 12 && hour > 0 && minute % 5 == 0 => {
            Some((hour, minute, end + used, true))
        }
        Some((minute @ 10..=55, used)) if hour > 12 && minute % 5 == 0 => {
            Some((hour, minute, end + used, false))
        }
        _ => Some((hour, 0, end, false)),
    }
}

fn half_of_day(rest: &[String]) -> (Option<Half>, usize) {
    let word = |i: usize| rest.get(i).map(String::as_str);
    match (word(0), word(1), word(2)) {
        (Some("pm" | "p"), ..) => (Some(Half::Pm), 1),
        (Some("in"), Some("the"), Some("morning")) => (Some(Half::Am), 3),
        (Some("in"), Some("the"), Some("afternoon" | "evening"))
        | (Some("am" | "an" | "in" | "the"), Some("after"), Some("noon")) => (Some(Half::Pm), 3),
        (Some("at"), Some("night"), _)
        | (Some("am" | "an" | "in" | "the"), Some("afternoon"), _) => (Some(Half::Pm), 2),
        // Behind "3am after noon", which is how a recognizer may write three in the afternoon.
        (Some("am" | "a"), next, _) if word(0) == Some("am") || next.is_none() => {
            (Some(Half::Am), 1)
        }
        _ => (None, 0),
    }
}

fn time(hour: u32, minute: u32) -> NaiveTime {
    // Hours and minutes were checked where they were read.
    NaiveTime::from_hms_opt(hour, minute, 0).unwrap_or_default()
}

/// Words that make a bare number a time.
const CUES: &[&str] = &[
    "to", "from", "at", "around", "about", "by", "after", "before", "like", "say", "until", "till",
    "between", "past", "than", "it", "maybe", "said", "meant", "prefer",
];
/// Words after which "one" is a thing.
const BEFORE_ONE: &[&str] = &[
    "the", "that", "this", "which", "first", "second", "third", "last", "other", "another", "any",
    "next", "earlier", "later", "earliest", "latest", "middle", "book", "no", "every", "either",
    "new", "some",
];
/// Words that make the number before them something else.
const NOT_A_TIME: [&str; 20] = [
    "second",
    "sec",
    "minute",
    "hour",
    "day",
    "week",
    "month",
    "year",
    "people",
    "person",
    "kid",
    "children",
    "dollar",
    "tooth",
    "teeth",
    "time",
    "of",
    "appointment",
    "percent",
    "more",
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::receptionist::words::Words;

    fn office() -> Vec<Interval> {
        vec![Interval {
            opens: time(8, 0),
            closes: time(17, 0),
        }]
    }

    fn said(text: &str, asked: bool) -> Vec<(Bound, String)> {
        let words = Words::of(text).low;
        let times = find_times(&words, &vec![false; words.len()], asked);
        let part = part_of_day(&words, &times);
        times
            .into_iter()
            .map(|m| {
                (
                    m.value.bound,
                    m.value.resolve(part, &office()).format("%H:%M").to_string(),
                )
            })
            .collect()
    }

    #[rstest::rstest]
    #[case("at 3 p.m.", "15:00")]
    #[case("at 3", "15:00")]
    #[case("at three o'clock", "15:00")]
    #[case("at 9", "09:00")]
    #[case("15:00", "15:00")]
    #[case("3:30", "15:30")]
    #[case("8.30 am", "08:30")]
    #[case("330 pm", "15:30")]
    #[case("at 1030", "10:30")]
    #[case("two thirty", "14:30")]
    #[case("half past two", "14:30")]
    #[case("quarter to four", "15:45")]
    #[case("a quarter past nine", "09:15")]
    #[case("ten to three", "14:50")]
    #[case("twenty minutes past ten", "10:20")]
    #[case("nine oh five", "09:05")]
    #[case("noon", "12:00")]
    #[case("around ten", "10:00")]
    #[case("3am after noon", "15:00")]
    #[case("three am afternoon", "15:00")]
    #[case("eight in the evening", "20:00")]
    #[case("five in the morning", "05:00")]
    #[case("ten a.m.", "10:00")]
    #[case("at twelve", "12:00")]
    #[case("at 12:30 pm", "12:30")]
    #[case("12 am", "00:00")]
    #[case("in the afternoon at 4", "16:00")]
    #[case("at 7", "07:00")]
    #[case("at 6", "18:00")]
    fn a_time(#[case] text: &str, #[case] expected: &str) {
        assert_eq!(
            said(text, false),
            [(Bound::At, expected.to_owned())],
            "{text}"
        );
    }

    #[test]
    fn a_bare_number_is_a_time_only_when_one_was_asked_for() {
        assert!(said("three", false).is_empty());
        assert_eq!(said("three", true), [(Bound::At, "15:00".into())]);
        assert!(said("three minutes", true).is_empty());
        assert!(said("I have two kids", true).is_empty());
        assert!(said("at 61 or 25:99", false).is_empty());
    }

    #[test]
    fn limits() {
        assert_eq!(said("after 3", false), [(Bound::After, "15:00".into())]);
        assert_eq!(
            said("any time before noon", false),
            [(Bound::Before, "12:00".into())]
        );
        assert_eq!(
            said("I can't make it before 3", false),
            [(Bound::After, "15:00".into())]
        );
        assert_eq!(
            said("between 2 and 4", false),
            [
                (Bound::After, "14:00".into()),
                (Bound::Before, "16:00".into())
            ]
        );
        assert_eq!(
            said("at 2 no 3", false),
            [(Bound::At, "14:00".into()), (Bound::At, "15:00".into())]
        );
    }

    #[test]
    fn parts_of_the_day() {
        let part = |text: &str| part_of_day(&Words::of(text).low, &[]);
        assert_eq!(part("tomorrow morning"), Some(PartOfDay::Morning));
        assert_eq!(
            part("Good morning, do you have an afternoon"),
            Some(PartOfDay::Afternoon)
        );
        assert_eq!(part("good morning"), None);
    }

    proptest::proptest! {
        #[test]
        fn no_words_make_it_panic(text in "([a-z0-9:. ]|half |past |to |pm |99 |oh |at |between ){0,30}") {
            said(&text, true);
        }
    }
}
