//! Finds what can be true or false in a text: prices, times, dates, weekdays, durations, telephone
//! numbers, other numbers, names.

use std::fmt;

use chrono::{NaiveTime, Weekday};

use super::spoken_numbers::{number, ordinal};

/// Something that is so or is not.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Fact {
    /// Minor units.
    Price(i64),
    Minutes(u32),
    Time(NaiveTime),
    Date {
        month: u32,
        day: u32,
    },
    Weekday(Weekday),
    Phone(String),
    Number(u64),
}

impl fmt::Display for Fact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Price(minor) => write!(f, "price {}.{:02}", minor / 100, minor % 100),
            Self::Minutes(minutes) => write!(f, "{minutes} minutes"),
            Self::Time(time) => write!(f, "time {}", time.format("%H:%M")),
            Self::Date { month, day } => {
                write!(f, "date {} {day}", MONTHS[*month as usize - 1])
            }
            Self::Weekday(day) => write!(f, "weekday {day}"),
            Self::Phone(digits) => write!(f, "phone {digits}"),
            Self::Number(number) => write!(f, "number {number}"),
        }
    }
}

/// Lower-case words; inner points, colons, commas, apostrophes and hyphens stay.
pub(super) fn words(text: &str) -> Vec<String> {
    let lowered = text.replace('\u{2019}', "'").to_lowercase();
    lowered
        .split(|c: char| c.is_whitespace() || "()\"/\u{2014}".contains(c))
        .map(|word| word.trim_matches(|c: char| !c.is_alphanumeric() && c != '$' && c != '+'))
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

/// The sentences of a text.
pub(super) fn sentences(text: &str) -> Vec<&str> {
    let mut rest = text;
    let mut sentences = Vec::new();
    while let Some(end) = [". ", "? ", "! "].iter().filter_map(|e| rest.find(e)).min() {
        sentences.push(&rest[..=end]);
        rest = rest[end + 1..].trim_start();
    }
    sentences.push(rest);
    sentences
}

/// Everything in a text, in order.
pub(super) fn read(text: &str) -> Vec<Fact> {
    let words = words(text);
    let mut facts = Vec::new();
    let mut at = 0;
    while at < words.len() {
        let (fact, taken) = fact_at(&words, at);
        facts.extend(fact);
        at += taken.max(1);
    }
    facts
}

fn fact_at(words: &[String], at: usize) -> (Vec<Fact>, usize) {
    let word = words[at].as_str();
    let next = |ahead: usize| words.get(at + ahead).map_or("", String::as_str);
    if let Some(day) = weekday(word) {
        return (vec![Fact::Weekday(day)], 1);
    }
    match word {
        "noon" | "midday" => return (clock(12, 0), 1),
        "midnight" => return (clock(0, 0), 1),
        "half" if next(1) == "an" && next(2) == "hour" => return (vec![Fact::Minutes(30)], 3),
        "an" if next(1) == "hour" => {
            return (vec![Fact::Minutes(60 + and_a_half(words, at + 2))], 2);
        }
        _ => {}
    }
    if (word == "free" && next(1) == "of") || word == "complimentary" {
        return (vec![Fact::Price(0)], 1);
    }
    if let Some(month) = month(word) {
        let day = ordinal(&words[at + 1..]).or_else(|| number(&words[at + 1..]));
        if let Some((day, taken)) = day.filter(|(day, _)| (1..=31).contains(day)) {
            return (
                vec![Fact::Date {
                    month,
                    day: day as u32,
                }],
                1 + taken,
            );
        }
        return (Vec::new(), 1);
    }
    if let Some((day, taken)) = ordinal(&words[at..]) {
        let of = usize::from(next(taken) == "of");
        if let Some(month) = words.get(at + taken + of).and_then(|w| month(w)) {
            return (
                vec![Fact::Date {
                    month,
                    day: day as u32,
                }],
                taken + of + 1,
            );
        }
        // "the first one" and "15th Street" are no dates; a date without a month is a number.
        let figures = word.starts_with(|c: char| c.is_ascii_digit());
        return (
            if figures {
                vec![Fact::Number(day)]
            } else {
                Vec::new()
            },
            taken,
        );
    }
    if let Some(found) = time_at(words, at) {
        return found;
    }
    amount_at(words, at)
}

/// "3 PM", "3:30 PM", "3pm".
fn time_at(words: &[String], at: usize) -> Option<(Vec<Fact>, usize)> {
    let word = words[at].as_str();
    let half = |word: &str| match word {
        "am" | "a.m" => Some(false),
        "pm" | "p.m" => Some(true),
        _ => None,
    };
    let glued = ["am", "pm"]
        .iter()
        .find_map(|h| Some((word.strip_suffix(h)?, *h == "pm")));
    let (figures, pm, taken) = match glued {
        Some((figures, pm)) if !figures.is_empty() => (figures, pm, 1),
        _ => (word, half(words.get(at + 1)?)?, 2),
    };
    let (hour, minute) = figures.split_once(':').unwrap_or((figures, "0"));
    let hour: u32 = hour.parse().ok()?;
    let minute: u32 = minute.parse().ok()?;
    Some((clock(hour % 12 + if pm { 12 } else { 0 }, minute), taken))
}

/// A number and what it counts.
fn amount_at(words: &[String], at: usize) -> (Vec<Fact>, usize) {
    let dollars = words[at].strip_prefix('$');
    let figures = dollars.unwrap_or(&words[at]);
    if let Some(minor) = decimal(figures) {
        return (vec![Fact::Price(minor)], 1);
    }
    if let Some(phone) = phone_at(words, at) {
        return phone;
    }
    let mut from = words[at..].to_vec();
    figures.clone_into(&mut from[0]);
    let Some((value, taken)) = number(&from) else {
        return (Vec::new(), 1);
    };
    let unit = words.get(at + taken).map_or("", String::as_str);
    let after = at + taken + 1;
    if dollars.is_some() {
        return (vec![Fact::Price(value as i64 * 100)], taken);
    }
    match unit {
        "dollar" | "dollars" | "pound" | "pounds" | "euro" | "euros" | "usd" | "gbp" => {
            let (cents, more) = cents(words, after);
            (
                vec![Fact::Price(value as i64 * 100 + cents)],
                taken + 1 + more,
            )
        }
        "cents" | "pence" => (vec![Fact::Price(value as i64)], taken + 1),
        "minute" | "minutes" => (vec![Fact::Minutes(value as u32)], taken + 1),
        "hour" | "hours" => {
            let (minutes, more) = and_minutes(words, after);
            let half = and_a_half(words, after);
            (
                vec![Fact::Minutes(value as u32 * 60 + minutes + half)],
                taken + 1 + more,
            )
        }
        _ => {
            // Small numbers in words count what is at hand: "one moment", "two times".
            let in_figures = figures.starts_with(|c: char| c.is_ascii_digit());
            let counts = !in_figures && value <= 12;
            (
                if counts {
                    Vec::new()
                } else {
                    vec![Fact::Number(value)]
                },
                taken,
            )
        }
    }
}

/// "12.50".
fn decimal(word: &str) -> Option<i64> {
    let (whole, cents) = word.split_once('.')?;
    let plain = cents.len() == 2 && cents.chars().all(|c| c.is_ascii_digit());
    let whole: i64 = whole.replace(',', "").parse().ok()?;
    plain.then(|| whole * 100 + cents.parse::<i64>().unwrap_or_default())
}

fn cents(words: &[String], at: usize) -> (i64, usize) {
    let and = words.get(at).is_some_and(|word| word == "and");
    let Some((value, taken)) = words.get(at + 1..).and_then(number).filter(|_| and) else {
        return (0, 0);
    };
    match words.get(at + 1 + taken).map(String::as_str) {
        Some("cents" | "pence") => (value as i64, taken + 2),
        _ => (0, 0),
    }
}

fn and_minutes(words: &[String], at: usize) -> (u32, usize) {
    let and = words.get(at).is_some_and(|word| word == "and");
    let Some((value, taken)) = words.get(at + 1..).and_then(number).filter(|_| and) else {
        return (0, 0);
    };
    match words.get(at + 1 + taken).map(String::as_str) {
        Some("minute" | "minutes") => (value as u32, taken + 2),
        _ => (0, 0),
    }
}

fn and_a_half(words: &[String], at: usize) -> u32 {
    let half = ["and", "a", "half"];
    let is = half
        .iter()
        .enumerate()
        .all(|(n, w)| words.get(at + n).is_some_and(|word| word == w));
    if is { 30 } else { 0 }
}

/// Seven digits and more, in groups.
fn phone_at(words: &[String], at: usize) -> Option<(Vec<Fact>, usize)> {
    let group = |word: &&String| {
        word.starts_with(|c: char| c.is_ascii_digit() || c == '+')
            && word
                .chars()
                .all(|c| c.is_ascii_digit() || "+-.".contains(c))
    };
    let groups: Vec<_> = words[at..].iter().take_while(group).collect();
    let digits: String = groups
        .iter()
        .flat_map(|g| g.chars())
        .filter(char::is_ascii_digit)
        .collect();
    (digits.len() >= 7).then(|| (vec![Fact::Phone(digits)], groups.len()))
}

fn clock(hour: u32, minute: u32) -> Vec<Fact> {
    NaiveTime::from_hms_opt(hour, minute, 0)
        .map(Fact::Time)
        .into_iter()
        .collect()
}

/// All times of day that a caller may mean by the numbers in a text.
pub(super) fn possible_times(text: &str) -> Vec<NaiveTime> {
    let words = words(text);
    let mut times = Vec::new();
    let mut both = |hour: u64, minute: u64| {
        for hour in [hour % 24, hour % 12, hour % 12 + 12] {
            times.extend(NaiveTime::from_hms_opt(hour as u32, minute as u32, 0));
        }
    };
    for at in 0..words.len() {
        let word = words[at].as_str();
        let glued = word.trim_end_matches("am").trim_end_matches("pm");
        if let Some((hour, minute)) = glued.split_once([':', '.']) {
            if let (Ok(hour), Ok(minute)) = (hour.parse(), minute.parse()) {
                both(hour, minute);
            }
            continue;
        }
        if word == "noon" || word == "midday" || word == "lunchtime" || word == "midnight" {
            both(12, 0);
        }
        let mut here = words[at..].to_vec();
        glued.clone_into(&mut here[0]);
        let Some((hour, taken)) = number(&here).filter(|(hour, _)| *hour <= 24) else {
            continue;
        };
        both(hour, 0);
        if let Some((minute, _)) = words
            .get(at + taken..)
            .and_then(number)
            .filter(|(m, _)| *m < 60)
        {
            both(hour, minute);
        }
        let before = |back: usize| at.checked_sub(back).map_or("", |at| words[at].as_str());
        match (before(2), before(1)) {
            ("half", "past") | (_, "half") => both(hour, 30),
            ("quarter", "past" | "after") => both(hour, 15),
            ("quarter", "to" | "of" | "before") => both(hour + 23, 45),
            ("ten", "to") => both(hour + 23, 50),
            ("ten", "past") => both(hour, 10),
            _ => {}
        }
    }
    times
}

/// Words with a capital that do not begin a sentence, and the first where a second follows.
pub(super) fn names(sentence: &str) -> Vec<String> {
    let bare = |word: &str| {
        let word = word.trim_matches(|c: char| !c.is_alphanumeric());
        word.replace('\u{2019}', "'")
    };
    let words: Vec<String> = sentence.split_whitespace().map(bare).collect();
    let is_name = |word: &String| word.starts_with(char::is_uppercase) && !is_common(word);
    let mut names = Vec::new();
    for (at, word) in words.iter().enumerate() {
        let alone = at == 0 && !words.get(1).is_some_and(is_name);
        let opens = at == 0 && OPENERS.contains(&word.as_str());
        if is_name(word) && !alone && !opens {
            names.push(word.clone());
        }
    }
    names
}

fn is_common(word: &str) -> bool {
    let lowered = word.to_lowercase();
    let of_calendar = weekday(&lowered).is_some() || month(&lowered).is_some();
    of_calendar
        || ["i", "i'm", "i'll", "i've", "i'd", "am", "pm", "ok", "okay"].contains(&lowered.as_str())
}

pub(super) const fn weekday_name(day: Weekday) -> &'static str {
    DAYS[day.num_days_from_monday() as usize]
}

fn weekday(word: &str) -> Option<Weekday> {
    let word = word.strip_suffix("'s").unwrap_or(word);
    let at = DAYS
        .iter()
        .position(|day| *day == word || word.strip_suffix('s') == Some(*day))?;
    Weekday::try_from(at as u8).ok()
}

fn month(word: &str) -> Option<u32> {
    MONTHS
        .iter()
        .position(|month| month.to_lowercase() == word)
        .map(|at| at as u32 + 1)
}

const DAYS: [&str; 7] = [
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
];
const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
/// What sentences begin with, before a name.
const OPENERS: [&str; 17] = [
    "Thank", "Thanks", "Hello", "Hi", "Is", "Are", "Yes", "No", "Sorry", "This", "On", "For", "Of",
    "Okay", "And", "So", "Great",
];
