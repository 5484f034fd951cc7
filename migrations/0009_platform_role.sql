-- The platform's own role, and the person behind a transaction.
--
-- tl_platform sees in three ways, and each table is in one of them:
--   across tenants   a `platform_read` policy: what it takes to run the platform;
--   one at a time    a grant and no policy of its own: settings, of the tenant that it has entered
--                    (app.tenant_id), where tenant_isolation binds it like everybody else;
--   never            no grant: what callers said and wrote. That takes an impersonation.
-- It writes to a tenant's rows only where it has entered that tenant.

GRANT USAGE ON SCHEMA app TO tl_platform;
GRANT EXECUTE ON FUNCTION app.tenant() TO tl_platform;

-- The login whose own rows (its sessions, its password) the transaction may touch. Not the actor:
-- who impersonates a tenant is nobody's login there.
CREATE FUNCTION app.signed_in_user() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT NULLIF(current_setting('app.user_id', true), '')::uuid $$;
GRANT EXECUTE ON FUNCTION app.signed_in_user() TO tl_app, tl_worker, tl_platform;

-- Rows that belong to a login rather than to a tenant: seen and written by it alone.
CREATE PROCEDURE app.isolate_user(target regclass, user_column name DEFAULT 'user_id')
LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', target);
  EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', target);
  EXECUTE format(
    'CREATE POLICY user_isolation ON %s USING (%I = (SELECT app.signed_in_user())) WITH CHECK (%I = (SELECT app.signed_in_user()))',
    target, user_column, user_column);
END $$;

-- Rows that belong to the platform: what a role may do with them is said by policies that name it.
CREATE PROCEDURE app.keep_for_platform(target regclass) LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', target);
  EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', target);
END $$;

CREATE PROCEDURE app.let_platform_read(target regclass) LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('CREATE POLICY platform_read ON %s FOR SELECT TO tl_platform USING (true)', target);
END $$;

-- Across tenants.
CALL app.let_platform_read('app.tenants');
GRANT SELECT, INSERT ON app.tenants TO tl_platform;
GRANT UPDATE (company_name, status, timezone, currency, address, unassigned_number, max_calls)
  ON app.tenants TO tl_platform;
-- Where a tenant stands, and how much it may hold, is not the tenant's to say.
REVOKE UPDATE (status, currency, max_calls, unassigned_number) ON app.tenants FROM tl_app;

CALL app.let_platform_read('app.tenant_phone_config');
-- Without the SIP password.
GRANT SELECT (id, tenant_id, phone_number, messaging_service_sid, sip_domain, sip_username,
              sip_password_key_id, ivr_mode, agent_id, ivr_menu_id, closed_menu_id, forward_to,
              dial_timeout_s, fallback, record, is_root_protected, created_at, overflow)
  ON app.tenant_phone_config TO tl_platform;
GRANT INSERT, UPDATE, DELETE ON app.tenant_phone_config TO tl_platform;

CALL app.let_platform_read('app.calls');
-- Without numbers, keys pressed, and what the conversation took along.
GRANT SELECT (id, tenant_id, started_at, direction, mode, ivr_mode, phone_config_id,
              agent_version_id, resolution_method, status, answered_at, ended_at, finalized_at,
              end_reason, hangup_by, duration_ms, bill_sec, latency_p50_ms, latency_p95_ms,
              interruptions_caller, outcome, failed_provider, failed_stage, failed_code,
              cost_micro, currency, held_by, quiet_until, closed_by, media_until)
  ON app.calls TO tl_platform;

-- One at a time.
GRANT SELECT, INSERT, UPDATE, DELETE ON app.agents, app.ivr_menus, app.ivr_options,
  app.business_hours, app.hour_exceptions, app.services_catalog, app.faqs TO tl_platform;
GRANT SELECT, INSERT ON app.agent_versions TO tl_platform;

CALL app.keep_for_platform('app.node_lives');
CREATE POLICY worker_all ON app.node_lives TO tl_worker USING (true) WITH CHECK (true);
CREATE POLICY definer_read ON app.node_lives FOR SELECT TO tl_definer USING (true);
CALL app.let_platform_read('app.node_lives');
GRANT SELECT ON app.node_lives TO tl_platform;
