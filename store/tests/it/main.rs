//! The store against a real Postgres: a private cluster for the binary, a fresh database for each
//! test.

#[cfg(test)]
mod booking;
#[cfg(test)]
mod calls;
#[cfg(test)]
mod cluster;
#[cfg(test)]
mod external;
#[cfg(test)]
mod harness;
#[cfg(test)]
mod holding;
#[cfg(test)]
mod identity;
#[cfg(test)]
mod isolation;
#[cfg(test)]
mod operations;
#[cfg(test)]
mod packs;
#[cfg(test)]
mod resolve;
#[cfg(test)]
mod seeding;
#[cfg(test)]
mod settings;
