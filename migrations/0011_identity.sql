-- Logins, where they belong, and what lets them in. Secrets are kept as hashes (what is shown to us)
-- or encrypted with the id of their key (what we must be able to read).

CREATE TABLE app.users (
  id                   uuid PRIMARY KEY,
  email                text NOT NULL CHECK (email = btrim(email) AND email ~ '^[^@[:space:]]+@[^@[:space:]]+$'
                                            AND char_length(email) <= 254),
  name                 text NOT NULL DEFAULT '' CHECK (char_length(name) <= 200),
  -- A PHC string. NULL cannot log in with a password.
  password_hash        text CHECK (password_hash <> ''),
  password_changed_at  timestamptz,
  must_change_password boolean NOT NULL DEFAULT false,
  -- The secret of the second factor; it counts from `mfa_confirmed_at` on.
  mfa_secret_enc       bytea,
  mfa_key_id           text,
  mfa_confirmed_at     timestamptz,
  -- The time step whose code was used last: a code works once.
  mfa_last_step        bigint,
  platform_role        text CHECK (platform_role IN ('owner', 'super_admin')),
  -- Made up for a demonstration: counted nowhere.
  is_simulated         boolean NOT NULL DEFAULT false,
  disabled_at          timestamptz,
  last_login_at        timestamptz,
  created_at           timestamptz NOT NULL,
  CHECK ((mfa_secret_enc IS NULL) = (mfa_key_id IS NULL)),
  CHECK (mfa_confirmed_at IS NULL OR mfa_secret_enc IS NOT NULL)
);
CREATE UNIQUE INDEX users_email ON app.users (lower(email));

CREATE TABLE app.memberships (
  tenant_id  uuid NOT NULL REFERENCES app.tenants (id),
  user_id    uuid NOT NULL REFERENCES app.users (id),
  role       text NOT NULL CHECK (role IN ('tenant_owner', 'admin', 'user', 'viewer', 'customer')),
  created_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, user_id)
);
CREATE INDEX memberships_by_user ON app.memberships (user_id);
CALL app.isolate('app.memberships');
CALL app.let_platform_read('app.memberships');
CREATE POLICY own_read ON app.memberships FOR SELECT TO tl_app USING (user_id = (SELECT app.signed_in_user()));
CREATE POLICY definer_read ON app.memberships FOR SELECT TO tl_definer USING (true);
GRANT SELECT, INSERT, UPDATE (role), DELETE ON app.memberships TO tl_app, tl_worker, tl_platform;
GRANT SELECT ON app.memberships TO tl_definer;

-- A tenant that had somebody who may administer it keeps somebody. Two who leave at once take turns.
CREATE FUNCTION app.keep_an_admin() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.role IN ('tenant_owner', 'admin')
     AND (TG_OP = 'DELETE' OR NEW.role NOT IN ('tenant_owner', 'admin')) THEN
    PERFORM pg_advisory_xact_lock(hashtextextended('app.keep_an_admin' || OLD.tenant_id::text, 0));
    IF NOT EXISTS (SELECT FROM app.memberships m WHERE m.tenant_id = OLD.tenant_id
                   AND m.user_id <> OLD.user_id AND m.role IN ('tenant_owner', 'admin')) THEN
      RAISE EXCEPTION 'the last administrator of a tenant stays'
        USING ERRCODE = 'restrict_violation', CONSTRAINT = 'memberships_keep_an_admin', TABLE = 'memberships';
    END IF;
  END IF;
  RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER keep_an_admin BEFORE UPDATE OR DELETE ON app.memberships
  FOR EACH ROW EXECUTE FUNCTION app.keep_an_admin();

-- A tenant sees who belongs to it, a login sees and changes itself, the platform sees all. Nobody
-- reads a password's hash or a second factor's secret but the look-ups of a login.
CALL app.keep_for_platform('app.users');
CREATE POLICY member_read ON app.users FOR SELECT TO tl_app, tl_worker
  USING (id IN (SELECT m.user_id FROM app.memberships m WHERE m.tenant_id = (SELECT app.tenant())));
