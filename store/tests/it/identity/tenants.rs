//! Tenants as the platform makes, lists, moves and copies them; plans and features.

use chrono::Duration;
use chrono_tz::Tz;
use rstest::rstest;
use serde_json::json;
use store::{
    PlatformActor, StoreError,
    flag::{FeatureFlag, FlagReason},
    plan::{BillingInterval, Entitlement, Grants, PlanVersion},
    seed::ROOT_TENANT,
    setup_request::{NewSetupRequest, SetupDecision, SetupStatus},
    tenant::{CloneOf, NewTenant, StatusMove, TenantFilter, TenantNotes},
};
use tenant_config::{
    id::{ContactId, PlanVersionId, SetupRequestId, TenantId, UserId},
    plan::{PlanTier, TenantStatus},
};
use uuid::Uuid;

use crate::harness::{Db, denied, noon};

fn new_tenant(slug: &str) -> NewTenant {
    NewTenant {
        id: TenantId(Uuid::now_v7()),
        slug: slug.to_owned(),
        company_name: format!("{slug} Ltd"),
        status: TenantStatus::Trialing,
        tier: PlanTier::Pro,
        timezone: Tz::America__Chicago,
        currency: "USD".to_owned(),
        address: None,
        industry: Some("dental".to_owned()),
        city: Some("Tulsa".to_owned()),
        contact_name: None,
        contact_email: Some("office@example.com".to_owned()),
        contact_phone: None,
        is_test_mode: false,
        branding: None,
        created_at: noon(),
    }
}

fn status(to: TenantStatus) -> StatusMove {
    StatusMove {
        to,
        reason: Some("because".to_owned()),
        at: noon(),
        purge_after: Some(noon() + Duration::days(90)),
    }
}

#[tokio::test]
async fn a_tenant_is_made_whole_or_not_at_all() {
    let db = Db::fresh().await;
    let new = new_tenant("acme");
    let mut platform = db.platform().await;
    let tx = platform.create_tenant(&new).await.unwrap();
    let profile = tx.profile().await.unwrap();
    assert_eq!((profile.health_score, profile.tier), (100, PlanTier::Pro));
    assert_eq!(
        profile.features,
        json!({"voice_cloning": false, "advanced_analytics": false, "white_label": false})
    );
    assert!(!profile.row.is_test_mode);
    drop(platform);
    assert_eq!(db.store.tenant_by_slug("acme").await.unwrap(), None);

    let mut platform = db.platform().await;
    platform.create_tenant(&new).await.unwrap();
    let notes = TenantNotes {
        internal_notes: "pays late".to_owned(),
        extras: json!([{"kind": "logo", "status": "open"}]),
    };
    platform
        .save_tenant_notes(new.id, &notes, noon())
        .await
        .unwrap();
    platform.commit().await.unwrap();
    let mut platform = db.platform().await;
    assert_eq!(platform.tenant_notes(new.id).await.unwrap(), notes);
    let again = NewTenant {
        id: TenantId(Uuid::now_v7()),
        ..new.clone()
    };
    let taken = platform.create_tenant(&again).await.map(|_| ());
    assert!(
        matches!(taken, Err(StoreError::Conflict { .. })),
        "{taken:?}"
    );
}

