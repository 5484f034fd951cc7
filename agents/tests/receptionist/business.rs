//! A business of the test data, as the brief of a call to it.

use agents::brief::{Brief, Medium};
use chrono::{DateTime, NaiveDate, NaiveTime, TimeZone, Utc, Weekday};
use chrono_tz::Tz;
use serde::Deserialize;
use tenant_config::{
    hours::{BusinessHours, HoursException, Interval},
    id::ServiceId,
    knowledge::{Faq, Service},
    phone::E164,
};

#[derive(Deserialize)]
struct Business {
    company: String,
    timezone: Tz,
    currency: String,
    address: String,
    agent: Agent,
    hours: Vec<Hours>,
    #[serde(default)]
    exception: Vec<Exception>,
    service: Vec<Offer>,
    faq: Vec<Faq>,
    line: Vec<Line>,
}

#[derive(Deserialize)]
struct Agent {
    name: String,
    prompt: String,
}

#[derive(Deserialize)]
struct Hours {
    days: Vec<Weekday>,
    #[serde(flatten)]
    open: Open,
}

#[derive(Deserialize)]
struct Exception {
    date: NaiveDate,
    reason: String,
    #[serde(default)]
    open: Vec<Open>,
}

#[derive(Deserialize)]
struct Open {
    #[serde(deserialize_with = "clock")]
    opens: NaiveTime,
    #[serde(deserialize_with = "clock")]
    closes: NaiveTime,
}

#[derive(Deserialize)]
struct Offer {
    name: String,
    aliases: Vec<String>,
    description: String,
    minutes: u32,
    price_minor: Option<i64>,
}

#[derive(Deserialize)]
struct Line {
    forward_to: Option<String>,
}

/// The brief of a call to a business that began at this local time.
pub(crate) fn brief(business: &str, local: &str, caller: &str) -> Brief {
    let path = format!("{DATA}/businesses/{business}.toml");
    let text = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{path}: {e}"));
    let data: Business = toml::from_str(&text).unwrap_or_else(|e| panic!("{path}: {e}"));
    let local = chrono::NaiveDateTime::parse_from_str(local, "%Y-%m-%dT%H:%M").unwrap();
    let at: DateTime<Utc> = data.timezone.from_local_datetime(&local).unwrap().to_utc();
    Brief {
        greeting: format!("Thank you for calling {}. How can I help?", data.company),
        company: data.company,
        agent_name: data.agent.name,
        instructions: data.agent.prompt,
        vocabulary: Vec::new(),
        address: Some(data.address),
        currency: data.currency,
        hours: hours(data.timezone, &data.hours, data.exception),
        services: (1..)
            .zip(data.service)
            .map(|(id, s)| s.into_service(id))
            .collect(),
        faqs: data.faq,
        caller: E164::normalise(caller).ok(),
        call_started_at: at,
        medium: Medium::Voice,
        can_transfer: data.line.iter().any(|l| l.forward_to.is_some()),
    }
}

fn hours(timezone: Tz, hours: &[Hours], exceptions: Vec<Exception>) -> BusinessHours {
    let mut week: [Vec<Interval>; 7] = Default::default();
    for entry in hours {
        for day in &entry.days {
            week[day.num_days_from_monday() as usize].push(entry.open.interval());
        }
    }
    BusinessHours {
        timezone,
        week,
        exceptions: exceptions
            .into_iter()
            .map(|e| HoursException {
                date: e.date,
                intervals: e.open.iter().map(Open::interval).collect(),
                reason: Some(e.reason),
            })
            .collect(),
    }
}

impl Open {
    const fn interval(&self) -> Interval {
        Interval {
            opens: self.opens,
            closes: self.closes,
        }
    }
}

impl Offer {
    fn into_service(self, id: u128) -> Service {
        Service {
            id: ServiceId(uuid::Uuid::from_u128(id)),
            name: self.name,
            aliases: self.aliases,
            description: self.description,
            duration_min: self.minutes,
            price_minor: self.price_minor,
            upsells: Vec::new(),
        }
    }
}

fn clock<'de, D: serde::Deserializer<'de>>(from: D) -> Result<NaiveTime, D::Error> {
    let text = String::deserialize(from)?;
    NaiveTime::parse_from_str(&text, "%H:%M").map_err(serde::de::Error::custom)
}

pub(crate) const DATA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/receptionist");
