//! The wall between tenants, read from the catalog: no table, partition, key or function may be
//! added without it.

use sqlx::{Executor, PgConnection, Row};

use crate::harness::Db;

/// Everything that breaks a rule, as text.
async fn violations(conn: &mut PgConnection) -> Vec<String> {
    let mut found = Vec::new();
    for (rule, sql) in RULES {
        for row in sqlx::query(*sql).fetch_all(&mut *conn).await.unwrap() {
            found.push(format!("{rule}: {}", row.get::<String, _>(0)));
        }
    }
    found
}

#[tokio::test]
async fn every_table_function_and_role_keeps_the_rules() {
    let db = Db::fresh().await;
    let mut conn = db.connect_as("postgres").await;
    assert_eq!(violations(&mut conn).await, Vec::<String>::new());

    let tables: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM pg_class WHERE relnamespace = 'app'::regnamespace AND relrowsecurity",
    )
    .fetch_one(&mut conn)
    .await
    .unwrap();
    assert!(
        tables >= 18 + 3 * 4,
        "{tables} isolated tables and partitions"
    );
}

#[tokio::test]
async fn each_broken_rule_is_noticed() {
    let db = Db::fresh().await;
    let mut conn = db.connect_as("postgres").await;
    for (rule, breach, repair) in [
        (
            "row security",
            "ALTER TABLE app.faqs NO FORCE ROW LEVEL SECURITY",
            "ALTER TABLE app.faqs FORCE ROW LEVEL SECURITY",
        ),
        (
            "row security",
            "ALTER TABLE app.calls DISABLE ROW LEVEL SECURITY",
            "ALTER TABLE app.calls ENABLE ROW LEVEL SECURITY",
        ),
        (
            "policy",
            "ALTER POLICY tenant_isolation ON app.calls RENAME TO other",
            "ALTER POLICY other ON app.calls RENAME TO tenant_isolation",
        ),
        (
            "partition grant",
            "GRANT SELECT ON ALL TABLES IN SCHEMA app TO tl_app",
            "SELECT 1",
        ),
    ] {
        conn.execute(breach).await.unwrap();
        let found = violations(&mut conn).await;
        assert!(
            found.iter().any(|v| v.starts_with(rule)),
            "{breach} gave {found:?}"
        );
        conn.execute(repair).await.unwrap();
    }
    conn.execute(
        "CREATE TABLE app.leak (tenant_id uuid, agent uuid REFERENCES app.agents (id));
         CREATE FUNCTION app.leak() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1';
         GRANT DELETE ON app.call_events TO tl_worker;
         CREATE VIEW app.peek AS SELECT 1 AS one",
    )
    .await
    .unwrap();
    let found = violations(&mut conn).await;
    for rule in [
        "row security",
        "policy",
        "foreign key",
        "definer",
        "public function",
        "append-only",
        "view",
    ] {
        assert!(
            found.iter().any(|v| v.starts_with(rule)),
            "{rule} not in {found:?}"
        );
    }
}

#[tokio::test]
async fn a_partition_cannot_be_named() {
    let db = Db::fresh().await;
    for role in ["tl_app", "tl_worker"] {
        let mut conn = db.connect_as(role).await;
        let parts: Vec<String> = sqlx::query_scalar(
            "SELECT inhrelid::regclass::text FROM pg_inherits i JOIN pg_class c ON c.oid = inhrelid
             WHERE c.relkind = 'r'",
        )
        .fetch_all(&mut conn)
        .await
        .unwrap();
        assert!(parts.len() >= 12, "{parts:?}");
        for part in parts {
            let select = sqlx::AssertSqlSafe(format!("SELECT count(*) FROM {part}"));
            let refused = conn.execute(select).await;
            assert_eq!(
                crate::harness::sqlstate(refused),
                "42501",
                "{role} reads {part}"
            );
        }
    }
}

