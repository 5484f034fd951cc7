//! What a description of a business must keep beyond the kinds of its fields. An error names the
//! field, what is wrong with it, and what would be right.

use std::collections::HashSet;

use chrono::NaiveTime;
use tenant_config::phone::IvrMode;

use super::business::{Action, BadBusiness, Business, Line, LineFallback, Menu};

type Checked = Result<(), BadBusiness>;

pub(super) fn business(business: &Business) -> Checked {
    let slug = &business.slug;
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let slug_is_plain = !slug.is_empty() && slug.len() <= 63 && slug.chars().all(plain);
    demand(slug_is_plain, "slug", || {
        format!("is {slug:?}; expected 1 to 63 of a-z, 0-9 and dashes")
    })?;
    filled("company", &business.company)?;
    filled("agent.name", &business.agent.name)?;
    let currency = &business.currency;
    let is_code = currency.len() == 3 && currency.chars().all(|c| c.is_ascii_uppercase());
    demand(is_code, "currency", || {
        format!("is {currency:?}; expected an ISO 4217 code such as \"USD\"")
    })?;
    hours(business)?;
    services(business)?;
    faqs(business)?;
    for (at, menu) in business.menus.iter().enumerate() {
        self::menu(at, menu, business)?;
    }
    unique(
        "menu.name",
        business.menus.iter().map(|menu| menu.name.as_str()),
    )?;
    for (at, line) in business.lines.iter().enumerate() {
        self::line(at, line, business)?;
    }
    unique(
        "line.number",
        business.lines.iter().map(|line| line.number.as_str()),
    )
}

fn hours(business: &Business) -> Checked {
    let mut week: [Vec<(NaiveTime, NaiveTime)>; 7] = Default::default();
    for (at, hours) in business.hours.iter().enumerate() {
        demand(!hours.days.is_empty(), &format!("hours[{at}].days"), || {
            "is empty; expected weekdays such as [\"mon\"]".to_owned()
        })?;
        for day in &hours.days {
            week[day.num_days_from_monday() as usize].push((hours.opens, hours.closes));
        }
    }
    for spans in &mut week {
        apart("hours", spans)?;
    }
    for exception in &business.exceptions {
        let mut spans: Vec<_> = exception.open.iter().map(|s| (s.opens, s.closes)).collect();
        apart(&format!("exception {}", exception.date), &mut spans)?;
    }
    let dates = business.exceptions.iter().map(|e| e.date.to_string());
    unique("exception.date", dates)
}

/// Each span ends after it begins, and before the next one.
fn apart(field: &str, spans: &mut [(NaiveTime, NaiveTime)]) -> Checked {
    spans.sort_unstable();
    for (opens, closes) in spans.iter() {
        demand(opens < closes, field, || {
            format!("closes at {closes}, not after it opens at {opens}")
        })?;
    }
    for pair in spans.windows(2) {
        let [first, second] = pair else { continue };
        demand(first.1 <= second.0, field, || {
            format!(
                "opens again at {} before it closes at {}",
                second.0, first.1
            )
        })?;
    }
    Ok(())
}

fn services(business: &Business) -> Checked {
    for service in &business.services {
        let field = |name: &str| format!("service {:?}: {name}", service.name);
        filled("service.name", &service.name)?;
        demand(
            (5..=1440).contains(&service.minutes),
            &field("minutes"),
            || format!("is {}; expected 5 to 1440", service.minutes),
        )?;
        let price = service.price_minor.unwrap_or_default();
        demand(price >= 0, &field("price_minor"), || {
            format!("is {price}; expected minor units from 0, such as 4500 for 45.00")
        })?;
    }
    unique(
        "service.name",
        business.services.iter().map(|s| s.name.as_str()),
    )?;
    for service in &business.services {
        for upsell in &service.upsells {
            let is_there = business.services.iter().any(|s| s.name == *upsell);
            let field = format!("service {:?}: upsells", service.name);
            demand(is_there, &field, || {
                format!("has {upsell:?}, but there is no [[service]] of that name")
            })?;
        }
    }
    Ok(())
}

fn faqs(business: &Business) -> Checked {
    for faq in &business.faqs {
        filled("faq.question", &faq.question)?;
        filled("faq.answer", &faq.answer)?;
    }
    unique(
        "faq.question",
        business.faqs.iter().map(|f| f.question.as_str()),
    )
}

fn menu(at: usize, menu: &Menu, business: &Business) -> Checked {
    let field = |name: &str| format!("menu[{at}].{name}");
    filled(&field("name"), &menu.name)?;
    filled(&field("prompt"), &menu.prompt)?;
    let timeout = menu.timeout_ms;
    demand(
        (500..=60_000).contains(&timeout),
        &field("timeout_ms"),
        || format!("is {timeout}; expected 500 to 60000"),
    )?;
    demand(
        (1..=10).contains(&menu.attempts),
        &field("attempts"),
        || format!("is {}; expected 1 to 10", menu.attempts),
    )?;
    for option in &menu.options {
        let key = option.key;
        let is_key = key.is_ascii_digit() || key == '*' || key == '#';
        demand(is_key, &field("option.key"), || {
            format!("is {key:?}; expected one of 0-9, * and #")
        })?;
        action(&field("option.action"), &option.action, business)?;
    }
    action(&field("fallback"), &menu.fallback, business)?;
    unique(
        &field("option.key"),
        menu.options.iter().map(|o| o.key.to_string()),
    )
}

