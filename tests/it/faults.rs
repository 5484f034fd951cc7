//! What breaks around calls, seen from outside: the database, the providers, the node itself.

mod database;
mod kill;
mod providers;
