//! The HTTP API from outside: a real node, a real Postgres, and requests as anybody may send them.

mod calls;
pub(crate) mod client;
mod crowd;
mod desk;
mod document;
mod hosts;
mod identity;
mod isolation;
mod lines;
mod live;
mod logo;
mod manners;
mod minds;
mod numbers;
mod onboarding;
mod overview;
mod packs;
mod platform;
mod portal;
mod recordings;
mod settings;
mod team;
mod usage;

pub(crate) use identity::decode as base32;
