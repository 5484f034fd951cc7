//! Appointments: what is offered, what is held, what is refused.

use chrono::{DateTime, Duration, TimeZone, Utc};
use chrono_tz::America::Chicago;
use store::{
    Actor, TenantScope,
    appointment::{BookError, Booked, NewAppointment, SlotQuery, SlotStep},
};
use tenant_config::id::{AppointmentId, ServiceId, TenantId};

use crate::harness::{Db, noon, number};

async fn service(db: &Db, tenant: TenantId, name: &str) -> ServiceId {
    let services = db.tx(tenant).await.services().await.unwrap();
    services.iter().find(|s| s.name == name).unwrap().id
}

fn wish(service_id: ServiceId, starts_at: DateTime<Utc>) -> NewAppointment {
    NewAppointment {
        service_id,
        starts_at,
        customer_name: "Ada Lovelace".to_owned(),
        phone: number("+19185550142"),
        call: None,
        notes: None,
    }
}

async fn book(db: &Db, tenant: TenantId, wish: &NewAppointment) -> Result<Booked, BookError> {
    let mut tx = db.tx(tenant).await;
    let booked = tx.book(wish, noon()).await?;
    tx.commit().await.unwrap();
    Ok(booked)
}

/// Thursday, 19 November 2026, in Chicago.
fn thursday(hour: u32, minute: u32) -> DateTime<Utc> {
    Chicago
        .with_ymd_and_hms(2026, 11, 19, hour, minute, 0)
        .unwrap()
        .to_utc()
}

#[tokio::test]
async fn a_booking_holds_the_services_whole_length() {
    let db = Db::fresh().await;
    let tenant = db.seeded().await;
    let crown = service(&db, tenant, "Crown").await;
    let booked = book(&db, tenant, &wish(crown, thursday(10, 0)))
        .await
        .unwrap();
    assert_eq!(booked.ends_at, thursday(11, 30));
    for (hour, minute) in [(9, 0), (10, 0), (11, 15)] {
        let refused = book(&db, tenant, &wish(crown, thursday(hour, minute))).await;
        assert!(
            matches!(refused, Err(BookError::Taken)),
            "{hour}:{minute} {refused:?}"
        );
    }
    book(&db, tenant, &wish(crown, thursday(11, 30)))
        .await
        .unwrap();
    book(&db, tenant, &wish(crown, thursday(8, 30)))
        .await
        .unwrap();
}

