//! Everything that one tenant could try on another's rows, for every role, table and verb; and for
//! every foreign key a reference across the wall. A login and its own rows likewise.

use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, Postgres, Row, Transaction};
use uuid::Uuid;

use super::{EVERYTHING, rows::World};
use crate::harness::Db;

/// The roles that the product works as.
pub(super) const ROLES: [&str; 3] = ["tl_app", "tl_worker", "tl_platform"];

#[tokio::test]
async fn no_tenant_and_no_login_reaches_anothers_rows_in_any_way() {
    let db = Db::fresh().await;
    let mut conn = db.connect_as("postgres").await;
    let world = World::fill(&mut conn).await;
    assert_eq!(
        breaches(&mut conn, &world, EVERYTHING).await,
        Vec::<String>::new()
    );
}

pub(super) async fn breaches(conn: &mut PgConnection, world: &World, about: &str) -> Vec<String> {
    let mut found = Vec::new();
    let named = |table: &str| about == EVERYTHING || about.contains(table);
    for table in tables(conn).await {
        if !named(&table.name) {
            continue;
        }
        let (own, other) = match table.owner {
            Owner::Tenant => (world.b.tenant.0, world.a.tenant.0),
            Owner::User => (world.b.user, world.a.user),
        };
        for role in ROLES {
            let attempt = Attempt {
                table: &table,
                role,
                own,
                other,
            };
            for breach in attempt.all(conn).await {
                found.push(format!("{} as {role}: {breach}", table.name));
            }
        }
    }
    for key in foreign_keys(conn).await {
        if !named(&key.child) {
            continue;
        }
        found.extend(key.crosses(conn, world).await);
    }
    found
}

enum Owner {
    Tenant,
    User,
}

/// A table whose rows belong to somebody.
struct Table {
    name: String,
    /// The column that says whose a row is.
    column: String,
    owner: Owner,
    /// The platform reads it across tenants, or across logins.
    platform_reads: bool,
    /// The platform changes it likewise: it ends sessions.
    platform_writes: bool,
}

async fn tables(conn: &mut PgConnection) -> Vec<Table> {
    let rows = sqlx::query(
        "SELECT c.oid::regclass::text, p.polname::text,
           CASE WHEN c.relname = 'tenants' THEN 'id' WHEN p.polname = 'user_isolation' THEN 'user_id'
                ELSE 'tenant_id' END,
           EXISTS (SELECT FROM pg_policy r WHERE r.polrelid = c.oid AND r.polname = 'platform_read'),
           EXISTS (SELECT FROM pg_policy r WHERE r.polrelid = c.oid AND r.polname = 'platform_update')
         FROM pg_class c
         LEFT JOIN pg_policy p ON p.polrelid = c.oid AND p.polname IN ('tenant_isolation', 'user_isolation')
         WHERE c.relnamespace = 'app'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
           AND (p.oid IS NOT NULL OR EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid
                                             AND a.attname = 'tenant_id' AND NOT a.attisdropped))
         ORDER BY 1",
    )
    .fetch_all(conn)
    .await
    .unwrap();
    let table = |row: &sqlx::postgres::PgRow| Table {
        name: row.get(0),
        column: row.get(2),
        owner: match row.get::<Option<&str>, _>(1) {
            Some("user_isolation") => Owner::User,
            _ => Owner::Tenant,
        },
        platform_reads: row.get(3),
        platform_writes: row.get(4),
    };
    rows.iter().map(table).collect()
}

/// One side's attempts on the other's rows of a table, in one role.
struct Attempt<'a> {
    table: &'a Table,
    role: &'a str,
    own: Uuid,
    other: Uuid,
}

/// What came of a statement.
#[derive(Debug, PartialEq)]
enum Outcome {
    Rows(i64),
    /// SQLSTATE.
    Refused(String),
}