/// A rule and the query that lists what breaks it.
const RULES: &[(&str, &str)] = &[
    (
        "row security",
        "SELECT c.oid::regclass::text FROM pg_class c
         JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id' AND NOT a.attisdropped
         WHERE c.relnamespace = 'app'::regnamespace AND c.relkind IN ('r', 'p')
           AND NOT (c.relrowsecurity AND c.relforcerowsecurity)
         UNION ALL
         SELECT 'tenants' FROM pg_class c WHERE c.oid = 'app.tenants'::regclass
           AND NOT (c.relrowsecurity AND c.relforcerowsecurity)",
    ),
    (
        "policy",
        "SELECT c.oid::regclass::text FROM pg_class c
         JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id' AND NOT a.attisdropped
         WHERE c.relnamespace = 'app'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
           AND NOT EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid
             AND p.polname = 'tenant_isolation' AND p.polcmd = '*' AND p.polroles = '{0}'
             AND pg_get_expr(p.polqual, c.oid) LIKE '(tenant_id = ( SELECT app.tenant() %'
             AND pg_get_expr(p.polwithcheck, c.oid) LIKE '(tenant_id = ( SELECT app.tenant() %')",
    ),
    (
        "other policy",
        "SELECT polrelid::regclass::text || '.' || polname FROM pg_policy
         WHERE polname <> 'tenant_isolation' AND polroles <> ARRAY['tl_definer'::regrole::oid]",
    ),
    (
        "partition grant",
        "SELECT i.inhrelid::regclass::text || ' to ' || r.rolname
         FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid AND c.relkind = 'r'
         CROSS JOIN pg_roles r
         WHERE r.rolname IN ('tl_app', 'tl_worker', 'tl_definer')
           AND has_table_privilege(r.rolname, c.oid, 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES')",
    ),
    (
        "foreign key",
        "SELECT k.conrelid::regclass::text || '.' || k.conname FROM pg_constraint k
         JOIN pg_attribute f ON f.attrelid = k.conrelid AND f.attname = 'tenant_id'
         JOIN pg_attribute t ON t.attrelid = k.confrelid AND t.attname = 'tenant_id'
         WHERE k.contype = 'f' AND NOT (f.attnum = ANY (k.conkey) AND t.attnum = ANY (k.confkey))",
    ),
    (
        "append-only",
        "SELECT t.name || ' by ' || r.rolname
         FROM (VALUES ('app.call_events'), ('app.call_turns'), ('app.call_keys'), ('app.agent_versions')) t (name)
         CROSS JOIN pg_roles r
         WHERE r.rolname IN ('tl_app', 'tl_worker')
           AND has_table_privilege(r.rolname, t.name, 'UPDATE, DELETE, TRUNCATE')",
    ),
    (
        "role",
        "SELECT rolname::text FROM pg_roles WHERE rolname LIKE 'tl\\_%'
         AND (rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolreplication
              OR rolcanlogin <> (rolname IN ('tl_app', 'tl_worker', 'tl_migrator')))",
    ),
    (
        "role membership",
        "SELECT r.rolname || ' is ' || o.rolname FROM pg_roles r CROSS JOIN pg_roles o
         WHERE r.rolname IN ('tl_app', 'tl_worker') AND o.rolname <> r.rolname
           AND pg_has_role(r.rolname, o.rolname, 'MEMBER')",
    ),
    (
        "definer",
        "SELECT p.oid::regprocedure::text FROM pg_proc p
         WHERE p.pronamespace = 'app'::regnamespace AND p.prosecdef
           AND (NOT EXISTS (SELECT FROM unnest(p.proconfig) s WHERE s LIKE 'search_path=%')
                OR p.proowner NOT IN ('tl_definer'::regrole, 'tl_owner'::regrole))",
    ),
    (
        "public function",
        "SELECT p.oid::regprocedure::text FROM pg_proc p
         WHERE p.pronamespace = 'app'::regnamespace AND has_function_privilege('public', p.oid, 'EXECUTE')",
    ),
    (
        "view",
        "SELECT c.oid::regclass::text FROM pg_class c
         WHERE c.relnamespace = 'app'::regnamespace AND (c.relkind = 'm'
           OR (c.relkind = 'v' AND NOT COALESCE('security_invoker=true' = ANY (c.reloptions), false)))",
    ),
    (
        "indexed type",
        "SELECT i.indexrelid::regclass::text FROM pg_index i
         JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey)
         JOIN pg_type t ON t.oid = a.atttypid
         JOIN pg_class c ON c.oid = i.indrelid AND c.relnamespace = 'app'::regnamespace
         WHERE t.typtype = 'e' OR t.typname = 'numeric'",
    ),
];
