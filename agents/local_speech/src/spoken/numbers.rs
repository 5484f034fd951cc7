//! Numbers in words: counts, ranks, digits one by one, years; and the signs between numbers.

use super::{Rule, group};

pub(super) fn rules() -> Vec<Rule> {
    vec![
        Rule::new(r"\b24/7\b", |_| Some("twenty-four seven".into())),
        Rule::new(r"(?<a>\d)\s*[-–—]\s*(?<b>\d)", |found| {
            Some(format!("{} to {}", group(found, "a")?, group(found, "b")?))
        }),
        Rule::new(r"(?<n>\d+)(?:st|nd|rd|th)\b", |found| {
            Some(ordinal(group(found, "n")?.parse().ok()?))
        }),
        Rule::new(r"(?<n>\d)\s*%", |found| {
            Some(format!("{} percent", group(found, "n")?))
        }),
        Rule::new(r"\d+(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?", |found| {
            Some(number(&found[0]))
        }),
        Rule::new(r"\s*&\s*", |_| Some(" and ".into())),
        Rule::new(r"#", |_| Some(" pound ".into())),
        Rule::new(r"\+", |_| Some(" plus ".into())),
        Rule::new(r"%", |_| Some(" percent ".into())),
    ]
}

/// A number as it stands in a text: `1,500`, `3.5`, `007`, `90210`.
fn number(written: &str) -> String {
    let (whole, fraction) = written.split_once('.').unwrap_or((written, ""));
    let grouped = whole.contains(',');
    let plain: String = whole.chars().filter(char::is_ascii_digit).collect();
    // Long or zero-led numbers without separators are codes, and codes are read out.
    let is_code = !grouped && (plain.len() >= 5 || (plain.len() > 1 && plain.starts_with('0')));
    let said = match plain.parse() {
        Ok(value) if !is_code => year(&plain, value).unwrap_or_else(|| cardinal(value)),
        Ok(_) | Err(_) => digits(&plain),
    };
    if fraction.is_empty() {
        said
    } else {
        format!("{said} point {}", digits(fraction))
    }
}

/// Four digits of this or the last century are taken for a year.
fn year(written: &str, value: u64) -> Option<String> {
    (written.len() == 4 && (1900..2100).contains(&value)).then(|| spoken_year(value))
}

/// `2026` is twenty twenty-six, `2005` two thousand five, `1900` nineteen hundred.
pub(super) fn spoken_year(year: u64) -> String {
    let (century, rest) = (year / 100, year % 100);
    match (century, rest) {
        (20, 0..=9) => cardinal(year),
        (_, 0) => format!("{} hundred", cardinal(century)),
        (_, 1..=9) => format!("{} oh {}", cardinal(century), cardinal(rest)),
        _ => format!("{} {}", cardinal(century), cardinal(rest)),
    }
}

/// One digit after the other.
pub(super) fn digits(text: &str) -> String {
    let words: Vec<_> = text
        .chars()
        .filter_map(|c| c.to_digit(10))
        .map(|digit| cardinal(u64::from(digit)))
        .collect();
    words.join(" ")
}

pub(super) fn cardinal(n: u64) -> String {
    const SMALL: [&str; 20] = [
        "zero",
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "eleven",
        "twelve",
        "thirteen",
        "fourteen",
        "fifteen",
        "sixteen",
        "seventeen",
        "eighteen",
        "nineteen",
    ];
    const TENS: [&str; 10] = [
        "", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety",
    ];
    match n {
        // Both tables are indexed by what their arm admits.
        0..=19 => SMALL[n as usize].into(),
        20..=99 if n.is_multiple_of(10) => TENS[(n / 10) as usize].into(),
        20..=99 => format!("{}-{}", TENS[(n / 10) as usize], cardinal(n % 10)),
        100..=999 => scaled(n, 100, "hundred"),
        1_000..=999_999 => scaled(n, 1_000, "thousand"),
        1_000_000..=999_999_999 => scaled(n, 1_000_000, "million"),
        _ => scaled(n, 1_000_000_000, "billion"),
    }
}

fn scaled(n: u64, unit: u64, name: &str) -> String {
    let head = format!("{} {name}", cardinal(n / unit));
    if n.is_multiple_of(unit) {
        head
    } else {
        format!("{head} {}", cardinal(n % unit))
    }
}

/// `21` is twenty-first.
pub(super) fn ordinal(n: u64) -> String {
    const IRREGULAR: [(&str, &str); 7] = [
        ("one", "first"),
        ("two", "second"),
        ("three", "third"),
        ("five", "fifth"),
        ("eight", "eighth"),
        ("nine", "ninth"),
        ("twelve", "twelfth"),
    ];
    let words = cardinal(n);
    for (ending, rank) in IRREGULAR {
        if let Some(head) = words.strip_suffix(ending) {
            return format!("{head}{rank}");
        }
    }
    match words.strip_suffix('y') {
        Some(head) => format!("{head}ieth"),
        None => format!("{words}th"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_and_ranks() {
        assert_eq!(cardinal(0), "zero");
        assert_eq!(cardinal(42), "forty-two");
        assert_eq!(cardinal(1_000_310), "one million three hundred ten");
        for (n, rank) in [
            (1, "first"),
            (12, "twelfth"),
            (20, "twentieth"),
            (33, "thirty-third"),
        ] {
            assert_eq!(ordinal(n), rank);
        }
        cardinal(u64::MAX);
    }

    #[test]
    fn years() {
        for (year, said) in [
            (2026, "twenty twenty-six"),
            (1900, "nineteen hundred"),
            (1905, "nineteen oh five"),
        ] {
            assert_eq!(spoken_year(year), said);
        }
    }
}