impl Attempt<'_> {
    async fn all(&self, conn: &mut PgConnection) -> Vec<String> {
        let (table, column) = (&self.table.name, &self.table.column);
        let other = format!("{column} = '{}'", self.other);
        let own = format!("{column} = '{}'", self.own);
        let mut found = Vec::new();
        let total = format!("SELECT count(*) FROM {table} WHERE {other}");
        if self.past(conn, &total).await == 0 {
            return vec!["has no row to try on: add one to isolation/rows.rs".to_owned()];
        }
        let everything = self.table.platform_reads && self.role == "tl_platform";
        let count = format!("SELECT count(*) FROM {table} WHERE ");
        match self.count(conn, &(count.clone() + &other), true).await {
            Outcome::Rows(0) => {}
            Outcome::Rows(_) if everything => {}
            Outcome::Rows(n) => found.push(format!("reads {n} foreign rows")),
            Outcome::Refused(code) => found.extend(unexpected(&code, "SELECT")),
        }
        match self.count(conn, &(count.clone() + &other), false).await {
            Outcome::Rows(0) => {}
            Outcome::Rows(_) if everything => {}
            Outcome::Rows(n) => found.push(format!("reads {n} rows without being anybody")),
            Outcome::Refused(code) => found.extend(unexpected(&code, "SELECT")),
        }
        // Whoever may read sees its own; else nothing above has been shown.
        if matches!(self.table.owner, Owner::Tenant) || self.role == "tl_app" {
            let own_rows = self.count(conn, &(count + &own), true).await;
            let owners = ["app.outbox", "app.tenant_private"].contains(&table.as_str());
            let hidden = owners && self.role == "tl_platform";
            if own_rows == Outcome::Rows(0) && !hidden {
                found.push("does not see its own rows".to_owned());
            }
        }
        for column in self.writable(conn).await {
            let update = format!("UPDATE {table} SET {column} = DEFAULT WHERE {other}");
            found.extend(self.changes(conn, &update).await);
        }
        let delete = format!("DELETE FROM {table} WHERE {other}");
        found.extend(self.changes(conn, &delete).await);
        let theft = format!("UPDATE {table} SET {column} = '{}' WHERE {own}", self.other);
        if let Outcome::Rows(n @ 1..) = self.run(conn, &theft, true).await {
            found.push(format!("gives {n} of its rows away"));
        }
        found.extend(self.inserts(conn).await);
        found
    }

    /// What a statement that writes does to the other's rows, with and without being somebody.
    async fn changes(&self, conn: &mut PgConnection, sql: &str) -> Vec<String> {
        let mut found = Vec::new();
        if self.table.platform_writes && self.role == "tl_platform" {
            return found;
        }
        for entered in [true, false] {
            match self.run(conn, sql, entered).await {
                Outcome::Rows(0) => {}
                Outcome::Rows(n) => found.push(format!("{sql}: changes {n} foreign rows")),
                Outcome::Refused(code) => found.extend(unexpected(&code, sql)),
            }
        }
        found
    }

    /// Writes the other's row again, with a fresh key where a key is an id.
    async fn inserts(&self, conn: &mut PgConnection) -> Option<String> {
        let table = &self.table.name;
        let columns: Vec<String> = sqlx::query_scalar(
            "SELECT quote_ident(a.attname) FROM pg_attribute a
             WHERE a.attrelid = $1::regclass AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
               AND has_column_privilege($2, a.attrelid, a.attnum, 'INSERT')",
        )
        .bind(table)
        .bind(self.role)
        .fetch_all(&mut *conn)
        .await
        .unwrap();
        if !columns.contains(&self.table.column) {
            return None;
        }
        let columns = columns.join(", ");
        let row = format!(
            "SELECT to_jsonb(t) || jsonb_build_object('id', '{}') FROM {table} t WHERE {} = '{}' LIMIT 1",
            if table == "app.tenants" {
                self.other
            } else {
                Uuid::now_v7()
            },
            self.table.column,
            self.other
        );
        let row: serde_json::Value = conn.fetch_one(AssertSqlSafe(row)).await.unwrap().get(0);
        let row = row.to_string().replace('\'', "''");
        let insert = format!(
            "INSERT INTO {table} ({columns}) SELECT {columns} FROM jsonb_populate_record(NULL::{table}, '{row}')"
        );
        match self.run(conn, &insert, true).await {
            Outcome::Rows(_) => Some("writes a row for the other".to_owned()),
            Outcome::Refused(code) => unexpected(&code, "INSERT"),
        }
    }

    /// Columns that the role may set; the owner's column for one that may set none.
    async fn writable(&self, conn: &mut PgConnection) -> Vec<String> {
        let columns: Vec<String> = sqlx::query_scalar(
            "SELECT quote_ident(a.attname) FROM pg_attribute a
             WHERE a.attrelid = $1::regclass AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
               AND has_column_privilege($2, a.attrelid, a.attnum, 'UPDATE') ORDER BY a.attnum LIMIT 2",
        )
        .bind(&self.table.name)
        .bind(self.role)
        .fetch_all(conn)
        .await
        .unwrap();
        if columns.is_empty() {
            vec![self.table.column.clone()]
        } else {
            columns
        }
    }

    /// A count past all policies.
    async fn past(&self, conn: &mut PgConnection, sql: &str) -> i64 {
        conn.fetch_one(AssertSqlSafe(sql)).await.unwrap().get(0)
    }

    async fn count(&self, conn: &mut PgConnection, sql: &str, entered: bool) -> Outcome {
        let mut tx = self.begin(conn, entered).await;
        let counted = tx.fetch_one(AssertSqlSafe(sql)).await;
        let outcome = counted.map(|row| Outcome::Rows(row.get(0)));
        let outcome = outcome.unwrap_or_else(|error| refusal(&error));
        tx.rollback().await.unwrap();
        outcome
    }

    async fn run(&self, conn: &mut PgConnection, sql: &str, entered: bool) -> Outcome {
        let mut tx = self.begin(conn, entered).await;
        let done = tx.execute(AssertSqlSafe(sql)).await;
        let outcome = done.map(|done| Outcome::Rows(done.rows_affected().cast_signed()));
        let outcome = outcome.unwrap_or_else(|error| refusal(&error));
        tx.rollback().await.unwrap();
        outcome
    }

    /// As the role; `entered` is being the tenant or the login, else nobody.
    async fn begin<'c>(
        &self,
        conn: &'c mut PgConnection,
        entered: bool,
    ) -> Transaction<'c, Postgres> {
        let mut tx = conn.begin().await.unwrap();
        let (setting, other_setting) = match self.table.owner {
            Owner::Tenant => ("app.tenant_id", "app.user_id"),
            Owner::User => ("app.user_id", "app.tenant_id"),
        };
        let who = if entered {
            self.own.to_string()
        } else {
            String::new()
        };
        let become_it = format!(
            "SELECT set_config('{setting}', '{who}', true), set_config('{other_setting}', '', true),
               set_config('app.role', 'system', true), set_config('app.actor_id', '', true);
             SET LOCAL ROLE {}",
            self.role
        );
        tx.execute(sqlx::raw_sql(AssertSqlSafe(become_it)))
            .await
            .unwrap();
        tx
    }
}

