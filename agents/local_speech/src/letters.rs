//! Letters to sounds for words that are in no dictionary, mostly names.
//!
//! A greedy longest match over common English spellings, in misaki's phoneme alphabet. It gets a
//! name near enough to be recognised; without it the name would be silent.

use misaki_rs::{Fallback, fallback::FallbackError};

/// The voice's last resort for a word; see [`sounds`].
pub(crate) struct LetterSounds;

impl Fallback for LetterSounds {
    fn phonemize(&self, word: &str) -> Result<String, FallbackError> {
        sounds(word).ok_or_else(|| FallbackError::NoPhonemes {
            word: word.to_owned(),
        })
    }
}

/// The sounds of `word`, stressed; its letters' names when it has no vowel; `None` without a
/// letter of the Latin alphabet.
fn sounds(word: &str) -> Option<String> {
    let letters: Vec<char> = word.chars().filter_map(plain).collect();
    if letters.is_empty() {
        return None;
    }
    let said = pronounce(&letters);
    if said.iter().any(|sound| is_vowel(sound)) {
        Some(stressed(&said))
    } else {
        Some(
            letters
                .iter()
                .map(|&c| letter_name(c))
                .collect::<Vec<_>>()
                .join(" "),
        )
    }
}

/// A letter in lower case without its accent; nothing for other signs.
fn plain(c: char) -> Option<char> {
    let c = c.to_lowercase().next()?;
    Some(match c {
        'a'..='z' => c,
        'à'..='å' | 'ā' | 'ă' | 'ą' | 'æ' => 'a',
        'ç' | 'ć' | 'č' => 'c',
        'è'..='ë' | 'ē' | 'ę' | 'ě' => 'e',
        'ì'..='ï' | 'ī' | 'ı' => 'i',
        'ł' => 'l',
        'ñ' | 'ń' | 'ň' => 'n',
        'ò'..='ö' | 'ø' | 'ō' | 'ő' => 'o',
        'ś' | 'š' | 'ş' | 'ß' => 's',
        'ù'..='ü' | 'ū' | 'ů' | 'ű' => 'u',
        'ý' | 'ÿ' => 'y',
        'ź' | 'ż' | 'ž' => 'z',
        _ => return None,
    })
}

fn pronounce(letters: &[char]) -> Vec<&'static str> {
    let mut said = Vec::new();
    let mut at = 0;
    while let Some(&letter) = letters.get(at) {
        if let Some((spelling, sound)) = SPELLINGS
            .iter()
            .find(|(spelling, _)| spells(&letters[at..], spelling))
        {
            at += spelling.len();
            said.push(*sound);
            continue;
        }
        let before = at.checked_sub(1).and_then(|i| letters.get(i)).copied();
        let after = &letters[at + 1..];
        // A doubled consonant is one sound.
        if before != Some(letter) || is_vowel_letter(letter) {
            said.push(single(letter, before, after));
        }
        at += 1;
    }
    said.retain(|sound| !sound.is_empty());
    said
}

fn spells(letters: &[char], spelling: &str) -> bool {
    letters.len() >= spelling.len() && spelling.chars().zip(letters).all(|(a, b)| a == *b)
}

/// One letter by itself, between the letter `before` and those `after`.
fn single(letter: char, before: Option<char>, after: &[char]) -> &'static str {
    let next = after.first().copied();
    let last = after.is_empty();
    // A vowel before one consonant and a final e is long: mike, rose.
    let long = matches!(after, [c, 'e'] if !is_vowel_letter(*c));
    let soft = matches!(next, Some('e' | 'i' | 'y'));
    match letter {
        'a' if long => "A",
        'a' if last => "ə",
        'a' => "æ",
        'e' if last && before.is_some_and(|c| !is_vowel_letter(c)) => "",
        'e' if long => "i",
        'e' => "ɛ",
        'i' if long => "I",
        'i' if last => "i",
        'i' => "ɪ",
        'o' if long || last => "O",
        'o' => "ɑ",
        'u' if long || last => "u",
        'u' => "ʌ",
        'y' if before.is_none() && next.is_some_and(is_vowel_letter) => "j",
        'y' => "i",
        'b' => "b",
        'c' if soft => "s",
        'c' | 'k' | 'q' => "k",
        'd' => "d",
        'f' => "f",
        'g' if soft && before.is_some() => "ʤ",
        'g' => "ɡ",
        'h' => "h",
        'j' => "ʤ",
        'l' => "l",
        'm' => "m",
        'n' => "n",
        'p' => "p",
        'r' => "ɹ",
        's' => "s",
        't' => "t",
        'v' => "v",
        'w' => "w",
        'x' => "ks",
        'z' => "z",
        _ => "",
    }
}

