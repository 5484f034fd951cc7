//! Prices in words.

use super::{Rule, group, numbers::cardinal};

pub(super) fn rules() -> Vec<Rule> {
    vec![
        Rule::new(r"(?<a>\d)\s*[-–—]\s*(?<b>[$€£]\d)", |found| {
            Some(format!("{} to {}", group(found, "a")?, group(found, "b")?))
        }),
        Rule::new(
            r"(?<sign>[$€£])\s?(?<whole>\d{1,3}(?:,\d{3})+|\d+)(?:\.(?<cents>\d{2}))?\b",
            |found| {
                let whole = group(found, "whole")?.replace(',', "").parse().ok()?;
                let cents = group(found, "cents").unwrap_or("0").parse().ok()?;
                Some(price(&Currency::of(group(found, "sign")?)?, whole, cents))
            },
        ),
        Rule::new(r"[$€£]", |_| Some(" ".into())),
    ]
}

struct Currency {
    one: &'static str,
    many: &'static str,
    minor_one: &'static str,
    minor_many: &'static str,
}

impl Currency {
    fn of(sign: &str) -> Option<Self> {
        let (one, many, minor_one, minor_many) = match sign {
            "$" => ("dollar", "dollars", "cent", "cents"),
            "€" => ("euro", "euros", "cent", "cents"),
            "£" => ("pound", "pounds", "penny", "pence"),
            _ => return None,
        };
        Some(Self {
            one,
            many,
            minor_one,
            minor_many,
        })
    }
}

fn price(currency: &Currency, whole: u64, cents: u64) -> String {
    let count = |n, one, many| format!("{} {}", cardinal(n), if n == 1 { one } else { many });
    let major = count(whole, currency.one, currency.many);
    let minor = count(cents, currency.minor_one, currency.minor_many);
    match (whole, cents) {
        (_, 0) => major,
        (0, _) => minor,
        _ => format!("{major} and {minor}"),
    }
}
