-- Look-ups of identity that come before a tenant, or before a login, is known: as in 0005, each is
-- one question with just its answer, run as tl_definer.

GRANT CREATE ON SCHEMA app TO tl_definer;
GRANT EXECUTE ON FUNCTION app.signed_in_user() TO tl_definer;

-- What it takes to check a password. No row: no such login.
CREATE FUNCTION app.auth_lookup(wanted_email text)
RETURNS TABLE (user_id uuid, email text, name text, password_hash text, must_change_password boolean,
               mfa_secret_enc bytea, mfa_key_id text, mfa_confirmed_at timestamptz, mfa_last_step bigint,
               platform_role text, disabled_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS
$$ SELECT u.id, u.email, u.name, u.password_hash, u.must_change_password, u.mfa_secret_enc, u.mfa_key_id,
          u.mfa_confirmed_at, u.mfa_last_step, u.platform_role, u.disabled_at
   FROM app.users u WHERE lower(u.email) = lower(wanted_email) $$;

-- The same for the login that the transaction is signed in as.
CREATE FUNCTION app.own_credentials()
RETURNS TABLE (user_id uuid, email text, name text, password_hash text, must_change_password boolean,
               mfa_secret_enc bytea, mfa_key_id text, mfa_confirmed_at timestamptz, mfa_last_step bigint,
               platform_role text, disabled_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS
$$ SELECT u.id, u.email, u.name, u.password_hash, u.must_change_password, u.mfa_secret_enc, u.mfa_key_id,
          u.mfa_confirmed_at, u.mfa_last_step, u.platform_role, u.disabled_at
   FROM app.users u WHERE u.id = app.signed_in_user() $$;

-- Everything that decides what a session may do, and in one tenant if one is asked for. No row: no
-- such session.
CREATE FUNCTION app.session_lookup(wanted_session uuid, in_tenant uuid)
RETURNS TABLE (user_id uuid, email text, name text, platform_role text, must_change_password boolean,
               disabled_at timestamptz, expires_at timestamptz, revoked_at timestamptz,
               mfa_passed_at timestamptz, current_tenant_id uuid, role text, tenant_status text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS
$$ SELECT u.id, u.email, u.name, u.platform_role, u.must_change_password, u.disabled_at, s.expires_at,
          s.revoked_at, s.mfa_passed_at, s.current_tenant_id, m.role, t.status
   FROM app.sessions s JOIN app.users u ON u.id = s.user_id
   LEFT JOIN app.memberships m ON m.user_id = u.id AND m.tenant_id = in_tenant
   LEFT JOIN app.tenants t ON t.id = m.tenant_id
   WHERE s.id = wanted_session $$;

-- The platform's people. No row: not one of them, or disabled.
CREATE FUNCTION app.platform_lookup(wanted_user uuid)
RETURNS TABLE (user_id uuid, email text, platform_role text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS
$$ SELECT u.id, u.email, u.platform_role FROM app.users u
   WHERE u.id = wanted_user AND u.platform_role IS NOT NULL AND u.disabled_at IS NULL $$;

-- Verdict accepted, unknown, expired, revoked or reused. A token that was rotated before and is
-- shown again was stolen, then or now: its session ends. The row lock lets one of two be the first.
CREATE FUNCTION app.rotate_refresh_token(old_hash bytea, new_hash bytea, new_expires_at timestamptz, at timestamptz)
RETURNS TABLE (verdict text, user_id uuid, session_id uuid, current_tenant_id uuid)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  token   app.refresh_tokens%ROWTYPE;
  session app.sessions%ROWTYPE;
  gone    timestamptz;
  found_verdict text;
BEGIN
  SELECT * INTO token FROM app.refresh_tokens r WHERE r.token_hash = old_hash FOR UPDATE;
  SELECT * INTO session FROM app.sessions s WHERE s.id = token.session_id FOR UPDATE;
  SELECT u.disabled_at INTO gone FROM app.users u WHERE u.id = token.user_id;
  found_verdict := CASE
    WHEN token.token_hash IS NULL THEN 'unknown'
    WHEN session.revoked_at IS NOT NULL OR gone IS NOT NULL THEN 'revoked'
    WHEN token.rotated_at IS NOT NULL THEN 'reused'
    WHEN token.expires_at <= at OR session.expires_at <= at THEN 'expired'
    ELSE 'accepted' END;
  IF found_verdict = 'accepted' THEN
    UPDATE app.refresh_tokens r SET rotated_at = at WHERE r.token_hash = old_hash;
    INSERT INTO app.refresh_tokens (token_hash, session_id, user_id, issued_at, expires_at)
      VALUES (new_hash, session.id, session.user_id, at, LEAST(new_expires_at, session.expires_at));
    UPDATE app.sessions s SET last_seen_at = at WHERE s.id = session.id;
  ELSIF found_verdict = 'reused' THEN
    UPDATE app.sessions s SET revoked_at = at, revoke_reason = 'token_reused' WHERE s.id = session.id;
  END IF;
  RETURN QUERY SELECT found_verdict, session.user_id, session.id, session.current_tenant_id;
END $$;

-- Uses a reset up; NULL when it is unknown, used or expired.
CREATE FUNCTION app.consume_password_reset(hash bytea, at timestamptz) RETURNS uuid
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS
$$ UPDATE app.password_resets r SET used_at = at
   WHERE r.token_hash = hash AND r.used_at IS NULL AND r.expires_at > at RETURNING r.user_id $$;

CREATE FUNCTION app.invite_lookup(hash bytea)
RETURNS TABLE (invite_id uuid, tenant_id uuid, company_name text, email text, role text,
               expires_at timestamptz, accepted_at timestamptz, revoked_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS
$$ SELECT i.id, i.tenant_id, t.company_name, i.email, i.role, i.expires_at, i.accepted_at, i.revoked_at
   FROM app.invites i JOIN app.tenants t ON t.id = i.tenant_id WHERE i.token_hash = hash $$;

CREATE FUNCTION app.api_key_lookup(hash bytea)
RETURNS TABLE (key_id uuid, tenant_id uuid, scopes text[], mode text, name text, expires_at timestamptz,
               revoked_at timestamptz, last_used_at timestamptz, tenant_status text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS
$$ SELECT k.id, k.tenant_id, k.scopes, k.mode, k.name, k.expires_at, k.revoked_at, k.last_used_at, t.status
   FROM app.api_keys k JOIN app.tenants t ON t.id = k.tenant_id WHERE k.key_hash = hash $$;

-- The tenant of a host that its owner has shown to be theirs.
CREATE FUNCTION app.host_lookup(wanted_host text) RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS
$$ SELECT d.tenant_id FROM app.tenant_domains d WHERE d.host = lower(wanted_host) AND d.verified_at IS NOT NULL $$;

-- A session in a tenant's place, whoever asks.
CREATE FUNCTION app.impersonation_lookup(wanted uuid)
RETURNS TABLE (tenant_id uuid, actor_id uuid, mode text, started_at timestamptz, expires_at timestamptz,
               ended_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS
$$ SELECT i.tenant_id, i.actor_id, i.mode, i.started_at, i.expires_at, i.ended_at
   FROM app.impersonation_sessions i JOIN app.users u ON u.id = i.actor_id
   WHERE i.id = wanted AND u.platform_role = 'owner' AND u.disabled_at IS NULL $$;

-- Makes the first owner of the platform; false when there is one.
CREATE FUNCTION app.create_first_owner(new_id uuid, new_email text, new_hash text, at timestamptz) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('app.keep_an_owner', 0));
  IF EXISTS (SELECT FROM app.users u WHERE u.platform_role = 'owner') THEN
    RETURN false;
  END IF;
  INSERT INTO app.users (id, email, name, password_hash, password_changed_at, must_change_password,
                         platform_role, created_at)
    VALUES (new_id, new_email, 'Owner', new_hash, at, true, 'owner', at);
  RETURN true;
END $$;

-- Until when a login with any of these keys is refused; NULL when it is not.
CREATE FUNCTION app.login_blocked(keys bytea[], at timestamptz) RETURNS timestamptz
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS
$$ SELECT max(t.blocked_until) FROM app.login_throttle t
   WHERE t.key_hash = ANY (keys) AND t.blocked_until > at $$;

-- Counts a failed login. From the `allowed`th within the window on, each doubles how long the key
-- is blocked, up to an hour. Answers until when.
CREATE FUNCTION app.login_failed(key bytea, at timestamptz, window_s integer, allowed integer, block_s integer)
RETURNS timestamptz
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS
$$ WITH counted AS (
     INSERT INTO app.login_throttle AS t (key_hash, failures, window_start) VALUES (key, 1, at)
     ON CONFLICT (key_hash) DO UPDATE SET
       failures = CASE WHEN t.window_start < at - make_interval(secs => window_s) AND COALESCE(t.blocked_until < at, true)
                       THEN 1 ELSE LEAST(t.failures + 1, 1000000) END,
       window_start = CASE WHEN t.window_start < at - make_interval(secs => window_s) AND COALESCE(t.blocked_until < at, true)
                           THEN at ELSE t.window_start END,
       blocked_until = CASE WHEN t.failures + 1 < allowed
                              OR (t.window_start < at - make_interval(secs => window_s) AND COALESCE(t.blocked_until < at, true))
                            THEN NULL
                            ELSE at + make_interval(secs => LEAST(block_s * 2 ^ LEAST(t.failures + 1 - allowed, 20), 3600)) END
     RETURNING t.blocked_until)
   SELECT blocked_until FROM counted $$;

CREATE FUNCTION app.login_succeeded(key bytea) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS
$$ DELETE FROM app.login_throttle t WHERE t.key_hash = key $$;

-- Forgets sessions, resets and counts of failures that have been over since before.
CREATE FUNCTION app.purge_identity(before timestamptz) RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS
$$ WITH s AS (DELETE FROM app.sessions WHERE expires_at < before OR revoked_at < before RETURNING 1),
        r AS (DELETE FROM app.password_resets WHERE expires_at < before RETURNING 1),
        t AS (DELETE FROM app.login_throttle
              WHERE window_start < before AND COALESCE(blocked_until < before, true) RETURNING 1)
   SELECT (SELECT count(*) FROM s) + (SELECT count(*) FROM r) + (SELECT count(*) FROM t) $$;

DO $$
DECLARE
  signature text;
BEGIN
  FOREACH signature IN ARRAY ARRAY[
    'auth_lookup(text)', 'own_credentials()', 'session_lookup(uuid, uuid)', 'platform_lookup(uuid)',
    'rotate_refresh_token(bytea, bytea, timestamptz, timestamptz)', 'consume_password_reset(bytea, timestamptz)',
    'invite_lookup(bytea)', 'api_key_lookup(bytea)', 'host_lookup(text)', 'impersonation_lookup(uuid)',
    'login_blocked(bytea[], timestamptz)', 'login_failed(bytea, timestamptz, integer, integer, integer)',
    'login_succeeded(bytea)'] LOOP
    EXECUTE format('GRANT EXECUTE ON FUNCTION app.%s TO tl_app', signature);
    EXECUTE format('ALTER FUNCTION app.%s OWNER TO tl_definer', signature);
  END LOOP;
  FOREACH signature IN ARRAY ARRAY[
    'create_first_owner(uuid, text, text, timestamptz)', 'purge_identity(timestamptz)'] LOOP
    EXECUTE format('GRANT EXECUTE ON FUNCTION app.%s TO tl_worker', signature);
    EXECUTE format('ALTER FUNCTION app.%s OWNER TO tl_definer', signature);
  END LOOP;
END $$;
REVOKE CREATE ON SCHEMA app FROM tl_definer;
