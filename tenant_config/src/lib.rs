//! What a tenant chose: ids, phone lines, IVR menus, hours, voice, knowledge.
//!
//! Types that cannot be wrong, parsed at the edge. Knows no database, no clock and no carrier.

pub mod hours;
pub mod id;
pub mod ivr;
pub mod knowledge;
pub mod phone;
pub mod plan;
pub mod pronunciation;
pub mod voice;
