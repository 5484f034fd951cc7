//! Numbers as people write and say them.

/// A number at the beginning of these lower-case words, and how many of them it takes. "three
/// thirty" is two numbers, "a hundred and twenty" is one.
pub(super) fn number(words: &[String]) -> Option<(u64, usize)> {
    let first = words.first()?;
    if let Ok(value) = first.replace(',', "").parse() {
        return Some((value, 1));
    }
    let mut at = 0;
    let mut total = 0;
    let mut part = match first.as_str() {
        "a" if words
            .get(1)
            .is_some_and(|w| w == "hundred" || w == "thousand") =>
        {
            1
        }
        word => simple(word)?,
    };
    at += 1;
    while let Some(word) = words.get(at) {
        match (word.as_str(), simple(word)) {
            ("hundred", _) => part *= 100,
            ("thousand", _) => {
                total += part * 1_000;
                part = 0;
            }
            ("and", _)
                if part % 100 == 0
                    && part > 0
                    && words.get(at + 1).is_some_and(|w| simple(w).is_some()) => {}
            (_, Some(value)) if part == 0 && total > 0 => part = value,
            (_, Some(units))
                if (1..10).contains(&units)
                    && part % 10 == 0
                    && (20..100).contains(&(part % 100)) =>
            {
                part += units;
            }
            (_, Some(rest)) if rest < 100 && part >= 100 && part % 100 == 0 => part += rest,
            _ => break,
        }
        at += 1;
    }
    Some((total + part, at))
}

/// The digits of all numbers in a text, "double five" and "oh" included; a space between what is not
/// said in one breath.
pub(super) fn digits(text: &str) -> String {
    let words = super::reading::words(text);
    let mut digits = String::new();
    let mut times = 1;
    let mut at = 0;
    while at < words.len() {
        match words[at].as_str() {
            "double" => times = 2,
            "triple" => times = 3,
            "oh" | "o" => digits.push('0'),
            _ => {
                if let Some((_, taken)) = number(&words[at..]) {
                    let said = if taken == 1 && words[at].chars().all(|c| c.is_ascii_digit()) {
                        words[at].clone()
                    } else {
                        number(&words[at..])
                            .map(|(n, _)| n.to_string())
                            .unwrap_or_default()
                    };
                    digits += &said.repeat(times);
                    at += taken - 1;
                } else {
                    digits.push(' ');
                }
                times = 1;
            }
        }
        at += 1;
    }
    digits
}

/// "24th" and "twenty fourth": the day and the words taken.
pub(super) fn ordinal(words: &[String]) -> Option<(u64, usize)> {
    let first = words.first()?;
    let figures = ["st", "nd", "rd", "th"]
        .iter()
        .find_map(|end| first.strip_suffix(end));
    if let Some(value) = figures.and_then(|f| f.parse().ok()) {
        return Some((value, 1));
    }
    if let Some(value) = ordinal_word(first) {
        return Some((value, 1));
    }
    let tens = simple(first).filter(|value| value % 10 == 0 && *value >= 20)?;
    let units = ordinal_word(words.get(1)?).filter(|value| *value < 10)?;
    Some((tens + units, 2))
}

fn ordinal_word(word: &str) -> Option<u64> {
    const WORDS: [&str; 20] = [
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
        "twentieth",
    ];
    if word == "thirtieth" {
        return Some(30);
    }
    WORDS
        .iter()
        .position(|w| *w == word)
        .map(|at| at as u64 + 1)
}

fn simple(word: &str) -> Option<u64> {
    const ONES: [&str; 20] = [
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
    if let Some((tens, units)) = word.split_once('-') {
        return Some(simple(tens)? + simple(units)?);
    }
    let ones = ONES.iter().position(|w| *w == word);
    let tens = || TENS.iter().position(|w| *w == word).map(|at| at * 10 + 20);
    ones.or_else(tens).map(|value| value as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_as_they_are_said() {
        let read = |text: &str| {
            let words: Vec<String> = text.split(' ').map(str::to_owned).collect();
            number(&words)
        };
        assert_eq!(read("1,100 dollars"), Some((1_100, 1)));
        assert_eq!(read("a hundred and twenty dollars"), Some((120, 4)));
        assert_eq!(read("twenty five"), Some((25, 2)));
        assert_eq!(read("three thirty"), Some((3, 1)));
        assert_eq!(read("two thousand three hundred"), Some((2_300, 4)));
        assert_eq!(read("hello"), None);
        assert_eq!(
            digits("nine one eight double five five oh one").trim(),
            "91855501"
        );
    }
}
