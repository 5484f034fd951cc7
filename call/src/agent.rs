//! The agent's side: what it was going to say, in clauses, and what of it was heard.

pub mod clauses;
pub mod response;
