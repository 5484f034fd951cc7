-- A link that signs an administrator of a tenant in without a password, once and within minutes. The platform
-- makes it and reads none; only its hash is kept.

CREATE TABLE app.login_links (
  tenant_id  uuid NOT NULL,
  token_hash bytea NOT NULL UNIQUE CHECK (octet_length(token_hash) = 32),
  user_id    uuid NOT NULL,
  created_by uuid NOT NULL REFERENCES app.users (id),
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  used_at    timestamptz,
  PRIMARY KEY (tenant_id, token_hash),
  CHECK (expires_at > created_at AND expires_at <= created_at + interval '15 minutes'),
  -- It ends with the membership.
  FOREIGN KEY (tenant_id, user_id) REFERENCES app.memberships (tenant_id, user_id) ON DELETE CASCADE
);
CREATE INDEX login_links_by_member ON app.login_links (tenant_id, user_id);
CALL app.isolate('app.login_links');
CREATE POLICY definer_all ON app.login_links TO tl_definer USING (true) WITH CHECK (true);
GRANT INSERT (tenant_id, token_hash, user_id, created_by, created_at, expires_at) ON app.login_links TO tl_platform;
GRANT SELECT, UPDATE (used_at), DELETE ON app.login_links TO tl_definer;

GRANT CREATE ON SCHEMA app TO tl_definer;

-- Uses a link up. No row: it is unknown, used or expired, or what it relies on has ended: the role of its login,
-- the tenant's standing, its maker's place at the platform.
CREATE FUNCTION app.consume_login_link(hash bytea, at timestamptz) RETURNS TABLE (tenant_id uuid, user_id uuid)
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS
$$ UPDATE app.login_links l SET used_at = at
   FROM app.users u, app.users maker, app.memberships m, app.tenants t
   WHERE l.token_hash = hash AND l.used_at IS NULL AND l.expires_at > at
     AND u.id = l.user_id AND u.disabled_at IS NULL AND u.platform_role IS NULL
     AND maker.id = l.created_by AND maker.disabled_at IS NULL AND maker.platform_role = 'owner'
     AND m.tenant_id = l.tenant_id AND m.user_id = l.user_id AND m.role IN ('tenant_owner', 'admin')
     AND t.id = l.tenant_id AND t.status NOT IN ('suspended', 'cancelled')
   RETURNING l.tenant_id, l.user_id $$;

-- Forgets sessions, resets, links and counts of failures that have been over since before.
DROP FUNCTION app.purge_identity(timestamptz);
CREATE FUNCTION app.purge_identity(before timestamptz) RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS
$$ WITH s AS (DELETE FROM app.sessions WHERE expires_at < before OR revoked_at < before RETURNING 1),
        r AS (DELETE FROM app.password_resets WHERE expires_at < before RETURNING 1),
        l AS (DELETE FROM app.login_links WHERE expires_at < before RETURNING 1),
        t AS (DELETE FROM app.login_throttle
              WHERE window_start < before AND COALESCE(blocked_until < before, true) RETURNING 1)
   SELECT (SELECT count(*) FROM s) + (SELECT count(*) FROM r) + (SELECT count(*) FROM l)
        + (SELECT count(*) FROM t) $$;

GRANT EXECUTE ON FUNCTION app.consume_login_link(bytea, timestamptz) TO tl_app;
GRANT EXECUTE ON FUNCTION app.purge_identity(timestamptz) TO tl_worker;
ALTER FUNCTION app.consume_login_link(bytea, timestamptz) OWNER TO tl_definer;
ALTER FUNCTION app.purge_identity(timestamptz) OWNER TO tl_definer;
REVOKE CREATE ON SCHEMA app FROM tl_definer;