#[tokio::test]
async fn a_tenant_changes_its_profile_and_not_its_standing() {
    let db = Db::fresh().await;
    let new = new_tenant("acme");
    let mut platform = db.platform().await;
    platform.create_tenant(&new).await.unwrap();
    platform.limit_calls(new.id, Some(7), noon()).await.unwrap();
    platform.commit().await.unwrap();
    let mut tx = db.tx(new.id).await;
    let mut edit = tx.lock_profile().await.unwrap().edit();
    edit.company_name = " Acme & Sons ".to_owned();
    edit.retention.audio_days = 1;
    edit.is_test_mode = true;
    edit.branding = json!({"colour": "#123456"});
    tx.save_profile(&edit, noon()).await.unwrap();
    let mut settings = tx.settings(true).await.unwrap();
    settings.preferences = json!({"locale": "en"});
    tx.save_settings(&settings, noon()).await.unwrap();
    tx.commit().await.unwrap();
    let mut tx = db.tx(new.id).await;
    let profile = tx.profile().await.unwrap();
    assert_eq!(profile.row.company_name, "Acme & Sons");
    assert_eq!(
        (profile.retention.audio_days, profile.row.is_test_mode),
        (1, true)
    );
    assert_eq!(profile.row.max_calls, Some(7));
    assert_eq!(tx.settings(false).await.unwrap(), settings);
}

#[rstest]
#[case(TenantStatus::Trialing)]
#[case(TenantStatus::Active)]
#[case(TenantStatus::PastDue)]
#[case(TenantStatus::Suspended)]
#[case(TenantStatus::Cancelled)]
#[tokio::test]
async fn the_database_moves_a_tenant_where_the_table_of_ways_says(#[case] from: TenantStatus) {
    let db = Db::fresh().await;
    for to in TenantStatus::ALL {
        let new = new_tenant(&format!("t-{}", to.as_str().replace('_', "-")));
        let mut platform = db.platform().await;
        platform.create_tenant(&new).await.unwrap();
        if from != TenantStatus::Trialing {
            platform.move_tenant(new.id, &status(from)).await.unwrap();
        }
        let moved = platform.move_tenant(new.id, &status(to)).await;
        if from == to || from.may_become(to) {
            moved.unwrap();
            let profile = platform
                .enter(new.id)
                .await
                .unwrap()
                .profile()
                .await
                .unwrap();
            assert_eq!(profile.row.status, to);
            assert_eq!(profile.purge_after.is_some(), to == TenantStatus::Cancelled);
        } else {
            assert!(
                matches!(&moved, Err(StoreError::Refused { rule }) if rule == "tenants_status_moves"),
                "{from:?} to {to:?}: {moved:?}"
            );
        }
    }
}

#[tokio::test]
async fn root_stays_and_an_unknown_tenant_is_not_found() {
    let db = Db::fresh().await;
    let mut platform = db.platform().await;
    let unknown = platform
        .move_tenant(TenantId(Uuid::now_v7()), &status(TenantStatus::Suspended))
        .await;
    assert!(
        matches!(unknown, Err(StoreError::NotFound { .. })),
        "{unknown:?}"
    );
    let root = platform
        .move_tenant(ROOT_TENANT, &status(TenantStatus::Suspended))
        .await;
    assert!(matches!(root, Err(StoreError::Refused { .. })), "{root:?}");
}

