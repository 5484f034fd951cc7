//! A tenant's facts as lines that a language model reads.

use chrono::{NaiveDate, Weekday};
use tenant_config::{
    hours::{BusinessHours, HoursException, Interval},
    knowledge::{Faq, Service},
};

/// The week, Monday first, and the exceptions from `today` on.
pub(super) fn hours(hours: &BusinessHours, today: NaiveDate) -> String {
    let day = |(day, name)| format!("{name}: {}\n", intervals(hours.of_weekday(day)));
    let mut exceptions: Vec<_> = hours
        .exceptions
        .iter()
        .filter(|e| e.date >= today)
        .collect();
    exceptions.sort_by_key(|exception| exception.date);
    exceptions.truncate(MAX_EXCEPTIONS);
    let lines = WEEK
        .into_iter()
        .map(day)
        .chain(exceptions.into_iter().map(exception_line));
    lines.collect()
}

pub(super) fn services(services: &[Service], currency: &str) -> String {
    services
        .iter()
        .map(|service| service_line(service, services, currency))
        .collect()
}

/// Callers' words come through a recognizer that does not know the trade.
pub(super) fn vocabulary(words: &[String]) -> String {
    match words {
        [] => String::new(),
        words => format!("What was heard may be one of these: {}.", words.join(", ")),
    }
}

pub(super) fn faqs(faqs: &[Faq]) -> String {
    let one = |faq: &Faq| {
        format!(
            "Q: {}
A: {}
",
            faq.question, faq.answer
        )
    };
    faqs.iter().map(one).collect::<Vec<_>>().concat()
}

fn exception_line(exception: &HoursException) -> String {
    let (date, open) = (exception.date, intervals(&exception.intervals));
    match &exception.reason {
        Some(reason) => format!("{date} ({reason}): {open}\n"),
        None => format!("{date}: {open}\n"),
    }
}

fn service_line(service: &Service, all: &[Service], currency: &str) -> String {
    let aliases = match service.aliases.as_slice() {
        [] => String::new(),
        names => format!(" (also called: {})", names.join(", ")),
    };
    let price = match service.price_minor {
        Some(minor) => price(minor, currency),
        None => "price on request".to_owned(),
    };
    let (name, minutes) = (&service.name, service.duration_min);
    let line = format!(
        "- {name}{aliases}: {minutes} minutes, {price}. {}",
        service.description
    );
    format!("{}{}\n", line.trim_end(), upsells(service, all))
}

/// Only what there is: a service may have been taken away that another one still names.
fn upsells(service: &Service, all: &[Service]) -> String {
    let is_there = |name: &&String| all.iter().any(|other| other.name == **name);
    let named: Vec<&str> = service
        .upsells
        .iter()
        .filter(is_there)
        .map(String::as_str)
        .collect();
    if named.is_empty() {
        return String::new();
    }
    format!(" Offered along with it: {}.", named.join(", "))
}

fn intervals(intervals: &[Interval]) -> String {
    if intervals.is_empty() {
        return "closed".to_owned();
    }
    let one = |i: &Interval| {
        format!(
            "{} to {}",
            i.opens.format("%H:%M"),
            i.closes.format("%H:%M")
        )
    };
    intervals.iter().map(one).collect::<Vec<_>>().join(" and ")
}

/// An amount in minor units with the decimals that ISO 4217 gives its currency.
fn price(minor: i64, currency: &str) -> String {
    let decimals: u32 = match currency {
        "BIF" | "CLP" | "DJF" | "GNF" | "ISK" | "JPY" | "KMF" | "KRW" | "PYG" | "RWF" | "UGX"
        | "UYI" | "VND" | "VUV" | "XAF" | "XOF" | "XPF" => 0,
        "BHD" | "IQD" | "JOD" | "KWD" | "LYD" | "OMR" | "TND" => 3,
        _ => 2,
    };
    let unit = 10_u64.pow(decimals);
    let (sign, amount) = (if minor < 0 { "-" } else { "" }, minor.unsigned_abs());
    let whole = amount / unit;
    if decimals == 0 {
        return format!("{sign}{whole} {currency}");
    }
    format!(
        "{sign}{whole}.{:0width$} {currency}",
        amount % unit,
        width = decimals as usize
    )
}

const WEEK: [(Weekday, &str); 7] = [
    (Weekday::Mon, "Monday"),
    (Weekday::Tue, "Tuesday"),
    (Weekday::Wed, "Wednesday"),
    (Weekday::Thu, "Thursday"),
    (Weekday::Fri, "Friday"),
    (Weekday::Sat, "Saturday"),
    (Weekday::Sun, "Sunday"),
];

/// About a year of holidays; more would only lengthen the prompt.
const MAX_EXCEPTIONS: usize = 20;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prices_have_the_decimals_of_their_currency() {
        assert_eq!(price(12_000, "USD"), "120.00 USD");
        assert_eq!(price(5, "EUR"), "0.05 EUR");
        assert_eq!(price(12_000, "JPY"), "12000 JPY");
        assert_eq!(price(12_345, "KWD"), "12.345 KWD");
        assert_eq!(price(-250, "USD"), "-2.50 USD");
    }

    #[test]
    fn a_service_is_offered_along_only_while_there_is_one() {
        let service = |name: &str, upsells: &[&str]| Service {
            id: serde_json::from_str("\"01936f2e-0000-7000-8000-000000000001\"").unwrap(),
            name: name.to_owned(),
            aliases: Vec::new(),
            description: String::new(),
            duration_min: 30,
            price_minor: None,
            upsells: upsells.iter().map(|&name| name.to_owned()).collect(),
        };
        let said = services(
            &[service("Wash", &["Wax", "Polish"]), service("Wax", &[])],
            "USD",
        );
        assert_eq!(
            said,
            "- Wash: 30 minutes, price on request. Offered along with it: Wax.\n\
             - Wax: 30 minutes, price on request.\n"
        );
    }
}
