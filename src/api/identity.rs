//! Who somebody is: what lets them in, and what proves it from then on.

pub mod cookie;
pub mod listening;
pub mod password;
pub mod recovery;
pub mod secret;
pub mod token;
pub mod totp;
