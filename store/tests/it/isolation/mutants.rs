//! One guard of the wall is taken away, and what watches over the wall notices. Each runs in a
//! transaction that is undone; the tables that it names are tried.

use sqlx::{Connection, Executor};

use super::{EVERYTHING, breaches, rows::World};
use crate::harness::Db;

/// What is done to the wall, and what must be among the breaches then.
const MUTANTS: &[(&str, &str)] = &[
    // Policies.
    (
        "DROP POLICY tenant_isolation ON app.contacts",
        "app.contacts as tl_app: does not see its own rows",
    ),
    (
        "DROP POLICY tenant_isolation ON app.contacts;
         CREATE POLICY tenant_isolation ON app.contacts USING (true)",
        "app.contacts as tl_app: reads 1 foreign rows",
    ),
    (
        "ALTER POLICY tenant_isolation ON app.notifications WITH CHECK (true)",
        "app.notifications as tl_app: writes a row for the other",
    ),
    (
        "ALTER POLICY tenant_isolation ON app.jobs
           USING (tenant_id = (SELECT app.tenant()) OR app.tenant() IS NULL)",
        "app.jobs as tl_worker: reads 1 rows without being anybody",
    ),
    (
        "CREATE POLICY peek ON app.faqs FOR SELECT TO tl_app USING (true)",
        "open policy: app.faqs.peek",
    ),
    (
        "CREATE POLICY peek ON app.faqs FOR SELECT TO tl_app USING (true)",
        "app.faqs as tl_app: reads 1 foreign rows",
    ),
    (
        "DROP POLICY user_isolation ON app.sessions",
        "owner: app.sessions",
    ),
    (
        "ALTER POLICY user_isolation ON app.sessions USING (true)",
        "app.sessions as tl_app: reads 1 foreign rows",
    ),
    (
        "ALTER TABLE app.calls DISABLE ROW LEVEL SECURITY",
        "app.calls as tl_app: reads 1 foreign rows",
    ),
    (
        "ALTER TABLE app.calls NO FORCE ROW LEVEL SECURITY",
        "row security: app.calls",
    ),
    (
        "ALTER TABLE app.calls_2026_11 NO FORCE ROW LEVEL SECURITY",
        "row security: app.calls_2026_11",
    ),
    // Keys.
    (
        "ALTER TABLE app.messages DROP CONSTRAINT messages_tenant_id_contact_id_fkey",
        "loose reference: app.messages.contact_id",
    ),
    (
        "ALTER TABLE app.messages DROP CONSTRAINT messages_tenant_id_contact_id_fkey;
         ALTER TABLE app.messages ADD FOREIGN KEY (contact_id) REFERENCES app.contacts (id)",
        "app.messages.messages_contact_id_fkey refers across tenants",
    ),
    (
        "ALTER TABLE app.outbox DROP CONSTRAINT outbox_tenant_id_message_id_fkey;
         ALTER TABLE app.outbox ADD FOREIGN KEY (message_id) REFERENCES app.messages (id)",
        "foreign key: app.outbox",
    ),
    (
        "ALTER TABLE app.faqs DROP CONSTRAINT faqs_pkey; ALTER TABLE app.faqs ADD PRIMARY KEY (id, tenant_id)",
        "primary key: app.faqs",
    ),
    // Grants.
    (
        "GRANT SELECT ON ALL TABLES IN SCHEMA app TO tl_app",
        "partition grant: app.calls_2026_11 to tl_app",
    ),
    (
        "GRANT SELECT ON app.call_turns TO tl_platform",
        "platform content: app.call_turns",
    ),
    (
        "GRANT SELECT ON app.calls TO tl_platform",
        "platform content: app.calls.from_e164",
    ),
    (
        "GRANT SELECT (password_hash) ON app.users TO tl_app",
        "secret: app.users.password_hash by tl_app",
    ),
    (
        "GRANT UPDATE ON app.audit_log TO tl_worker",
        "append-only: app.audit_log by tl_worker",
    ),
    (
        "GRANT UPDATE (before) ON app.audit_log TO tl_app",
        "append-only: app.audit_log by tl_app",
    ),
    (
        "GRANT SELECT ON app.tenant_private TO tl_app",
        "tenant_private: docs/DATA.md says",
    ),
    (
        "REVOKE SELECT ON app.contacts FROM tl_app",
        "contacts: docs/DATA.md says SIUD | SIUD | , granted is IUD",
    ),
    (
        "GRANT UPDATE (status) ON app.tenants TO tl_app",
        "tenant standing: status",
    ),
    (
        "DROP TRIGGER immutable ON app.audit_log",
        "immutable: app.audit_log",
    ),
    // Triggers, and policies that take away.
    (
        "ALTER TABLE app.users DISABLE TRIGGER guard_platform_people",
        "guard: app.users.guard_platform_people",
    ),
    (
        "DROP TRIGGER chain ON app.audit_log",
        "guard: app.audit_log.chain_audit",
    ),
    (
        "DROP POLICY platform_owner_mails ON app.outbox",
        "restriction: app.outbox",
    ),
    (
        "DROP POLICY platform_owner_notes ON app.tenant_private;
         CREATE POLICY platform_owner_notes ON app.tenant_private FOR SELECT TO tl_platform USING (true)",
        "restriction: app.tenant_private",
    ),
    (
        "DROP POLICY own_name ON app.api_keys",
        "restriction: app.api_keys",
    ),
    // Functions and views.
    (
        "ALTER FUNCTION app.auth_lookup(text) RESET search_path",
        "definer: app.auth_lookup(text)",
    ),
    (
        "GRANT EXECUTE ON FUNCTION app.auth_lookup(text) TO PUBLIC",
        "public function: app.auth_lookup(text)",
    ),
    (
        "CREATE VIEW app.peek AS SELECT * FROM app.calls",
        "view: app.peek",
    ),
    (
        "CREATE MATERIALIZED VIEW app.peek AS SELECT * FROM app.calls",
        "view: app.peek",
    ),
    // What somebody forgot.
    (
        "CREATE TABLE app.leak (id uuid PRIMARY KEY)",
        "row security: app.leak",
    ),
    (
        "CREATE TABLE app.leak (id uuid PRIMARY KEY)",
        "owner: app.leak",
    ),
    (
        "CREATE TABLE app.leak (id uuid PRIMARY KEY)",
        "docs/DATA.md does not name leak",
    ),
    (
        "CREATE TABLE app.leak (tenant_id uuid PRIMARY KEY); CALL app.isolate('app.leak')",
        "app.leak as tl_app: has no row to try on",
    ),
];

#[tokio::test]
async fn no_guard_is_missed_by_those_who_watch() {
    let db = Db::fresh().await;
    let mut conn = db.connect_as("postgres").await;
    let world = World::fill(&mut conn).await;
    assert_eq!(
        breaches(&mut conn, &world, EVERYTHING).await,
        Vec::<String>::new(),
        "before any change"
    );
    let mut missed = Vec::new();
    for (mutation, expected) in MUTANTS {
        let mut tx = conn.begin().await.unwrap();
        tx.execute(sqlx::raw_sql(*mutation)).await.unwrap();
        let found = breaches(&mut tx, &world, mutation).await;
        if !found.iter().any(|breach| breach.contains(expected)) {
            missed.push(format!("{mutation}\n  gave {found:#?}"));
        }
        tx.rollback().await.unwrap();
    }
    assert!(missed.is_empty(), "{}", missed.join("\n"));
    assert_eq!(
        breaches(&mut conn, &world, EVERYTHING).await,
        Vec::<String>::new(),
        "after all of it"
    );
}