CREATE POLICY own_read ON app.users FOR SELECT TO tl_app USING (id = (SELECT app.signed_in_user()));
CREATE POLICY own_update ON app.users FOR UPDATE TO tl_app
  USING (id = (SELECT app.signed_in_user())) WITH CHECK (id = (SELECT app.signed_in_user()));
CREATE POLICY plain_insert ON app.users FOR INSERT TO tl_app, tl_worker
  WITH CHECK (platform_role IS NULL AND NOT is_simulated);
CALL app.let_platform_read('app.users');
CREATE POLICY platform_insert ON app.users FOR INSERT TO tl_platform WITH CHECK (true);
CREATE POLICY platform_update ON app.users FOR UPDATE TO tl_platform USING (true) WITH CHECK (true);
CREATE POLICY definer_all ON app.users TO tl_definer USING (true) WITH CHECK (true);
GRANT SELECT (id, email, name, password_changed_at, must_change_password, mfa_confirmed_at,
              mfa_last_step, platform_role, is_simulated, disabled_at, last_login_at, created_at)
  ON app.users TO tl_app, tl_worker, tl_platform;
GRANT INSERT (id, email, name, password_hash, password_changed_at, must_change_password, created_at)
  ON app.users TO tl_app, tl_worker;
GRANT UPDATE (name, password_hash, password_changed_at, must_change_password, mfa_secret_enc, mfa_key_id,
              mfa_confirmed_at, mfa_last_step, last_login_at) ON app.users TO tl_app;
GRANT INSERT (id, email, name, password_hash, password_changed_at, must_change_password, platform_role,
              is_simulated, created_at) ON app.users TO tl_platform;
-- A second factor is taken away, never set, by others.
GRANT UPDATE (name, platform_role, disabled_at, must_change_password, mfa_secret_enc, mfa_key_id,
              mfa_confirmed_at, mfa_last_step) ON app.users TO tl_platform;
GRANT SELECT, INSERT ON app.users TO tl_definer;

-- The platform keeps an owner who can log in, or nobody could make another.
CREATE FUNCTION app.keep_an_owner() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.platform_role = 'owner' AND OLD.disabled_at IS NULL
     AND (NEW.platform_role IS DISTINCT FROM 'owner' OR NEW.disabled_at IS NOT NULL) THEN
    PERFORM pg_advisory_xact_lock(hashtextextended('app.keep_an_owner', 0));
    IF NOT EXISTS (SELECT FROM app.users u WHERE u.id <> OLD.id AND u.platform_role = 'owner'
                   AND u.disabled_at IS NULL) THEN
      RAISE EXCEPTION 'the last owner of the platform stays'
        USING ERRCODE = 'restrict_violation', CONSTRAINT = 'users_keep_an_owner', TABLE = 'users';
    END IF;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER keep_an_owner BEFORE UPDATE ON app.users
  FOR EACH ROW EXECUTE FUNCTION app.keep_an_owner();

-- A session is the family of its refresh tokens: one that is shown twice ends it.
CREATE TABLE app.sessions (
  id                uuid PRIMARY KEY,
  user_id           uuid NOT NULL REFERENCES app.users (id),
  -- The tenant that the login works in at the moment.
  current_tenant_id uuid,
  created_at        timestamptz NOT NULL,
  last_seen_at      timestamptz NOT NULL,
  expires_at        timestamptz NOT NULL,
  mfa_passed_at     timestamptz,
  revoked_at        timestamptz,
  revoke_reason     text CHECK (revoke_reason IN ('logout', 'revoked', 'token_reused', 'password_changed',
                                                  'login_disabled')),
  user_agent        text,
  ip                text,
  CHECK (expires_at > created_at),
  CHECK ((revoked_at IS NULL) = (revoke_reason IS NULL)),
  FOREIGN KEY (current_tenant_id, user_id) REFERENCES app.memberships (tenant_id, user_id)
    ON DELETE SET NULL (current_tenant_id)
);
CREATE INDEX sessions_by_user ON app.sessions (user_id, created_at);
CALL app.isolate_user('app.sessions');
CALL app.let_platform_read('app.sessions');
CREATE POLICY platform_update ON app.sessions FOR UPDATE TO tl_platform USING (true) WITH CHECK (true);
CREATE POLICY definer_all ON app.sessions TO tl_definer USING (true) WITH CHECK (true);
GRANT SELECT, INSERT ON app.sessions TO tl_app;
GRANT UPDATE (current_tenant_id, last_seen_at, mfa_passed_at, revoked_at, revoke_reason) ON app.sessions TO tl_app;
GRANT SELECT, UPDATE (revoked_at, revoke_reason) ON app.sessions TO tl_platform;
GRANT SELECT, UPDATE, DELETE ON app.sessions TO tl_definer;

