//! What lets somebody in, and out again.

pub mod invite;
pub mod login;
pub mod login_link;
pub mod logout;
pub mod mfa;
pub mod password;
pub mod refresh;
pub mod session;