fn refusal(error: &sqlx::Error) -> Outcome {
    let refusal = error.as_database_error().expect("the server answers");
    Outcome::Refused(refusal.code().unwrap_or_default().into_owned())
}

/// No privilege and no policy (42501) and what triggers refuse (23001) are the wall; any other error
/// shows nothing.
fn unexpected(code: &str, what: &str) -> Option<String> {
    (!matches!(code, "42501" | "23001")).then(|| format!("{what}: fails with {code}, not refused"))
}

/// A reference from one tenant's table to another of its tables.
struct ForeignKey {
    name: String,
    child: String,
    parent: String,
    /// Child's column and parent's, without the tenant's, and without those of the child's own key
    /// where there are others.
    columns: Vec<(String, String)>,
}

async fn foreign_keys(conn: &mut PgConnection) -> Vec<ForeignKey> {
    let rows = sqlx::query(
        "SELECT k.conname::text, k.conrelid::regclass::text, k.confrelid::regclass::text,
           ARRAY(SELECT a.attname::text FROM unnest(k.conkey) WITH ORDINALITY u (num, at)
                 JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.num ORDER BY u.at),
           ARRAY(SELECT a.attname::text FROM unnest(k.confkey) WITH ORDINALITY u (num, at)
                 JOIN pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = u.num ORDER BY u.at),
           ARRAY(SELECT a.attname::text FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid
                 WHERE i.indrelid = k.conrelid AND i.indisprimary AND a.attnum = ANY (i.indkey))
         FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
         WHERE k.contype = 'f' AND k.conparentid = 0 AND c.relnamespace = 'app'::regnamespace
           AND (SELECT count(*) FROM pg_attribute a WHERE a.attname = 'tenant_id' AND NOT a.attisdropped
                AND a.attrelid IN (k.conrelid, k.confrelid)) >= CASE WHEN k.conrelid = k.confrelid THEN 1 ELSE 2 END
         ORDER BY 1",
    )
    .fetch_all(conn)
    .await
    .unwrap();
    let key = |row: &sqlx::postgres::PgRow| {
        let (from, to): (Vec<String>, Vec<String>) = (row.get(3), row.get(4));
        let key: Vec<String> = row.get(5);
        let pairs = from.into_iter().zip(to);
        let mut columns: Vec<_> = pairs.filter(|(_, to)| to != "tenant_id").collect();
        if !columns.iter().all(|(from, _)| key.contains(from)) {
            columns.retain(|(from, _)| !key.contains(from));
        }
        ForeignKey {
            name: row.get(0),
            child: row.get(1),
            parent: row.get(2),
            columns,
        }
    };
    rows.iter().map(key).collect()
}

