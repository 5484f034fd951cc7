//! Facts in the words of a voice: times, dates, money, durations, lists.

use chrono::{Datelike, NaiveDate, NaiveTime, Timelike, Weekday};
use tenant_config::{hours::Interval, knowledge::Service};

use crate::tools::LocalTime;

/// "3 PM", "3:30 PM", "noon".
pub(super) fn time(time: NaiveTime) -> String {
    let (pm, hour) = time.hour12();
    let half = if pm { "PM" } else { "AM" };
    match (time.hour(), time.minute()) {
        (12, 0) => "noon".to_owned(),
        (0, 0) => "midnight".to_owned(),
        (_, 0) => format!("{hour} {half}"),
        (_, minute) => format!("{hour}:{minute:02} {half}"),
    }
}

/// "Tuesday, November 24th".
pub(super) fn date(date: NaiveDate) -> String {
    format!("{}, {}", weekday(date.weekday()), month_day(date))
}

/// "November 24th".
pub(super) fn month_day(date: NaiveDate) -> String {
    let day = date.day();
    let ending = match (day % 10, day) {
        (_, 11..=13) => "th",
        (1, _) => "st",
        (2, _) => "nd",
        (3, _) => "rd",
        _ => "th",
    };
    format!("{} {day}{ending}", date.format("%B"))
}

/// "Tuesday, November 24th at 3 PM".
pub(super) fn moment(at: LocalTime) -> String {
    format!("{} at {}", date(at.naive().date()), time(at.naive().time()))
}

pub(super) const fn weekday(day: Weekday) -> &'static str {
    match day {
        Weekday::Mon => "Monday",
        Weekday::Tue => "Tuesday",
        Weekday::Wed => "Wednesday",
        Weekday::Thu => "Thursday",
        Weekday::Fri => "Friday",
        Weekday::Sat => "Saturday",
        Weekday::Sun => "Sunday",
    }
}

/// Minor units of an ISO 4217 currency: "120 dollars", "180 dollars and 50 cents".
pub(super) fn money(minor: i64, currency: &str) -> String {
    let (unit, units, small) = match currency {
        "USD" | "CAD" | "AUD" | "NZD" => ("dollar", "dollars", "cents"),
        "EUR" => ("euro", "euros", "cents"),
        "GBP" => ("pound", "pounds", "pence"),
        "ZAR" => ("rand", "rand", "cents"),
        "JPY" => return format!("{minor} yen"),
        other => return format!("{}.{:02} {other}", minor / 100, minor % 100),
    };
    let whole = format!(
        "{} {}",
        minor / 100,
        if minor / 100 == 1 { unit } else { units }
    );
    match minor % 100 {
        0 => whole,
        rest => format!("{whole} and {rest} {small}"),
    }
}

/// "45 minutes", "1 hour and 30 minutes".
pub(super) fn duration(minutes: u32) -> String {
    let hours = match minutes / 60 {
        0 => String::new(),
        1 => "1 hour".to_owned(),
        n => format!("{n} hours"),
    };
    match (minutes / 60, minutes % 60) {
        (0, rest) => format!("{rest} minutes"),
        (_, 0) => hours,
        (_, rest) => format!("{hours} and {rest} minutes"),
    }
}

/// "from 8 AM to noon and from 1 PM to 5 PM".
pub(super) fn intervals(open: &[Interval]) -> String {
    let all: Vec<String> = open
        .iter()
        .map(|i| format!("from {} to {}", time(i.opens), time(i.closes)))
        .collect();
    list(&all, "and")
}

/// "a", "a or b", "a, b or c".
pub(super) fn list(items: &[String], last: &str) -> String {
    match items {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., end] => format!("{} {last} {end}", first.join(", ")),
    }
}

/// A service within a sentence, with its article: "a cleaning", "an emergency visit".
pub(super) fn a_service(service: &Service) -> String {
    with_article(&service.name)
}

/// "Highlights" are many, a "women's haircut" is one.
pub(super) fn is_plural(name: &str) -> bool {
    name.ends_with('s') && !name.ends_with("ss") && !name.ends_with("'s")
}

pub(super) fn with_article(name: &str) -> String {
    if is_plural(name) {
        return in_sentence(name);
    }
    let name = in_sentence(name);
    let vowel = name.starts_with(['a', 'e', 'i', 'o', 'A', 'E', 'I', 'O']);
    format!("{} {name}", if vowel { "an" } else { "a" })
}

/// A name of a thing in mid-sentence: small first letter, unless it is an abbreviation.
pub(super) fn in_sentence(name: &str) -> String {
    let mut letters = name.chars();
    let Some(first) = letters.next() else {
        return String::new();
    };
    if letters.clone().next().is_some_and(char::is_uppercase) {
        return name.to_owned();
    }
    first.to_lowercase().chain(letters).collect()
}

/// First letter large.
pub(super) fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> LocalTime {
        LocalTime::parse(text).unwrap()
    }

    #[test]
    fn moments() {
        assert_eq!(
            moment(at("2026-11-24T15:00")),
            "Tuesday, November 24th at 3 PM"
        );
        assert_eq!(
            moment(at("2026-12-01T08:30")),
            "Tuesday, December 1st at 8:30 AM"
        );
        assert_eq!(
            moment(at("2026-12-11T12:00")),
            "Friday, December 11th at noon"
        );
        assert_eq!(
            month_day(at("2026-12-22T12:00").naive().date()),
            "December 22nd"
        );
        assert_eq!(time(at("2026-12-22T00:05").naive().time()), "12:05 AM");
    }

    #[test]
    fn money_and_durations() {
        assert_eq!(money(12_000, "USD"), "120 dollars");
        assert_eq!(money(18_050, "USD"), "180 dollars and 50 cents");
        assert_eq!(money(100, "EUR"), "1 euro");
        assert_eq!(money(1_250, "CHF"), "12.50 CHF");
        assert_eq!(duration(45), "45 minutes");
        assert_eq!(duration(90), "1 hour and 30 minutes");
        assert_eq!(duration(120), "2 hours");
    }

    #[test]
    fn articles_and_lists() {
        assert_eq!(with_article("Emergency visit"), "an emergency visit");
        assert_eq!(with_article("MRI scan"), "a MRI scan");
        assert_eq!(
            list(&["a".into(), "b".into(), "c".into()], "or"),
            "a, b or c"
        );
        assert_eq!(list(&[], "or"), "");
    }
}
