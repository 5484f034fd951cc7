//! The audit log: chained, append-only, by whom the transaction says.

use serde_json::json;
use sqlx::Executor;
use store::{
    Actor, PlatformActor, TenantScope,
    audit::{ActorKind, AuditEntry, AuditFilter, FaultKind, Origin},
    membership::Role,
};
use tenant_config::id::TenantId;

use crate::harness::{Db, noon, sqlstate};

async fn write(db: &Db, tenant: TenantId, count: usize) {
    for _ in 0..count {
        let mut tx = db.tx(tenant).await;
        let entry = AuditEntry::new(noon(), "tenant.edited", "tenant")
            .of(&tenant)
            .before(json!({"name": "A", "sip_password": "x"}))
            .after(json!({"name": "B"}));
        tx.audit(&entry, &Origin::default()).await.unwrap();
        tx.commit().await.unwrap();
    }
}

fn all() -> AuditFilter {
    AuditFilter {
        at_most: 100,
        ..AuditFilter::default()
    }
}

#[tokio::test]
async fn rows_are_numbered_and_say_who_and_what_without_secrets() {
    let db = Db::fresh().await;
    let (a, b) = (db.tenant("a").await, db.tenant("b").await);
    let ada = db.member(a, "ada", Role::Admin).await;
    write(&db, b, 2).await;
    write(&db, a, 1).await;
    let mut tx = db
        .store
        .tenant(&TenantScope::new(a, Actor::User(ada)))
        .await
        .unwrap();
    let origin = Origin {
        actor_name: Some("Ada".to_owned()),
        ip: Some("192.0.2.7".to_owned()),
        user_agent: Some("curl".to_owned()),
        request_id: Some("r-1".to_owned()),
    };
    let entry = AuditEntry::new(noon(), "member.removed", "member").because("left");
    assert_eq!(tx.audit(&entry, &origin).await.unwrap(), 2);
    tx.commit().await.unwrap();

    let rows = db.tx(a).await.audit_log(&all()).await.unwrap();
    assert_eq!(rows.iter().map(|r| r.seq).collect::<Vec<_>>(), [2, 1]);
    assert_eq!(
        (rows[0].actor_kind, rows[0].actor_id),
        (ActorKind::User, Some(ada.0))
    );
    assert_eq!(rows[0].request_id.as_deref(), Some("r-1"));
    assert_eq!(rows[1].actor_kind, ActorKind::System);
    assert_eq!(
        rows[1].before,
        Some(json!({"name": "A", "sip_password": "[redacted]"}))
    );
    let filter = AuditFilter {
        before_seq: Some(2),
        object_id: Some(a.to_string()),
        ..all()
    };
    assert_eq!(db.tx(a).await.audit_log(&filter).await.unwrap().len(), 1);
    let filter = AuditFilter {
        actor_id: Some(ada.0),
        until: Some(noon()),
        ..all()
    };
    assert_eq!(db.tx(a).await.audit_log(&filter).await.unwrap(), []);
}

