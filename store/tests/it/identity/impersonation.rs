//! The platform's people in a tenant's place.

use chrono::{Duration, TimeDelta};
use store::{
    PlatformActor, StoreError, TenantScope,
    api_key::{KeyMode, NewApiKey},
    audit::{AuditEntry, AuditFilter, Origin},
    impersonation::{ImpersonationEnd, ImpersonationMode, LONGEST, NewImpersonation},
    membership::Role,
    platform::PlatformRole,
    seed::ROOT_TENANT,
};
use tenant_config::id::{ApiKeyId, ImpersonationId, TenantId};
use uuid::Uuid;

use crate::harness::{Db, denied, noon};

fn start(tenant: TenantId, mode: ImpersonationMode) -> NewImpersonation {
    NewImpersonation {
        id: ImpersonationId(Uuid::now_v7()),
        tenant,
        mode,
        reason: "The menu does not work, ticket 7".to_owned(),
        ticket: Some("T-7".to_owned()),
        started_at: noon(),
        lasts: LONGEST,
    }
}

fn refused_by<T: std::fmt::Debug>(result: &Result<T, StoreError>, rule: &str) {
    assert!(
        matches!(result, Err(StoreError::Refused { rule: found }) if found == rule),
        "{result:?}"
    );
}

#[tokio::test]
async fn it_is_for_owners_one_at_a_time_for_an_hour_with_a_reason() {
    let db = Db::fresh().await;
    let (a, b) = (db.tenant("a").await, db.tenant("b").await);
    let origin = Origin::default();
    let new = start(a, ImpersonationMode::Full);

    let mut tx = db.store.platform(PlatformActor::operator()).await.unwrap();
    let console = tx.start_impersonation(&new, &origin).await;
    refused_by(&console, "impersonation_sessions_by_owner");
    let ada = db.member(a, "ada", Role::Admin).await;
    let mut tx = db.platform().await;
    tx.set_platform_role(ada, Some(PlatformRole::SuperAdmin))
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let super_admin = db.store.platform_actor(ada).await.unwrap().unwrap();
    let mut tx = db.store.platform(super_admin).await.unwrap();
    let super_admin = tx.start_impersonation(&new, &origin).await;
    refused_by(&super_admin, "impersonation_sessions_by_owner");

    let root = start(ROOT_TENANT, ImpersonationMode::ReadOnly);
    let root = db
        .platform()
        .await
        .start_impersonation(&root, &origin)
        .await;
    refused_by(&root, "impersonation_sessions_not_root");
    for bad in [
        NewImpersonation {
            reason: "   short   ".to_owned(),
            ..new.clone()
        },
        NewImpersonation {
            lasts: LONGEST + TimeDelta::seconds(1),
            ..new.clone()
        },
    ] {
        let refused = db.platform().await.start_impersonation(&bad, &origin).await;
        assert!(
            matches!(refused, Err(StoreError::Invalid { .. })),
            "{refused:?}"
        );
    }

    let mut tx = db.platform().await;
    let running = tx.start_impersonation(&new, &origin).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(
        (running.tenant(), running.mode()),
        (a, ImpersonationMode::Full)
    );
    let second = start(b, ImpersonationMode::ReadOnly);
    let nested = db
        .platform()
        .await
        .start_impersonation(&second, &origin)
        .await;
    assert!(
        matches!(nested, Err(StoreError::Conflict { .. })),
        "{nested:?}"
    );
    // One that ran out stands in nobody's way.
    let later = NewImpersonation {
        started_at: noon() + LONGEST,
        ..second
    };
    let mut tx = db.platform().await;
    tx.start_impersonation(&later, &origin).await.unwrap();
    let all = tx.impersonations(None, 9).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(all.len(), 2);
    assert_eq!(
        all[1].ended,
        Some((noon() + LONGEST, ImpersonationEnd::Expired))
    );
}

