-- Who calls and writes to a tenant, and texts both ways.

CREATE TABLE app.contacts (
  id         uuid NOT NULL UNIQUE,
  tenant_id  uuid NOT NULL REFERENCES app.tenants (id),
  e164       text NOT NULL CHECK (e164 ~ '^\+[1-9][0-9]{6,14}$'),
  name       text CHECK (name <> '' AND char_length(name) <= 200),
  email      text CHECK (email ~ '^[^@[:space:]]+@[^@[:space:]]+$' AND char_length(email) <= 254),
  notes      text NOT NULL DEFAULT '',
  -- Wants no texts.
  opt_out    boolean NOT NULL DEFAULT false,
  opt_out_at timestamptz,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, e164),
  CHECK (opt_out = (opt_out_at IS NOT NULL))
);
CREATE INDEX contacts_by_time ON app.contacts (tenant_id, created_at, id);
CALL app.isolate('app.contacts');
GRANT SELECT, INSERT, UPDATE, DELETE ON app.contacts TO tl_app, tl_worker;

ALTER TABLE app.messages
  -- NULL: somebody's words that were written down for the tenant.
  ADD COLUMN direction           text CHECK (direction IN ('inbound', 'outbound')),
  ADD COLUMN contact_id          uuid,
  ADD COLUMN phone_config_id     uuid,
  ADD COLUMN from_e164           text CHECK (from_e164 ~ '^\+[1-9][0-9]{6,14}$'),
  ADD COLUMN to_e164             text CHECK (to_e164 ~ '^\+[1-9][0-9]{6,14}$'),
  ADD COLUMN provider            text CHECK (provider <> ''),
  -- Such as a MessageSid.
  ADD COLUMN provider_message_id text CHECK (provider_message_id <> ''),
  ADD COLUMN status              text CHECK (status IN ('received', 'queued', 'sending', 'sent', 'delivered',
                                                        'undelivered', 'failed')),
  ADD COLUMN error_code          text,
  ADD COLUMN mode                text NOT NULL DEFAULT 'live' CHECK (mode IN ('live', 'test')),
  ADD COLUMN updated_at          timestamptz,
  ADD UNIQUE (tenant_id, provider, provider_message_id),
  ADD CHECK ((direction IS NULL) = (status IS NULL)),
  ADD FOREIGN KEY (tenant_id, contact_id) REFERENCES app.contacts (tenant_id, id)
    ON DELETE SET NULL (contact_id),
  ADD FOREIGN KEY (tenant_id, phone_config_id) REFERENCES app.tenant_phone_config (tenant_id, id)
    ON DELETE SET NULL (phone_config_id);
CREATE INDEX messages_by_contact ON app.messages (tenant_id, contact_id, created_at);
CREATE INDEX messages_by_provider ON app.messages (provider, provider_message_id);
GRANT SELECT (tenant_id, id, provider, provider_message_id) ON app.messages TO tl_definer;
CREATE POLICY definer_read ON app.messages FOR SELECT TO tl_definer USING (true);

-- What was said, searchable. `@@` is not leakproof, so that under row-level security it could use
-- no index: app.search_turns() asks in the tenant's place.
ALTER TABLE app.call_turns
  ADD COLUMN tsv tsvector GENERATED ALWAYS AS (to_tsvector('english'::regconfig, text)) STORED;
CREATE INDEX call_turns_search ON app.call_turns USING gin (tenant_id, tsv);
GRANT SELECT (tenant_id, call_started_at, call_id, seq, speaker, text, start_ms, tsv)
  ON app.call_turns TO tl_definer;
CREATE POLICY definer_read ON app.call_turns FOR SELECT TO tl_definer USING (true);

GRANT CREATE ON SCHEMA app TO tl_definer;
GRANT EXECUTE ON FUNCTION app.tenant() TO tl_definer;

-- Turns of the transaction's tenant, newest call first, from before a call's start. `wanted` is read
-- as a search box is: words, "phrases", or, -without.
CREATE FUNCTION app.search_turns(wanted text, before timestamptz, at_most integer)
RETURNS TABLE (call_started_at timestamptz, call_id uuid, seq integer, speaker text, start_ms bigint, text text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS
$$ SELECT t.call_started_at, t.call_id, t.seq, t.speaker, t.start_ms, t.text FROM app.call_turns t
   WHERE t.tenant_id = (SELECT app.tenant()) AND t.tsv @@ websearch_to_tsquery('english', wanted)
     AND t.call_started_at < before
   ORDER BY t.call_started_at DESC, t.call_id, t.seq LIMIT at_most $$;

-- Whose a message is that a carrier reports on.
CREATE FUNCTION app.message_lookup(wanted_provider text, wanted_message text)
RETURNS TABLE (tenant_id uuid, message_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS
$$ SELECT m.tenant_id, m.id FROM app.messages m
   WHERE m.provider = wanted_provider AND m.provider_message_id = wanted_message $$;

GRANT EXECUTE ON FUNCTION app.search_turns(text, timestamptz, integer), app.message_lookup(text, text)
  TO tl_app, tl_worker;
ALTER FUNCTION app.search_turns(text, timestamptz, integer) OWNER TO tl_definer;
ALTER FUNCTION app.message_lookup(text, text) OWNER TO tl_definer;
REVOKE CREATE ON SCHEMA app FROM tl_definer;
