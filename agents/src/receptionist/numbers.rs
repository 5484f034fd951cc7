//! Numbers as people say them: cardinals, ordinals, and digits of a phone number.

/// A cardinal from 0 to 99 at the head of `words`, in digits or in words; how many words it took.
pub(super) fn cardinal(words: &[String]) -> Option<(u32, usize)> {
    let first = spoken(words.first()?);
    if first.chars().all(|c| c.is_ascii_digit()) {
        return first
            .parse()
            .ok()
            .filter(|&n| n < 100 && first.len() <= 2)
            .map(|n| (n, 1));
    }
    if let Some(n) = position(&SMALL, first) {
        return Some((n, 1));
    }
    let tens = (position(&TENS, first)? + 2) * 10;
    let unit = words
        .get(1)
        .and_then(|w| position(&SMALL, spoken(w)))
        .filter(|n| (1..10).contains(n));
    Some(unit.map_or((tens, 1), |unit| (tens + unit, 2)))
}

/// "Thirty's" is "thirty is".
fn spoken(word: &str) -> &str {
    word.strip_suffix("'s").unwrap_or(word)
}

/// An ordinal from 1st to 31st at the head of `words`: "24th", "third", "twenty fourth".
pub(super) fn ordinal(words: &[String]) -> Option<(u32, usize)> {
    let first = words.first()?.as_str();
    let found = if let Some(digits) = ["st", "nd", "rd", "th"]
        .iter()
        .find_map(|ending| first.strip_suffix(ending))
        && digits.starts_with(|c: char| c.is_ascii_digit())
    {
        digits.parse().ok().map(|n| (n, 1))
    } else if let Some(n) = position(&ORDINALS, first) {
        Some((n + 1, 1))
    } else if let Some(n) = match first {
        "twentieth" => Some(20),
        "thirtieth" => Some(30),
        _ => None,
    } {
        Some((n, 1))
    } else {
        let tens = match first {
            "twenty" => 20,
            "thirty" => 30,
            _ => return None,
        };
        let unit = words.get(1).and_then(|w| position(&ORDINALS[..9], w))?;
        Some((tens + unit + 1, 2))
    };
    found.filter(|(n, _)| (1..=31).contains(n))
}

/// The longest run of spoken or written digits with 7 to 15 of them, and where it lies. "double
/// five" is two fives, "oh" a zero; a leading "plus" is kept as `+`.
pub(super) fn phone_digits(words: &[String]) -> Option<(String, std::ops::Range<usize>)> {
    let mut best: Option<(String, std::ops::Range<usize>)> = None;
    let mut start = 0;
    while start < words.len() {
        let (digits, end) = digit_run(&words[start..]);
        let count = digits.trim_start_matches('+').len();
        if (7..=15).contains(&count) && best.as_ref().is_none_or(|(b, _)| b.len() < digits.len()) {
            best = Some((digits, start..start + end));
        }
        start += end.max(1);
    }
    best
}

fn digit_run(words: &[String]) -> (String, usize) {
    let mut digits = String::new();
    let mut i = 0;
    let mut end = 0;
    while let Some(word) = words.get(i) {
        let repeats = match word.as_str() {
            "double" => 2,
            "triple" => 3,
            _ => 1,
        };
        if repeats > 1 {
            let Some((n @ 0..=9, 1)) = words.get(i + 1..).and_then(digit) else {
                break;
            };
            (0..repeats).for_each(|_| digits.push_str(&n.to_string()));
            i += 2;
        } else if let Some((n, taken)) = digit(&words[i..]) {
            digits.push_str(&n.to_string());
            i += taken;
        } else if is_digits(word) {
            digits.push_str(word.trim_start_matches('+'));
            if word.starts_with('+') && digits.len() == word.len() - 1 {
                digits.insert(0, '+');
            }
            i += 1;
        } else if word == "plus" && digits.is_empty() {
            digits.push('+');
            i += 1;
            continue;
        } else if matches!(word.as_str(), "dash" | "and" | "then" | "uh" | "um")
            && !digits.is_empty()
        {
            i += 1;
            continue;
        } else {
            break;
        }
        end = i;
    }
    (digits, end)
}

/// A spoken digit or two-digit number; written digits are taken as they are by the caller.
fn digit(words: &[String]) -> Option<(u32, usize)> {
    let first = words.first()?.as_str();
    match first {
        "oh" | "o" => Some((0, 1)),
        _ if is_digits(first) => None,
        _ => cardinal(words),
    }
}

fn is_digits(word: &str) -> bool {
    let digits = word.strip_prefix('+').unwrap_or(word).replace('.', "");
    !digits.is_empty() && digits.chars().all(|c| c.is_ascii_digit())
}

fn position(list: &[&str], word: &str) -> Option<u32> {
    list.iter().position(|w| *w == word).map(|n| n as u32)
}

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
const TENS: [&str; 8] = [
    "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety",
];
const ORDINALS: [&str; 19] = [
    "first",
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
    "eleventh",
    "twelfth",
    "thirteenth",
    "fourteenth",
    "fifteenth",
    "sixteenth",
    "seventeenth",
    "eighteenth",
    "nineteenth",
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::receptionist::words::Words;

    fn low(text: &str) -> Vec<String> {
        Words::of(text).low
    }

    #[test]
    fn cardinals() {
        assert_eq!(cardinal(&low("three")), Some((3, 1)));
        assert_eq!(cardinal(&low("forty five minutes")), Some((45, 2)));
        assert_eq!(cardinal(&low("forty o'clock")), Some((40, 1)));
        assert_eq!(cardinal(&low("15")), Some((15, 1)));
        assert_eq!(cardinal(&low("918")), None);
        assert_eq!(cardinal(&low("tuesday")), None);
        assert_eq!(cardinal(&[]), None);
    }

    #[test]
    fn ordinals() {
        assert_eq!(ordinal(&low("24th")), Some((24, 1)));
        assert_eq!(ordinal(&low("twenty fourth")), Some((24, 2)));
        assert_eq!(ordinal(&low("thirtieth")), Some((30, 1)));
        assert_eq!(ordinal(&low("third")), Some((3, 1)));
        assert_eq!(ordinal(&low("45th")), None);
        assert_eq!(ordinal(&low("month")), None);
        assert_eq!(ordinal(&low("st")), None);
    }

    #[test]
    fn phone_numbers() {
        let digits = |text: &str| phone_digits(&low(text)).map(|(d, _)| d);
        assert_eq!(digits("918-555-0142").as_deref(), Some("9185550142"));
        assert_eq!(
            digits("it's nine one eight, double five five, oh one four two thanks").as_deref(),
            Some("9185550142")
        );
        assert_eq!(
            digits("plus 49 30 1234567").as_deref(),
            Some("+49301234567")
        );
        assert_eq!(digits("+1 918 555 0142").as_deref(), Some("+19185550142"));
        assert_eq!(
            digits("nine eighteen five fifty five oh one forty two").as_deref(),
            Some("9185550142")
        );
        assert_eq!(digits("tuesday at 3 30"), None);
        assert_eq!(digits("double"), None);
    }
}
