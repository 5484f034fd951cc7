//! A year of a whole platform, made up: tenants of very different sizes, their callers, their calls,
//! and the transcripts of some. To see how the product does with it, never to work with.
//!
//! The same options give the same calls. Rows are copied in past row-level security, so the login must
//! be the database's superuser. What is not made: recordings, appointments, texts.

mod numbers;
mod plan;
mod rows;
mod talk;

use chrono::{DateTime, Utc};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, Row};
use tenant_config::id::{AgentVersionId, PhoneConfigId, TenantId, UserId};
use uuid::Uuid;

use self::{
    numbers::Numbers,
    plan::{Month, Plan},
    rows::{Batch, House},
};
use super::Business;
use crate::{
    Actor, DatabaseSource, Store, StoreError, TenantScope, database::superuser, membership::Role,
    user::NewUser,
};

pub use self::plan::MOST_TENANTS;

/// How much is made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoadOptions {
    /// At most [`MOST_TENANTS`].
    pub tenants: u16,
    pub calls: u64,
    /// Another number gives other calls.
    pub seed: u64,
    /// The calls are of the twelve months before.
    pub until: DateTime<Utc>,
    /// Of a hundred answered conversations, how many have a transcript.
    pub transcripts: u8,
    /// The hash of a password with which each tenant's administrator signs in; `None` makes no logins.
    pub password_hash: Option<String>,
}

/// What was made.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Loaded {
    pub tenants: u64,
    pub contacts: u64,
    pub calls: u64,
    pub turns: u64,
    pub events: u64,
    pub audit_rows: u64,
}

/// What stands against a load.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Obstacle {
    /// Calls that were not made up.
    RealCalls,
    /// An earlier load.
    Loaded,
}

/// The provider of calls that are made up.
pub const PROVIDER: &str = "seed";

/// What stands against a load of a database.
pub async fn obstacle(source: &DatabaseSource) -> Result<Option<Obstacle>, StoreError> {
    let mut conn = superuser(source).await?;
    let (real, loaded): (bool, bool) = sqlx::query_as(
        "SELECT EXISTS (SELECT FROM app.calls WHERE provider <> $1),
                EXISTS (SELECT FROM app.calls WHERE provider = $1)",
    )
    .bind(PROVIDER)
    .fetch_one(&mut conn)
    .await?;
    conn.close().await?;
    Ok(match (loaded, real) {
        (true, _) => Some(Obstacle::Loaded),
        (false, true) => Some(Obstacle::RealCalls),
        (false, false) => None,
    })
}

/// Makes it all. `done` hears how many calls there are so far.
pub async fn load(
    source: &DatabaseSource,
    store: &Store,
    options: &LoadOptions,
    mut done: impl FnMut(u64),
) -> Result<Loaded, StoreError> {
    let plan = Plan::new(options);
    let mut conn = superuser(source).await?;
    conn.execute("SET synchronous_commit = off").await?;
    let houses = build_houses(store, &mut conn, options, &plan).await?;
    let first = plan
        .months
        .first()
        .map_or(options.until, |month| month.begins);
    sqlx::query("SELECT app.ensure_call_partitions($1, $2)")
        .bind(first)
        .bind(i32::try_from(plan.months.len()).unwrap_or(i32::MAX))
        .execute(&mut conn)
        .await?;
    let mut loaded = Loaded {
        tenants: houses.len() as u64,
        audit_rows: write_audit(&mut conn, &houses, options).await?,
        ..Loaded::default()
    };
    // Rows refer to each other as they should: checking each of them would take longer than writing.
    conn.execute("SET session_replication_role = replica")
        .await?;
    let contacts = rows::contacts(&houses, options);
    loaded.contacts = copy(&mut conn, rows::CONTACTS, &contacts).await?;
    for month in &plan.months {
        copy_month(&mut conn, options, &plan, month, &houses, &mut loaded).await?;
        done(loaded.calls);
    }
    conn.execute("SET session_replication_role = origin")
        .await?;
    // As autovacuum would leave it some minutes later.
    for table in [
        "calls",
        "call_keys",
        "call_turns",
        "call_events",
        "contacts",
        "audit_log",
    ] {
        conn.execute(AssertSqlSafe(format!("VACUUM (ANALYZE) app.{table}")))
            .await?;
    }
    conn.close().await?;
    Ok(loaded)
}

