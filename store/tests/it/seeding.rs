//! The first tenants.

use store::{StoreError, seed::SeedOptions};
use tenant_config::{
    ivr::IvrAction,
    phone::{Fallback, IvrMode},
};

use crate::harness::{Db, number};

#[tokio::test]
async fn seeding_again_changes_nothing() {
    let db = Db::fresh().await;
    let options = SeedOptions {
        root_phone: Some(number("+19185550100")),
    };
    let first = db.store.seed(&options).await.unwrap();
    assert!(first.demo.created);
    let second = db.store.seed(&options).await.unwrap();
    assert!(!second.demo.created);
    assert_eq!(
        (first.root, first.demo.tenant, first.demo.lines),
        (second.root, second.demo.tenant.clone(), second.demo.lines)
    );
    let knowledge = db
        .tx(second.demo.tenant.id)
        .await
        .knowledge()
        .await
        .unwrap();
    assert_eq!((knowledge.services.len(), knowledge.faqs.len()), (8, 10));
}

#[tokio::test]
async fn the_demo_tenant_is_whole() {
    let db = Db::fresh().await;
    let seeded = db.store.seed(&SeedOptions::default()).await.unwrap();
    assert!(seeded.root.is_root);
    assert_eq!(seeded.demo.tenant.timezone, chrono_tz::America::Chicago);
    let modes: Vec<_> = seeded
        .demo
        .lines
        .iter()
        .map(|(n, m)| (n.as_str(), *m))
        .collect();
    let expected = [
        ("+19185550101", IvrMode::Simple),
        ("+19185550102", IvrMode::Ivr),
        ("+19185550103", IvrMode::AiVoice),
    ];
    assert_eq!(modes, expected);

    let mut tx = db.tx(seeded.demo.tenant.id).await;
    let hours = tx.business_hours().await.unwrap();
    let open: Vec<_> = hours.week.iter().map(Vec::len).collect();
    assert_eq!(open, [1, 1, 1, 1, 1, 1, 0]);
    for menu in tx.menus().await.unwrap() {
        let keys: String = menu.options.iter().map(|o| o.digit).collect();
        assert_eq!(keys, "1237", "{}", menu.name);
        assert_eq!(menu.option('1').unwrap().action, IvrAction::AiVoice);
        assert_eq!(menu.option('7').unwrap().action, IvrAction::Voicemail);
        assert_eq!(tx.menu(menu.id).await.unwrap(), Some(menu));
    }
    let address = store::tenant::InboundAddress {
        messaging_service_sid: None,
        to: Some(number("+19185550103")),
    };
    let phone = db
        .store
        .resolve_inbound(&address)
        .await
        .unwrap()
        .phone
        .unwrap();
    assert!(matches!(phone.fallback, Fallback::Forward { .. }));
    let version = tx
        .agent_version(phone.agent_id.unwrap())
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        (version.version, version.settings.agent_name.as_str()),
        (1, "Emma")
    );
    assert_eq!(
        tx.agent_version_by_id(version.id).await.unwrap(),
        Some(version)
    );
}

#[tokio::test]
async fn a_root_number_that_is_taken_is_a_conflict() {
    let db = Db::fresh().await;
    db.seeded().await;
    let taken = SeedOptions {
        root_phone: Some(number("+19185550101")),
    };
    let refused = db.store.seed(&taken).await;
    assert!(
        matches!(refused, Err(StoreError::Conflict { .. })),
        "{refused:?}"
    );
}
