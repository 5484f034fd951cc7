//! Ids as types, so that one kind can never be handed in for another. All are UUIDv7.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! make_id {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }
    )+};
}

make_id! {
    /// A paying customer of the platform.
    TenantId,
    /// One phone line of a tenant and how it is answered.
    PhoneConfigId,
    /// An AI voice of a tenant.
    AgentId,
    /// An immutable snapshot of an agent.
    AgentVersionId,
    IvrMenuId,
    CallId,
    ServiceId,
    FaqId,
    AppointmentId,
    MessageId,
    RecordingId,
    /// Something that a person wrote down about a call.
    NoteId,
    /// A call shown to whoever has a link.
    ShareId,
    /// A login.
    UserId,
    /// A login's stay, from its password to its end.
    SessionId,
    InviteId,
    ApiKeyId,
    /// One stretch of the platform's people working in a tenant's place.
    ImpersonationId,
    SetupRequestId,
    PlanVersionId,
    ContactId,
    JobId,
    /// A mail or text that is to be sent.
    OutboxId,
    NotificationId,
    /// A text that goes out by itself.
    AutomationId,
}