impl ForeignKey {
    /// Lets B's row refer to A's, past policies, privileges and our own triggers.
    async fn crosses(&self, conn: &mut PgConnection, world: &World) -> Option<String> {
        let Self {
            name,
            child,
            parent,
            columns,
        } = self;
        let mut tx = conn.begin().await.unwrap();
        // Alone, whatever else would refuse it.
        let off = AssertSqlSafe(format!("ALTER TABLE {child} DISABLE TRIGGER USER"));
        tx.execute(off).await.unwrap();
        let checks: Vec<String> = sqlx::query_scalar(
            "SELECT conname::text FROM pg_constraint
             WHERE conrelid = $1::regclass AND contype = 'c' AND coninhcount = 0",
        )
        .bind(child)
        .fetch_all(&mut *tx)
        .await
        .unwrap();
        for check in checks {
            let drop = AssertSqlSafe(format!("ALTER TABLE {child} DROP CONSTRAINT {check}"));
            tx.execute(drop).await.unwrap();
        }
        let set: Vec<String> = columns
            .iter()
            .map(|(from, to)| {
                let a = world.a.tenant;
                format!(
                    "{from} = (SELECT p.{to} FROM {parent} p WHERE p.tenant_id = '{a}' LIMIT 1)"
                )
            })
            .collect();
        let update = format!(
            "UPDATE {child} SET {} WHERE tenant_id = '{}'",
            set.join(", "),
            world.b.tenant
        );
        let outcome = match tx.execute(AssertSqlSafe(update)).await {
            Ok(done) => Outcome::Rows(done.rows_affected().cast_signed()),
            Err(error) => refusal(&error),
        };
        tx.rollback().await.unwrap();
        (outcome != Outcome::Refused("23503".to_owned()))
            .then(|| format!("{child}.{name} refers across tenants: {outcome:?}"))
    }
}
