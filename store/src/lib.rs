//! Postgres: the only place with SQL.
//!
//! [`Store`] owns the pools and hands out transactions: [`TenantTx`] for one tenant's rows, [`UserTx`]
//! for one login's, [`PlatformTx`] for what it takes to run the platform, [`CustomerTx`] for what
//! concerns one of a tenant's customers. Each carries whom it is for, and row-level security answers for nothing else (`docs/DATA.md`). The few look-ups that happen
//! before any of them is known ([`Store::resolve_inbound`], [`Store::find_login`],
//! [`Store::find_api_key`], …) go through `SECURITY DEFINER` functions of `migrations/`.
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
pub mod api_key;
pub mod appointment;
pub mod audit;
mod author;
pub mod automation;
pub mod call;
pub mod contact;
pub mod customer;
pub mod database;
pub mod embedded;
pub mod error;
pub mod flag;
mod hours;
pub mod idempotency;
pub mod impersonation;
pub mod invite;
pub mod job;
pub mod knowledge;
pub mod login_link;
pub mod membership;
mod menu;
pub mod message;
pub mod news;
pub mod node;
pub mod notification;
pub mod outbox;
pub mod overview;
pub mod pack;
mod page;
mod password_reset;
pub mod phone;
pub mod plan;
pub mod platform;
mod provider_event;
pub mod scope;
pub mod search;
pub mod secret;
pub mod seed;
pub mod session;
pub mod setup_request;
pub mod signed_in;
pub mod tenant;
pub mod throttle;
pub mod usage;
pub mod user;
mod word;

pub use author::Author;
pub use customer::{CustomerActor, CustomerTx};
pub use database::{DatabaseSource, Store};
pub use error::StoreError;
pub use platform::{PlatformActor, PlatformTx};
pub use scope::{Actor, TenantScope, TenantTx};
pub use signed_in::UserTx;
