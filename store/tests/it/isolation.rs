//! What a tenant can do to another: nothing, on any table, whatever the verb.

use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, Postgres, Row, Transaction};
use store::{
    Actor, StoreError, TenantScope,
    appointment::NewAppointment,
    call::{CallRef, RecordingKind, RecordingRow},
    message::NewMessage,
};
use tenant_config::id::{CallId, TenantId};

use crate::harness::{Db, noon, number, sqlstate};

/// The demo tenant with at least one row in every table.
async fn full_tenant(db: &Db) -> (TenantId, CallRef) {
    let tenant = db.seeded().await;
    let call = db.call(tenant, "CA-full").await;
    let mut tx = db.tx(tenant).await;
    tx.add_event(&call, "dtmf", Some(5), &serde_json::json!({"digits": "1"}))
        .await
        .unwrap();
    tx.add_turn(&call, &crate::calls::turn(0)).await.unwrap();
    tx.create_stream_token(&call, &[7; 32], noon())
        .await
        .unwrap();
    tx.finish_recording(&call, &recording()).await.unwrap();
    let service_id = tx.services().await.unwrap()[0].id;
    let appointment = NewAppointment {
        service_id,
        starts_at: noon(),
        customer_name: "Ada".to_owned(),
        phone: number("+19185550142"),
        call: Some(call),
        notes: None,
    };
    tx.book(&appointment, noon() - chrono::Duration::days(1))
        .await
        .unwrap();
    let message = NewMessage {
        name: None,
        phone: None,
        text: "Call me".to_owned(),
        call: Some(call),
    };
    tx.take_message(&message).await.unwrap();
    tx.commit().await.unwrap();
    let mut conn = db.connect_as("tl_app").await;
    let mut tx = begin(&mut conn, tenant).await;
    sqlx::query("INSERT INTO app.hour_exceptions (tenant_id, on_date) VALUES ($1, '2026-12-25')")
        .bind(tenant.0)
        .execute(&mut *tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    (tenant, call)
}

fn recording() -> RecordingRow {
    RecordingRow {
        kind: RecordingKind::Conversation,
        provider_recording_id: None,
        storage_key: "recordings/a.wav".to_owned(),
        channels: 2,
        sample_rate: Some(8000),
        bytes: Some(32_044),
        sha256: Some([1; 32]),
        duration_ms: Some(1000),
        complete: true,
    }
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

async fn tenant_tables(conn: &mut PgConnection) -> Vec<String> {
    sqlx::query_scalar(
        "SELECT c.oid::regclass::text FROM pg_class c
         JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id'
         WHERE c.relnamespace = 'app'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
         ORDER BY 1",
    )
    .fetch_all(conn)
    .await
    .unwrap()
}

async fn count(conn: &mut PgConnection, table: &str) -> i64 {
    let sql = AssertSqlSafe(format!("SELECT count(*) FROM {table}"));
    sqlx::query_scalar(sql).fetch_one(conn).await.unwrap()
}

#[tokio::test]
async fn a_tenant_reads_and_writes_no_row_of_another_in_any_table() {
    let db = Db::fresh().await;
    let (a, _) = full_tenant(&db).await;
    let b = db.tenant("other").await;
    let mut conn = db.connect_as("tl_app").await;
    let tables = tenant_tables(&mut conn).await;
    assert!(tables.len() >= 17, "{tables:?}");
    for table in tables {
        let mut tx = begin(&mut conn, a).await;
        let own = count(&mut tx, &table).await;
        assert!(own > 0, "the test must fill {table}");
        let row = AssertSqlSafe(format!("SELECT to_jsonb(t) FROM {table} t LIMIT 1"));
        let row: serde_json::Value = tx.fetch_one(row).await.unwrap().get(0);
        tx.rollback().await.unwrap();

        let mut tx = begin(&mut conn, b).await;
        assert_eq!(count(&mut tx, &table).await, 0, "B reads A's {table}");
        for verb in ["UPDATE {} SET tenant_id = tenant_id", "DELETE FROM {}"] {
            let mut attempt = tx.begin().await.unwrap();
            let sql = AssertSqlSafe(verb.replace("{}", &table));
            match attempt.execute(sql).await {
                Ok(done) => assert_eq!(done.rows_affected(), 0, "{verb} reached A's {table}"),
                Err(error) => {
                    assert_eq!(sqlstate(Err::<(), _>(error)), "42501", "{verb} on {table}");
                }
            }
            attempt.rollback().await.unwrap();
        }
        let insert = AssertSqlSafe(format!(
            "INSERT INTO {table} SELECT * FROM jsonb_populate_record(NULL::{table}, $1)"
        ));
        let refused = sqlx::query(insert).bind(row).execute(&mut *tx).await;
        assert_eq!(
            sqlstate(refused),
            "42501",
            "B writes a row of A into {table}"
        );
        tx.rollback().await.unwrap();

        let mut tx = begin(&mut conn, a).await;
        assert_eq!(
            count(&mut tx, &table).await,
            own,
            "{table} of A has changed"
        );
        tx.rollback().await.unwrap();
    }
}

#[tokio::test]
async fn without_a_tenant_there_are_no_rows() {
    let db = Db::fresh().await;
    full_tenant(&db).await;
    for role in ["tl_app", "tl_worker"] {
        let mut conn = db.connect_as(role).await;
        for table in tenant_tables(&mut conn).await {
            assert_eq!(
                count(&mut conn, &table).await,
                0,
                "{role}, {table}, never set"
            );
        }
        // After SET LOCAL has ended the setting is an empty text.
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
        assert_eq!(
            count(&mut conn, "app.tenants").await,
            0,
            "{role}, empty setting"
        );
    }
}

#[tokio::test]
async fn a_connection_carries_no_tenant_into_its_next_use() {
    let db = Db::fresh().await;
    let (a, call) = full_tenant(&db).await;
    let b = db.tenant("other").await;
    for _ in 0..40 {
        let mut tx = db.tx(a).await;
        // An error that breaks the transaction, which is then dropped.
        let broken = tx.add_event(&call, "", None, &serde_json::json!({})).await;
        assert!(
            matches!(broken, Err(StoreError::Invalid { .. })),
            "{broken:?}"
        );
        drop(tx);
        let mut tx = db.tx(b).await;
        assert_eq!(tx.services().await.unwrap(), []);
        assert!(matches!(
            tx.call(&call).await,
            Err(StoreError::NotFound { .. })
        ));
    }
}

#[tokio::test]
async fn tenants_that_work_at_once_see_their_own() {
    let db = Db::fresh().await;
    let tenants = [
        db.seeded().await,
        db.tenant("b").await,
        db.tenant("c").await,
    ];
    let tasks: Vec<_> = (0..60)
        .map(|i| {
            let (store, tenant) = (db.store.clone(), tenants[i % 3]);
            tokio::spawn(async move {
                let scope = TenantScope::new(tenant, Actor::Call(CallId(uuid::Uuid::now_v7())));
                let mut tx = store.tenant(&scope).await.unwrap();
                assert_eq!(tx.tenant_row().await.unwrap().id, tenant);
                assert_eq!(tx.services().await.unwrap().is_empty(), i % 3 != 0);
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
}

#[tokio::test]
async fn a_row_cannot_refer_to_another_tenants() {
    let db = Db::fresh().await;
    let (_, call_of_a) = full_tenant(&db).await;
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
    full_tenant(&db).await;
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
