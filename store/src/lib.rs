//! Postgres: the only place with SQL.
//!
//! [`Store`] owns the pools and hands out [`TenantTx`], the only way to a tenant's rows: its
//! transaction carries the tenant, and row-level security answers for nothing else. The few
//! look-ups that happen before a tenant is known ([`Store::resolve_inbound`], [`Store::find_call`],
//! [`Store::consume_stream_token`]) go through `SECURITY DEFINER` functions of `migrations/`.
//! [`embedded`] runs a private Postgres for a node that was given none.
//!
//! Queries are checked at compile time against `.sqlx/` in the workspace root, so a build needs no
//! database. After a change of a query or of `migrations/`, with a scratch server that has been
//! migrated (`trunkline migrate` does it), in the workspace root:
//!
//! ```text
//! rm -r .sqlx; mkdir .sqlx; touch store/src/lib.rs
//! SQLX_OFFLINE=false SQLX_OFFLINE_DIR=$PWD/.sqlx DATABASE_URL=postgres://... cargo build -p store
//! ```
//!
//! Knows no carrier, no provider, no HTTP; it never decides what to say.

pub mod agent;
pub mod appointment;
pub mod call;
pub mod database;
pub mod embedded;
pub mod error;
mod hours;
pub mod knowledge;
mod menu;
pub mod message;
pub mod node;
mod phone;
pub mod scope;
pub mod seed;
pub mod tenant;

pub use database::{DatabaseSource, Store};
pub use error::StoreError;
pub use scope::{Actor, TenantScope, TenantTx};
