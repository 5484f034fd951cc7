//! One row of every table for each of two tenants, written past row-level security.
//!
//! `{t}` is the tenant, `{n}` its number (1 or 2), `{id:name}` an id that the tenant's rows share
//! under that name, `{hash:name}` 32 bytes likewise, `{at}` the time of
//! their call; `{}` stays as it is.

use sqlx::{AssertSqlSafe, Executor, PgConnection};
use tenant_config::id::TenantId;
use uuid::Uuid;

/// Two tenants with a row in every table, and a login for each.
pub(super) struct World {
    pub(super) a: Side,
    pub(super) b: Side,
}

pub(super) struct Side {
    pub(super) tenant: TenantId,
    pub(super) user: Uuid,
}

impl World {
    pub(super) async fn fill(conn: &mut PgConnection) -> Self {
        conn.execute("SELECT app.ensure_call_partitions('2026-11-18', 1)")
            .await
            .unwrap();
        Self {
            a: fill(conn, 1).await,
            b: fill(conn, 2).await,
        }
    }
}

async fn fill(conn: &mut PgConnection, number: u8) -> Side {
    for (table, columns, values) in ROWS {
        let sql = expand(
            &format!("INSERT INTO app.{table} ({columns}) VALUES ({values})"),
            number,
        );
        // The impersonation and the audit log take the actor from the transaction.
        let actor = id(number, "owner");
        let sql = format!(
            "BEGIN; SELECT set_config('app.actor_id', '{actor}', true), set_config('app.role', 'platform', true);
             {sql}; COMMIT"
        );
        conn.execute(sqlx::raw_sql(AssertSqlSafe(sql)))
            .await
            .unwrap_or_else(|error| panic!("the row of {table}: {error}"));
    }
    Side {
        tenant: TenantId(id(number, "t")),
        user: id(number, "user"),
    }
}

fn expand(template: &str, number: u8) -> String {
    let mut out = String::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, behind) = after.split_once('}').unwrap();
        out.push_str(before);
        let value = match name.split_once(':') {
            None if name == "t" => format!("'{}'", id(number, "t")),
            None if name == "at" => AT.to_owned(),
            None if name.is_empty() => "{}".to_owned(),
            None => number.to_string(),
            Some(("id", name)) => format!("'{}'", id(number, name)),
            Some((_, name)) => format!("sha256('{name}{number}')"),
        };
        out.push_str(&value);
        rest = behind;
    }
    out.push_str(rest);
    out
}

/// The same for each tenant and name.
fn id(number: u8, name: &str) -> Uuid {
    let mut bytes = [0; 16];
    bytes[0] = number;
    for (at, letter) in name.bytes().enumerate() {
        bytes[1 + at % 15] ^= letter.rotate_left((at / 15) as u32);
    }
    uuid::Builder::from_custom_bytes(bytes).into_uuid()
}

const AT: &str = "'2026-11-18T18:00:00Z'";

