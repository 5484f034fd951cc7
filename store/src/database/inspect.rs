//! How a database is, without changing anything: for whoever asks what is wrong with it.
//!
//! [`Store::connect`] makes what is missing; this only looks. What cannot be seen because something
//! before it is missing stays empty.
//!
//! [`Store::connect`]: crate::Store::connect

use std::collections::BTreeMap;

use sqlx::{Connection, Executor, PgConnection};

use super::{Access, DatabaseSource, MIGRATIONS};
use crate::StoreError;

/// What was found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Inspection {
    /// Such as `17.6`.
    pub version: String,
    pub is_too_old: bool,
    /// The server's clock: microseconds since 1970, while it was asked.
    pub clock_us: i64,
    pub roles: Vec<RoleState>,
    pub migrations: MigrationState,
    /// Tables whose row-level security is not in force for everybody.
    pub open_tables: Vec<String>,
    /// Owners of the platform who never changed the password that they were given.
    pub first_passwords: Vec<String>,
    /// Keys that encrypted secrets, and how many.
    pub keys: BTreeMap<String, i64>,
}

/// One of the roles that the product works as.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleState {
    pub name: String,
    pub exists: bool,
    /// It sees past row-level security: as a superuser, by attribute, or as the tables' owner.
    pub is_unbound: bool,
}

/// This program's migrations and the database's.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MigrationState {
    pub applied: usize,
    /// Of this program, not applied yet.
    pub waiting: Vec<i64>,
    /// Applied, and not this program's: a newer program was here.
    pub unknown: Vec<i64>,
    /// Applied in another wording.
    pub changed: Vec<i64>,
    /// Broken off half way.
    pub failed: Vec<i64>,
}

impl MigrationState {
    /// The schema is the one that this program knows.
    pub const fn is_current(&self) -> bool {
        self.waiting.is_empty()
            && self.unknown.is_empty()
            && self.changed.is_empty()
            && self.failed.is_empty()
    }
}

/// Where a database is, without its password.
pub fn describe(source: &DatabaseSource) -> Result<String, StoreError> {
    let options = Access::of(source)?.options;
    let database = options.get_database().unwrap_or("the login's own database");
    Ok(match options.get_socket() {
        Some(socket) => format!("{database} at {}", socket.display()),
        None => format!(
            "{database} at {}:{}",
            options.get_host(),
            options.get_port()
        ),
    })
}

/// Looks at a database. [`StoreError::Unavailable`] when it does not answer.
pub async fn inspect(source: &DatabaseSource) -> Result<Inspection, StoreError> {
    let access = Access::of(source)?;
    let mut conn = PgConnection::connect_with(&access.options).await?;
    let mut found = Inspection::default();
    // The moment at which the statement came in: how far apart two clocks are is the question.
    let (number, clock_us): (i32, i64) = sqlx::query_as(
        "SELECT current_setting('server_version_num')::int,
                (extract(epoch FROM statement_timestamp()) * 1000000)::bigint",
    )
    .fetch_one(&mut conn)
    .await?;
    found.version = format!("{}.{}", number / 10_000, number % 10_000);
    found.is_too_old = number < OLDEST;
    found.clock_us = clock_us;
    found.roles = roles(&mut conn).await?;
    found.open_tables = sqlx::query_scalar(
        "SELECT c.oid::regclass::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
         WHERE n.nspname = 'app' AND c.relkind IN ('r', 'p') AND c.relname <> '_sqlx_migrations'
           AND NOT (c.relrowsecurity AND c.relforcerowsecurity) ORDER BY 1",
    )
    .fetch_all(&mut conn)
    .await?;
    let is_set_up = found.roles.iter().all(|role| role.exists);
    let applied = if is_set_up {
        applied(&mut conn).await?
    } else {
        Vec::new()
    };
    found.migrations = compare(&applied);
    if is_set_up && found.migrations.is_current() {
        found.first_passwords = first_passwords(&mut conn).await?;
        found.keys = keys(&mut conn).await?;
    }
    conn.close().await?;
    Ok(found)
}

