//! Whom an inbound call is for.

use sqlx::Executor;
use store::{
    Store,
    tenant::{InboundAddress, Resolution, ResolutionMethod},
};
use tenant_config::phone::{Fallback, IvrMode};

use crate::harness::{Db, number};

async fn resolve(store: &Store, sid: Option<&str>, to: Option<&str>) -> Resolution {
    let address = InboundAddress {
        messaging_service_sid: sid.map(str::to_owned),
        to: to.map(number),
    };
    store.resolve_inbound(&address).await.unwrap()
}

async fn with_sids() -> Db {
    let db = Db::fresh().await;
    db.seeded().await;
    let other = db.tenant("other").await;
    let mut conn = db.connect_as("postgres").await;
    conn.execute(
        "UPDATE app.tenant_phone_config SET messaging_service_sid = 'MG-dental'
         WHERE phone_number = '+19185550101'",
    )
    .await
    .unwrap();
    sqlx::query(
        r#"INSERT INTO app.tenant_phone_config
             (id, tenant_id, phone_number, messaging_service_sid, ivr_mode, fallback)
           VALUES (gen_random_uuid(), $1, '+19185550150', 'MG-other', 'simple', '{"kind": "voicemail"}')"#,
    )
    .bind(other.0)
    .execute(&mut conn)
    .await
    .unwrap();
    db
}

#[tokio::test]
async fn a_dialled_number_finds_its_tenant_and_line() {
    let db = with_sids().await;
    let modes = [
        ("+19185550101", IvrMode::Simple),
        ("+19185550102", IvrMode::Ivr),
        ("whatsapp:+1 (918) 555-0103", IvrMode::AiVoice),
    ];
    for (to, mode) in modes {
        let found = resolve(&db.store, None, Some(to)).await;
        assert_eq!(found.tenant.slug, "bright-dental");
        assert_eq!(found.method, ResolutionMethod::ToNumber);
        assert!(!found.conflict);
        let phone = found.phone.unwrap();
        assert_eq!(phone.ivr_mode, mode);
        assert_eq!(phone.phone_number, Some(number(to)));
    }
}

#[tokio::test]
async fn a_messaging_service_goes_before_the_number_and_a_disagreement_is_told() {
    let db = with_sids().await;
    let found = resolve(&db.store, Some("MG-other"), Some("+19185550103")).await;
    assert_eq!(found.tenant.slug, "other");
    assert_eq!(found.method, ResolutionMethod::MessagingServiceSid);
    assert!(found.conflict);
    assert_eq!(
        found.phone.unwrap().phone_number,
        Some(number("+19185550150"))
    );

    let found = resolve(&db.store, Some("MG-other"), None).await;
    assert_eq!(
        (found.tenant.slug.as_str(), found.conflict),
        ("other", false)
    );
}

#[tokio::test]
async fn of_one_tenants_service_and_number_the_numbers_line_answers() {
    let db = with_sids().await;
    let found = resolve(&db.store, Some("MG-dental"), Some("+19185550103")).await;
    assert_eq!(found.method, ResolutionMethod::MessagingServiceSid);
    assert!(!found.conflict);
    assert_eq!(found.phone.unwrap().ivr_mode, IvrMode::AiVoice);
}

#[tokio::test]
async fn an_unknown_service_falls_to_the_number() {
    let db = with_sids().await;
    let found = resolve(&db.store, Some("MG-nobody"), Some("+19185550150")).await;
    assert_eq!(
        (found.tenant.slug.as_str(), found.method),
        ("other", ResolutionMethod::ToNumber)
    );
}

#[tokio::test]
async fn nobodys_number_falls_to_root_with_its_words() {
    let db = with_sids().await;
    for to in [Some("+442071838750"), None] {
        let found = resolve(&db.store, None, to).await;
        assert!(found.tenant.is_root);
        assert_eq!(found.method, ResolutionMethod::FallbackRoot);
        assert!(
            found
                .tenant
                .unassigned_number
                .unwrap()
                .contains("not configured")
        );
        let phone = found.phone.unwrap();
        assert!(matches!(phone.fallback, Fallback::Message { .. }));
        assert_eq!(phone.forward_to, None);
    }
}

#[tokio::test]
async fn a_number_has_one_owner() {
    let db = with_sids().await;
    let mut conn = db.connect_as("postgres").await;
    let twice = conn
        .execute(
            "INSERT INTO app.tenant_phone_config (id, tenant_id, phone_number, ivr_mode, fallback)
             SELECT gen_random_uuid(), id, '+19185550101', 'simple', '{}' FROM app.tenants WHERE slug = 'other'",
        )
        .await;
    assert_eq!(crate::harness::sqlstate(twice), "23505");
    for bad in ["9185550101", "+1 918 555 0101", "", "+0185550101"] {
        let refused = sqlx::query("UPDATE app.tenant_phone_config SET phone_number = $1")
            .bind(bad)
            .execute(&mut conn)
            .await;
        assert_eq!(crate::harness::sqlstate(refused), "23514", "{bad:?}");
    }
}
