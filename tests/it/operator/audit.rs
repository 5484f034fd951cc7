//! `trunkline audit verify`: whoever changes the log behind the product's back is found out.

use serde_json::{Value, json};
use store::{
    Actor, TenantScope,
    audit::{AuditEntry, Origin},
    seed::ROOT_TENANT,
};
use tenant_config::id::TenantId;

use super::on;
use crate::harness::{Db, noon};

async fn write(db: &Db, tenant: TenantId, rows: usize) {
    let scope = TenantScope::new(tenant, Actor::System);
    let mut tx = db.store.tenant(&scope).await.unwrap();
    for row in 0..rows {
        let entry = AuditEntry::new(noon(), "tenant.edited", "tenant").after(json!({"row": row}));
        tx.audit(&entry, &Origin::default()).await.unwrap();
    }
    tx.commit().await.unwrap();
}

/// As the database's superuser, past the triggers.
async fn tamper(db: &Db, sql: &str) {
    let sql = format!("ALTER TABLE app.audit_log DISABLE TRIGGER USER; {sql}");
    db.arrange(&sql).await;
}

#[tokio::test]
async fn whole_chains_are_whole_also_over_several_pages() {
    let db = Db::seeded().await;
    write(&db, db.demo, 1003).await;
    write(&db, ROOT_TENANT, 2).await;
    let said = on(&db, &["audit", "verify"]).is(0);
    assert!(said.contains("1003 rows  whole"), "{said}");
    assert!(said.contains("All of 2 chains are whole."), "{said}");
    let said = on(&db, &["audit", "verify", "--platform", "--json"]).is(0);
    let said: Value = serde_json::from_str(&said).unwrap();
    assert_eq!(said["chains"].as_array().unwrap().len(), 1);
    assert_eq!(said["chains"][0]["head"]["seq"], 2);
    let demo = db.demo.to_string();
    for wanted in ["bright-dental", demo.as_str()] {
        let said = on(&db, &["audit", "verify", "--tenant", wanted]).is(0);
        assert!(said.contains("All of 1 chains"), "{said}");
    }
}

#[tokio::test]
async fn a_row_that_was_changed_deleted_or_put_in_is_named() {
    const COPY: &str = "INSERT INTO app.audit_log SELECT (jsonb_populate_record(a, jsonb_build_object(
        'seq', 6, 'id', gen_random_uuid(), 'prev_hash', a.hash))).* FROM app.audit_log a WHERE seq = 5";
    for (sql, seq, kind, words) in [
        (
            "UPDATE app.audit_log SET after = '{}' WHERE seq = 3",
            3,
            "hash",
            "row 3",
        ),
        (
            "DELETE FROM app.audit_log WHERE seq = 2",
            3,
            "gap",
            "where row 2 is due",
        ),
        (
            "DELETE FROM app.audit_log WHERE seq = 5",
            5,
            "tail",
            "has had 5 rows, 4 are there",
        ),
        (COPY, 6, "hash", "row 6"),
    ] {
        let db = Db::seeded().await;
        write(&db, db.demo, 5).await;
        write(&db, ROOT_TENANT, 3).await;
        let id = db.value("SELECT id::text FROM app.audit_log WHERE seq = 3 AND tenant_id <> '01900000-0000-7000-8000-000000000001'").await;
        tamper(
            &db,
            &sql.replace(" WHERE", &format!(" WHERE tenant_id = '{}' AND", db.demo)),
        )
        .await;
        let said = on(&db, &["audit", "verify"]).is(1);
        assert!(said.contains("BROKEN") && said.contains(words), "{said}");
        assert!(said.contains("1 of 2 chains are broken."), "{said}");
        let said = on(&db, &["audit", "verify", "--json"]).is(1);
        let said: Value = serde_json::from_str(&said).unwrap();
        assert_eq!(said["whole"], false);
        let chain = &said["chains"][0];
        assert_eq!(
            (&chain["slug"], &chain["whole"]),
            (&json!("bright-dental"), &json!(false))
        );
        let fault = &chain["fault"];
        assert_eq!(
            (&fault["seq"], &fault["kind"]),
            (&json!(seq), &json!(kind)),
            "{fault}"
        );
        if seq == 3 {
            assert_eq!(fault["id"], json!(id), "{fault}");
        }
        assert_ne!(fault["expected"], fault["found"]);
        // The platform's own is whole all the same.
        on(&db, &["audit", "verify", "--platform"]).is(0);
    }
}

#[tokio::test]
async fn what_cannot_be_read_is_not_called_broken() {
    let db = Db::seeded().await;
    let said = on(&db, &["audit", "verify", "--tenant", "nobody"]);
    assert!(
        said.err.contains("no tenant has that slug or id"),
        "{}",
        said.err
    );
    said.is(2);
    let output = crate::server::program()
        .env("DATABASE_URL", "postgres://nobody@127.0.0.1:1/none")
        .args(["audit", "verify"])
        .output();
    super::Said::from(output.unwrap()).is(2);
}
