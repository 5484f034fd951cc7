//! What breaks around calls, seen from outside: the database, the providers, the node itself.

mod database;
mod disk;
mod kill;
mod providers;
mod spool;
