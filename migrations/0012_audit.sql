-- Who did what, in a chain for each tenant; and the platform's people working in a tenant's place.

-- Of a tenant: it sees who worked in its place, and why.
CREATE TABLE app.impersonation_sessions (
  id         uuid NOT NULL UNIQUE,
  tenant_id  uuid NOT NULL REFERENCES app.tenants (id),
  actor_id   uuid NOT NULL REFERENCES app.users (id),
  mode       text NOT NULL CHECK (mode IN ('read_only', 'full')),
  reason     text NOT NULL CHECK (char_length(btrim(reason)) >= 10),
  ticket     text CHECK (ticket <> ''),
  started_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  ended_at   timestamptz,
  end_reason text CHECK (end_reason IN ('ended', 'expired', 'revoked')),
  PRIMARY KEY (tenant_id, id),
  CHECK (expires_at > started_at AND expires_at <= started_at + interval '60 minutes'),
  CHECK ((ended_at IS NULL) = (end_reason IS NULL)),
  CHECK (ended_at >= started_at)
);
-- No nesting: one at a time for each of the platform's people.
CREATE UNIQUE INDEX impersonation_sessions_one ON app.impersonation_sessions (actor_id) WHERE ended_at IS NULL;
CREATE INDEX impersonation_sessions_by_time ON app.impersonation_sessions (tenant_id, started_at);
CALL app.isolate('app.impersonation_sessions');
CALL app.let_platform_read('app.impersonation_sessions');
CREATE POLICY definer_read ON app.impersonation_sessions FOR SELECT TO tl_definer USING (true);
GRANT SELECT ON app.impersonation_sessions TO tl_app, tl_worker, tl_definer;
GRANT SELECT, INSERT, UPDATE (ended_at, end_reason) ON app.impersonation_sessions TO tl_platform;

CREATE FUNCTION app.guard_impersonation() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM app.users u WHERE u.id = NEW.actor_id AND u.platform_role = 'owner'
                 AND u.disabled_at IS NULL) THEN
    RAISE EXCEPTION 'only an owner of the platform impersonates'
      USING ERRCODE = 'restrict_violation', CONSTRAINT = 'impersonation_sessions_by_owner',
            TABLE = 'impersonation_sessions';
  END IF;
  IF NEW.actor_id::text IS DISTINCT FROM current_setting('app.actor_id', true) THEN
    RAISE EXCEPTION 'nobody impersonates in another''s name'
      USING ERRCODE = 'restrict_violation', CONSTRAINT = 'impersonation_sessions_own_name',
            TABLE = 'impersonation_sessions';
  END IF;
  IF EXISTS (SELECT FROM app.tenants t WHERE t.id = NEW.tenant_id AND t.is_root) THEN
    RAISE EXCEPTION 'the platform''s own tenant is not impersonated'
      USING ERRCODE = 'restrict_violation', CONSTRAINT = 'impersonation_sessions_not_root',
            TABLE = 'impersonation_sessions';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guard_impersonation BEFORE INSERT ON app.impersonation_sessions
  FOR EACH ROW EXECUTE FUNCTION app.guard_impersonation();

-- Where each tenant's chain stands. Only the trigger below moves it.
CREATE TABLE app.audit_heads (
  tenant_id uuid PRIMARY KEY REFERENCES app.tenants (id),
  seq       bigint NOT NULL,
  hash      bytea NOT NULL CHECK (octet_length(hash) = 32)
);
CALL app.isolate('app.audit_heads');
CALL app.let_platform_read('app.audit_heads');
CREATE POLICY definer_all ON app.audit_heads TO tl_definer USING (true) WITH CHECK (true);
GRANT SELECT ON app.audit_heads TO tl_app, tl_worker, tl_platform;
GRANT SELECT, INSERT, UPDATE ON app.audit_heads TO tl_definer;

CREATE TABLE app.audit_log (
  tenant_id        uuid NOT NULL REFERENCES app.tenants (id),
  -- 1, 2, 3 … without a gap.
  seq              bigint NOT NULL,
  id               uuid NOT NULL,
  at               timestamptz NOT NULL,
  actor_kind       text NOT NULL CHECK (actor_kind IN ('system', 'worker', 'call', 'user', 'api_key',
                                                       'platform', 'operator')),
  actor_id         uuid,
  -- As it was called then.
  actor_name       text,
  impersonation_id uuid,
  action           text NOT NULL CHECK (action ~ '^[a-z0-9_]+(\.[a-z0-9_]+)+$'),
  object_kind      text NOT NULL CHECK (object_kind <> ''),
  object_id        text,
  before           jsonb,
  after            jsonb,
  reason           text,
  ip               text,
  user_agent       text,
  request_id       text,
  prev_hash        bytea NOT NULL,
  hash             bytea NOT NULL,
  PRIMARY KEY (tenant_id, seq),
  UNIQUE (tenant_id, id),
  FOREIGN KEY (tenant_id, impersonation_id) REFERENCES app.impersonation_sessions (tenant_id, id)
);
CREATE INDEX audit_log_by_object ON app.audit_log (tenant_id, object_kind, object_id, seq);
CREATE INDEX audit_log_by_actor ON app.audit_log (tenant_id, actor_id, seq);
CREATE INDEX audit_log_by_time ON app.audit_log (at);
CALL app.isolate('app.audit_log');
CALL app.let_platform_read('app.audit_log');
-- The chain, the actor and the impersonation are the trigger's to write.
GRANT SELECT, INSERT (tenant_id, id, at, actor_name, action, object_kind, object_id, before, after, reason,
                      ip, user_agent, request_id) ON app.audit_log TO tl_app, tl_worker, tl_platform;
