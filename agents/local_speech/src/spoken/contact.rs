//! Phone numbers, mail addresses and web addresses in words.

use super::{Rule, group, numbers::digits};

pub(super) fn rules() -> Vec<Rule> {
    vec![
        Rule::new(r"\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+\b", |found| {
            Some(address(&found[0]))
        }),
        Rule::new(
            r"(?i)\b(?:https?://)?(?:[\w-]+\.)+(?:com|org|net|io|co|biz|info|health|dental)\b",
            |found| Some(address(found[0].rsplit("//").next()?)),
        ),
        Rule::new(
            r"(?:\+?\b1[-. ]?)?(?:\((?<a>\d{3})\)\s?|\b(?<b>\d{3})[-. ])(?<c>\d{3})[-. ](?<d>\d{4})\b",
            |found| {
                let area = group(found, "a").or(group(found, "b"))?;
                Some(grouped(&[area, group(found, "c")?, group(found, "d")?]))
            },
        ),
        Rule::new(r"\+1(?<a>\d{3})(?<c>\d{3})(?<d>\d{4})\b", |found| {
            Some(grouped(&[
                group(found, "a")?,
                group(found, "c")?,
                group(found, "d")?,
            ]))
        }),
        Rule::new(r"\b(?<a>\d{3})-(?<b>\d{4})\b", |found| {
            Some(grouped(&[group(found, "a")?, group(found, "b")?]))
        }),
    ]
}

fn grouped(groups: &[&str]) -> String {
    groups
        .iter()
        .map(|group| digits(group))
        .collect::<Vec<_>>()
        .join(", ")
}

fn address(written: &str) -> String {
    let mut said = String::with_capacity(written.len() + 16);
    for c in written.chars() {
        match c {
            '@' => said.push_str(" at "),
            '.' => said.push_str(" dot "),
            '-' => said.push_str(" dash "),
            '_' => said.push_str(" underscore "),
            '/' => said.push_str(" slash "),
            c => said.push(c),
        }
    }
    said
}