#[tokio::test]
async fn a_refused_booking_leaves_the_transaction_usable() {
    let db = Db::fresh().await;
    let tenant = db.seeded().await;
    let checkup = service(&db, tenant, "Checkup").await;
    let mut tx = db.tx(tenant).await;
    tx.book(&wish(checkup, thursday(10, 0)), noon())
        .await
        .unwrap();
    let taken = tx.book(&wish(checkup, thursday(10, 15)), noon()).await;
    assert!(matches!(taken, Err(BookError::Taken)), "{taken:?}");
    tx.book(&wish(checkup, thursday(10, 30)), noon())
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn past_closed_and_unknown_are_told_apart() {
    let db = Db::fresh().await;
    let tenant = db.seeded().await;
    let crown = service(&db, tenant, "Crown").await;
    let sunday = Chicago
        .with_ymd_and_hms(2026, 11, 22, 10, 0, 0)
        .unwrap()
        .to_utc();
    let refusals = [
        (crown, noon(), "past"),
        (crown, noon() - Duration::days(1), "past"),
        (crown, sunday, "closed"),
        (crown, thursday(7, 59), "closed"),
        // An hour and a half from 15:31 would end after five.
        (crown, thursday(15, 31), "closed"),
        (ServiceId(uuid::Uuid::now_v7()), thursday(10, 0), "service"),
    ];
    for (id, at, word) in refusals {
        let refused = book(&db, tenant, &wish(id, at)).await.unwrap_err();
        let told = match refused {
            BookError::Past => "past",
            BookError::Closed => "closed",
            BookError::UnknownService => "service",
            BookError::Taken | BookError::UnknownAppointment | BookError::Store(_) => "other",
        };
        assert_eq!(told, word, "{at}");
    }
    book(&db, tenant, &wish(crown, thursday(15, 30)))
        .await
        .unwrap();
}

#[tokio::test]
async fn a_service_of_another_tenant_is_unknown() {
    let db = Db::fresh().await;
    let crown = service(&db, db.seeded().await, "Crown").await;
    let other = db.tenant("other").await;
    let refused = book(&db, other, &wish(crown, thursday(10, 0))).await;
    assert!(
        matches!(refused, Err(BookError::UnknownService)),
        "{refused:?}"
    );
}

#[tokio::test]
async fn of_callers_who_want_one_slot_at_once_one_gets_it() {
    let db = Db::fresh().await;
    let tenant = db.seeded().await;
    let checkup = service(&db, tenant, "Checkup").await;
    let tasks: Vec<_> = (0..12)
        .map(|i| {
            let store = db.store.clone();
            tokio::spawn(async move {
                let mut tx = store
                    .tenant(&TenantScope::new(tenant, Actor::System))
                    .await
                    .unwrap();
                // Half of them want a time that overlaps.
                let at = thursday(10, if i % 2 == 0 { 0 } else { 15 });
                let booked = tx.book(&wish(checkup, at), noon()).await;
                tx.commit().await.unwrap();
                booked
            })
        })
        .collect();
    let mut held = 0;
    for task in tasks {
        match task.await.unwrap() {
            Ok(_) => held += 1,
            Err(error) => assert!(matches!(error, BookError::Taken), "{error:?}"),
        }
    }
    assert_eq!(held, 1);
}

#[tokio::test]
async fn free_slots_leave_out_what_is_booked_and_can_all_be_booked() {
    let db = Db::fresh().await;
    let tenant = db.seeded().await;
    let crown = service(&db, tenant, "Crown").await;
    book(&db, tenant, &wish(crown, thursday(9, 0)))
        .await
        .unwrap();
    let mut tx = db.tx(tenant).await;
    let hours = tx.business_hours().await.unwrap();
    let query = SlotQuery {
        service_id: crown,
        from: thursday(0, 0),
        until: thursday(23, 0),
        hours: &hours,
        step: SlotStep::HalfHour,
        limit: 100,
    };
    let slots = tx.free_slots(&query).await.unwrap();
    assert_eq!(slots.first(), Some(&thursday(10, 30)));
    assert_eq!(slots.last(), Some(&thursday(15, 30)));
    assert_eq!(slots.len(), 11);
    for slot in [slots[0], slots[3], slots[6], slots[9]] {
        tx.book(&wish(crown, slot), noon()).await.unwrap();
    }
    assert!(tx.free_slots(&query).await.unwrap().is_empty());
}

#[tokio::test]
async fn an_appointment_moves_and_is_cancelled() {
    let db = Db::fresh().await;
    let tenant = db.seeded().await;
    let checkup = service(&db, tenant, "Checkup").await;
    let first = book(&db, tenant, &wish(checkup, thursday(10, 0)))
        .await
        .unwrap();
    book(&db, tenant, &wish(checkup, thursday(14, 0)))
        .await
        .unwrap();
    let mut tx = db.tx(tenant).await;
    let onto_other = tx
        .move_appointment(first.id, thursday(13, 45), noon())
        .await;
    assert!(
        matches!(onto_other, Err(BookError::Taken)),
        "{onto_other:?}"
    );
    let moved = tx
        .move_appointment(first.id, thursday(10, 15), noon())
        .await
        .unwrap();
    assert_eq!(moved.ends_at, thursday(10, 45));
    let mine = tx
        .appointments_of(&number("+19185550142"), noon())
        .await
        .unwrap();
    let times: Vec<_> = mine.iter().map(|a| a.starts_at).collect();
    assert_eq!(times, [thursday(10, 15), thursday(14, 0)]);
    assert_eq!(mine[0].service_name, "Checkup");
    assert!(
        tx.appointments_of(&number("+19185550143"), noon())
            .await
            .unwrap()
            .is_empty()
    );

    assert!(tx.cancel_appointment(first.id, noon()).await.unwrap());
    assert!(!tx.cancel_appointment(first.id, noon()).await.unwrap());
    let gone = tx.move_appointment(first.id, thursday(11, 0), noon()).await;
    assert!(
        matches!(gone, Err(BookError::UnknownAppointment)),
        "{gone:?}"
    );
    let never = AppointmentId(uuid::Uuid::now_v7());
    assert!(!tx.cancel_appointment(never, noon()).await.unwrap());
    tx.book(&wish(checkup, thursday(10, 15)), noon())
        .await
        .unwrap();
}