CREATE TRIGGER immutable BEFORE UPDATE OR DELETE ON app.audit_log
  FOR EACH ROW EXECUTE FUNCTION app.refuse_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON app.audit_log
  FOR EACH STATEMENT EXECUTE FUNCTION app.refuse_change();

-- SHA-256 over everything a row says and the hash before it. The same text on any server and in any
-- time zone: times are microseconds since 1970, jsonb has one order of keys.
CREATE FUNCTION app.audit_hash(entry app.audit_log) RETURNS bytea
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS
$$ SELECT sha256(convert_to(jsonb_build_array(
     entry.tenant_id, entry.seq, entry.id, (extract(epoch FROM entry.at) * 1000000)::bigint,
     entry.actor_kind, entry.actor_id, entry.actor_name, entry.impersonation_id, entry.action, entry.object_kind,
     entry.object_id, entry.before, entry.after, entry.reason, entry.ip, entry.user_agent, entry.request_id,
     encode(entry.prev_hash, 'hex'))::text, 'UTF8')) $$;

GRANT CREATE ON SCHEMA app TO tl_definer;
GRANT EXECUTE ON FUNCTION app.audit_hash(app.audit_log) TO tl_app, tl_worker, tl_platform, tl_definer;
-- Who acts is what the transaction says, not what the statement says. The head's lock makes a
-- tenant's writers take turns; it is held until the transaction ends, so audit last.
CREATE FUNCTION app.chain_audit() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  head app.audit_heads%ROWTYPE;
BEGIN
  INSERT INTO app.audit_heads (tenant_id, seq, hash) VALUES (NEW.tenant_id, 0, decode(repeat('00', 32), 'hex'))
    ON CONFLICT (tenant_id) DO NOTHING;
  SELECT * INTO STRICT head FROM app.audit_heads h WHERE h.tenant_id = NEW.tenant_id FOR UPDATE;
  NEW.seq := head.seq + 1;
  NEW.prev_hash := head.hash;
  NEW.actor_kind := NULLIF(current_setting('app.role', true), '');
  NEW.actor_id := NULLIF(current_setting('app.actor_id', true), '')::uuid;
  NEW.impersonation_id := NULLIF(current_setting('app.impersonation_id', true), '')::uuid;
  NEW.hash := app.audit_hash(NEW);
  UPDATE app.audit_heads h SET seq = NEW.seq, hash = NEW.hash WHERE h.tenant_id = NEW.tenant_id;
  RETURN NEW;
END $$;
CREATE TRIGGER chain BEFORE INSERT ON app.audit_log FOR EACH ROW EXECUTE FUNCTION app.chain_audit();
ALTER FUNCTION app.chain_audit() OWNER TO tl_definer;
REVOKE CREATE ON SCHEMA app FROM tl_definer;

-- The first row of a tenant's chain that does not follow from the one before it; no row when all do.
-- `fault`: `gap` (rows are missing before it), `prev_hash`, `hash` (it was changed), `tail` (rows
-- are missing at the end). Sees what its caller may see.
CREATE FUNCTION app.audit_verify(of_tenant uuid) RETURNS TABLE (seq bigint, fault text)
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT found.seq, found.fault FROM (
    SELECT a.seq, CASE
        WHEN a.seq <> COALESCE(lag(a.seq) OVER chain, 0) + 1 THEN 'gap'
        WHEN a.prev_hash <> COALESCE(lag(a.hash) OVER chain, decode(repeat('00', 32), 'hex')) THEN 'prev_hash'
        WHEN a.hash <> app.audit_hash(a) THEN 'hash' END AS fault
      FROM app.audit_log a WHERE a.tenant_id = of_tenant WINDOW chain AS (ORDER BY a.seq)
    UNION ALL
    SELECT h.seq, 'tail' FROM app.audit_heads h WHERE h.tenant_id = of_tenant
      AND NOT EXISTS (SELECT FROM app.audit_log a
                      WHERE a.tenant_id = of_tenant AND a.seq = h.seq AND a.hash = h.hash)
  ) found WHERE found.fault IS NOT NULL ORDER BY found.seq, found.fault LIMIT 1 $$;
GRANT EXECUTE ON FUNCTION app.audit_verify(uuid) TO tl_app, tl_worker, tl_platform;