#[tokio::test]
async fn it_counts_until_it_ends_expires_or_its_owner_is_one_no_longer() {
    let db = Db::fresh().await;
    let tenant = db.tenant("a").await;
    let origin = Origin::default();
    let new = start(tenant, ImpersonationMode::Full);
    let mut tx = db.platform().await;
    tx.start_impersonation(&new, &origin).await.unwrap();
    tx.commit().await.unwrap();
    let running = async |at| db.store.running_impersonation(new.id, at).await.unwrap();
    assert!(running(noon() + Duration::minutes(59)).await.is_some());
    assert!(running(noon() + LONGEST).await.is_none());
    let mut tx = db.platform().await;
    let revoked = ImpersonationEnd::Revoked;
    assert!(
        tx.end_impersonation(new.id, revoked, noon(), &origin)
            .await
            .unwrap()
    );
    assert!(
        !tx.end_impersonation(new.id, revoked, noon(), &origin)
            .await
            .unwrap()
    );
    tx.commit().await.unwrap();
    assert!(running(noon()).await.is_none());
    // Another of the same moment: pages go by the id too.
    let mut tx = db.platform().await;
    let again = start(tenant, ImpersonationMode::Full);
    tx.start_impersonation(&again, &origin).await.unwrap();
    let all = tx.impersonations(None, 9).await.unwrap();
    let after = Some((all[0].started_at, all[0].id));
    let rest = tx.impersonations(after, 9).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!((all.len(), &rest[..]), (2, &all[1..]));
    let mut tx = db.tx(tenant).await;
    assert_eq!(tx.impersonations(None, 9).await.unwrap(), all);
    assert_eq!(tx.impersonations(after, 9).await.unwrap(), rest);
}

#[tokio::test]
async fn what_is_done_in_it_carries_it_in_the_tenants_own_log() {
    let db = Db::fresh().await;
    let tenant = db.tenant("a").await;
    let origin = Origin {
        actor_name: Some("owner@example.com".to_owned()),
        request_id: Some("r-1".to_owned()),
        ..Origin::default()
    };
    let new = start(tenant, ImpersonationMode::Full);
    let mut tx = db.platform().await;
    let running = tx.start_impersonation(&new, &origin).await.unwrap();
    tx.commit().await.unwrap();
    let scope = TenantScope::impersonating(running);
    let mut tx = db.store.tenant(&scope).await.unwrap();
    let entry = AuditEntry::new(noon(), "faq.edited", "faq").of("1");
    tx.audit(&entry, &origin).await.unwrap();
    tx.commit().await.unwrap();

    let all = AuditFilter {
        at_most: 9,
        ..AuditFilter::default()
    };
    let rows = db.tx(tenant).await.audit_log(&all).await.unwrap();
    assert_eq!(rows[0].action, "faq.edited");
    assert_eq!(rows[0].impersonation, Some(new.id));
    assert_eq!(rows[0].actor_id, Some(running.actor().0));
    assert_eq!(rows[1].action, "impersonation.started");
    assert_eq!(rows[1].reason.as_deref(), Some(new.reason.as_str()));
    let root = db.tx(ROOT_TENANT).await.audit_log(&all).await.unwrap();
    assert_eq!(root[0].object_id, Some(new.id.to_string()));
}

#[tokio::test]
async fn a_read_only_one_writes_nothing() {
    let db = Db::fresh().await;
    let tenant = db.seeded().await;
    let new = start(tenant, ImpersonationMode::ReadOnly);
    let mut tx = db.platform().await;
    let running = tx
        .start_impersonation(&new, &Origin::default())
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let mut tx = db
        .store
        .tenant(&TenantScope::impersonating(running))
        .await
        .unwrap();
    assert!(!tx.services().await.unwrap().is_empty());
    let write = tx.override_flag("white_label", true, "", noon()).await;
    refused_by(&write, "read_only");
}

#[tokio::test]
async fn no_key_is_seen_or_made_in_a_tenants_place() {
    let db = Db::fresh().await;
    let tenant = db.tenant("a").await;
    let key = |byte: u8| NewApiKey {
        id: ApiKeyId(Uuid::now_v7()),
        name: "Key".to_owned(),
        prefix: "tk_live_abcd".to_owned(),
        hash: [byte; 32],
        scopes: Vec::new(),
        mode: KeyMode::Live,
        created_by: None,
        at: noon(),
        expires_at: None,
    };
    let own = key(1);
    let mut tx = db.tx(tenant).await;
    tx.create_api_key(&own).await.unwrap();
    tx.commit().await.unwrap();
    let new = start(tenant, ImpersonationMode::Full);
    let mut tx = db.platform().await;
    let running = tx
        .start_impersonation(&new, &Origin::default())
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let scope = TenantScope::impersonating(running);
    let mut tx = db.store.tenant(&scope).await.unwrap();
    assert_eq!(tx.api_keys().await.unwrap(), []);
    assert!(!tx.revoke_api_key(own.id, noon()).await.unwrap());
    let made = tx.create_api_key(&key(2)).await.unwrap_err();
    assert!(denied(&made), "{made:?}");
    assert_eq!(db.tx(tenant).await.api_keys().await.unwrap().len(), 1);
}