CREATE TABLE app.refresh_tokens (
  token_hash bytea PRIMARY KEY CHECK (octet_length(token_hash) = 32),
  session_id uuid NOT NULL REFERENCES app.sessions (id) ON DELETE CASCADE,
  user_id    uuid NOT NULL REFERENCES app.users (id),
  issued_at  timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  -- When another took its place.
  rotated_at timestamptz
);
CREATE INDEX refresh_tokens_by_session ON app.refresh_tokens (session_id);
CALL app.isolate_user('app.refresh_tokens');
CREATE POLICY definer_all ON app.refresh_tokens TO tl_definer USING (true) WITH CHECK (true);
GRANT INSERT ON app.refresh_tokens TO tl_app;
GRANT SELECT, INSERT, UPDATE ON app.refresh_tokens TO tl_definer;

CREATE TABLE app.password_resets (
  token_hash bytea PRIMARY KEY CHECK (octet_length(token_hash) = 32),
  user_id    uuid NOT NULL REFERENCES app.users (id),
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  used_at    timestamptz
);
CREATE INDEX password_resets_by_user ON app.password_resets (user_id);
CALL app.isolate_user('app.password_resets');
CREATE POLICY definer_all ON app.password_resets TO tl_definer USING (true) WITH CHECK (true);
GRANT INSERT ON app.password_resets TO tl_app;
GRANT SELECT, UPDATE, DELETE ON app.password_resets TO tl_definer;

CREATE TABLE app.invites (
  id          uuid NOT NULL UNIQUE,
  tenant_id   uuid NOT NULL REFERENCES app.tenants (id),
  email       text NOT NULL CHECK (email = btrim(email) AND email ~ '^[^@[:space:]]+@[^@[:space:]]+$'
                                   AND char_length(email) <= 254),
  role        text NOT NULL CHECK (role IN ('tenant_owner', 'admin', 'user', 'viewer', 'customer')),
  token_hash  bytea NOT NULL UNIQUE CHECK (octet_length(token_hash) = 32),
  invited_by  uuid REFERENCES app.users (id),
  created_at  timestamptz NOT NULL,
  expires_at  timestamptz NOT NULL,
  accepted_at timestamptz,
  revoked_at  timestamptz,
  PRIMARY KEY (tenant_id, id)
);
-- One open invitation for a person; the next one takes its place.
CREATE UNIQUE INDEX invites_open ON app.invites (tenant_id, lower(email))
  WHERE accepted_at IS NULL AND revoked_at IS NULL;
CALL app.isolate('app.invites');
CALL app.let_platform_read('app.invites');
CREATE POLICY definer_all ON app.invites TO tl_definer USING (true) WITH CHECK (true);
GRANT SELECT (id, tenant_id, email, role, invited_by, created_at, expires_at, accepted_at, revoked_at),
  INSERT, UPDATE (accepted_at, revoked_at) ON app.invites TO tl_app, tl_worker, tl_platform;
GRANT SELECT, UPDATE (accepted_at) ON app.invites TO tl_definer;

