//! The installation, above its tenants: for the platform's people.

pub mod activity;
pub mod clone;
pub mod concierge;
pub mod domain;
pub mod feature;
pub mod health;
pub mod impersonation;
pub mod integrations;
pub mod line;
pub mod login_link;
pub mod logo;
pub mod mailbox;
pub mod notes;
pub mod onboarding;
pub mod overview;
pub mod plan;
pub mod setup;
pub mod standing;
pub mod tenant;
pub mod tenant_input;
pub mod user;
