//! How a node comes up: its database, its tokens, its minds.

pub mod auth_token;
pub mod database;
pub mod keyring;
pub mod minds;
pub mod node;
pub mod owner;
pub mod post;
pub mod stand;
