//! Sessions and their tokens.

use chrono::Duration;
use store::{
    StoreError,
    membership::Role,
    session::{NewSession, RefreshVerdict, RevokeReason, Rotation},
};
use tenant_config::{
    id::{SessionId, TenantId},
    plan::TenantStatus,
};
use uuid::Uuid;

use crate::harness::{Db, noon};

/// A session of 30 days whose first token, of a day, has a hash of `byte`s.
pub(crate) fn new_session(tenant: Option<TenantId>, byte: u8) -> NewSession {
    NewSession {
        id: SessionId(Uuid::now_v7()),
        tenant,
        at: noon(),
        expires_at: noon() + Duration::days(30),
        mfa_passed: false,
        refresh_hash: [byte; 32],
        refresh_expires_at: noon() + Duration::days(1),
        user_agent: Some("curl".to_owned()),
        ip: Some("192.0.2.1".to_owned()),
    }
}

fn rotation(shown: u8, next: u8) -> Rotation {
    Rotation {
        shown: [shown; 32],
        next: [next; 32],
        next_expires_at: noon() + Duration::days(2),
    }
}

#[tokio::test]
async fn a_token_works_once_and_one_shown_twice_ends_the_family() {
    let db = Db::fresh().await;
    let tenant = db.tenant("a").await;
    let ada = db.member(tenant, "ada", Role::Admin).await;
    let session = new_session(Some(tenant), 1);
    let mut tx = db.store.user(ada).await.unwrap();
    tx.begin_session(&session).await.unwrap();
    tx.commit().await.unwrap();
    let accepted = RefreshVerdict::Accepted {
        user: ada,
        session: session.id,
        tenant: Some(tenant),
    };
    let rotate = |shown, next| {
        let (store, rotation) = (db.store.clone(), rotation(shown, next));
        async move { store.rotate_refresh_token(&rotation, noon()).await.unwrap() }
    };
    assert_eq!(rotate(9, 10).await, RefreshVerdict::Unknown);
    assert_eq!(rotate(1, 2).await, accepted);
    assert_eq!(rotate(2, 3).await, accepted);
    let reused = RefreshVerdict::Reused {
        user: ada,
        session: session.id,
    };
    assert_eq!(rotate(1, 4).await, reused);
    // The thief's token and the owner's are both worth nothing.
    assert_eq!(rotate(3, 5).await, RefreshVerdict::Revoked);
    assert_eq!(rotate(4, 5).await, RefreshVerdict::Unknown);
    let access = db
        .store
        .session_access(session.id, None, noon())
        .await
        .unwrap();
    assert_eq!(access, None);
}

#[tokio::test]
async fn of_two_who_refresh_at_once_with_one_token_one_is_accepted() {
    let db = Db::fresh().await;
    let tenant = db.tenant("a").await;
    let ada = db.member(tenant, "ada", Role::Admin).await;
    let mut tx = db.store.user(ada).await.unwrap();
    tx.begin_session(&new_session(None, 1)).await.unwrap();
    tx.commit().await.unwrap();
    let tasks: Vec<_> = (2..6)
        .map(|next| {
            let store = db.store.clone();
            tokio::spawn(async move {
                store
                    .rotate_refresh_token(&rotation(1, next), noon())
                    .await
                    .unwrap()
            })
        })
        .collect();
    let mut accepted = 0;
    for task in tasks {
        accepted += usize::from(matches!(
            task.await.unwrap(),
            RefreshVerdict::Accepted { .. }
        ));
    }
    assert_eq!(accepted, 1);
}

#[tokio::test]
async fn a_token_ends_with_its_time_and_never_outlives_its_session() {
    let db = Db::fresh().await;
    let tenant = db.tenant("a").await;
    let ada = db.member(tenant, "ada", Role::Admin).await;
    let mut tx = db.store.user(ada).await.unwrap();
    let session = NewSession {
        expires_at: noon() + Duration::days(2),
        ..new_session(None, 1)
    };
    tx.begin_session(&session).await.unwrap();
    tx.begin_session(&new_session(None, 50)).await.unwrap();
    tx.commit().await.unwrap();
    let at = |days| noon() + Duration::days(days);
    let late = db
        .store
        .rotate_refresh_token(&rotation(50, 51), at(1))
        .await
        .unwrap();
    assert_eq!(late, RefreshVerdict::Expired);
    let long = Rotation {
        next_expires_at: at(300),
        ..rotation(1, 2)
    };
    let first = db.store.rotate_refresh_token(&long, noon()).await.unwrap();
    assert!(matches!(first, RefreshVerdict::Accepted { .. }));
    let beyond = db
        .store
        .rotate_refresh_token(&rotation(2, 3), at(2))
        .await
        .unwrap();
    assert_eq!(beyond, RefreshVerdict::Expired);
    assert_eq!(
        db.store
            .session_access(session.id, None, at(2))
            .await
            .unwrap(),
        None
    );
    assert_eq!(db.store.purge_identity(at(3)).await.unwrap(), 1);
}

#[tokio::test]
async fn access_follows_role_and_standing_at_once() {
    let db = Db::fresh().await;
    let (a, b) = (db.tenant("a").await, db.tenant("b").await);
    let ada = db.member(a, "ada", Role::Admin).await;
    db.member(a, "bob", Role::Admin).await;
    let session = new_session(Some(a), 1);
    let mut tx = db.store.user(ada).await.unwrap();
    tx.begin_session(&session).await.unwrap();
    let elsewhere = tx.switch_tenant(session.id, Some(b)).await;
    assert!(
        matches!(elsewhere, Err(StoreError::Conflict { .. })),
        "{elsewhere:?}"
    );
    drop(tx);
    let mut tx = db.store.user(ada).await.unwrap();
    tx.begin_session(&session).await.unwrap();
    tx.pass_mfa(session.id, noon()).await.unwrap();
    tx.commit().await.unwrap();
    let access = async |tenant| {
        let found = db
            .store
            .session_access(session.id, Some(tenant), noon())
            .await;
        found.unwrap().unwrap()
    };
    let found = access(a).await;
    assert!(found.mfa_passed && found.current_tenant == Some(a));
    assert_eq!(found.in_tenant, Some((Role::Admin, TenantStatus::Active)));
    assert_eq!(access(b).await.in_tenant, None);

    let mut tx = db.tx(a).await;
    tx.set_role(ada, Role::Viewer).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(
        access(a).await.in_tenant,
        Some((Role::Viewer, TenantStatus::Active))
    );
    let mut tx = db.tx(a).await;
    tx.remove_member(ada).await.unwrap();
    tx.commit().await.unwrap();
    let found = access(a).await;
    assert_eq!((found.in_tenant, found.current_tenant), (None, None));

    let mut tx = db.store.user(ada).await.unwrap();
    assert_eq!(tx.sessions(noon()).await.unwrap().len(), 1);
    assert!(
        tx.revoke_session(session.id, RevokeReason::Logout, noon())
            .await
            .unwrap()
    );
    assert_eq!(tx.sessions(noon()).await.unwrap(), []);
    tx.commit().await.unwrap();
    assert_eq!(
        db.store
            .session_access(session.id, None, noon())
            .await
            .unwrap(),
        None
    );
}
