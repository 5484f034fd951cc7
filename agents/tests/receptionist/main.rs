//! The offline receptionist held against how people speak on the telephone: what it makes of several
//! hundred sentences for four businesses.

#[cfg(test)]
mod business;
#[cfg(test)]
mod context;
#[cfg(test)]
mod corpus;