#[tokio::test]
async fn tenants_are_listed_page_by_page() {
    let db = Db::fresh().await;
    let mut platform = db.platform().await;
    for slug in ["a", "b", "c"] {
        platform.create_tenant(&new_tenant(slug)).await.unwrap();
    }
    let mut filter = TenantFilter {
        at_most: 2,
        ..TenantFilter::default()
    };
    let mut seen = Vec::new();
    loop {
        let page = platform.tenants(&filter).await.unwrap();
        let Some(last) = page.last() else { break };
        filter.before = Some((last.created_at, last.id));
        seen.extend(page.into_iter().map(|tenant| tenant.slug));
    }
    seen.sort();
    assert_eq!(seen, ["a", "b", "c", "root"]);
    let search = TenantFilter {
        search: Some("B LTD".to_owned()),
        status: Some(TenantStatus::Trialing),
        at_most: 9,
        ..TenantFilter::default()
    };
    assert_eq!(platform.tenants(&search).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_copy_has_the_settings_and_nothing_that_belongs_to_one_place() {
    let db = Db::fresh().await;
    let source = db.seeded().await;
    db.call(source, "CA-source").await;
    let mut platform = db.platform().await;
    platform
        .enter(source)
        .await
        .unwrap()
        .override_flag("white_label", true, "gift", noon())
        .await
        .unwrap();
    let clone = CloneOf {
        source,
        new: new_tenant("second-place"),
    };
    platform.clone_tenant(&clone).await.unwrap();
    platform.commit().await.unwrap();

    let mut old = db.tx(source).await;
    let mut new = db.tx(clone.new.id).await;
    let (was, is) = (
        old.knowledge().await.unwrap(),
        new.knowledge().await.unwrap(),
    );
    assert_eq!(is.tenant.company_name, "second-place Ltd");
    assert_eq!(is.hours, was.hours);
    assert_eq!(is.faqs, was.faqs);
    let names = |k: &store::knowledge::Knowledge| -> Vec<String> {
        k.services.iter().map(|s| s.name.clone()).collect()
    };
    assert_eq!(names(&is), names(&was));
    assert!(
        is.services
            .iter()
            .all(|s| was.services.iter().all(|w| w.id != s.id))
    );
    let (was, is) = (old.menus().await.unwrap(), new.menus().await.unwrap());
    assert_eq!(is.len(), was.len());
    let text = serde_json::to_string(&is).unwrap();
    assert!(
        was.iter().all(|menu| !text.contains(&menu.id.to_string())),
        "{text}"
    );
    assert_eq!(new.flag_overrides().await.unwrap().len(), 1);
    let mut conn = db.connect_as("postgres").await;
    for (table, expected) in [
        ("tenant_phone_config", 0),
        ("calls", 0),
        ("memberships", 0),
        ("agents", 1),
        ("agent_versions", 1),
    ] {
        let count = format!(
            "SELECT count(*) FROM app.{table} WHERE tenant_id = '{}'",
            clone.new.id
        );
        let count: i64 = sqlx::query_scalar(sqlx::AssertSqlSafe(count))
            .fetch_one(&mut conn)
            .await
            .unwrap();
        assert_eq!(count, expected, "{table}");
    }
}

#[tokio::test]
async fn the_platform_never_reads_what_was_said() {
    let db = Db::fresh().await;
    let tenant = db.seeded().await;
    let call = db.call(tenant, "CA1").await;
    let contact = ContactId(Uuid::now_v7());
    for actor in [PlatformActor::operator(), db.owner().await] {
        // An error ends a transaction: each question has its own.
        let mut platform = db.store.platform(actor).await.unwrap();
        let tx = platform.enter(tenant).await.unwrap();
        assert!(denied(&tx.call(&call).await.unwrap_err()));
        let mut platform = db.store.platform(actor).await.unwrap();
        let tx = platform.enter(tenant).await.unwrap();
        assert!(denied(
            &tx.conversation(contact, None, 1).await.unwrap_err()
        ));
        let mut platform = db.store.platform(actor).await.unwrap();
        let tx = platform.enter(tenant).await.unwrap();
        assert!(denied(
            &tx.search_turns("hello", noon(), 1).await.unwrap_err()
        ));
    }
}

#[tokio::test]
async fn a_feature_follows_kill_plan_tenant_and_default_at_once() {
    let db = Db::fresh().await;
    let new = new_tenant("acme");
    let mut platform = db.platform().await;
    platform.create_tenant(&new).await.unwrap();
    platform.commit().await.unwrap();
    let flag = async |key: &str| {
        let flags = db.tx(new.id).await.flags().await.unwrap();
        let flag = flags.into_iter().find(|f| f.key == key).unwrap();
        (flag.enabled, flag.reason)
    };
    assert_eq!(flag("advanced_analytics").await, (true, FlagReason::Plan));
    assert_eq!(flag("voice_cloning").await, (false, FlagReason::Plan));
    let mut tx = db.tx(new.id).await;
    tx.override_flag("advanced_analytics", false, "not wanted", noon())
        .await
        .unwrap();
    tx.override_flag("voice_cloning", true, "wanted", noon())
        .await
        .unwrap();
    let unknown = tx.override_flag("telepathy", true, "", noon()).await;
    assert!(
        matches!(unknown, Err(StoreError::Conflict { .. })),
        "{unknown:?}"
    );
    let mut tx = db.tx(new.id).await;
    tx.override_flag("advanced_analytics", false, "not wanted", noon())
        .await
        .unwrap();
    tx.override_flag("voice_cloning", true, "wanted", noon())
        .await
        .unwrap();
    tx.commit().await.unwrap();
    assert_eq!(
        flag("advanced_analytics").await,
        (false, FlagReason::Tenant)
    );
    assert_eq!(flag("voice_cloning").await, (false, FlagReason::Plan));
    let mut platform = db.platform().await;
    platform
        .set_tier(new.id, PlanTier::Elite, noon())
        .await
        .unwrap();
    platform.commit().await.unwrap();
    assert_eq!(flag("voice_cloning").await, (true, FlagReason::Tenant));
    assert!(
        db.tx(new.id)
            .await
            .has_feature("voice_cloning")
            .await
            .unwrap()
    );

    let mut platform = db.platform().await;
    let mut kill = platform.feature_flags().await.unwrap();
    kill.retain(|f| f.key == "voice_cloning");
    platform
        .save_feature_flag(&FeatureFlag {
            killed: true,
            ..kill.remove(0)
        })
        .await
        .unwrap();
    platform
        .save_feature_flag(&FeatureFlag {
            key: "beta".to_owned(),
            description: "New.".to_owned(),
            default_on: true,
            killed: false,
            updated_at: noon(),
        })
        .await
        .unwrap();
    assert_eq!(
        platform.override_counts().await.unwrap()["voice_cloning"],
        (1, 0)
    );
    platform.commit().await.unwrap();
    assert_eq!(
        flag("voice_cloning").await,
        (false, FlagReason::PlatformKill)
    );
    assert_eq!(flag("beta").await, (true, FlagReason::Default));
    let mut tx = db.tx(new.id).await;
    assert!(tx.clear_flag_override("advanced_analytics").await.unwrap());
    assert!(!tx.clear_flag_override("advanced_analytics").await.unwrap());
}

#[tokio::test]
async fn a_price_is_replaced_by_a_version_and_who_has_the_old_one_keeps_it() {
    let db = Db::fresh().await;
    let old = new_tenant("old");
    let mut platform = db.platform().await;
    platform.create_tenant(&old).await.unwrap();
    let plans = platform.plans().await.unwrap();
    let prices: Vec<_> = plans.iter().map(|p| (p.tier, p.price_minor)).collect();
    assert_eq!(
        prices,
        [
            (PlanTier::Starter, 49_700),
            (PlanTier::Pro, 149_700),
            (PlanTier::Elite, 249_700)
        ]
    );
    let next = PlanVersion {
        id: PlanVersionId(Uuid::now_v7()),
        tier: PlanTier::Pro,
        name: String::new(),
        version: 0,
        price_minor: 159_700,
        currency: "USD".to_owned(),
        interval: BillingInterval::Month,
        entitlements: vec![Entitlement {
            key: "calls".to_owned(),
            grants: Grants::Limit {
                limit: Some(2000),
                overage_unit_micro: Some(250_000),
            },
        }],
        created_at: noon(),
    };
    assert_eq!(platform.add_plan_version(&next).await.unwrap(), 2);
    let new = new_tenant("new");
    platform.create_tenant(&new).await.unwrap();
    assert_eq!(platform.plan_versions().await.unwrap().len(), 4);
    platform.commit().await.unwrap();
    assert_eq!(
        db.tx(old.id).await.plan().await.unwrap().price_minor,
        149_700
    );
    let has = db.tx(new.id).await.plan().await.unwrap();
    assert_eq!(
        (has.price_minor, has.entitlements),
        (159_700, next.entitlements)
    );
    assert_eq!(db.tx(new.id).await.plans().await.unwrap()[1].version, 2);
}

#[tokio::test]
async fn a_setup_request_is_decided_once() {
    let db = Db::fresh().await;
    let request = NewSetupRequest {
        id: SetupRequestId(Uuid::now_v7()),
        company_name: "Acme".to_owned(),
        contact_name: "Ada".to_owned(),
        email: "ada@example.com".to_owned(),
        phone: None,
        industry: None,
        tier: PlanTier::Starter,
        message: "Please".to_owned(),
        at: noon(),
    };
    db.store.request_setup(&request).await.unwrap();
    let long = NewSetupRequest {
        id: SetupRequestId(Uuid::now_v7()),
        message: "x".repeat(4001),
        ..request.clone()
    };
    let refused = db.store.request_setup(&long).await;
    assert!(
        matches!(refused, Err(StoreError::Invalid { .. })),
        "{refused:?}"
    );

    let mut platform = db.platform().await;
    let found = platform
        .lock_setup_request(request.id)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(found.status, SetupStatus::Pending);
    let new = new_tenant("acme");
    platform.create_tenant(&new).await.unwrap();
    let approved = SetupDecision::Approved(new.id);
    assert!(
        platform
            .decide_setup_request(request.id, &approved, noon())
            .await
            .unwrap()
    );
    let rejected = SetupDecision::Rejected {
        reason: "no".to_owned(),
    };
    assert!(
        !platform
            .decide_setup_request(request.id, &rejected, noon())
            .await
            .unwrap()
    );
    let listed = platform
        .setup_requests(Some(SetupStatus::Approved), None, 9)
        .await
        .unwrap();
    assert_eq!(listed[0].created_tenant, Some(new.id));
    assert_eq!(listed[0].decided_by, db.owner().await.user());
    assert!(
        platform
            .lock_setup_request(SetupRequestId(UserId(Uuid::now_v7()).0))
            .await
            .unwrap()
            .is_none()
    );
}

#[tokio::test]
async fn a_host_is_one_tenants_and_counts_when_it_was_shown() {
    let db = Db::fresh().await;
    let (a, b) = (db.tenant("a").await, db.tenant("b").await);
    let mut tx = db.tx(a).await;
    tx.add_domain("Calls.Example.com", noon()).await.unwrap();
    tx.commit().await.unwrap();
    let taken = db.tx(b).await.add_domain("calls.example.com", noon()).await;
    assert!(
        matches!(taken, Err(StoreError::Conflict { .. })),
        "{taken:?}"
    );
    let odd = db.tx(b).await.add_domain("no host", noon()).await;
    assert!(matches!(odd, Err(StoreError::Invalid { .. })), "{odd:?}");
    let found = async || db.store.tenant_by_host("calls.EXAMPLE.com").await.unwrap();
    assert_eq!(found().await, None);
    let own = db
        .tx(a)
        .await
        .verify_domain("calls.example.com", noon())
        .await;
    assert!(own.is_err(), "a tenant does not say so itself");
    let mut platform = db.platform().await;
    let tx = platform.enter(b).await.unwrap();
    assert!(!tx.verify_domain("calls.example.com", noon()).await.unwrap());
    let tx = platform.enter(a).await.unwrap();
    assert!(tx.verify_domain("calls.example.com", noon()).await.unwrap());
    platform.commit().await.unwrap();
    assert_eq!(found().await, Some(a));
    assert!(
        !db.tx(b)
            .await
            .remove_domain("calls.example.com")
            .await
            .unwrap()
    );
    let mut tx = db.tx(a).await;
    assert_eq!(tx.domains().await.unwrap().len(), 1);
    assert!(tx.remove_domain("calls.example.com").await.unwrap());
}