/// Table, columns, values; in an order that foreign keys allow.
const ROWS: &[(&str, &str, &str)] = &[
    (
        "tenants",
        "id, slug, company_name",
        "{t}, 'side-{n}', 'Side {n}'",
    ),
    ("tenant_config", "tenant_id, updated_at", "{t}, now()"),
    ("tenant_private", "tenant_id, updated_at", "{t}, now()"),
    (
        "tenant_domains",
        "tenant_id, host, created_at, verified_at",
        "{t}, 'side-{n}.example.com', now(), now()",
    ),
    (
        "tenant_logos",
        "tenant_id, sha256, media_type, bytes, uploaded_at",
        "{t}, {hash:logo}, 'image/png', 'x', now()",
    ),
    (
        "tenant_flag_overrides",
        "tenant_id, key, enabled, updated_at",
        "{t}, 'white_label', true, now()",
    ),
    (
        "users",
        "id, email, created_at",
        "{id:user}, 'user-{n}@example.com', now()",
    ),
    (
        "users",
        "id, email, platform_role, created_at",
        "{id:owner}, 'owner-{n}@example.com', 'owner', now()",
    ),
    (
        "memberships",
        "tenant_id, user_id, role, created_at",
        "{t}, {id:user}, 'admin', now()",
    ),
    (
        "sessions",
        "id, user_id, current_tenant_id, created_at, last_seen_at, expires_at",
        "{id:session}, {id:user}, {t}, now(), now(), now() + interval '1 day'",
    ),
    (
        "refresh_tokens",
        "token_hash, session_id, user_id, issued_at, expires_at",
        "{hash:refresh}, {id:session}, {id:user}, now(), now()",
    ),
    (
        "password_resets",
        "token_hash, user_id, created_at, expires_at",
        "{hash:reset}, {id:user}, now(), now()",
    ),
    (
        "login_links",
        "tenant_id, token_hash, user_id, created_by, created_at, expires_at",
        "{t}, {hash:link}, {id:user}, {id:owner}, now(), now() + interval '10 minutes'",
    ),
    (
        "mfa_recovery_codes",
        "user_id, code_hash, created_at",
        "{id:user}, {hash:recovery}, now()",
    ),
    (
        "invites",
        "id, tenant_id, email, role, token_hash, created_at, expires_at",
        "{id:invite}, {t}, 'new@example.com', 'user', {hash:invite}, now(), now()",
    ),
    (
        "api_keys",
        "id, tenant_id, name, prefix, key_hash, scopes, mode, created_at",
        "{id:key}, {t}, 'key', 'tk_live_0', {hash:key}, '{}', 'live', now()",
    ),
    (
        "setup_requests",
        "id, company_name, contact_name, email, created_at",
        "{id:setup}, 'New', 'Ada', 'ada@example.com', now()",
    ),
    (
        "login_throttle",
        "key_hash, failures, window_start",
        "{hash:login}, 1, now()",
    ),
    (
        "request_counts",
        "key_hash, due_at",
        "{hash:requests}, now()",
    ),
    (
        "node_lives",
        "id, node_id, began_at, seen_at",
        "{id:life}, {id:node}, now(), now()",
    ),
    (
        "impersonation_sessions",
        "id, tenant_id, actor_id, mode, reason, started_at, expires_at",
        "{id:imp}, {t}, {id:owner}, 'full', 'A reason that is long', now(), now() + interval '1 hour'",
    ),
    (
        "audit_log",
        "tenant_id, id, at, action, object_kind",
        "{t}, {id:audit}, now(), 'tenant.edited', 'tenant'",
    ),
    ("agents", "id, tenant_id, name", "{id:agent}, {t}, 'Agent'"),
    (
        "agent_versions",
        "id, tenant_id, agent_id, version, settings, author_user, author_key, author_name",
        "{id:version}, {t}, {id:agent}, 1, '{}', {id:user}, {id:key}, 'Ada'",
    ),
    (
        "tenant_packs",
        "tenant_id, pack, version, given, applied_at",
        "{t}, 'general', 1, '{}', now()",
    ),
    (
        "automations",
        "id, tenant_id, kind, text, created_at, updated_at",
        "{id:automation}, {t}, 'booking_text', 'A secret', now(), now()",
    ),
    (
        "ivr_menus",
        "id, tenant_id, name, prompt, no_input_prompt, no_match_prompt, timeout_ms, max_attempts, fallback",
        "{id:menu}, {t}, 'Menu', '', '', '', 5000, 3, '{}'",
    ),
    (
        "ivr_options",
        "tenant_id, menu_id, digit, label, action",
        "{t}, {id:menu}, '1', '', '{}'",
    ),
    (
        "business_hours",
        "tenant_id, weekday, opens, closes",
        "{t}, 0, '08:00', '17:00'",
    ),
    ("hour_exceptions", "tenant_id, on_date", "{t}, '2026-12-25'"),
    (
        "tenant_phone_config",
        "id, tenant_id, phone_number, ivr_mode, agent_id, ivr_menu_id, closed_menu_id, fallback",
        "{id:line}, {t}, '+1918555019{n}', 'ivr', {id:agent}, {id:menu}, {id:menu}, '{}'",
    ),
    (
        "services_catalog",
        "id, tenant_id, name, duration_min",
        "{id:service}, {t}, 'Service', 30",
    ),
    (
        "faqs",
        "id, tenant_id, question, answer",
        "{id:faq}, {t}, 'Question?', 'Answer.'",
    ),
    (
        "call_keys",
        "tenant_id, provider, provider_call_id, call_id, started_at",
        "{t}, 'twilio', 'CA{n}', {id:call}, {at}",
    ),
    (
        "calls",
        "id, tenant_id, started_at, provider, provider_call_id, direction, ivr_mode, phone_config_id, \
         agent_version_id, resolution_method",
        "{id:call}, {t}, {at}, 'twilio', 'CA{n}', 'inbound', 'ivr', {id:line}, {id:version}, 'to_number'",
    ),
    (
        "call_turns",
        "tenant_id, call_started_at, call_id, seq, speaker, text, start_ms, end_ms, words, interrupted, \
         tokens_in, tokens_out",
        "{t}, {at}, {id:call}, 0, 'caller', 'A secret of side {n}', 0, 1, '[]', false, 0, 0",
    ),
    (
        "call_events",
        "tenant_id, call_started_at, call_id, id, kind, payload",
        "{t}, {at}, {id:call}, {id:event}, 'dtmf', '{}'",
    ),
    (
        "recordings",
        "id, tenant_id, call_started_at, call_id, kind, storage_key, channels, complete",
        "{id:recording}, {t}, {at}, {id:call}, 'conversation', 'a.wav', 2, true",
    ),
    (
        "call_notes",
        "tenant_id, id, call_started_at, call_id, text, author_user, author_key, author_name, created_at",
        "{t}, {id:callnote}, {at}, {id:call}, 'A secret', {id:user}, {id:key}, 'Ada', now()",
    ),
    (
        "call_tags",
        "tenant_id, call_id, call_started_at, folded, tag",
        "{t}, {id:call}, {at}, 'urgent', 'Urgent'",
    ),
    (
        "call_shares",
        "tenant_id, id, call_started_at, call_id, token_hash, with_recording, created_by, created_at, expires_at",
        "{t}, {id:share}, {at}, {id:call}, {hash:share}, true, 'Ada', now(), now() + interval '1 hour'",
    ),
    (
        "call_turn_corrections",
        "tenant_id, call_started_at, call_id, seq, text, corrected_at",
        "{t}, {at}, {id:call}, 0, 'A secret put right', now()",
    ),
    (
        "stream_tokens",
        "token_hash, tenant_id, call_started_at, call_id, provider_call_id, expires_at",
        "{hash:stream}, {t}, {at}, {id:call}, 'CA{n}', now()",
    ),
    (
        "appointments",
        "id, tenant_id, service_id, starts_at, ends_at, customer_name, phone, call_id, call_started_at",
        "{id:appointment}, {t}, {id:service}, {at}, timestamptz {at} + interval '30 min', 'Ada', \
         '+19185550142', {id:call}, {at}",
    ),
    (
        "contacts",
        "id, tenant_id, e164, created_at, updated_at",
        "{id:contact}, {t}, '+19185550142', now(), now()",
    ),
    (
        "messages",
        "id, tenant_id, text, call_id, call_started_at, contact_id, phone_config_id, direction, status, \
         provider, provider_message_id",
        "{id:message}, {t}, 'A secret', {id:call}, {at}, {id:contact}, {id:line}, 'inbound', 'received', \
         'twilio', 'SM{n}'",
    ),
    (
        "outbox",
        "id, tenant_id, channel, kind, recipient, body, message_id, created_at",
        "{id:out}, {t}, 'sms', 'reply', '+19185550142', 'A secret', {id:message}, now()",
    ),
    (
        "jobs",
        "id, tenant_id, kind, due_at, created_at",
        "{id:job}, {t}, 'test', now(), now()",
    ),
    (
        "idempotency_keys",
        "tenant_id, route, key, body_sha256, status, created_at, expires_at",
        "{t}, 'POST /x', 'key', {hash:body}, 200, now(), now()",
    ),
    (
        "notifications",
        "id, tenant_id, user_id, kind, title, created_at",
        "{id:note}, {t}, {id:user}, 'test', 'Test', now()",
    ),
    (
        "provider_events",
        "tenant_id, provider, event_id, kind, received_at",
        "{t}, 'twilio', 'EV{n}', 'test', now()",
    ),
];