async fn roles(conn: &mut PgConnection) -> Result<Vec<RoleState>, StoreError> {
    let rows: Vec<(String, bool, bool)> = sqlx::query_as(
        "SELECT wanted.name, r.oid IS NOT NULL,
                COALESCE(r.rolsuper OR r.rolbypassrls, false)
                  OR (wanted.works AND r.oid IS NOT NULL AND o.oid IS NOT NULL
                      AND pg_has_role(r.oid, o.oid, 'MEMBER'))
         FROM (VALUES ('tl_app', true), ('tl_worker', true), ('tl_platform', true), ('tl_definer', false),
                      ('tl_owner', false), ('tl_migrator', false)) AS wanted (name, works)
         LEFT JOIN pg_roles r ON r.rolname = wanted.name
         LEFT JOIN pg_roles o ON o.rolname = 'tl_owner'",
    )
    .fetch_all(&mut *conn)
    .await?;
    let role = rows
        .into_iter()
        .map(|(name, exists, is_unbound)| RoleState {
            name,
            exists,
            is_unbound,
        });
    Ok(role.collect())
}

/// Version, whether it was completed, and the checksum of each.
async fn applied(conn: &mut PgConnection) -> Result<Vec<(i64, bool, Vec<u8>)>, StoreError> {
    conn.execute("SET ROLE tl_owner").await?;
    let is_there: bool =
        sqlx::query_scalar("SELECT to_regclass('app._sqlx_migrations') IS NOT NULL")
            .fetch_one(&mut *conn)
            .await?;
    let rows = if is_there {
        sqlx::query_as(
            "SELECT version, success, checksum FROM app._sqlx_migrations ORDER BY version",
        )
        .fetch_all(&mut *conn)
        .await?
    } else {
        Vec::new()
    };
    conn.execute("RESET ROLE").await?;
    Ok(rows)
}

fn compare(applied: &[(i64, bool, Vec<u8>)]) -> MigrationState {
    let mut state = MigrationState {
        applied: applied.len(),
        ..MigrationState::default()
    };
    for (version, success, checksum) in applied {
        let own = MIGRATIONS.iter().find(|own| own.version == *version);
        match own {
            _ if !success => state.failed.push(*version),
            None => state.unknown.push(*version),
            Some(own) if *own.checksum != **checksum => state.changed.push(*version),
            Some(_) => {}
        }
    }
    let waiting = MIGRATIONS.iter().map(|own| own.version);
    let waiting = waiting.filter(|own| applied.iter().all(|(version, ..)| version != own));
    state.waiting = waiting.collect();
    state
}

async fn first_passwords(conn: &mut PgConnection) -> Result<Vec<String>, StoreError> {
    conn.execute("SET ROLE tl_platform").await?;
    let emails = sqlx::query_scalar(
        "SELECT email FROM app.users
         WHERE platform_role = 'owner' AND must_change_password AND disabled_at IS NULL ORDER BY email",
    )
    .fetch_all(&mut *conn)
    .await?;
    conn.execute("RESET ROLE").await?;
    Ok(emails)
}

async fn keys(conn: &mut PgConnection) -> Result<BTreeMap<String, i64>, StoreError> {
    conn.execute("SET ROLE tl_worker").await?;
    let rows: Vec<(String, i64)> = sqlx::query_as(
        "SELECT key_id, sum(secrets)::bigint FROM app.secrets_by_key() GROUP BY key_id",
    )
    .fetch_all(&mut *conn)
    .await?;
    conn.execute("RESET ROLE").await?;
    Ok(rows.into_iter().collect())
}

/// PostgreSQL 15: views that obey the rights of who asks.
const OLDEST: i32 = 150_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn migrations_are_told_apart() {
        let own: Vec<(i64, bool, Vec<u8>)> = MIGRATIONS
            .iter()
            .map(|own| (own.version, true, own.checksum.to_vec()))
            .collect();
        assert!(compare(&own).is_current());
        assert_eq!(compare(&own).applied, own.len());
        assert_eq!(compare(&[]).waiting.len(), own.len());
        let mut other = own.clone();
        other[0].2 = vec![0];
        other[1].1 = false;
        other.push((99_999, true, vec![0]));
        let state = compare(&other);
        assert_eq!(
            (state.changed, state.failed),
            (vec![own[0].0], vec![own[1].0])
        );
        assert_eq!((state.unknown, state.waiting), (vec![99_999], vec![]));
    }

    #[test]
    fn a_password_is_not_described() {
        let url = "postgres://me:hush@db.example.com:5433/calls".to_owned();
        let said = describe(&DatabaseSource::External { url }).unwrap();
        assert_eq!(said, "calls at db.example.com:5433");
    }
}
