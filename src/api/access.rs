//! Who may do what: every route of the API, once.
//!
//! The table is what the guard decides by, what `docs/ROLES.md` is written from, and what the tests
//! walk through. A route that is not in it is not served.

use store::{membership::Role, platform::PlatformRole};

/// Whom a route is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    Anybody,
    /// Anybody, but seldom: what lets somebody in.
    LettingIn,
    /// Whoever has a session, wherever they belong.
    SignedIn,
    /// People of a tenant with this role or a higher one, and its keys that have the scope.
    Tenant {
        least: Role,
        scope: Option<&'static str>,
    },
    /// A tenant's own customers, who see what concerns them.
    Customer,
    /// The platform's people with this role or a higher one.
    Platform(PlatformRole),
    /// An owner of the platform who works in a tenant's place.
    Impersonator,
}

/// One route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule {
    pub method: &'static str,
    /// Below `/api/v1`, as the OpenAPI document has it.
    pub path: &'static str,
    pub who: Who,
}

/// What a key may be allowed.
pub const SCOPES: &[&str] = &[
    "appointments:read",
    "appointments:write",
    "calls:read",
    "calls:write",
    "config:read",
    "config:write",
    "contacts:read",
    "contacts:write",
    "messages:read",
];

impl Rule {
    /// Whether serving it changes anything of the tenant's. A link to listen by changes nothing.
    pub fn changes(&self) -> bool {
        self.method != "GET" && self.path != LISTENING
    }
}

/// Where a link to listen by is asked for.
const LISTENING: &str = "/calls/{id}/recordings/{recording_id}/link";

impl Who {
    /// Whether a role in a tenant is enough.
    pub const fn lets_role(self, role: Role) -> bool {
        match self {
            Self::Anybody | Self::LettingIn | Self::SignedIn => true,
            Self::Tenant { least, .. } => rank(role) >= rank(least),
            Self::Customer => matches!(role, Role::Customer),
            Self::Platform(_) | Self::Impersonator => false,
        }
    }

    /// Whether a key's scope is enough.
    pub fn lets_scope(self, held: &str) -> bool {
        matches!(self, Self::Tenant { scope: Some(scope), .. } if scope == held)
    }

    /// Whether one of the platform's people may.
    pub const fn lets_platform(self, role: PlatformRole) -> bool {
        match self {
            Self::Anybody
            | Self::LettingIn
            | Self::SignedIn
            | Self::Platform(PlatformRole::SuperAdmin) => true,
            Self::Platform(PlatformRole::Owner) => matches!(role, PlatformRole::Owner),
            Self::Tenant { .. } | Self::Customer | Self::Impersonator => false,
        }
    }
}

/// A customer of the tenant's is none of its people.
const fn rank(role: Role) -> u8 {
    match role {
        Role::Customer => 0,
        Role::Viewer => 1,
        Role::User => 2,
        Role::Admin => 3,
        Role::TenantOwner => 4,
    }
}

const fn rule(method: &'static str, path: &'static str, who: Who) -> Rule {
    Rule { method, path, who }
}

const fn tenant(least: Role, scope: &'static str) -> Who {
    Who::Tenant {
        least,
        scope: Some(scope),
    }
}

/// For people alone.
const fn people(least: Role) -> Who {
    Who::Tenant { least, scope: None }
}

const READ_CALLS: Who = tenant(Role::Viewer, "calls:read");
const WRITE_CALLS: Who = tenant(Role::User, "calls:write");
const DELETE_CALLS: Who = tenant(Role::Admin, "calls:write");
const READ_CONFIG: Who = tenant(Role::Viewer, "config:read");
const WRITE_CONFIG: Who = tenant(Role::Admin, "config:write");
const READ_CONTACTS: Who = tenant(Role::Viewer, "contacts:read");
const WRITE_CONTACTS: Who = tenant(Role::User, "contacts:write");
const READ_APPOINTMENTS: Who = tenant(Role::Viewer, "appointments:read");
const WRITE_APPOINTMENTS: Who = tenant(Role::User, "appointments:write");
const ADMINS: Who = people(Role::Admin);
const MEMBERS: Who = people(Role::Viewer);
const SUPER: Who = Who::Platform(PlatformRole::SuperAdmin);
const OWNER: Who = Who::Platform(PlatformRole::Owner);

