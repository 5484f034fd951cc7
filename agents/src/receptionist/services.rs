//! Which of the tenant's services a caller means, through what telephone speech does to words.

use tenant_config::knowledge::Service;

use super::words::{Words, distance, stem};

/// What was understood of the service wanted.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) enum ServiceSaid {
    #[default]
    None,
    /// Its place in the tenant's list.
    One(usize),
    /// Several fit equally well, in the list's order.
    Several(Vec<usize>),
}

/// Finds services by name and aliases: whole, by word stems, joined or split words, and with a
/// letter or two misheard. The closest and longest match wins; a service mentioned after "not" is
/// not meant, and after a correction the later one is.
///
/// A word that several names share ("haircut") means one of these. When a service was asked for, a
/// word that only one name holds is enough.
pub(super) fn find_service(words: &Words, services: &[Service], asked: bool) -> ServiceSaid {
    let mut best: Vec<(usize, Fit)> = Vec::new();
    for (i, service) in services.iter().enumerate() {
        let phrases = std::iter::once(&service.name).chain(&service.aliases);
        let fit = phrases
            .filter_map(|phrase| fit(words, phrase))
            .max_by_key(|f| f.score);
        best.extend(fit.map(|fit| (i, fit)));
    }
    if best.len() > 1 {
        let mut corrections: Vec<usize> =
            CORRECTIONS.iter().filter_map(|c| words.find(c)).collect();
        corrections.sort_unstable();
        let corrected = corrections
            .iter()
            .rev()
            .map(|at| find_service(&words.from(at + 1), services, asked))
            .find(|said| *said != ServiceSaid::None);
        if let Some(corrected) = corrected {
            return corrected;
        }
    }
    let top = best
        .iter()
        .map(|(_, fit)| fit.score)
        .max()
        .unwrap_or_default();
    // Two services said in full are both meant, whatever the length of their names.
    let full = best.iter().filter(|(_, fit)| fit.whole).count();
    best.retain(|(_, fit)| {
        if full > 1 {
            fit.whole
        } else {
            fit.score == top
        }
    });
    drop_covered(&mut best);
    match best.as_slice() {
        [] => by_one_word(words, services, asked),
        [(one, _)] => ServiceSaid::One(*one),
        several => ServiceSaid::Several(several.iter().map(|(i, _)| *i).collect()),
    }
}

fn by_one_word(words: &Words, services: &[Service], asked: bool) -> ServiceSaid {
    let names: Vec<Words> = services.iter().map(|s| Words::of(&s.name)).collect();
    for word in words.low.iter().filter(|w| w.len() >= 4) {
        let holding: Vec<usize> = (0..names.len())
            .filter(|i| names[*i].low.iter().any(|n| same_stem(n, word)))
            .collect();
        match holding.as_slice() {
            [one] if asked => return ServiceSaid::One(*one),
            [] | [_] => {}
            _ => return ServiceSaid::Several(holding),
        }
    }
    ServiceSaid::None
}

#[derive(Debug, Clone, Copy)]
struct Fit {
    score: usize,
    /// Where it lies in the words, and how many of them it took.
    at: usize,
    length: usize,
    /// Every letter as in the name.
    whole: bool,
}

/// A match that lies inside a longer one ("exam" in "dental exam") is not another service.
fn drop_covered(best: &mut Vec<(usize, Fit)>) {
    let all = best.clone();
    best.retain(|(i, fit)| {
        !all.iter().any(|(j, other)| {
            i != j
                && other.length > fit.length
                && other.at <= fit.at
                && fit.at + fit.length <= other.at + other.length
        })
    });
}

fn fit(words: &Words, phrase: &str) -> Option<Fit> {
    let phrase = Words::of(phrase);
    let joined: String = phrase.low.concat();
    let letters = joined.chars().count();
    if letters < 3 {
        // "AC": too short for anything but itself.
        let at = words.find(&phrase.low.join(" "))?;
        return Some(Fit {
            score: letters * 10 + WHOLE,
            at,
            length: phrase.len(),
            whole: true,
        });
    }
    let mut best: Option<Fit> = None;
    for length in 1..=phrase.len() + 1 {
        for (at, window) in words.low.windows(length).enumerate() {
            let lead = words.low[..at]
                .iter()
                .rev()
                .find(|w| !["a", "an", "the"].contains(&w.as_str()));
            let negated = lead.is_some_and(|w| w == "not");
            let Some(closeness) = (!negated)
                .then(|| close(window, &phrase.low, &joined))
                .flatten()
            else {
                continue;
            };
            let score = letters * 10 + closeness;
            if best.is_none_or(|b| score > b.score) {
                best = Some(Fit {
                    score,
                    at,
                    length,
                    whole: closeness == WHOLE,
                });
            }
        }
    }
    best.or_else(|| scattered(words, &phrase.low, letters))
}