CREATE TABLE app.api_keys (
  id           uuid NOT NULL UNIQUE,
  tenant_id    uuid NOT NULL REFERENCES app.tenants (id),
  name         text NOT NULL CHECK (name <> '' AND char_length(name) <= 100),
  -- The beginning of the key, by which its owner knows it again.
  prefix       text NOT NULL CHECK (char_length(prefix) BETWEEN 8 AND 24),
  key_hash     bytea NOT NULL UNIQUE CHECK (octet_length(key_hash) = 32),
  scopes       text[] NOT NULL,
  mode         text NOT NULL CHECK (mode IN ('live', 'test')),
  created_by   uuid REFERENCES app.users (id),
  created_at   timestamptz NOT NULL,
  expires_at   timestamptz,
  last_used_at timestamptz,
  revoked_at   timestamptz,
  PRIMARY KEY (tenant_id, id)
);
CALL app.isolate('app.api_keys');
CALL app.let_platform_read('app.api_keys');
CREATE POLICY definer_read ON app.api_keys FOR SELECT TO tl_definer USING (true);
GRANT SELECT (id, tenant_id, name, prefix, scopes, mode, created_by, created_at, expires_at, last_used_at, revoked_at)
  ON app.api_keys TO tl_app, tl_worker, tl_platform;
GRANT INSERT, UPDATE (name, last_used_at, revoked_at) ON app.api_keys TO tl_app, tl_worker;
GRANT SELECT ON app.api_keys TO tl_definer;

-- Who asks for a tenant of their own, before there is one.
CREATE TABLE app.setup_requests (
  id                uuid PRIMARY KEY,
  company_name      text NOT NULL CHECK (company_name <> '' AND char_length(company_name) <= 255),
  contact_name      text NOT NULL CHECK (contact_name <> '' AND char_length(contact_name) <= 200),
  email             text NOT NULL CHECK (email = btrim(email) AND email ~ '^[^@[:space:]]+@[^@[:space:]]+$'
                                         AND char_length(email) <= 254),
  phone             text CHECK (phone ~ '^\+[1-9][0-9]{6,14}$'),
  industry          text,
  plan_tier         text NOT NULL DEFAULT 'starter' CHECK (plan_tier IN ('starter', 'pro', 'elite')),
  message           text NOT NULL DEFAULT '' CHECK (char_length(message) <= 4000),
  status            text NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'approved', 'rejected')),
  created_at        timestamptz NOT NULL,
  decided_at        timestamptz,
  decided_by        uuid REFERENCES app.users (id),
  decision_reason   text,
  created_tenant_id uuid REFERENCES app.tenants (id),
  CHECK ((status = 'pending') = (decided_at IS NULL)),
  CHECK ((status = 'approved') = (created_tenant_id IS NOT NULL))
);
CREATE INDEX setup_requests_by_status ON app.setup_requests (status, created_at);
CALL app.keep_for_platform('app.setup_requests');
CREATE POLICY anybody_asks ON app.setup_requests FOR INSERT TO tl_app WITH CHECK (status = 'pending');
CALL app.let_platform_read('app.setup_requests');
CREATE POLICY platform_update ON app.setup_requests FOR UPDATE TO tl_platform USING (true) WITH CHECK (true);
GRANT INSERT (id, company_name, contact_name, email, phone, industry, plan_tier, message, created_at)
  ON app.setup_requests TO tl_app;
GRANT SELECT, UPDATE (status, decided_at, decided_by, decision_reason, created_tenant_id)
  ON app.setup_requests TO tl_platform;

-- Failed logins, by the hash of whatever is counted (an address, an account); no role reads it.
CREATE TABLE app.login_throttle (
  key_hash      bytea PRIMARY KEY CHECK (octet_length(key_hash) = 32),
  failures      integer NOT NULL CHECK (failures > 0),
  window_start  timestamptz NOT NULL,
  blocked_until timestamptz
);
CALL app.keep_for_platform('app.login_throttle');
CREATE POLICY definer_all ON app.login_throttle TO tl_definer USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON app.login_throttle TO tl_definer;