/// Month by month and, in it, tenant by tenant in the order of time: as the indexes are.
async fn copy_month(
    conn: &mut PgConnection,
    options: &LoadOptions,
    plan: &Plan,
    month: &Month,
    houses: &[House],
    loaded: &mut Loaded,
) -> Result<(), StoreError> {
    let mut batch = Batch::default();
    for (place, house) in houses.iter().enumerate() {
        let mut numbers = Numbers::new(options.seed, month.place as u64, place as u64);
        let times = month.times(plan.calls_of(month, place), &mut numbers);
        for at in times {
            rows::call(&mut batch, house, at, options.transcripts, &mut numbers);
        }
    }
    loaded.calls += copy(conn, rows::CALLS, &batch.calls).await?;
    copy(conn, rows::KEYS, &batch.keys).await?;
    loaded.turns += copy(conn, rows::TURNS, &batch.turns).await?;
    loaded.events += copy(conn, rows::EVENTS, &batch.events).await?;
    Ok(())
}

async fn copy(conn: &mut PgConnection, into: &str, rows: &str) -> Result<u64, StoreError> {
    let mut copying = conn.copy_in_raw(into).await?;
    for piece in rows.as_bytes().chunks(PIECE) {
        copying.send(piece).await?;
    }
    Ok(copying.finish().await?)
}

/// The tenants, as any tenant is made: with lines, a menu, an agent, hours and services.
async fn build_houses(
    store: &Store,
    conn: &mut PgConnection,
    options: &LoadOptions,
    plan: &Plan,
) -> Result<Vec<House>, StoreError> {
    let mut houses = Vec::new();
    for place in 0..usize::from(options.tenants) {
        let business = plan::business(place)?;
        let settled = store.seed_business(&business).await?;
        let tenant = settled.tenant.id;
        if let Some(hash) = &options.password_hash {
            add_administrator(store, tenant, &business, hash, options.until).await?;
        }
        houses.push(house(conn, tenant, place, &business, plan).await?);
    }
    Ok(houses)
}

async fn add_administrator(
    store: &Store,
    tenant: TenantId,
    business: &Business,
    hash: &str,
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    let mut tx = store
        .tenant(&TenantScope::new(tenant, Actor::System))
        .await?;
    let user = NewUser {
        id: UserId(Uuid::now_v7()),
        email: format!("admin@{}.example", business.slug),
        name: format!("Administrator of {}", business.company),
        password_hash: Some(hash.to_owned()),
        created_at: at,
    };
    tx.create_user(&user).await?;
    tx.add_member(user.id, Role::Admin, at).await?;
    tx.commit().await
}

async fn house(
    conn: &mut PgConnection,
    tenant: TenantId,
    place: usize,
    business: &Business,
    plan: &Plan,
) -> Result<House, StoreError> {
    let lines = sqlx::query(
        "SELECT c.id, c.phone_number, c.ivr_mode, a.published_version_id
         FROM app.tenant_phone_config c LEFT JOIN app.agents a ON a.id = c.agent_id
         WHERE c.tenant_id = $1 AND c.phone_number IS NOT NULL ORDER BY c.phone_number",
    )
    .bind(tenant.0)
    .fetch_all(&mut *conn)
    .await?;
    let line = lines.iter().map(|row| -> Result<_, sqlx::Error> {
        Ok(rows::Line {
            id: PhoneConfigId(row.try_get(0)?),
            number: row.try_get(1)?,
            mode: row.try_get(2)?,
            agent: row.try_get::<Option<Uuid>, _>(3)?.map(AgentVersionId),
        })
    });
    Ok(House {
        tenant,
        company: business.company.clone(),
        place,
        callers: plan.callers_of(place),
        lines: line.collect::<Result<_, _>>()?,
    })
}

/// Each tenant's log, by the log's own trigger: chains are whole.
async fn write_audit(
    conn: &mut PgConnection,
    houses: &[House],
    options: &LoadOptions,
) -> Result<u64, StoreError> {
    conn.execute("SELECT set_config('app.role', 'system', false)")
        .await?;
    let mut written = 0;
    for house in houses {
        let done = sqlx::query(
            "INSERT INTO app.audit_log (tenant_id, id, at, actor_name, action, object_kind, object_id, after)
             SELECT $1, gen_random_uuid(), $2::timestamptz - make_interval(hours => 20 * ($3 - n)), 'Somebody',
                    (ARRAY['phone_config.edited', 'agent.published', 'hours.edited', 'faq.created'])[1 + n % 4],
                    (ARRAY['phone_config', 'agent', 'hours', 'faq'])[1 + n % 4], n::text,
                    jsonb_build_object('number', n)
             FROM generate_series(1, $3) AS n",
        )
        .bind(house.tenant.0)
        .bind(options.until)
        .bind(AUDIT_ROWS)
        .execute(&mut *conn)
        .await?;
        written += done.rows_affected();
    }
    Ok(written)
}

/// Of each tenant.
const AUDIT_ROWS: i32 = 400;
/// Bytes that are sent at once.
const PIECE: usize = 1 << 20;