/// The rule of a route.
pub fn rule_of(method: &str, path: &str) -> Option<&'static Rule> {
    RULES
        .iter()
        .find(|rule| rule.method == method && rule.path == path)
}

/// Every route.
pub const RULES: &[Rule] = &[
    // letting in
    rule("GET", "/branding", Who::Anybody),
    rule("GET", "/branding/logo/{hash}", Who::Anybody),
    rule("POST", "/auth/login", Who::LettingIn),
    rule("POST", "/auth/login-link", Who::LettingIn),
    rule("POST", "/auth/refresh", Who::LettingIn),
    rule("POST", "/auth/mfa/verify", Who::LettingIn),
    rule("POST", "/auth/password/forgot", Who::LettingIn),
    rule("POST", "/auth/password/reset", Who::LettingIn),
    rule("POST", "/auth/invites/accept", Who::LettingIn),
    rule("POST", "/setup-requests", Who::LettingIn),
    rule("POST", "/auth/logout", Who::SignedIn),
    // oneself
    rule("GET", "/me", Who::SignedIn),
    rule("PATCH", "/me", Who::SignedIn),
    rule("POST", "/me/password", Who::SignedIn),
    rule("GET", "/me/memberships", Who::SignedIn),
    rule("POST", "/me/switch-tenant", Who::SignedIn),
    rule("GET", "/me/sessions", Who::SignedIn),
    rule("DELETE", "/me/sessions/{id}", Who::SignedIn),
    rule("POST", "/me/mfa", Who::SignedIn),
    rule("POST", "/me/mfa/confirm", Who::SignedIn),
    rule("POST", "/me/mfa/disable", Who::SignedIn),
    rule("POST", "/me/mfa/recovery-codes", Who::SignedIn),
    // a tenant's customers
    rule("GET", "/portal", Who::Customer),
    rule("GET", "/portal/appointments", Who::Customer),
    // telephony
    rule("GET", "/phone-configs", READ_CONFIG),
    rule("POST", "/phone-configs", WRITE_CONFIG),
    rule("GET", "/phone-configs/{id}", READ_CONFIG),
    rule("PATCH", "/phone-configs/{id}", WRITE_CONFIG),
    rule("DELETE", "/phone-configs/{id}", WRITE_CONFIG),
    rule("POST", "/phone-configs/{id}/release", WRITE_CONFIG),
    rule("POST", "/phone-configs/{id}/test", WRITE_CONFIG),
    rule("GET", "/phone-numbers/available", WRITE_CONFIG),
    rule("POST", "/phone-numbers", WRITE_CONFIG),
    rule("GET", "/ivr-menus", READ_CONFIG),
    rule("POST", "/ivr-menus", WRITE_CONFIG),
    rule("GET", "/ivr-menus/{id}", READ_CONFIG),
    rule("PATCH", "/ivr-menus/{id}", WRITE_CONFIG),
    rule("DELETE", "/ivr-menus/{id}", WRITE_CONFIG),
    rule("GET", "/business-hours", READ_CONFIG),
    rule("PATCH", "/business-hours", WRITE_CONFIG),
    // agents and what they know
    rule("GET", "/agents", READ_CONFIG),
    rule("POST", "/agents", WRITE_CONFIG),
    rule("GET", "/agents/{id}", READ_CONFIG),
    rule("PATCH", "/agents/{id}", WRITE_CONFIG),
    rule("GET", "/agents/{id}/versions", READ_CONFIG),
    rule("POST", "/agents/{id}/versions", WRITE_CONFIG),
    rule("POST", "/agents/{id}/publish", WRITE_CONFIG),
    rule("POST", "/agents/{id}/rollback", WRITE_CONFIG),
    rule("GET", "/voices", READ_CONFIG),
    rule("POST", "/voices/preview", WRITE_CONFIG),
    rule("GET", "/minds", READ_CONFIG),
    rule("GET", "/knowledge/services", READ_CONFIG),
    rule("POST", "/knowledge/services", WRITE_CONFIG),
    rule("GET", "/knowledge/services/{id}", READ_CONFIG),
    rule("PATCH", "/knowledge/services/{id}", WRITE_CONFIG),
    rule("DELETE", "/knowledge/services/{id}", WRITE_CONFIG),
    rule("GET", "/knowledge/faqs", READ_CONFIG),
    rule("POST", "/knowledge/faqs", WRITE_CONFIG),
    rule("GET", "/knowledge/faqs/{id}", READ_CONFIG),
    rule("PATCH", "/knowledge/faqs/{id}", WRITE_CONFIG),
    rule("DELETE", "/knowledge/faqs/{id}", WRITE_CONFIG),
    rule("GET", "/industry-packs", READ_CONFIG),
    rule("POST", "/industry-packs/{key}/apply", WRITE_CONFIG),
    // calls and contacts
    rule("GET", "/calls", READ_CALLS),
    rule("GET", "/calls/export", READ_CALLS),
    rule("GET", "/calls/latency", READ_CALLS),
    rule("GET", "/calls/{id}", READ_CALLS),
    rule("DELETE", "/calls/{id}", DELETE_CALLS),
    rule("GET", "/calls/{id}/related", READ_CALLS),
    rule("GET", "/calls/{id}/export", READ_CALLS),
    rule("GET", "/calls/{id}/notes", READ_CALLS),
    rule("POST", "/calls/{id}/notes", WRITE_CALLS),
    rule("DELETE", "/calls/{id}/notes/{note_id}", WRITE_CALLS),
    rule("PUT", "/calls/{id}/tags", WRITE_CALLS),
    rule("GET", "/tags", READ_CALLS),
    rule("GET", "/calls/{id}/shares", READ_CALLS),
    rule("POST", "/calls/{id}/shares", WRITE_CALLS),
    rule("DELETE", "/calls/{id}/shares/{share_id}", WRITE_CALLS),
    rule("GET", "/shared/{token}", Who::LettingIn),
    rule("GET", "/calls/{id}/turns", READ_CALLS),
    rule("PATCH", "/calls/{id}/turns/{seq}", WRITE_CALLS),
    rule("GET", "/calls/{id}/events", READ_CALLS),
    rule("GET", "/calls/{id}/recordings", READ_CALLS),
    rule(
        "GET",
        "/calls/{id}/recordings/{recording_id}/peaks",
        READ_CALLS,
    ),
    rule("POST", LISTENING, READ_CALLS),
    rule(
        "DELETE",
        "/calls/{id}/recordings/{recording_id}",
        DELETE_CALLS,
    ),
    rule("GET", "/media/{token}", Who::Anybody),
    rule("GET", "/search/turns", READ_CALLS),
    rule("GET", "/events", READ_CALLS),
    rule("POST", "/calls/live/{id}/hangup", WRITE_CALLS),
    rule("GET", "/contacts", READ_CONTACTS),
    rule("POST", "/contacts", WRITE_CONTACTS),
    rule("GET", "/contacts/{id}", READ_CONTACTS),
    rule("PATCH", "/contacts/{id}", WRITE_CONTACTS),
    rule(
        "DELETE",
        "/contacts/{id}",
        tenant(Role::Admin, "contacts:write"),
    ),
    // the front desk
    rule("GET", "/appointments", READ_APPOINTMENTS),
    rule("POST", "/appointments", WRITE_APPOINTMENTS),
    rule("GET", "/appointments/{id}", READ_APPOINTMENTS),
    rule("PATCH", "/appointments/{id}", WRITE_APPOINTMENTS),
    rule("DELETE", "/appointments/{id}", WRITE_APPOINTMENTS),
    rule("GET", "/automations", READ_CONFIG),
    rule("GET", "/automations/{id}", READ_CONFIG),
    rule("PATCH", "/automations/{id}", WRITE_CONFIG),
    rule("GET", "/messages", tenant(Role::Viewer, "messages:read")),
    rule("GET", "/notifications", MEMBERS),
    rule("POST", "/notifications/{id}/read", MEMBERS),
    // the tenant's people and programs
    rule("GET", "/users", MEMBERS),
    rule("GET", "/users/{id}", MEMBERS),
    rule("PATCH", "/users/{id}", ADMINS),
    rule("DELETE", "/users/{id}", ADMINS),
    rule("GET", "/users/{id}/performance", ADMINS),
    rule("GET", "/invites", ADMINS),
    rule("POST", "/invites", ADMINS),
    rule("DELETE", "/invites/{id}", ADMINS),
    rule("GET", "/api-keys", ADMINS),
    rule("POST", "/api-keys", ADMINS),
    rule("DELETE", "/api-keys/{id}", ADMINS),
    // the tenant itself
    rule("GET", "/audit-log", ADMINS),
    rule("GET", "/features", READ_CONFIG),
    rule("PATCH", "/features/{key}", ADMINS),
    rule("GET", "/settings", READ_CONFIG),
    rule("PATCH", "/settings", WRITE_CONFIG),
    rule("PUT", "/settings/logo", WRITE_CONFIG),
    rule("DELETE", "/settings/logo", WRITE_CONFIG),
    rule("GET", "/plans", MEMBERS),
    rule("GET", "/usage", MEMBERS),
    // the platform
    rule("GET", "/plugins/nav", SUPER),
    rule("GET", "/admin/overview", SUPER),
    rule("GET", "/admin/system-health", SUPER),
    rule("GET", "/admin/tenants", SUPER),
    rule("POST", "/admin/tenants", SUPER),
    rule("GET", "/admin/tenants/{id}", SUPER),
    rule("PATCH", "/admin/tenants/{id}", SUPER),
    rule("GET", "/admin/tenants/{id}/usage", SUPER),
    rule("PUT", "/admin/tenants/{id}/logo", SUPER),
    rule("DELETE", "/admin/tenants/{id}/logo", SUPER),
    rule("GET", "/admin/tenants/{id}/domains", SUPER),
    rule("POST", "/admin/tenants/{id}/domains", SUPER),
    rule("DELETE", "/admin/tenants/{id}/domains/{host}", SUPER),
    rule("POST", "/admin/tenants/{id}/suspend", SUPER),
    rule("POST", "/admin/tenants/{id}/reactivate", SUPER),
    rule("POST", "/admin/tenants/{id}/cancel", SUPER),
    rule("POST", "/admin/tenants/{id}/clone", SUPER),
    rule("POST", "/admin/tenants/{id}/onboarding", SUPER),
    rule("POST", "/admin/tenants/{id}/login-link", OWNER),
    rule("GET", "/admin/tenants/{id}/phone-configs", SUPER),
    rule("POST", "/admin/tenants/{id}/phone-configs", SUPER),
    rule("GET", "/admin/tenants/{id}/phone-configs/{line_id}", SUPER),
    rule(
        "PATCH",
        "/admin/tenants/{id}/phone-configs/{line_id}",
        SUPER,
    ),
    rule("GET", "/admin/tenants/{id}/agents", SUPER),
    rule("GET", "/admin/tenants/{id}/ivr-menus", SUPER),
    rule("GET", "/admin/industry-packs", SUPER),
    rule("GET", "/admin/tenants/{id}/notes", OWNER),
    rule("PATCH", "/admin/tenants/{id}/notes", OWNER),
    rule("GET", "/admin/users", SUPER),
    rule("POST", "/admin/users", OWNER),
    rule("PATCH", "/admin/users/{id}", SUPER),
    rule("GET", "/admin/plans", SUPER),
    rule("POST", "/admin/plans/{tier}/versions", SUPER),
    rule("GET", "/admin/features", SUPER),
    rule("PATCH", "/admin/features/{key}", SUPER),
    rule("GET", "/admin/activity", SUPER),
    rule("GET", "/admin/setup-requests", SUPER),
    rule("POST", "/admin/setup-requests/{id}/approve", SUPER),
    rule("POST", "/admin/setup-requests/{id}/reject", SUPER),
    rule("GET", "/admin/mailbox", OWNER),
    rule("GET", "/admin/integrations/status", SUPER),
    rule("POST", "/admin/concierge/tenants", OWNER),
    rule("GET", "/admin/impersonations", OWNER),
    rule("POST", "/admin/impersonations", OWNER),
    rule("DELETE", "/admin/impersonations/current", Who::Impersonator),
    rule("DELETE", "/admin/impersonations/{id}", OWNER),
];
