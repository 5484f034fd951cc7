//! The wall between tenants, proved: by what the catalog says ([`catalog`]), by what documents say
//! ([`grants`]), by trying everything that one tenant could do to another ([`matrix`]), through the
//! store as the product uses it ([`behaviour`]), and for a tenant's own customers ([`customer`]). [`mutants`] takes one guard away at a time and sees
//! that these notice.
//!
//! Tables, keys and roles come from the catalog, so that nothing new escapes; a table without a row
//! in [`rows`] is a failure.

mod behaviour;
mod catalog;
mod customer;
mod grants;
mod matrix;
mod mutants;
mod rows;

use sqlx::PgConnection;

use rows::World;

/// The name of every table begins so.
const EVERYTHING: &str = "app.";

/// Everything that is wrong with the wall, as text. Attempts are made on tables that `about` names.
async fn breaches(conn: &mut PgConnection, world: &World, about: &str) -> Vec<String> {
    let mut found = catalog::breaches(conn).await;
    found.extend(grants::breaches(conn).await);
    found.extend(matrix::breaches(conn, world, about).await);
    found
}
