//! Who wrote something down: a login or a program of a tenant's.

use tenant_config::id::{ApiKeyId, UserId};
use uuid::Uuid;

use crate::Actor;

/// Who wrote something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Author {
    User(UserId),
    Key(ApiKeyId),
}

impl Author {
    /// Whoever acts, if it is somebody who writes.
    pub const fn of(actor: Actor) -> Option<Self> {
        match actor {
            Actor::User(id) | Actor::Platform(id) => Some(Self::User(id)),
            Actor::ApiKey(id) => Some(Self::Key(id)),
            Actor::System | Actor::Call(_) | Actor::Worker | Actor::Operator => None,
        }
    }

    /// As rows have it: a login's id, or a key's.
    pub(crate) const fn ids(self) -> (Option<Uuid>, Option<Uuid>) {
        match self {
            Self::User(id) => (Some(id.0), None),
            Self::Key(id) => (None, Some(id.0)),
        }
    }
}
