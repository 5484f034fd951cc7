//! The wall as the product meets it: pooled connections after errors, panics and rollbacks, tenants
//! that work at once, rows that refer to others', what even the server's owner cannot change.

use sqlx::{Connection, Executor, PgConnection, Postgres, Transaction};
use store::{
    Actor, Store, StoreError, TenantScope, call::CallRef, contact::ContactFilter,
    message::NewMessage,
};
use tenant_config::{
    id::{CallId, TenantId},
    phone::E164,
};

use crate::harness::{Db, noon, number, sqlstate};

/// The demo tenant with a call.
async fn demo(db: &Db) -> (TenantId, CallRef) {
    let tenant = db.seeded().await;
    let call = db.call(tenant, "CA-full").await;
    (tenant, call)
}

async fn begin(conn: &mut PgConnection, tenant: TenantId) -> Transaction<'_, Postgres> {
    let mut tx = conn.begin().await.unwrap();
    sqlx::query("SELECT set_config('app.tenant_id', $1, true)")
        .bind(tenant.to_string())
        .execute(&mut *tx)
        .await
        .unwrap();
    tx
}

#[tokio::test]
async fn an_empty_setting_is_no_tenant() {
    let db = Db::fresh().await;
    demo(&db).await;
    for role in super::matrix::ROLES {
        let mut conn = db.connect_as(role).await;
        // After SET LOCAL has ended the setting is an empty text, not NULL.
        begin(&mut conn, TenantId(uuid::Uuid::now_v7()))
            .await
            .commit()
            .await
            .unwrap();
        let left: String = sqlx::query_scalar("SELECT current_setting('app.tenant_id', true)")
            .fetch_one(&mut conn)
            .await
            .unwrap();
        assert_eq!(left, "");
        let seen: i64 = sqlx::query_scalar("SELECT count(*) FROM app.services_catalog")
            .fetch_one(&mut conn)
            .await
            .unwrap();
        assert_eq!(seen, 0, "{role}");
    }
}

#[tokio::test]
async fn a_connection_carries_no_tenant_into_its_next_use() {
    let db = Db::fresh().await;
    let (a, call) = demo(&db).await;
    let b = db.tenant("other").await;
    for round in 0..60 {
        let mut tx = db.tx(a).await;
        match round % 3 {
            0 => {
                // An error that breaks the transaction, which is then dropped.
                let broken = tx.add_event(&call, "", None, &serde_json::json!({})).await;
                assert!(
                    matches!(broken, Err(StoreError::Invalid { .. })),
                    "{broken:?}"
                );
                drop(tx);
            }
            1 => {
                let panics = tokio::spawn(async move {
                    tx.services().await.unwrap();
                    panic!("with the transaction in hand");
                });
                assert!(panics.await.unwrap_err().is_panic());
            }
            _ => {
                tx.services().await.unwrap();
                drop(tx);
            }
        }
        let mut tx = db.tx(b).await;
        assert_eq!(tx.services().await.unwrap(), []);
        assert!(matches!(
            tx.call(&call).await,
            Err(StoreError::NotFound { .. })
        ));
    }
}

/// Two tenants write and read at once over few connections; some transactions are given up, some
/// break, and each sees and keeps its own.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn tenants_that_work_at_once_see_and_keep_their_own() {
    const ROUNDS: u32 = 300;
    let db = Db::fresh().await;
    let tenants = [db.tenant("a").await, db.tenant("b").await];
    let tasks: Vec<_> = (0..ROUNDS)
        .map(|round| {
            let (store, tenant) = (db.store.clone(), tenants[round as usize % 2]);
            tokio::spawn(async move { work(&store, tenant, round).await })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    for (side, tenant) in (0..).zip(tenants) {
        let everything = ContactFilter {
            at_most: 1000,
            ..ContactFilter::default()
        };
        let kept = db.tx(tenant).await.contacts(&everything).await.unwrap();
        let expected = (0..ROUNDS).filter(|round| round % 2 == side && round % 5 > 1);
        assert_eq!(kept.len(), expected.count());
        assert!(kept.iter().all(|contact| whose(&contact.number) == side));
    }
}

/// One contact of a tenant: broken off, given up or kept.
async fn work(store: &Store, tenant: TenantId, round: u32) {
    let scope = TenantScope::new(tenant, Actor::Call(CallId(uuid::Uuid::now_v7())));
    let mut tx = store.tenant(&scope).await.unwrap();
    assert_eq!(tx.tenant_row().await.unwrap().id, tenant);
    let number = number(&format!("+1{}{round:09}", 1 + round % 2));
    let contact = tx.contact_of(&number, noon()).await.unwrap();
    let filter = ContactFilter {
        at_most: 1000,
        ..ContactFilter::default()
    };
    for seen in tx.contacts(&filter).await.unwrap() {
        assert_eq!(whose(&seen.number), round % 2, "{seen:?} of another");
    }
    match round % 5 {
        0 => {
            let broken = tx.override_flag("no such feature", true, "", noon()).await;
            assert!(broken.is_err());
        }
        1 => drop(tx),
        _ => {
            assert!(tx.contact(contact.id).await.unwrap().is_some());
            tx.commit().await.unwrap();
        }
    }
}

/// The side that a number of [`work`] is of.
fn whose(number: &E164) -> u32 {
    u32::from(number.as_str().starts_with("+12"))
}

#[tokio::test]
async fn a_row_cannot_refer_to_another_tenants() {
    let db = Db::fresh().await;
    let (_, call_of_a) = demo(&db).await;
    let b = db.tenant("other").await;
    let mut tx = db.tx(b).await;
    let event = tx
        .add_event(&call_of_a, "dtmf", None, &serde_json::json!({}))
        .await;
    assert!(
        matches!(event, Err(StoreError::Conflict { .. })),
        "{event:?}"
    );
    let mut tx = db.tx(b).await;
    let message = NewMessage {
        name: None,
        phone: None,
        text: "x".to_owned(),
        call: Some(call_of_a),
    };
    let message = tx.take_message(&message).await;
    assert!(
        matches!(message, Err(StoreError::Conflict { .. })),
        "{message:?}"
    );
    let mut tx = db.tx(b).await;
    let token = tx.create_stream_token(&call_of_a, &[9; 32], noon()).await;
    assert!(
        matches!(token, Err(StoreError::NotFound { .. })),
        "{token:?}"
    );
}

#[tokio::test]
async fn what_is_immutable_stays_even_for_the_owner_of_the_server() {
    let db = Db::fresh().await;
    demo(&db).await;
    let mut conn = db.connect_as("postgres").await;
    for sql in [
        "DELETE FROM app.tenants WHERE is_root",
        "UPDATE app.tenants SET slug = 'toor' WHERE is_root",
        "UPDATE app.tenants SET status = 'suspended' WHERE is_root",
        "DELETE FROM app.tenant_phone_config WHERE is_root_protected",
        "UPDATE app.tenant_phone_config SET is_root_protected = false WHERE is_root_protected",
        "UPDATE app.agent_versions SET version = 2",
        "DELETE FROM app.agent_versions",
    ] {
        assert_eq!(sqlstate(conn.execute(sql).await), "23001", "{sql}");
    }
}
