//! What stands in a tenant's calendar before a dialogue, and what came of the call in it.
//!
//! Each dialogue has a tenant of its own, so that its calendar is fresh and nobody else books in it.

use chrono::{DateTime, Duration, NaiveDateTime, TimeZone, Utc};
use sqlx::{AssertSqlSafe, Executor, PgConnection, Row, postgres::PgRow};
use store::{Actor, Store, TenantScope, appointment::NewAppointment, seed::Business};
use tenant_config::{
    id::TenantId,
    phone::{E164, IvrMode},
};

use super::dialogue::{Appointment, Busy, Dialogue, data};

/// The business of a dialogue, with the slug and the number of the tenant of this `number`.
pub(crate) fn business(dialogue: &Dialogue, number: usize) -> Business {
    let path = data().join(format!("businesses/{}.toml", dialogue.business));
    let text = std::fs::read_to_string(&path)
        .unwrap_or_else(|error| panic!("{}: {}: {error}", dialogue.id, path.display()));
    let mut business = Business::parse(&text).unwrap();
    business.slug = format!("dialogue-{number}");
    business.lines.retain(|line| line.mode == IvrMode::AiVoice);
    business.lines[0].number = E164::normalise(&format!("+1555200{number:04}")).unwrap();
    business
}

/// Makes the tenant and fills its calendar. `admin`: past row-level security.
pub(crate) async fn arrange(
    dialogue: &Dialogue,
    business: &Business,
    store: &Store,
    admin: &mut PgConnection,
) -> TenantId {
    let tenant = store.seed_business(business).await.unwrap().tenant.id;
    let scope = TenantScope::new(tenant, Actor::System);
    let mut tx = store.tenant(&scope).await.unwrap();
    let services = tx.knowledge().await.unwrap().services;
    for booked in &dialogue.setup.appointment {
        let service = services.iter().find(|s| s.name == booked.service);
        let starts_at = instant(booked.start, &business.timezone);
        let new = NewAppointment {
            service_id: service.unwrap().id,
            starts_at,
            customer_name: booked.name.clone(),
            phone: booked.phone.clone().or(dialogue.from.clone()).unwrap(),
            call: None,
            notes: None,
        };
        tx.book(&new, starts_at - Duration::days(1)).await.unwrap();
    }
    tx.commit().await.unwrap();
    for Busy { from, until } in &dialogue.setup.busy {
        let zone = &business.timezone;
        let (from, until) = (instant(*from, zone), instant(*until, zone));
        let sql = format!(
            "INSERT INTO app.appointments (id, tenant_id, service_id, starts_at, ends_at, customer_name, phone)
             VALUES (gen_random_uuid(), '{tenant}', '{}', '{from}', '{until}', 'Busy', '{BUSY}')",
            services[0].id.0
        );
        admin.execute(AssertSqlSafe(sql)).await.unwrap();
    }
    tenant
}

fn instant(local: NaiveDateTime, zone: &impl TimeZone) -> DateTime<Utc> {
    zone.from_local_datetime(&local)
        .earliest()
        .unwrap()
        .to_utc()
}

/// What was to come of the call and did not. `ended`: its end reason.
pub(crate) async fn judge(
    dialogue: &Dialogue,
    business: &Business,
    tenant: TenantId,
    ended: &str,
    admin: &mut PgConnection,
) -> Vec<String> {
    let mut missed = Vec::new();
    let wanted = dialogue.outcome.ends.reason().as_str();
    if ended != wanted {
        missed.push(format!("ended {ended}, not {wanted}"));
    }
    let zone = &business.timezone;
    let booked = format!(
        "SELECT s.name, to_char(a.starts_at AT TIME ZONE '{zone}', 'YYYY-MM-DD\"T\"HH24:MI'), a.customer_name, a.phone
         FROM app.appointments a JOIN app.services_catalog s ON s.id = a.service_id
         WHERE a.tenant_id = '{tenant}' AND a.status = 'booked' AND a.phone <> '{BUSY}'"
    );
    missed.extend(of_appointments(dialogue, rows(admin, booked).await));
    let taken = format!(
        "SELECT text, coalesce(sender_name, ''), coalesce(phone, '') FROM app.messages WHERE tenant_id = '{tenant}'"
    );
    missed.extend(of_messages(dialogue, &rows(admin, taken).await));
    missed
}

fn of_appointments(dialogue: &Dialogue, mut rows: Vec<Vec<String>>) -> Vec<String> {
    let mut missed = Vec::new();
    for wanted in &dialogue.outcome.appointments {
        match rows.iter().position(|row| is_as(row, wanted)) {
            Some(at) => drop(rows.remove(at)),
            None => missed.push(format!(
                "no appointment: {} {} {}",
                wanted.service, wanted.start, wanted.name
            )),
        }
    }
    missed.extend(
        rows.iter()
            .map(|row| format!("not asked for: {}", row.join(" "))),
    );
    missed
}

fn is_as(row: &[String], wanted: &Appointment) -> bool {
    let start = wanted.start.format("%Y-%m-%dT%H:%M").to_string();
    let phone = wanted.phone.as_ref();
    row[..3] == [wanted.service.clone(), start, wanted.name.clone()]
        && phone.is_none_or(|phone| phone.as_str() == row[3])
}

fn of_messages(dialogue: &Dialogue, messages: &[Vec<String>]) -> Option<String> {
    match (&dialogue.outcome.message, messages) {
        (None, []) => None,
        (Some(wanted), [message]) => {
            let text = message[0].to_lowercase();
            let words = wanted.text.iter().all(|w| text.contains(&w.to_lowercase()));
            let name = wanted.name.as_ref().is_none_or(|name| *name == message[1]);
            let phone = wanted.phone.as_ref();
            let phone = phone.is_none_or(|phone| phone.as_str() == message[2]);
            (!(words && name && phone)).then(|| format!("another message: {message:?}"))
        }
        (wanted, messages) => {
            let wanted = usize::from(wanted.is_some());
            Some(format!("{} messages, not {wanted}", messages.len()))
        }
    }
}

async fn rows(admin: &mut PgConnection, sql: String) -> Vec<Vec<String>> {
    let rows = sqlx::query(AssertSqlSafe(sql)).fetch_all(admin).await;
    let texts = |row: &PgRow| (0..row.len()).map(|at| row.get::<String, _>(at)).collect();
    rows.unwrap().iter().map(texts).collect()
}

/// The number of whoever fills the calendar.
const BUSY: &str = "+15559990000";
