//! A dental clinic for tests: Friday, November 20th 2026, 10 AM in Chicago.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use tenant_config::{
    hours::{BusinessHours, HoursException, Interval},
    id::ServiceId,
    knowledge::{Faq, Service},
    phone::E164,
};

use crate::brief::{Brief, Medium};

pub(crate) fn dentist() -> Brief {
    let weekday = vec![open(8, 17)];
    let mut week: [Vec<Interval>; 7] = std::array::from_fn(|_| weekday.clone());
    week[5] = vec![open(9, 13)];
    week[6] = Vec::new();
    Brief {
        company: "Bright Smile Dental".into(),
        agent_name: "Ava".into(),
        instructions: String::new(),
        vocabulary: Vec::new(),
        address: Some("120 Main Street, Tulsa".into()),
        currency: "USD".into(),
        hours: BusinessHours {
            timezone: chrono_tz::America::Chicago,
            week,
            exceptions: vec![HoursException {
                date: NaiveDate::from_ymd_opt(2026, 11, 26).unwrap(),
                intervals: Vec::new(),
                reason: Some("Thanksgiving".into()),
            }],
        },
        services: vec![
            service(
                1,
                "Checkup",
                &["exam", "check up", "dental exam"],
                30,
                Some(8_500),
            ),
            service(
                2,
                "Cleaning",
                &["teeth cleaning", "hygiene visit"],
                45,
                Some(12_000),
            ),
            service(
                3,
                "Whitening",
                &["teeth whitening", "bleaching"],
                60,
                Some(35_000),
            ),
            service(4, "Filling", &["cavity"], 60, Some(18_050)),
            service(5, "Root canal", &["root canal treatment"], 90, None),
            service(
                6,
                "Emergency visit",
                &["emergency", "toothache"],
                30,
                Some(15_000),
            ),
        ],
        faqs: vec![
            faq(
                "Do you have parking?",
                "Yes, parking is free behind the building.",
                &["park", "parking lot"],
            ),
            faq(
                "Which insurance do you take?",
                "We take Delta Dental, Cigna and MetLife.",
                &["insurance", "coverage", "delta", "cigna"],
            ),
            faq(
                "Do you see children?",
                "Yes, we see children from age 3.",
                &["kids", "child", "pediatric"],
            ),
            faq(
                "How can I pay?",
                "We take cash, cards and checks.",
                &["payment", "credit card", "cash"],
            ),
            faq(
                "What is your cancellation policy?",
                "Please cancel at least 24 hours ahead to avoid a fee.",
                &["cancellation policy", "late cancellation", "no show"],
            ),
        ],
        caller: Some(E164::normalise("+19185550142").unwrap()),
        call_started_at: DateTime::parse_from_rfc3339("2026-11-20T16:00:00Z")
            .unwrap()
            .with_timezone(&Utc),
        medium: Medium::Voice,
        can_transfer: true,
        greeting: "Thank you for calling Bright Smile Dental, this is Ava. How can I help?".into(),
    }
}

fn service(
    id: u128,
    name: &str,
    aliases: &[&str],
    duration_min: u32,
    price_minor: Option<i64>,
) -> Service {
    Service {
        id: ServiceId(uuid::Uuid::from_u128(id)),
        name: name.into(),
        aliases: aliases.iter().map(|a| (*a).to_owned()).collect(),
        description: String::new(),
        duration_min,
        price_minor,
        upsells: Vec::new(),
    }
}

fn faq(question: &str, answer: &str, keywords: &[&str]) -> Faq {
    Faq {
        question: question.into(),
        answer: answer.into(),
        keywords: keywords.iter().map(|k| (*k).to_owned()).collect(),
    }
}

fn open(from: u32, until: u32) -> Interval {
    Interval {
        opens: NaiveTime::from_hms_opt(from, 0, 0).unwrap(),
        closes: NaiveTime::from_hms_opt(until, 0, 0).unwrap(),
    }
}
