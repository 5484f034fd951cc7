//! Titles, streets and other short forms in full.

use super::{Rule, group};

pub(super) fn rules() -> Vec<Rule> {
    let mut rules = vec![
        // Behind a name they are part of an address, before one they are a title.
        Rule::new(
            r"\b(?<name>[A-Z]\w+) (?<short>St|Dr)\.(?<end>\s*$)?",
            |found| {
                let full = if group(found, "short")? == "St" {
                    "Street"
                } else {
                    "Drive"
                };
                let stop = if group(found, "end").is_some() {
                    "."
                } else {
                    ""
                };
                Some(format!("{} {full}{stop}", group(found, "name")?))
            },
        ),
        Rule::new(r"\bDr\.? (?<name>[A-Z])", |found| {
            Some(format!("Doctor {}", group(found, "name")?))
        }),
        Rule::new(r"\bSt\. (?<name>[A-Z])", |found| {
            Some(format!("Saint {}", group(found, "name")?))
        }),
    ];
    rules.push(Rule::new(
        r"(?i)\b(?<short>ave|blvd|rd|hwy|apt|ste|appt|approx|mins?|hrs?|etc|e\.g|vs)\.(?<end>\s*$)?",
        |found| {
            let short = group(found, "short")?.to_lowercase();
            let (_, full) = SHORT_FORMS.iter().find(|(known, _)| *known == short)?;
            let stop = if group(found, "end").is_some() { "." } else { "" };
            Some(format!("{full}{stop}"))
        },
    ));
    rules
}

/// Short forms that end in a dot, and what they stand for.
const SHORT_FORMS: [(&str, &str); 15] = [
    ("ave", "Avenue"),
    ("blvd", "Boulevard"),
    ("rd", "Road"),
    ("hwy", "Highway"),
    ("apt", "Apartment"),
    ("ste", "Suite"),
    ("appt", "appointment"),
    ("approx", "approximately"),
    ("min", "minutes"),
    ("mins", "minutes"),
    ("hr", "hours"),
    ("hrs", "hours"),
    ("etc", "et cetera"),
    ("e.g", "for example"),
    ("vs", "versus"),
];
