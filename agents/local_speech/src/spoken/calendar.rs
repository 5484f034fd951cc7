//! Dates and times of day in words.

use super::{
    Rule, group,
    numbers::{cardinal, ordinal, spoken_year},
};

pub(super) fn rules() -> Vec<Rule> {
    vec![
        Rule::new(r"\b(?<y>\d{4})-(?<m>\d{2})-(?<d>\d{2})\b", |found| {
            date(
                group(found, "m")?,
                group(found, "d")?,
                Some(group(found, "y")?),
            )
        }),
        Rule::new(r"\b(?<m>\d{1,2})/(?<d>\d{1,2})/(?<y>\d{4})\b", |found| {
            date(
                group(found, "m")?,
                group(found, "d")?,
                Some(group(found, "y")?),
            )
        }),
        Rule::new(
            r"\b(?<m>Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)(?<full>[a-z]*)\.?\s+(?<d>\d{1,2})(?:st|nd|rd|th)?\b(?:,?\s+(?<y>(?:19|20)\d{2})\b)?",
            |found| {
                let month = month_named(group(found, "m")?, group(found, "full")?)?;
                let day = ordinal(group(found, "d")?.parse().ok().filter(|d| *d <= 31)?);
                Some(match group(found, "y").and_then(|y| y.parse().ok()) {
                    Some(year) => format!("{month} {day}, {}", spoken_year(year)),
                    None => format!("{month} {day}"),
                })
            },
        ),
        // A span of hours keeps its dash only until here.
        Rule::new(
            r"(?i)(?<a>\d|\b[ap]\.?m\.?)\s*[–—-]\s*(?<b>\d{1,2}(?::\d{2})?\s*[ap]\.?m\b)",
            |found| Some(format!("{} to {}", group(found, "a")?, group(found, "b")?)),
        ),
        Rule::new(
            r"(?i)\b(?<h>\d{1,2})(?::(?<m>[0-5]\d))?\s*(?<half>[ap])(?:m\b|\.m\.)(?<end>$)?",
            |found| {
                let half = group(found, "half")?.to_uppercase();
                let ends_sentence =
                    found.get(0)?.as_str().ends_with('.') && group(found, "end").is_some();
                let stop = if ends_sentence { "." } else { "" };
                Some(format!("{} {half} M{stop}", time(found, "")?))
            },
        ),
        Rule::new(r"\b(?<h>[01]?\d|2[0-3]):(?<m>[0-5]\d)\b", |found| {
            time(found, "o'clock")
        }),
    ]
}

/// Hours and minutes; a full hour is followed by `full_hour`.
fn time(found: &regex::Captures<'_>, full_hour: &str) -> Option<String> {
    let hour = cardinal(group(found, "h")?.parse().ok().filter(|h| *h < 24)?);
    let minute: u64 = group(found, "m").unwrap_or("0").parse().ok()?;
    Some(match minute {
        0 => format!("{hour} {full_hour}").trim_end().to_owned(),
        1..=9 => format!("{hour} oh {}", cardinal(minute)),
        _ => format!("{hour} {}", cardinal(minute)),
    })
}

fn date(month: &str, day: &str, year: Option<&str>) -> Option<String> {
    let month = MONTHS.get(month.parse::<usize>().ok()?.checked_sub(1)?)?;
    let day = ordinal(day.parse().ok().filter(|d| (1..=31).contains(d))?);
    Some(match year.and_then(|y| y.parse().ok()) {
        Some(year) => format!("{month} {day}, {}", spoken_year(year)),
        None => format!("{month} {day}"),
    })
}

/// The month that `start` begins, when `start` and `rest` are its name or just its short form.
fn month_named(start: &str, rest: &str) -> Option<&'static str> {
    let month = MONTHS.iter().find(|month| month.starts_with(start))?;
    (rest.is_empty() || month[start.len()..] == *rest).then_some(month)
}

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
