//! `trunkline seed load`: a made-up year, the same each time, and never among real calls.

use store::{Actor, PlatformActor, TenantScope, call::CallFilter, contact::ContactFilter};

use super::on;
use crate::harness::Db;

const SMALL: &[&str] = &[
    "seed",
    "load",
    "--tenants",
    "5",
    "--calls",
    "3000",
    "--until",
    "2026-11-18T18:00:00Z",
    "--transcripts",
    "50",
];

/// A number over everything that the load wrote; tenants are told apart by their names.
const DIGEST: &str = "SELECT md5(string_agg(concat_ws('|', t.slug, c.started_at, c.id, c.from_e164, c.status,
        c.duration_ms, c.provider_call_id, (SELECT string_agg(u.text, '|' ORDER BY u.seq) FROM app.call_turns u
            WHERE u.tenant_id = c.tenant_id AND u.call_started_at = c.started_at AND u.call_id = c.id)),
        '|' ORDER BY c.started_at, c.id))
    FROM app.calls c JOIN app.tenants t ON t.id = c.tenant_id";

#[tokio::test]
async fn a_load_is_whole_and_the_same_each_time() {
    let (one, two) = (Db::seeded().await, Db::seeded().await);
    let said = on(&one, SMALL).is(0);
    assert!(
        said.contains("5 tenants") && said.contains("3000 calls"),
        "{said}"
    );
    on(&two, SMALL).is(0);
    let digest = one.value(DIGEST).await.unwrap();
    assert_eq!(Some(&digest), two.value(DIGEST).await.as_ref());
    let other = Db::seeded().await;
    on(&other, &[SMALL, &["--seed", "2"]].concat()).is(0);
    assert_ne!(Some(digest), other.value(DIGEST).await);

    // What is copied in past the triggers is as the triggers would have it.
    for (what, sql) in [
        ("a call without its key", "SELECT count(*)::text FROM app.calls c WHERE NOT EXISTS (SELECT FROM app.call_keys k
            WHERE k.tenant_id = c.tenant_id AND k.call_id = c.id AND k.started_at = c.started_at AND k.provider = c.provider)"),
        ("a turn without its call", "SELECT count(*)::text FROM app.call_turns u WHERE NOT EXISTS (SELECT FROM app.calls c
            WHERE c.tenant_id = u.tenant_id AND c.started_at = u.call_started_at AND c.id = u.call_id)"),
        ("an event without its call", "SELECT count(*)::text FROM app.call_events u WHERE NOT EXISTS (SELECT FROM app.calls c
            WHERE c.tenant_id = u.tenant_id AND c.started_at = u.call_started_at AND c.id = u.call_id)"),
        ("a line of another tenant", "SELECT count(*)::text FROM app.calls c WHERE NOT EXISTS (SELECT FROM app.tenant_phone_config l
            WHERE l.tenant_id = c.tenant_id AND l.id = c.phone_config_id AND l.phone_number = c.to_e164)"),
        ("an agent of another tenant", "SELECT count(*)::text FROM app.calls c WHERE c.agent_version_id IS NOT NULL AND NOT EXISTS (
            SELECT FROM app.agent_versions v WHERE v.tenant_id = c.tenant_id AND v.id = c.agent_version_id)"),
        ("a call that is not over", "SELECT count(*)::text FROM app.calls WHERE ended_at IS NULL OR finalized_at IS NULL"),
        ("a call from nobody's number", "SELECT count(*)::text FROM app.calls c WHERE NOT EXISTS (SELECT FROM app.contacts p
            WHERE p.tenant_id = c.tenant_id AND p.e164 = c.from_e164)"),
    ] {
        assert_eq!(one.value(sql).await.as_deref(), Some("0"), "{what}");
    }
    let months = "SELECT count(DISTINCT date_trunc('month', started_at))::text FROM app.calls";
    assert_eq!(one.value(months).await.as_deref(), Some("12"));
    on(&one, &["audit", "verify"]).is(0);

    // The product reads all of it, and finds what was said where it was said.
    let mut platform = one.store.platform(PlatformActor::operator()).await.unwrap();
    let tenants = platform.audited_tenants().await.unwrap();
    drop(platform);
    let tenants: Vec<_> = tenants
        .into_iter()
        .filter(|t| t.slug.starts_with("load-"))
        .collect();
    assert_eq!(tenants.len(), 5);
    let name = async |slug: &str| {
        let sql = format!(
            "SELECT split_part(company_name, ' ', 1) FROM app.tenants WHERE slug = '{slug}'"
        );
        one.value(&sql).await.unwrap()
    };
    let late = "2027-01-01T00:00:00Z".parse().unwrap();
    for tenant in &tenants {
        let scope = TenantScope::new(tenant.id, Actor::System);
        let mut tx = one.store.tenant(&scope).await.unwrap();
        let calls = tx
            .calls(&CallFilter {
                at_most: 200,
                ..CallFilter::default()
            })
            .await
            .unwrap();
        assert!(!calls.is_empty());
        let contacts = ContactFilter {
            at_most: 10,
            ..ContactFilter::default()
        };
        assert!(!tx.contacts(&contacts).await.unwrap().is_empty());
        for other in &tenants {
            let found = tx
                .search_turns(&name(&other.slug).await, late, 200)
                .await
                .unwrap();
            assert_eq!(
                found.is_empty(),
                other.id != tenant.id,
                "{} in {}",
                other.slug,
                tenant.slug
            );
        }
    }
}

#[tokio::test]
async fn a_load_keeps_away_from_real_calls_and_from_another_load() {
    let db = Db::seeded().await;
    db.begun_call().await;
    let refused = on(&db, SMALL);
    assert!(refused.err.contains("--force"), "{}", refused.err);
    refused.is(1);
    on(
        &db,
        &[
            SMALL,
            &["--force", "--password", "a-password-for-measuring"],
        ]
        .concat(),
    )
    .is(0);
    assert!(
        db.value("SELECT id::text FROM app.users WHERE email = 'admin@load-005.example'")
            .await
            .is_some()
    );
    let refused = on(&db, &[SMALL, &["--force"]].concat());
    assert!(
        refused.err.contains("a load is there already"),
        "{}",
        refused.err
    );
    refused.is(1);
    for (option, value) in [
        ("--tenants", "0"),
        ("--tenants", "701"),
        ("--calls", "0"),
        ("--transcripts", "101"),
    ] {
        let refused = on(&db, &["seed", "load", option, value]);
        assert!(refused.err.contains(option), "{}", refused.err);
        refused.is(1);
    }
}
