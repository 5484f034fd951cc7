//! What breaks around calls, seen from outside: the database, the providers, the node itself.

mod database;
mod disk;
mod half_open;
mod kill;
mod providers;
mod spool;
