//! API keys, the count of failed logins, and the rotation of what encrypts secrets.

use chrono::Duration;
use sqlx::Executor;
use store::{
    api_key::{KeyMode, NewApiKey},
    membership::Role,
    secret::SecretPlace,
    throttle::ThrottleRule,
};
use tenant_config::{id::ApiKeyId, plan::TenantStatus};
use uuid::Uuid;

use crate::harness::{Db, noon};

#[tokio::test]
async fn a_key_is_its_tenants_until_it_is_revoked_or_expires() {
    let db = Db::fresh().await;
    let (a, b) = (db.tenant("a").await, db.tenant("b").await);
    let expires = noon() + Duration::days(1);
    let new = |byte: u8, expires_at| NewApiKey {
        id: ApiKeyId(Uuid::now_v7()),
        name: "Export".to_owned(),
        prefix: "tk_test_abcd".to_owned(),
        hash: [byte; 32],
        scopes: vec!["calls:read".to_owned()],
        mode: KeyMode::Test,
        created_by: None,
        at: noon(),
        expires_at,
    };
    let (first, second) = (new(1, None), new(2, Some(expires)));
    let mut tx = db.tx(a).await;
    tx.create_api_key(&first).await.unwrap();
    tx.create_api_key(&second).await.unwrap();
    tx.commit().await.unwrap();

    let key = db
        .store
        .find_api_key(&[1; 32], noon())
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        (key.tenant, key.mode, key.scopes.len()),
        (a, KeyMode::Test, 1)
    );
    assert_eq!(key.tenant_status, TenantStatus::Active);
    assert!(key.use_is_worth_noting(noon()));
    let mut tx = db.tx(a).await;
    tx.note_api_key_use(key.id, noon()).await.unwrap();
    tx.commit().await.unwrap();
    let key = db
        .store
        .find_api_key(&[1; 32], noon())
        .await
        .unwrap()
        .unwrap();
    assert!(!key.use_is_worth_noting(noon() + Duration::minutes(5)));

    assert!(
        db.store
            .find_api_key(&[2; 32], noon())
            .await
            .unwrap()
            .is_some()
    );
    assert!(
        db.store
            .find_api_key(&[2; 32], expires)
            .await
            .unwrap()
            .is_none()
    );
    assert!(
        db.store
            .find_api_key(&[3; 32], noon())
            .await
            .unwrap()
            .is_none()
    );
    assert!(
        !db.tx(b)
            .await
            .revoke_api_key(first.id, noon())
            .await
            .unwrap()
    );
    let mut tx = db.tx(a).await;
    assert!(tx.revoke_api_key(first.id, noon()).await.unwrap());
    assert!(!tx.revoke_api_key(first.id, noon()).await.unwrap());
    assert_eq!(tx.api_keys().await.unwrap().len(), 2);
    tx.commit().await.unwrap();
    assert!(
        db.store
            .find_api_key(&[1; 32], noon())
            .await
            .unwrap()
            .is_none()
    );
}

#[tokio::test]
async fn failures_block_for_longer_each_time_and_are_forgotten() {
    let db = Db::fresh().await;
    let rule = ThrottleRule {
        window_s: 600,
        allowed: 3,
        block_s: 30,
    };
    let key = [7; 32];
    let fail = async |at_s: i64| {
        let at = noon() + Duration::seconds(at_s);
        let until = db.store.login_failed(&key, rule, at).await.unwrap();
        until.map(|until| (until - at).num_seconds())
    };
    assert_eq!(fail(0).await, None);
    assert_eq!(fail(1).await, None);
    assert_eq!(fail(2).await, Some(30));
    let blocked = async |at_s: i64| {
        let at = noon() + Duration::seconds(at_s);
        db.store
            .login_blocked(&[[1; 32], key], at)
            .await
            .unwrap()
            .is_some()
    };
    assert!(blocked(31).await && !blocked(32).await);
    assert_eq!(fail(33).await, Some(60));
    assert_eq!(fail(100).await, Some(120));
    for at in 0..10 {
        assert!(fail(300 + at).await.unwrap() <= 3600);
    }
    assert_eq!(fail(310).await, Some(3600));
    // Long after, it begins anew.
    assert_eq!(fail(310 + 3600 + 601).await, None);
    for _ in 0..3 {
        fail(5000).await;
    }
    db.store.login_succeeded(&key).await.unwrap();
    assert!(!blocked(5001).await);
    assert_eq!(fail(5002).await, None);
}

#[tokio::test]
async fn secrets_move_to_another_key_unless_they_changed_meanwhile() {
    let db = Db::fresh().await;
    let tenant = db.tenant("a").await;
    let ada = db.member(tenant, "ada", Role::Admin).await;
    let mut tx = db.store.user(ada).await.unwrap();
    tx.propose_mfa(b"old", "k1").await.unwrap();
    tx.commit().await.unwrap();
    let mut conn = db.connect_as("postgres").await;
    let line = format!(
        "INSERT INTO app.tenant_phone_config (id, tenant_id, ivr_mode, fallback, sip_password_enc, sip_password_key_id)
         VALUES (gen_random_uuid(), '{tenant}', 'simple', '{{}}', 'sip', 'k1')"
    );
    conn.execute(sqlx::AssertSqlSafe(line)).await.unwrap();

    let stale = db.store.secrets_of_other_keys("k2", None, 9).await.unwrap();
    let places: Vec<_> = stale.iter().map(|s| s.place).collect();
    assert_eq!(places, [SecretPlace::Mfa, SecretPlace::SipPassword]);
    assert!(!format!("{stale:?}").contains("encrypted"), "{stale:?}");
    let after = Some((stale[0].place, stale[0].owner));
    let next = db
        .store
        .secrets_of_other_keys("k2", after, 1)
        .await
        .unwrap();
    assert_eq!(next, stale[1..]);
    let uses = db.store.secrets_by_key().await.unwrap();
    let uses: Vec<_> = uses
        .iter()
        .map(|u| (u.place, u.key_id.as_str(), u.secrets))
        .collect();
    assert_eq!(
        uses,
        [
            (SecretPlace::Mfa, "k1", 1),
            (SecretPlace::SipPassword, "k1", 1)
        ]
    );
    let mut tx = db.store.user(ada).await.unwrap();
    tx.propose_mfa(b"newer", "k1").await.unwrap();
    tx.commit().await.unwrap();
    assert!(
        !db.store
            .replace_secret(&stale[0], "k2", b"x")
            .await
            .unwrap()
    );
    assert!(
        db.store
            .replace_secret(&stale[1], "k2", b"x")
            .await
            .unwrap()
    );
    let stale = db.store.secrets_of_other_keys("k2", None, 9).await.unwrap();
    assert_eq!(
        (stale.len(), stale[0].encrypted.as_slice()),
        (1, b"newer".as_slice())
    );
    assert!(
        db.store
            .replace_secret(&stale[0], "k2", b"y")
            .await
            .unwrap()
    );
    assert_eq!(
        db.store.secrets_of_other_keys("k2", None, 9).await.unwrap(),
        []
    );
}
