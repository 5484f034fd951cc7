//! What the database lets a tenant's customer see, whatever is asked of it.

use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, Row};
use uuid::Uuid;

use crate::harness::Db;

/// Every table that has something for a customer, and which of its columns.
const SEEN: [(&str, &str); 4] = [
    (
        "appointments",
        "ends_at,id,phone,service_id,starts_at,status,tenant_id",
    ),
    ("contacts", "created_at,e164,email,id,name,tenant_id"),
    ("services_catalog", "id,name,tenant_id"),
    ("tenants", "company_name,id,timezone"),
];

#[tokio::test]
async fn a_customers_role_reads_a_few_columns_and_writes_nothing() {
    let db = Db::fresh().await;
    let mut conn = db.connect_as("postgres").await;
    let rows = sqlx::query(
        "SELECT c.relname::text, string_agg(a.attname::text, ',' ORDER BY a.attname)
         FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
         WHERE c.relnamespace = 'app'::regnamespace AND has_column_privilege('tl_customer', c.oid, a.attnum, 'SELECT')
         GROUP BY 1 ORDER BY 1",
    )
    .fetch_all(&mut conn)
    .await
    .unwrap();
    let seen: Vec<(String, String)> = rows.iter().map(|r| (r.get(0), r.get(1))).collect();
    let seen: Vec<(&str, &str)> = seen.iter().map(|(t, c)| (t.as_str(), c.as_str())).collect();
    assert_eq!(seen, SEEN);

    let writes: Vec<String> = sqlx::query_scalar(
        "SELECT c.relname::text FROM pg_class c
         WHERE c.relnamespace = 'app'::regnamespace AND c.relkind IN ('r', 'p', 'S')
           AND (has_table_privilege('tl_customer', c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER')
                OR c.relkind <> 'S' AND has_any_column_privilege('tl_customer', c.oid, 'INSERT, UPDATE'))",
    )
    .fetch_all(&mut conn)
    .await
    .unwrap();
    assert_eq!(writes, Vec::<String>::new());
    let functions: Vec<String> = sqlx::query_scalar(
        "SELECT p.proname::text FROM pg_proc p
         WHERE p.pronamespace = 'app'::regnamespace AND has_function_privilege('tl_customer', p.oid, 'EXECUTE')
           AND p.prosecdef",
    )
    .fetch_all(&mut conn)
    .await
    .unwrap();
    assert_eq!(functions, Vec::<String>::new());
}

#[tokio::test]
async fn a_customer_sees_their_own_rows_and_nobody_elses() {
    let db = Db::fresh().await;
    let mut conn = db.connect_as("postgres").await;
    let people: Vec<Person> = [
        ("a", "+15550000001"),
        ("a", "+15550000002"),
        ("b", "+15550000001"),
    ]
    .into_iter()
    .map(|(tenant, number)| Person {
        tenant: if tenant == "a" {
            Uuid::from_u128(0xa)
        } else {
            Uuid::from_u128(0xb)
        },
        id: Uuid::now_v7(),
        number,
    })
    .collect();
    for person in &people {
        person.arrive(&mut conn).await;
    }
    for person in &people {
        let (contacts, appointments) = person.sees(&mut conn).await;
        assert_eq!(contacts, vec![person.id]);
        assert_eq!(
            appointments,
            vec![(person.tenant, person.number.to_owned())]
        );
    }
    // Nobody's contact, somebody's contact in the wrong tenant, no tenant: nothing.
    let (first, other) = (&people[0], &people[2]);
    for (tenant, id) in [
        (first.tenant.to_string(), String::new()),
        (other.tenant.to_string(), first.id.to_string()),
        (String::new(), first.id.to_string()),
    ] {
        let seen = looks(&mut conn, &tenant, &id).await;
        assert_eq!(seen, (vec![], vec![]), "{tenant} {id}");
    }
}

struct Person {
    tenant: Uuid,
    id: Uuid,
    number: &'static str,
}

impl Person {
    async fn arrive(&self, conn: &mut PgConnection) {
        let Self { tenant, id, number } = self;
        let start = format!("2026-12-01 1{}:00+00", &number[11..]);
        let sql = format!(
            "INSERT INTO app.tenants (id, slug, company_name, timezone) VALUES ('{tenant}', 't{0}', 'T', 'UTC')
               ON CONFLICT DO NOTHING;
             INSERT INTO app.services_catalog (id, tenant_id, name, duration_min)
               VALUES (md5('{tenant}')::uuid, '{tenant}', 'Cut', 30) ON CONFLICT DO NOTHING;
             INSERT INTO app.contacts (id, tenant_id, e164, created_at, updated_at)
               VALUES ('{id}', '{tenant}', '{number}', now(), now());
             INSERT INTO app.appointments (id, tenant_id, service_id, starts_at, ends_at, customer_name, phone)
               VALUES (gen_random_uuid(), '{tenant}', md5('{tenant}')::uuid, '{start}',
                       '{start}'::timestamptz + interval '30 min', 'X', '{number}')",
            tenant.as_u128()
        );
        conn.execute(sqlx::raw_sql(AssertSqlSafe(sql)))
            .await
            .unwrap();
    }

    async fn sees(&self, conn: &mut PgConnection) -> (Vec<Uuid>, Vec<(Uuid, String)>) {
        looks(conn, &self.tenant.to_string(), &self.id.to_string()).await
    }
}

async fn looks(
    conn: &mut PgConnection,
    tenant: &str,
    customer: &str,
) -> (Vec<Uuid>, Vec<(Uuid, String)>) {
    let mut tx = conn.begin().await.unwrap();
    sqlx::query(
        "SELECT set_config('app.tenant_id', $1, true), set_config('app.customer_id', $2, true),
                set_config('role', 'tl_customer', true)",
    )
    .bind(tenant)
    .bind(customer)
    .execute(&mut *tx)
    .await
    .unwrap();
    let contacts = sqlx::query_scalar("SELECT id FROM app.contacts")
        .fetch_all(&mut *tx)
        .await
        .unwrap();
    let appointments = sqlx::query_as("SELECT tenant_id, phone FROM app.appointments")
        .fetch_all(&mut *tx)
        .await
        .unwrap();
    (contacts, appointments)
}