/// Stress goes before the vowel: the first of one or two, else the last but one.
fn stressed(sounds: &[&str]) -> String {
    let vowels: Vec<usize> = (0..sounds.len()).filter(|&i| is_vowel(sounds[i])).collect();
    let at = if vowels.len() <= 2 {
        vowels.first()
    } else {
        vowels.get(vowels.len() - 2)
    };
    let mut text = String::new();
    for (i, sound) in sounds.iter().enumerate() {
        if Some(&i) == at {
            text.push('ˈ');
        }
        text.push_str(sound);
    }
    text
}

fn is_vowel(sound: &str) -> bool {
    sound.starts_with(|c| "AIOWYæɛɪɑʌɔʊəiuɜ".contains(c))
}

fn is_vowel_letter(c: char) -> bool {
    "aeiouy".contains(c)
}

fn letter_name(c: char) -> &'static str {
    match c {
        'a' => "ˈA",
        'b' => "bˈi",
        'c' => "sˈi",
        'd' => "dˈi",
        'e' => "ˈi",
        'f' => "ˈɛf",
        'g' => "ʤˈi",
        'h' => "ˈAʧ",
        'i' => "ˈI",
        'j' => "ʤˈA",
        'k' => "kˈA",
        'l' => "ˈɛl",
        'm' => "ˈɛm",
        'n' => "ˈɛn",
        'o' => "ˈO",
        'p' => "pˈi",
        'q' => "kjˈu",
        'r' => "ˈɑɹ",
        's' => "ˈɛs",
        't' => "tˈi",
        'u' => "jˈu",
        'v' => "vˈi",
        'w' => "dˈʌbᵊlju",
        'x' => "ˈɛks",
        'y' => "wˈI",
        'z' => "zˈi",
        _ => "",
    }
}

/// Spellings of several letters, longest first.
const SPELLINGS: [(&str, &str); 52] = [
    ("tion", "ʃən"),
    ("sion", "ʒən"),
    ("eigh", "A"),
    ("augh", "ɔ"),
    ("ough", "O"),
    ("tsch", "ʧ"),
    ("sch", "ʃ"),
    ("tch", "ʧ"),
    ("igh", "I"),
    ("cia", "ʃə"),
    ("air", "ɛɹ"),
    ("ear", "ɪɹ"),
    ("eer", "ɪɹ"),
    ("our", "ɔɹ"),
    ("oor", "ɔɹ"),
    ("ch", "ʧ"),
    ("sh", "ʃ"),
    ("th", "θ"),
    ("ph", "f"),
    ("gh", "ɡ"),
    ("ck", "k"),
    ("cz", "ʧ"),
    ("sz", "ʃ"),
    ("ng", "ŋ"),
    ("qu", "kw"),
    ("wh", "w"),
    ("wr", "ɹ"),
    ("kn", "n"),
    ("dg", "ʤ"),
    ("ee", "i"),
    ("ea", "i"),
    ("oo", "u"),
    ("ou", "W"),
    ("ow", "O"),
    ("oi", "Y"),
    ("oy", "Y"),
    ("oa", "O"),
    ("ai", "A"),
    ("ay", "A"),
    ("ei", "I"),
    ("ey", "i"),
    ("ie", "i"),
    ("au", "ɔ"),
    ("aw", "ɔ"),
    ("eu", "u"),
    ("ew", "u"),
    ("ue", "u"),
    ("ar", "ɑɹ"),
    ("er", "əɹ"),
    ("ir", "ɜɹ"),
    ("or", "ɔɹ"),
    ("ur", "ɜɹ"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_sounds() {
        assert_eq!(sounds("Mike").unwrap(), "mˈIk");
        assert_eq!(sounds("Kowalczyk").unwrap(), "kOˈælʧik");
        assert_eq!(sounds("Müller").unwrap(), "mˈʌləɹ");
        assert_eq!(sounds("Okoro").unwrap(), "ɑkˈɔɹO");
    }

    #[test]
    fn what_cannot_be_pronounced_is_spelled() {
        assert_eq!(sounds("bcd").unwrap(), "bˈi sˈi dˈi");
        assert_eq!(sounds("東京"), None);
    }

    proptest::proptest! {
        #[test]
        fn every_word_of_letters_has_a_sound(word in "[a-zA-Zéüñ]{1,24}") {
            assert!(sounds(&word).is_some_and(|said| !said.is_empty()));
        }
    }
}