/// How well a run of words is the phrase: higher is better.
fn close(window: &[String], phrase: &[String], joined: &str) -> Option<usize> {
    let said = window.concat();
    if said == joined {
        return Some(WHOLE);
    }
    if window.len() == phrase.len() && window.iter().zip(phrase).all(|(a, b)| same_stem(a, b)) {
        return Some(8);
    }
    let letters = joined.chars().count();
    let allowed = match letters {
        0..6 => 0,
        6..9 => 1,
        _ => 2,
    };
    let same_start = said.chars().next() == joined.chars().next();
    let near =
        same_start && said.chars().count() + 2 >= letters && distance(&said, joined) <= allowed;
    near.then_some(4)
}

/// All words of a longer phrase, in any order: "clean my teeth" is "teeth cleaning".
fn scattered(words: &Words, phrase: &[String], letters: usize) -> Option<Fit> {
    if phrase.len() < 2 {
        return None;
    }
    let places: Option<Vec<usize>> = phrase
        .iter()
        .map(|p| words.low.iter().position(|w| same_stem(w, p)))
        .collect();
    let places = places?;
    let (first, last) = (*places.iter().min()?, *places.iter().max()?);
    (last - first < phrase.len() + 2).then_some(Fit {
        score: letters * 10 + 2,
        at: first,
        length: last + 1 - first,
        whole: false,
    })
}

fn same_stem(a: &str, b: &str) -> bool {
    let singular = |w: &str| {
        let w = w.strip_suffix("'s").unwrap_or(w);
        if w == "teeth" {
            "tooth".to_owned()
        } else {
            w.to_owned()
        }
    };
    let (a, b) = (singular(a), singular(b));
    a == b || (stem(&a).len() >= 4 && stem(&a) == stem(&b))
}

const WHOLE: usize = 9;
const CORRECTIONS: [&str; 12] = [
    "let's do",
    "let's start",
    "let's go",
    "let's have",
    "no",
    "actually",
    "i mean",
    "rather",
    "make that",
    "sorry",
    "wait",
    "instead",
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::receptionist::sample;

    fn said(text: &str) -> Vec<String> {
        let services = sample::dentist().services;
        let name = |i: usize| services[i].name.clone();
        match find_service(&Words::of(text), &services, false) {
            ServiceSaid::None => Vec::new(),
            ServiceSaid::One(i) => vec![name(i)],
            ServiceSaid::Several(all) => all.into_iter().map(name).collect(),
        }
    }

    #[rstest::rstest]
    #[case("a cleaning please", "Cleaning")]
    #[case("I want to get my teeth cleaned", "Cleaning")]
    #[case("can you clean my teeth", "Cleaning")]
    #[case("I need a clean in", "Cleaning")]
    #[case("a check-up", "Checkup")]
    #[case("a check up", "Checkup")]
    #[case("A CHECKUP", "Checkup")]
    #[case("checkups", "Checkup")]
    #[case("teeth whitening", "Whitening")]
    #[case("a widening or whitening", "Whitening")]
    #[case("route canal", "Root canal")]
    #[case("a dental exam", "Checkup")]
    #[case("I have a toothache", "Emergency visit")]
    #[case("I think I have a cavity", "Filling")]
    #[case("not a cleaning, a checkup", "Checkup")]
    #[case("a cleaning, no, a filling", "Filling")]
    fn one(#[case] text: &str, #[case] expected: &str) {
        assert_eq!(said(text), [expected], "{text}");
    }

    #[test]
    fn none_and_several() {
        assert!(said("I want to cancel on Monday").is_empty());
        assert!(said("a haircut").is_empty());
        assert!(said("I'm feeling bad about my building").is_empty());
        assert!(said("").is_empty());
        assert_eq!(said("a cleaning and a checkup"), ["Checkup", "Cleaning"]);
    }
}