fn action(field: &str, action: &Action, business: &Business) -> Checked {
    match action {
        Action::Menu { name } => known_menu(field, name, business),
        Action::Say { text } => filled(field, text),
        Action::Agent | Action::Voicemail | Action::HangUp | Action::Dial { .. } => Ok(()),
    }
}

fn line(at: usize, line: &Line, business: &Business) -> Checked {
    let field = |name: &str| format!("line[{at}].{name}");
    let forwards = line.mode == IvrMode::Simple || line.fallback == LineFallback::Forward;
    demand(
        !forwards || line.forward_to.is_some(),
        &field("forward_to"),
        || {
            "is missing; mode \"simple\" and fallback \"forward\" need a number to forward to"
                .to_owned()
        },
    )?;
    demand(
        line.mode != IvrMode::Ivr || line.menu.is_some(),
        &field("menu"),
        || "is missing; mode \"ivr\" needs the name of a menu".to_owned(),
    )?;
    for (name, menu) in [("menu", &line.menu), ("closed_menu", &line.closed_menu)] {
        if let Some(menu) = menu {
            known_menu(&field(name), menu, business)?;
        }
    }
    Ok(())
}

fn known_menu(field: &str, name: &str, business: &Business) -> Checked {
    demand(
        business.menus.iter().any(|menu| menu.name == name),
        field,
        || format!("is {name:?}, but there is no [[menu]] of that name"),
    )
}

fn filled(field: &str, text: &str) -> Checked {
    demand(!text.trim().is_empty(), field, || {
        "is empty; expected words".to_owned()
    })
}

fn unique<T: AsRef<str>>(field: &str, values: impl Iterator<Item = T>) -> Checked {
    let mut seen = HashSet::new();
    for value in values {
        let value = value.as_ref().to_owned();
        let problem = format!("{value:?} is there twice; expected each once");
        demand(seen.insert(value), field, || problem)?;
    }
    Ok(())
}

fn demand(holds: bool, field: &str, problem: impl FnOnce() -> String) -> Checked {
    if holds {
        return Ok(());
    }
    Err(BadBusiness::Field {
        field: field.to_owned(),
        problem: problem(),
    })
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use crate::seed::business::BUILT_IN;

    const SMALL: &str = r#"
slug = "corner"
company = "Corner"
timezone = "America/New_York"
currency = "USD"
[agent]
name = "Mia"
[[hours]]
days = ["mon"]
opens = "09:00"
closes = "12:00"
[[service]]
name = "Cut"
minutes = 30
[[line]]
number = "+17185550143"
mode = "ai-voice"
fallback = "voicemail"
"#;

    #[test]
    fn the_built_in_ones_and_a_small_one_are_read() {
        for (slug, _) in BUILT_IN {
            let business = Business::built_in(slug).unwrap().unwrap();
            assert_eq!(business.slug, *slug);
        }
        assert_eq!(Business::parse(SMALL).unwrap().services.len(), 1);
        assert!(Business::built_in("nobody").is_none());
    }

    #[rstest]
    #[case("corner\"", "Corner!\"", "slug is \"Corner!\"")]
    #[case("\"USD\"", "\"dollars\"", "currency is \"dollars\"")]
    #[case("New_York", "Old_York", "timezone")]
    #[case("\"12:00\"", "\"08:00\"", "hours closes at 08:00:00")]
    #[case("\"12:00\"", "\"noon\"", "is no time of day")]
    #[case("minutes = 30", "minutes = 2", "service \"Cut\": minutes is 2")]
    #[case("minutes = 30", "minute = 30", "unknown field `minute`")]
    #[case("minutes = 30", "minutes = 30\nprice_minor = -1", "price_minor is -1")]
    #[case(
        "minutes = 30",
        "minutes = 30\nupsells = [\"Dye\"]",
        "upsells has \"Dye\""
    )]
    #[case("+17185550143", "7185550143", "E.164")]
    #[case("ai-voice", "ivr", "line[0].menu is missing")]
    #[case("ai-voice", "simple", "line[0].forward_to is missing")]
    #[case(
        "\"voicemail\"",
        "\"voicemail\"\nmenu = \"Day\"",
        "no [[menu]] of that name"
    )]
    #[case(
        "[[service]]",
        "[[service]]\nname = \"Cut\"\nminutes = 30\n[[service]]",
        "there twice"
    )]
    fn an_error_names_the_field(#[case] from: &str, #[case] to: &str, #[case] says: &str) {
        let text = SMALL.replacen(from, to, 1);
        assert_ne!(text, SMALL);
        let error = Business::parse(&text).unwrap_err().to_string();
        assert!(error.contains(says), "{error}");
    }
}