#[tokio::test]
async fn writers_at_once_make_one_chain_without_gaps() {
    let db = Db::fresh().await;
    let (a, b) = (db.tenant("a").await, db.tenant("b").await);
    let tasks: Vec<_> = (0..40)
        .map(|i| {
            let store = db.store.clone();
            tokio::spawn(async move {
                let scope = TenantScope::new(if i % 2 == 0 { a } else { b }, Actor::System);
                let mut tx = store.tenant(&scope).await.unwrap();
                let entry = AuditEntry::new(noon(), "a.b", "x");
                tx.audit(&entry, &Origin::default()).await.unwrap();
                // Every fifth is undone: its number goes to the next.
                if i % 5 != 0 {
                    tx.commit().await.unwrap();
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    for tenant in [a, b] {
        let mut tx = db.tx(tenant).await;
        assert_eq!(tx.verify_audit().await.unwrap(), None);
        let rows = tx.audit_log(&all()).await.unwrap();
        assert_eq!(rows.len(), 16);
        assert_eq!(rows[0].seq, 16);
    }
    let mut platform = db.platform().await;
    let audited = platform.audited_tenants().await.unwrap();
    for tenant in [a, b] {
        let found = audited.iter().find(|audited| audited.id == tenant);
        assert_eq!(found.unwrap().rows, 16);
    }
}

#[tokio::test]
async fn whoever_changes_the_chain_is_found_out() {
    let db = Db::fresh().await;
    let tenant = db.tenant("a").await;
    write(&db, tenant, 5).await;
    let mut conn = db.connect_as("postgres").await;
    for sql in [
        "UPDATE app.audit_log SET reason = 'x'",
        "DELETE FROM app.audit_log",
        "TRUNCATE app.audit_log",
    ] {
        assert_eq!(sqlstate(conn.execute(sql).await), "23001", "{sql}");
    }
    for (breach, seq, kind) in [
        (
            "UPDATE app.audit_log SET after = '{}' WHERE seq = 3",
            3,
            FaultKind::Hash,
        ),
        (
            "UPDATE app.audit_log SET actor_id = gen_random_uuid() WHERE seq = 1",
            1,
            FaultKind::Hash,
        ),
        ("DELETE FROM app.audit_log WHERE seq = 2", 3, FaultKind::Gap),
        (
            "DELETE FROM app.audit_log WHERE seq = 5",
            5,
            FaultKind::Tail,
        ),
        (
            "UPDATE app.audit_log SET reason = 'x' WHERE seq = 2;
             UPDATE app.audit_log a SET hash = app.audit_hash(a) WHERE seq = 2",
            3,
            FaultKind::PrevHash,
        ),
        // A row put in: behind the end, chained as it should be; before the first one; in the middle.
        (
            "INSERT INTO app.audit_log SELECT (jsonb_populate_record(a, jsonb_build_object(
               'seq', 6, 'id', gen_random_uuid(), 'prev_hash', a.hash))).* FROM app.audit_log a WHERE seq = 5;
             UPDATE app.audit_log a SET hash = app.audit_hash(a) WHERE seq = 6",
            6,
            FaultKind::Beyond,
        ),
        (
            "INSERT INTO app.audit_log SELECT (jsonb_populate_record(a, jsonb_build_object(
               'seq', 0, 'id', gen_random_uuid()))).* FROM app.audit_log a WHERE seq = 1",
            0,
            FaultKind::Gap,
        ),
        (
            "UPDATE app.audit_log SET seq = seq + 100 WHERE seq > 2;
             INSERT INTO app.audit_log SELECT (jsonb_populate_record(a, jsonb_build_object(
               'seq', 3, 'id', gen_random_uuid()))).* FROM app.audit_log a WHERE seq = 2;
             UPDATE app.audit_log SET seq = seq - 99 WHERE seq > 100",
            3,
            FaultKind::PrevHash,
        ),
        (
            "DELETE FROM app.audit_heads",
            5,
            FaultKind::Head,
        ),
        (
            "UPDATE app.audit_heads SET hash = sha256('x')",
            5,
            FaultKind::Head,
        ),
    ] {
        let copy = Db::fresh().await;
        let tenant = copy.tenant("a").await;
        write(&copy, tenant, 5).await;
        let mut conn = copy.connect_as("postgres").await;
        let tamper = format!("ALTER TABLE app.audit_log DISABLE TRIGGER USER; {breach}");
        conn.execute(sqlx::raw_sql(sqlx::AssertSqlSafe(tamper)))
            .await
            .unwrap();
        let found = copy.tx(tenant).await.verify_audit().await.unwrap();
        let fault = found.as_ref().map(|fault| (fault.seq, fault.kind));
        assert_eq!(fault, Some((seq, kind)), "{breach}");
        let mut platform = copy
            .store
            .platform(PlatformActor::operator())
            .await
            .unwrap();
        let by_platform = platform.enter(tenant).await.unwrap().verify_audit().await;
        assert_eq!(by_platform.unwrap(), found, "{breach}");
    }
    assert_eq!(db.tx(tenant).await.verify_audit().await.unwrap(), None);
}

#[tokio::test]
async fn a_statement_cannot_claim_another_actor_or_number() {
    let db = Db::fresh().await;
    let tenant = db.tenant("a").await;
    for column in ["actor_kind", "actor_id", "impersonation_id", "seq", "hash"] {
        let mut conn = db.connect_as("tl_app").await;
        let sql = format!(
            "BEGIN; SELECT set_config('app.tenant_id', '{tenant}', true);
             INSERT INTO app.audit_log (tenant_id, id, at, action, object_kind, {column})
             VALUES ('{tenant}', gen_random_uuid(), now(), 'a.b', 'x', NULL)"
        );
        let refused = conn.execute(sqlx::raw_sql(sqlx::AssertSqlSafe(sql))).await;
        assert_eq!(sqlstate(refused), "42501", "{column}");
    }
}
