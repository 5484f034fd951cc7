//! A transcript as words: lower case, without punctuation, spelled in one way.
//!
//! Takes what recognizers write for one and the same sound ("3pm", "3 p.m.", "3 P M") and makes
//! it the same words. Knows no meaning.

/// The words of one transcript.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Words {
    /// As they are compared.
    pub(super) low: Vec<String>,
    /// As they were written, one for one.
    pub(super) raw: Vec<String>,
    /// The transcript holds a question mark.
    pub(super) asks: bool,
}

impl Words {
    pub(super) fn of(text: &str) -> Self {
        let text = text.replace(['\u{2019}', '\u{2018}', '`'], "'");
        let mut words = Self {
            asks: text.contains('?'),
            ..Self::default()
        };
        for chunk in
            text.split(|c: char| c.is_whitespace() || ",;!?()\"-\u{2013}\u{2014}".contains(c))
        {
            for word in split_digits(chunk) {
                words.push(word);
            }
        }
        words.join_meridiem();
        words
    }

    pub(super) fn len(&self) -> usize {
        self.low.len()
    }

    /// The words from this place on.
    pub(super) fn from(&self, start: usize) -> Self {
        let tail = |words: &[String]| words.get(start..).unwrap_or_default().to_vec();
        Self {
            low: tail(&self.low),
            raw: tail(&self.raw),
            asks: self.asks,
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.low.is_empty()
    }

    /// Where a phrase of whole words begins; `*` is any one word.
    pub(super) fn find(&self, phrase: &str) -> Option<usize> {
        let wanted: Vec<&str> = phrase.split(' ').collect();
        let fits = |(said, wanted): (&String, &&str)| *wanted == "*" || said == wanted;
        self.low
            .windows(wanted.len())
            .position(|window| window.iter().zip(&wanted).all(fits))
    }

    pub(super) fn has(&self, phrase: &str) -> bool {
        self.find(phrase).is_some()
    }

    pub(super) fn any(&self, phrases: &[&str]) -> bool {
        phrases.iter().any(|phrase| self.has(phrase))
    }

    /// The same for phrases parted by `|`.
    pub(super) fn any_of(&self, phrases: &str) -> bool {
        phrases.split('|').any(|phrase| self.has(phrase))
    }

    /// The whole transcript is one of these phrases.
    pub(super) fn is_any(&self, phrases: &[&str]) -> bool {
        let whole = self.low.join(" ");
        phrases.contains(&whole.as_str())
    }

    fn push(&mut self, word: &str) {
        let word = word.trim_matches(|c: char| !c.is_alphanumeric() && c != '+' && c != '\'');
        let word = word.trim_matches('\'');
        if word.is_empty() {
            return;
        }
        // "p.m.", "Mr." and "U.S." lose their dots; "10.30" and "$120.50" keep theirs.
        let spelled = if word.starts_with(|c: char| c.is_ascii_digit()) {
            word.to_lowercase()
        } else {
            word.replace('.', "").to_lowercase()
        };
        self.low.push(spelled);
        self.raw.push(word.to_owned());
    }

    /// "3 p m" becomes "3 pm".
    fn join_meridiem(&mut self) {
        let mut i = 1;
        while i + 1 < self.low.len() {
            let letter = self.low[i].as_str();
            let joins = matches!(letter, "a" | "p") && self.low[i + 1] == "m";
            if joins {
                self.low[i].push('m');
                self.low.remove(i + 1);
                self.raw.remove(i + 1);
            }
            i += 1;
        }
    }
}

/// "3pm" is two words, "24th" one.
fn split_digits(chunk: &str) -> Vec<&str> {
    let digits_end = chunk
        .find(|c: char| !c.is_ascii_digit() && c != ':' && c != '.')
        .filter(|&end| end > 0 && chunk.starts_with(|c: char| c.is_ascii_digit()));
    let Some(end) = digits_end else {
        return vec![chunk];
    };
    let rest = chunk[end..].to_lowercase().replace('.', "");
    if matches!(rest.as_str(), "am" | "pm" | "a" | "p") {
        vec![&chunk[..end], &chunk[end..]]
    } else {
        vec![chunk]
    }
}

/// How many letters must change to make one word the other.
pub(super) fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let change = diagonal + usize::from(x != *y);
            diagonal = row[j + 1];
            row[j + 1] = change.min(row[j] + 1).min(row[j + 1] + 1);
        }
    }
    row[b.len()]
}

/// A word without its ending: "cleaned", "cleaning" and "cleans" are one.
pub(super) fn stem(word: &str) -> &str {
    let word = word.strip_suffix("'s").unwrap_or(word);
    for ending in ["ings", "ing", "ies", "ed", "es", "er", "s", "y", "e"] {
        if let Some(short) = word.strip_suffix(ending)
            && short.len() >= 3
        {
            return short;
        }
    }
    word
}

#[cfg(test)]
mod tests {
    use super::*;

    fn low(text: &str) -> String {
        Words::of(text).low.join(" ")
    }

    #[test]
    fn one_sound_is_one_spelling() {
        for text in [
            "At 3 p.m., please.",
            "at 3pm please",
            "At 3 P M please!",
            "at 3 P.M. please",
        ] {
            assert_eq!(low(text), "at 3 pm please");
        }
        assert_eq!(low("I\u{2019}d like the 24th"), "i'd like the 24th");
        assert_eq!(low("Twenty-four, 918-555-0142"), "twenty four 918 555 0142");
        assert_eq!(low("10:30 or 10.30"), "10:30 or 10.30");
        assert_eq!(low("... ?!"), "");
    }

    #[test]
    fn phrases_are_whole_words() {
        let words = Words::of("I am not here");
        assert!(words.has("not here"));
        assert!(!words.has("no"));
        assert_eq!(Words::of("tea for two").find("two"), Some(2));
    }

    #[test]
    fn distances_and_stems() {
        assert_eq!(distance("cleanin", "cleaning"), 1);
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(stem("cleaned"), stem("cleaning"));
        assert_eq!(stem("exam"), "exam");
    }
}
