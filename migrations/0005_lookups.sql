-- The few look-ups that happen before a tenant is known. They run as tl_definer, whose policies
-- read across tenants, with a fixed search_path; PUBLIC may not execute them.

GRANT CREATE ON SCHEMA app TO tl_definer;

-- Tier 1 messaging service, tier 2 dialled number, tier 3 root. A messaging service and a number of
-- two tenants is a conflict: the messaging service wins. Of one tenant, the number's line answers.
CREATE FUNCTION app.resolve_inbound(sid text, dialled text)
RETURNS TABLE (tenant_id uuid, phone_config_id uuid, method text, conflict boolean)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  by_sid app.tenant_phone_config%ROWTYPE;
  by_to  app.tenant_phone_config%ROWTYPE;
BEGIN
  SELECT * INTO by_sid FROM app.tenant_phone_config c WHERE c.messaging_service_sid = sid;
  SELECT * INTO by_to FROM app.tenant_phone_config c WHERE c.phone_number = dialled;
  IF by_sid.id IS NOT NULL THEN
    RETURN QUERY SELECT by_sid.tenant_id,
      CASE WHEN by_to.tenant_id = by_sid.tenant_id THEN by_to.id ELSE by_sid.id END,
      'messaging_service_sid'::text,
      COALESCE(by_to.tenant_id <> by_sid.tenant_id, false);
  ELSIF by_to.id IS NOT NULL THEN
    RETURN QUERY SELECT by_to.tenant_id, by_to.id, 'to_number'::text, false;
  ELSE
    RETURN QUERY SELECT t.id, c.id, 'fallback_root'::text, false
      FROM app.tenants t
      JOIN app.tenant_phone_config c ON c.tenant_id = t.id AND c.is_root_protected
      WHERE t.is_root;
  END IF;
END $$;

CREATE FUNCTION app.tenant_by_slug(wanted text) RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS
$$ SELECT id FROM app.tenants WHERE slug = wanted $$;

CREATE FUNCTION app.call_lookup(wanted_provider text, wanted_call text)
RETURNS TABLE (tenant_id uuid, call_id uuid, started_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS
$$ SELECT k.tenant_id, k.call_id, k.started_at FROM app.call_keys k
   WHERE k.provider = wanted_provider AND k.provider_call_id = wanted_call $$;

-- Verdict accepted, used, expired, foreign or unknown. The row lock makes a token single-use.
-- A token shown for another call stays unused, so that a mistaken stream cannot burn it.
CREATE FUNCTION app.consume_stream_token(hash bytea, shown_for text, at timestamptz)
RETURNS TABLE (verdict text, tenant_id uuid, call_id uuid, started_at timestamptz)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  token app.stream_tokens%ROWTYPE;
  found_verdict text;
BEGIN
  SELECT * INTO token FROM app.stream_tokens s WHERE s.token_hash = hash FOR UPDATE;
  found_verdict := CASE
    WHEN token.token_hash IS NULL THEN 'unknown'
    WHEN token.provider_call_id <> shown_for THEN 'foreign'
    WHEN token.used_at IS NOT NULL THEN 'used'
    WHEN token.expires_at <= at THEN 'expired'
    ELSE 'accepted' END;
  IF found_verdict = 'accepted' THEN
    UPDATE app.stream_tokens s SET used_at = at WHERE s.token_hash = hash;
  END IF;
  RETURN QUERY SELECT found_verdict, token.tenant_id, token.call_id, token.call_started_at;
END $$;

CREATE FUNCTION app.purge_stream_tokens(before timestamptz) RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS
$$ WITH gone AS (DELETE FROM app.stream_tokens WHERE expires_at < before RETURNING 1)
   SELECT count(*) FROM gone $$;

CREATE FUNCTION app.open_calls(before timestamptz, at_most integer)
RETURNS TABLE (tenant_id uuid, call_id uuid, started_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS
$$ SELECT c.tenant_id, c.id, c.started_at FROM app.calls c
   WHERE c.ended_at IS NULL AND c.started_at < before ORDER BY c.started_at LIMIT at_most $$;

CREATE FUNCTION app.live_calls() RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS
$$ SELECT count(*) FROM app.calls WHERE ended_at IS NULL $$;

GRANT EXECUTE ON FUNCTION app.resolve_inbound(text, text), app.tenant_by_slug(text),
  app.call_lookup(text, text), app.consume_stream_token(bytea, text, timestamptz)
  TO tl_app, tl_worker;
GRANT EXECUTE ON FUNCTION app.purge_stream_tokens(timestamptz), app.open_calls(timestamptz, integer),
  app.live_calls() TO tl_worker;

ALTER FUNCTION app.resolve_inbound(text, text) OWNER TO tl_definer;
ALTER FUNCTION app.tenant_by_slug(text) OWNER TO tl_definer;
ALTER FUNCTION app.call_lookup(text, text) OWNER TO tl_definer;
ALTER FUNCTION app.consume_stream_token(bytea, text, timestamptz) OWNER TO tl_definer;
ALTER FUNCTION app.purge_stream_tokens(timestamptz) OWNER TO tl_definer;
ALTER FUNCTION app.open_calls(timestamptz, integer) OWNER TO tl_definer;
ALTER FUNCTION app.live_calls() OWNER TO tl_definer;
REVOKE CREATE ON SCHEMA app FROM tl_definer;
