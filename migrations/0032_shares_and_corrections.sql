-- A call shown to whoever has a link, and what was heard put right by people.

CREATE TABLE app.call_shares (
  tenant_id       uuid NOT NULL,
  id              uuid NOT NULL,
  call_started_at timestamptz NOT NULL,
  call_id         uuid NOT NULL,
  token_hash      bytea NOT NULL UNIQUE CHECK (octet_length(token_hash) = 32),
  with_recording  boolean NOT NULL,
  -- As whoever made it was called then.
  created_by      text NOT NULL,
  created_at      timestamptz NOT NULL,
  expires_at      timestamptz NOT NULL,
  revoked_at      timestamptz,
  PRIMARY KEY (tenant_id, id),
  CHECK (expires_at > created_at AND expires_at <= created_at + interval '168 hours'),
  FOREIGN KEY (tenant_id, call_started_at, call_id) REFERENCES app.calls (tenant_id, started_at, id)
);
CREATE INDEX call_shares_by_call ON app.call_shares (tenant_id, call_started_at, call_id, created_at);
CALL app.isolate('app.call_shares');
CREATE POLICY definer_read ON app.call_shares FOR SELECT TO tl_definer USING (true);
GRANT SELECT (tenant_id, id, call_started_at, call_id, with_recording, created_by, created_at, expires_at, revoked_at),
      INSERT, UPDATE (revoked_at) ON app.call_shares TO tl_app;
GRANT SELECT ON app.call_shares TO tl_definer;

-- The turn stays as it was heard.
CREATE TABLE app.call_turn_corrections (
  tenant_id       uuid NOT NULL,
  call_started_at timestamptz NOT NULL,
  call_id         uuid NOT NULL,
  seq             integer NOT NULL,
  text            text NOT NULL CHECK (text <> ''),
  corrected_at    timestamptz NOT NULL,
  tsv             tsvector GENERATED ALWAYS AS (to_tsvector('english'::regconfig, text)) STORED,
  PRIMARY KEY (tenant_id, call_started_at, call_id, seq),
  FOREIGN KEY (tenant_id, call_started_at, call_id, seq)
    REFERENCES app.call_turns (tenant_id, call_started_at, call_id, seq)
);
CREATE INDEX call_turn_corrections_search ON app.call_turn_corrections USING gin (tenant_id, tsv)
  WITH (fastupdate = off);
CALL app.isolate('app.call_turn_corrections');
CREATE POLICY definer_read ON app.call_turn_corrections FOR SELECT TO tl_definer USING (true);
GRANT SELECT, INSERT, UPDATE (text, corrected_at), DELETE ON app.call_turn_corrections TO tl_app;
GRANT SELECT ON app.call_turn_corrections TO tl_definer;

GRANT CREATE ON SCHEMA app TO tl_definer;

-- The call that a token shows. No row: it is unknown, revoked or expired, or its call or its tenant is closed.
CREATE FUNCTION app.shared_call(hash bytea, at timestamptz)
RETURNS TABLE (tenant_id uuid, share_id uuid, call_started_at timestamptz, call_id uuid, with_recording boolean,
               expires_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS
$$ SELECT s.tenant_id, s.id, s.call_started_at, s.call_id, s.with_recording, s.expires_at
   FROM app.call_shares s
   JOIN app.calls c ON c.tenant_id = s.tenant_id AND c.started_at = s.call_started_at AND c.id = s.call_id
   JOIN app.tenants t ON t.id = s.tenant_id
   WHERE s.token_hash = hash AND s.revoked_at IS NULL AND s.expires_at > at AND c.deleted_at IS NULL
     AND t.status NOT IN ('suspended', 'cancelled') $$;

-- Turns of the transaction's tenant, newest call first, from before a call's start, as they were put right and
-- without calls that were deleted. `wanted` is read as a search box is: words, "phrases", or, -without.
DROP FUNCTION app.search_turns(text, timestamptz, integer);
CREATE FUNCTION app.search_turns(wanted text, before timestamptz, at_most integer)
RETURNS TABLE (call_started_at timestamptz, call_id uuid, seq integer, speaker text, start_ms bigint, text text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS
$$ SELECT f.call_started_at, f.call_id, f.seq, f.speaker, f.start_ms, f.text
   FROM (
     SELECT t.call_started_at, t.call_id, t.seq, t.speaker, t.start_ms, t.text FROM app.call_turns t
     WHERE t.tenant_id = (SELECT app.tenant()) AND t.tsv @@ websearch_to_tsquery('english', wanted)
       AND t.call_started_at < before
       AND NOT EXISTS (SELECT FROM app.call_turn_corrections k
                       WHERE k.tenant_id = (SELECT app.tenant()) AND k.call_started_at = t.call_started_at
                         AND k.call_id = t.call_id AND k.seq = t.seq)
     UNION ALL
     SELECT t.call_started_at, t.call_id, t.seq, t.speaker, t.start_ms, k.text
     FROM app.call_turn_corrections k
     JOIN app.call_turns t ON t.tenant_id = k.tenant_id AND t.call_started_at = k.call_started_at
       AND t.call_id = k.call_id AND t.seq = k.seq
     WHERE k.tenant_id = (SELECT app.tenant()) AND k.tsv @@ websearch_to_tsquery('english', wanted)
       AND k.call_started_at < before
   ) f
   WHERE NOT EXISTS (SELECT FROM app.calls c
                     WHERE c.tenant_id = (SELECT app.tenant()) AND c.started_at = f.call_started_at
                       AND c.id = f.call_id AND c.deleted_at IS NOT NULL)
   ORDER BY f.call_started_at DESC, f.call_id, f.seq LIMIT at_most $$;

GRANT EXECUTE ON FUNCTION app.shared_call(bytea, timestamptz) TO tl_app;
GRANT EXECUTE ON FUNCTION app.search_turns(text, timestamptz, integer) TO tl_app, tl_worker;
ALTER FUNCTION app.shared_call(bytea, timestamptz) OWNER TO tl_definer;
ALTER FUNCTION app.search_turns(text, timestamptz, integer) OWNER TO tl_definer;
REVOKE CREATE ON SCHEMA app FROM tl_definer;
