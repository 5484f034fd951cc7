//! Logins and what lets them in; the platform's people and what they do.

mod impersonation;
mod keys;
mod people;
mod sessions;
mod tenants;
