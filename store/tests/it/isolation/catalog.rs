//! The wall between tenants, read from the catalog: no table, partition, key or function may be
//! added without it.

use sqlx::{Executor, PgConnection, Row};

use crate::harness::Db;

/// Everything that breaks a rule, as text.
pub(super) async fn breaches(conn: &mut PgConnection) -> Vec<String> {
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
    assert_eq!(breaches(&mut conn).await, Vec::<String>::new());

    let tables: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM pg_class WHERE relnamespace = 'app'::regnamespace AND relrowsecurity",
    )
    .fetch_one(&mut conn)
    .await
    .unwrap();
    assert!(
        tables >= 45 + 3 * 4,
        "{tables} isolated tables and partitions"
    );
}

#[tokio::test]
async fn a_partition_cannot_be_named() {
    let db = Db::fresh().await;
    for role in super::matrix::ROLES {
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
         WHERE c.relnamespace = 'app'::regnamespace AND c.relkind IN ('r', 'p')
           AND c.relname <> '_sqlx_migrations' AND NOT (c.relrowsecurity AND c.relforcerowsecurity)",
    ),
    (
        "policy",
        "SELECT c.oid::regclass::text FROM pg_class c
         LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id' AND NOT a.attisdropped
         WHERE c.relnamespace = 'app'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
           AND (a.attname IS NOT NULL OR c.relname = 'tenants')
           AND NOT EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid
             AND p.polname = 'tenant_isolation' AND p.polcmd = '*' AND p.polpermissive AND p.polroles = '{0}'
             AND pg_get_expr(p.polqual, c.oid) ~ '^[(](tenant_id|id) = [(] SELECT app[.]tenant[(][)] AS tenant[)][)]$'
             AND pg_get_expr(p.polwithcheck, c.oid) = pg_get_expr(p.polqual, c.oid))",
    ),
    // A row belongs to a tenant, to a login, or to the platform; the platform's tables are these.
    (
        "owner",
        "SELECT c.oid::regclass::text FROM pg_class c
         WHERE c.relnamespace = 'app'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
           AND c.relname NOT IN ('plans', 'plan_versions', 'plan_entitlements', 'feature_flags', 'users',
                                 'setup_requests', 'login_throttle', 'request_counts', 'node_lives', '_sqlx_migrations')
           AND NOT EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid
                           AND p.polname IN ('tenant_isolation', 'user_isolation'))",
    ),
    (
        "login policy",
        "SELECT polrelid::regclass::text FROM pg_policy
         WHERE polname = 'user_isolation' AND NOT (polcmd = '*' AND polpermissive AND polroles = '{0}'
           AND pg_get_expr(polqual, polrelid) = '(user_id = ( SELECT app.signed_in_user() AS signed_in_user))'
           AND pg_get_expr(polwithcheck, polrelid) = pg_get_expr(polqual, polrelid))",
    ),
    // Only the definer sees everything; the platform reads where it says so, and writes to what is
    // no tenant's; a plan's catalogue is everybody's to read.
    (
        "open policy",
        "SELECT polrelid::regclass::text || '.' || polname FROM pg_policy
         WHERE 'true' IN (pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid))
           AND polroles <> ARRAY['tl_definer'::regrole::oid]
           AND NOT (polname = 'platform_read' AND polcmd = 'r' AND polroles = ARRAY['tl_platform'::regrole::oid])
           AND NOT (polroles = ARRAY['tl_platform'::regrole::oid] AND polrelid::regclass::text IN (
             'app.plans', 'app.plan_versions', 'app.plan_entitlements', 'app.feature_flags', 'app.users',
             'app.setup_requests', 'app.sessions'))
           AND NOT (polname = 'everybody_reads' AND polcmd = 'r' AND polrelid::regclass::text IN (
             'app.plans', 'app.plan_versions', 'app.plan_entitlements', 'app.feature_flags'))
           AND NOT (polname = 'worker_all' AND polrelid = 'app.node_lives'::regclass)",
    ),
    (
        "other policy",
        "SELECT polrelid::regclass::text || '.' || polname FROM pg_policy
         WHERE polname NOT IN ('tenant_isolation', 'user_isolation') AND polroles = '{0}'",
    ),
    (
        "partition grant",
        "SELECT i.inhrelid::regclass::text || ' to ' || r.rolname
         FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid AND c.relkind = 'r'
         CROSS JOIN pg_roles r
         WHERE r.rolname IN ('tl_app', 'tl_worker', 'tl_definer', 'tl_platform')
           AND (has_table_privilege(r.rolname, c.oid, 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES')
                OR has_any_column_privilege(r.rolname, c.oid, 'SELECT, INSERT, UPDATE, REFERENCES'))",
    ),
    (
        "primary key",
        "SELECT i.indrelid::regclass::text FROM pg_index i
         JOIN pg_class c ON c.oid = i.indrelid AND c.relnamespace = 'app'::regnamespace AND NOT c.relispartition
         JOIN pg_attribute t ON t.attrelid = c.oid AND t.attname = 'tenant_id' AND NOT t.attisdropped
         WHERE i.indisprimary AND i.indkey[0] <> t.attnum
           -- Looked up before a tenant is known.
           AND c.relname NOT IN ('call_keys', 'stream_tokens')",
    ),
    (
        "foreign key",
        "SELECT k.conrelid::regclass::text || '.' || k.conname FROM pg_constraint k
         JOIN pg_attribute f ON f.attrelid = k.conrelid AND f.attname = 'tenant_id'
         JOIN pg_attribute t ON t.attrelid = k.confrelid AND t.attname = 'tenant_id'
         WHERE k.contype = 'f' AND NOT EXISTS (
           SELECT FROM unnest(k.conkey, k.confkey) u (child, parent)
           WHERE u.child = f.attnum AND u.parent = t.attnum)",
    ),
    // What names a row of ours is held to it by a key. Not the audit log's and a node's words about
    // what may be gone; not what a resource is called.
    (
        "loose reference",
        "SELECT c.oid::regclass::text || '.' || a.attname FROM pg_class c
         JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
         WHERE c.relnamespace = 'app'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
           AND a.atttypid = 'uuid'::regtype AND a.attname <> 'id'
           AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.contype = 'f' AND k.conrelid = c.oid
                           AND a.attnum = ANY (k.conkey))
           AND c.relname || '.' || a.attname NOT IN (
             'audit_log.actor_id', 'calls.held_by', 'recordings.written_by', 'node_lives.node_id',
             'call_keys.call_id')",
    ),
    (
        "append-only",
        "SELECT t.name || ' by ' || r.rolname
         FROM (VALUES ('app.call_events'), ('app.call_turns'), ('app.call_keys'), ('app.agent_versions'),
                      ('app.audit_log'), ('app.plan_versions'), ('app.plan_entitlements')) t (name)
         CROSS JOIN pg_roles r
         WHERE r.rolname LIKE 'tl\\_%' AND r.rolname NOT IN ('tl_owner', 'tl_migrator')
           AND (has_table_privilege(r.rolname, t.name, 'UPDATE, DELETE, TRUNCATE')
                OR has_any_column_privilege(r.rolname, t.name, 'UPDATE'))",
    ),
    (
        "immutable",
        "SELECT t.name FROM (VALUES ('app.agent_versions'), ('app.audit_log'), ('app.plan_versions'),
                                    ('app.plan_entitlements')) t (name)
         WHERE NOT EXISTS (SELECT FROM pg_trigger g WHERE g.tgrelid = t.name::regclass AND g.tgenabled = 'O'
                           AND g.tgfoid = 'app.refuse_change'::regproc AND g.tgtype & 27 = 27)",
    ),
    (
        "guard",
        "SELECT g.name || '.' || g.guard FROM (VALUES
           ('app.tenants', 'protect_root_tenant'), ('app.tenants', 'guard_tenant_status'),
           ('app.tenant_phone_config', 'protect_root_line'), ('app.users', 'keep_an_owner'),
           ('app.users', 'guard_platform_people'), ('app.memberships', 'keep_an_admin'),
           ('app.impersonation_sessions', 'guard_impersonation'), ('app.audit_log', 'chain_audit')) g (name, guard)
         WHERE NOT EXISTS (SELECT FROM pg_trigger t WHERE t.tgrelid = g.name::regclass AND t.tgenabled = 'O'
                           AND t.tgfoid = ('app.' || g.guard)::regproc)",
    ),
    // What a role sees of a table only in part, or not in another's place.
    (
        "restriction",
        "SELECT r.name FROM (VALUES ('app.outbox', 'platform_owner_mails', 'tl_platform', 'r'),
                                    ('app.tenant_private', 'platform_owner_notes', 'tl_platform', 'r'),
                                    ('app.api_keys', 'own_name', 'tl_app', '*')) r (name, policy, role, verbs)
         WHERE NOT EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = r.name::regclass AND p.polname = r.policy
                           AND NOT p.polpermissive AND p.polcmd = r.verbs::\"char\"
                           AND p.polroles = ARRAY[r.role::regrole::oid])",
    ),
    // What callers said and wrote takes an impersonation.
    (
        "platform content",
        "SELECT t.name FROM (VALUES ('app.call_turns'), ('app.call_events'), ('app.recordings'),
           ('app.messages'), ('app.appointments'), ('app.contacts'), ('app.stream_tokens'),
           ('app.call_keys'), ('app.call_notes'), ('app.call_tags'), ('app.call_shares'),
           ('app.call_turn_corrections')) t (name)
         WHERE has_any_column_privilege('tl_platform', t.name, 'SELECT, INSERT, UPDATE, REFERENCES')
            OR has_table_privilege('tl_platform', t.name, 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE')
         UNION ALL
         SELECT 'app.calls.' || n FROM unnest(ARRAY['from_e164', 'to_e164', 'digits', 'resume', 'ivr_state']) n
         WHERE has_column_privilege('tl_platform', 'app.calls', n, 'SELECT')",
    ),
    (
        "tenant standing",
        "SELECT n FROM unnest(ARRAY['status', 'status_since', 'plan_tier', 'plan_version_id', 'max_calls',
                                    'purge_after', 'health_score', 'features', 'is_root', 'slug', 'id']) n
         WHERE has_column_privilege('tl_app', 'app.tenants', n, 'UPDATE')",
    ),
    (
        "secret",
        "SELECT s.name || '.' || s.col || ' by ' || r.rolname
         FROM (VALUES ('app.users', 'password_hash'), ('app.users', 'mfa_secret_enc'), ('app.api_keys', 'key_hash'),
                      ('app.invites', 'token_hash'), ('app.refresh_tokens', 'token_hash'),
                      ('app.password_resets', 'token_hash'), ('app.login_links', 'token_hash'),
                      ('app.call_shares', 'token_hash')) s (name, col)
         CROSS JOIN pg_roles r
         WHERE r.rolname IN ('tl_app', 'tl_worker', 'tl_platform')
           AND has_column_privilege(r.rolname, s.name, s.col, 'SELECT')",
    ),
    (
        "role",
        "SELECT rolname::text FROM pg_roles WHERE rolname LIKE 'tl\\_%'
         AND (rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolreplication
              OR rolcanlogin <> (rolname IN ('tl_app', 'tl_worker', 'tl_platform', 'tl_migrator')))",
    ),
    (
        "role membership",
        "SELECT r.rolname || ' is ' || o.rolname FROM pg_roles r CROSS JOIN pg_roles o
         WHERE r.rolname IN ('tl_app', 'tl_worker', 'tl_platform') AND o.rolname <> r.rolname
           AND NOT (r.rolname = 'tl_app' AND o.rolname = 'tl_customer') -- to become less
           AND pg_has_role(r.rolname, o.rolname, 'MEMBER')",
    ),
    (
        "ownership",
        "SELECT c.oid::regclass::text FROM pg_class c
         WHERE c.relnamespace = 'app'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'S')
           AND c.relowner <> 'tl_owner'::regrole",
    ),
    (
        "definer",
        "SELECT p.oid::regprocedure::text FROM pg_proc p
         WHERE p.pronamespace = 'app'::regnamespace AND p.prosecdef
           AND (NOT EXISTS (SELECT FROM unnest(p.proconfig) s WHERE s = 'search_path=pg_catalog, pg_temp')
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
