//! Whole calls over real sockets, from the signed webhook to the rows that are left.

mod echo;
mod load;
mod minds;
mod spoken;
mod talk;
mod unrecorded;
