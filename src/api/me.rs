//! A login's own account: name, password, second factor, sessions, and where it belongs.

pub mod account;
pub mod mfa;
pub mod password;
pub mod recovery;
pub mod sessions;
pub mod tenants;
