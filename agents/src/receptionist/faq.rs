//! Which of the tenant's questions a caller asks.

use tenant_config::knowledge::Faq;

use super::words::{Words, stem};

/// The place of the question that fits best, when one fits well enough.
///
/// A keyword counts 3 for each of its words; a word of the question that is not common counts
/// 2, or 1 when other questions share it. From 2 on it fits: one telling word is enough.
pub(super) fn find_faq(words: &Words, faqs: &[Faq]) -> Option<usize> {
    let said: Vec<&str> = words.low.iter().map(|w| stem(w)).collect();
    let questions: Vec<Vec<String>> = faqs.iter().map(|f| telling(&f.question)).collect();
    let mut best: Option<(usize, usize)> = None;
    for (i, faq) in faqs.iter().enumerate() {
        let keywords: usize = faq.keywords.iter().map(|k| keyword_score(&said, k)).sum();
        let overlap: usize = questions[i]
            .iter()
            .filter(|word| said.iter().any(|said| alike(said, word)))
            .map(|word| {
                let shared = questions.iter().filter(|q| q.contains(word)).count() > 1;
                if shared { 1 } else { 2 }
            })
            .sum();
        let score = keywords + overlap;
        if score >= 2 && best.is_none_or(|(_, top)| score > top) {
            best = Some((i, score));
        }
    }
    best.map(|(i, _)| i)
}

/// The same word, or one grown from the other: "cancel" and "cancellation".
fn alike(a: &str, b: &str) -> bool {
    let (short, long) = if a.len() < b.len() { (a, b) } else { (b, a) };
    short == long || (short.len() >= 5 && long.starts_with(short))
}

/// Whether a keyword of two or more words, one of them with this beginning, was said whole: then
/// the tenant's own answer is meant, such as to "cancel my subscription".
pub(super) fn names_topic(words: &Words, faqs: &[Faq], beginning: &str) -> bool {
    let keywords = faqs.iter().flat_map(|faq| &faq.keywords);
    keywords.map(|k| Words::of(k)).any(|keyword| {
        keyword.len() > 1
            && keyword.low.iter().any(|w| w.starts_with(beginning))
            && words.has(&keyword.low.join(" "))
    })
}

fn keyword_score(said: &[&str], keyword: &str) -> usize {
    let wanted = Words::of(keyword);
    let stems: Vec<&str> = wanted.low.iter().map(|w| stem(w)).collect();
    let found = !stems.is_empty() && said.windows(stems.len()).any(|window| window == stems);
    if found { 3 * stems.len() } else { 0 }
}

fn telling(question: &str) -> Vec<String> {
    Words::of(question)
        .low
        .iter()
        .filter(|w| !COMMON.contains(&w.as_str()))
        .map(|w| stem(w).to_owned())
        .collect()
}

/// Words that tell no question from another.
const COMMON: [&str; 70] = [
    "somebody", "someone", "anybody", "anyone", "people", "thing", "a", "about", "an", "and",
    "any", "are", "as", "at", "be", "before", "bring", "can", "come", "could", "do", "does", "for",
    "from", "get", "give", "go", "have", "how", "i", "if", "in", "is", "it", "know", "like",
    "long", "make", "me", "much", "my", "need", "of", "offer", "on", "or", "our", "see", "should",
    "take", "tell", "that", "the", "there", "they", "this", "to", "us", "was", "we", "what",
    "when", "where", "which", "who", "will", "with", "would", "you", "your",
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::receptionist::sample;

    fn answer(text: &str) -> Option<String> {
        let faqs = sample::dentist().faqs;
        find_faq(&Words::of(text), &faqs).map(|i| faqs[i].answer.clone())
    }

    #[rstest::rstest]
    #[case("Is there parking?", "parking is free")]
    #[case("where can I park", "parking is free")]
    #[case("do you take my insurance", "Delta Dental")]
    #[case("do you accept Delta", "Delta Dental")]
    #[case("do you treat kids", "from age 3")]
    #[case("can I pay by credit card", "cash, cards")]
    #[case("what's your cancellation policy", "24 hours")]
    fn answered(#[case] text: &str, #[case] expected: &str) {
        assert!(answer(text).is_some_and(|a| a.contains(expected)), "{text}");
    }

    #[test]
    fn what_is_no_known_question() {
        assert_eq!(answer("do you sell bicycles"), None);
        assert_eq!(answer("what can you do for me"), None);
        assert_eq!(answer(""), None);
    }
}
