-- Work that outlives a request: what is to be sent, what is to be done, what was answered before.

-- Written in the transaction of what it tells about. A job carries it out.
CREATE TABLE app.outbox (
  id                  uuid NOT NULL UNIQUE,
  tenant_id           uuid NOT NULL REFERENCES app.tenants (id),
  channel             text NOT NULL CHECK (channel IN ('email', 'sms')),
  -- What it is for, such as `invite`.
  kind                text NOT NULL CHECK (kind <> ''),
  recipient           text NOT NULL CHECK (recipient <> ''),
  subject             text,
  -- Gone once it was sent: it may hold a link that lets somebody in.
  body                text,
  -- The message that a text is, where it is one.
  message_id          uuid,
  state               text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'sent', 'failed')),
  attempts            integer NOT NULL DEFAULT 0,
  last_error          text,
  provider_message_id text,
  created_at          timestamptz NOT NULL,
  sent_at             timestamptz,
  PRIMARY KEY (tenant_id, id),
  CHECK ((state = 'sent') = (sent_at IS NOT NULL)),
  FOREIGN KEY (tenant_id, message_id) REFERENCES app.messages (tenant_id, id)
);
CREATE INDEX outbox_by_time ON app.outbox (tenant_id, created_at, id);
CALL app.isolate('app.outbox');
-- The platform reads what is written to logins. Texts to callers are the tenant's, also where it
-- has entered.
CALL app.let_platform_read('app.outbox');
CREATE POLICY platform_no_texts ON app.outbox AS RESTRICTIVE FOR SELECT TO tl_platform USING (channel = 'email');
GRANT SELECT, INSERT ON app.outbox TO tl_app, tl_worker, tl_platform;
GRANT UPDATE (body, state, attempts, last_error, provider_message_id, sent_at) ON app.outbox TO tl_worker;

-- A job names what it is about by ids; it holds no content. Those of the platform are root's.
CREATE TABLE app.jobs (
  id           uuid NOT NULL UNIQUE,
  tenant_id    uuid NOT NULL REFERENCES app.tenants (id),
  kind         text NOT NULL CHECK (kind ~ '^[a-z][a-z0-9_]*$'),
  payload      jsonb NOT NULL DEFAULT '{}',
  -- Of two that wait with the same key, the second is not made.
  dedupe_key   text CHECK (dedupe_key <> ''),
  state        text NOT NULL DEFAULT 'ready' CHECK (state IN ('ready', 'leased', 'done', 'dead')),
  -- From when it may be taken: its time, or the end of the lease of whoever took it.
  due_at       timestamptz NOT NULL,
  attempts     integer NOT NULL DEFAULT 0 CHECK (attempts >= 0),
  max_attempts integer NOT NULL DEFAULT 3 CHECK (max_attempts BETWEEN 1 AND 100),
  last_error   text,
  created_at   timestamptz NOT NULL,
  finished_at  timestamptz,
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX jobs_due ON app.jobs (due_at, id) WHERE state IN ('ready', 'leased');
CREATE UNIQUE INDEX jobs_waiting_once ON app.jobs (tenant_id, kind, dedupe_key)
  WHERE state IN ('ready', 'leased') AND dedupe_key IS NOT NULL;
CREATE INDEX jobs_by_state ON app.jobs (state, due_at);
CALL app.isolate('app.jobs');
CALL app.let_platform_read('app.jobs');
CREATE POLICY definer_all ON app.jobs TO tl_definer USING (true) WITH CHECK (true);
GRANT SELECT, INSERT ON app.jobs TO tl_app, tl_worker, tl_platform;
GRANT UPDATE (state, due_at, attempts, last_error, finished_at) ON app.jobs TO tl_worker, tl_platform;
GRANT SELECT, UPDATE, DELETE ON app.jobs TO tl_definer;

-- What was answered to a request that may come again.
CREATE TABLE app.idempotency_keys (
  tenant_id    uuid NOT NULL REFERENCES app.tenants (id),
  route        text NOT NULL CHECK (route <> ''),
  key          text NOT NULL CHECK (char_length(key) BETWEEN 1 AND 255),
  body_sha256  bytea NOT NULL CHECK (octet_length(body_sha256) = 32),
  -- Until then nobody else takes it up; NULL when it has its answer.
  in_flight_until timestamptz,
  status       smallint CHECK (status BETWEEN 100 AND 599),
  content_type text,
  response     bytea,
  created_at   timestamptz NOT NULL,
  expires_at   timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, route, key),
  CHECK ((in_flight_until IS NULL) = (status IS NOT NULL))
);
CREATE INDEX idempotency_keys_by_expiry ON app.idempotency_keys (expires_at);
CALL app.isolate('app.idempotency_keys');
CREATE POLICY definer_all ON app.idempotency_keys TO tl_definer USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON app.idempotency_keys TO tl_app, tl_platform;
GRANT SELECT, DELETE ON app.idempotency_keys TO tl_definer;

CREATE TABLE app.notifications (
  id         uuid NOT NULL UNIQUE,
  tenant_id  uuid NOT NULL REFERENCES app.tenants (id),
  -- NULL: for everybody who administers the tenant.
  user_id    uuid,
  kind       text NOT NULL CHECK (kind <> ''),
  title      text NOT NULL CHECK (title <> ''),
  body       text NOT NULL DEFAULT '',
  link       text,
  created_at timestamptz NOT NULL,
  read_at    timestamptz,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, user_id) REFERENCES app.memberships (tenant_id, user_id) ON DELETE CASCADE
);
CREATE INDEX notifications_by_time ON app.notifications (tenant_id, created_at, id);
CALL app.isolate('app.notifications');
GRANT SELECT, INSERT, UPDATE (read_at) ON app.notifications TO tl_app, tl_worker, tl_platform;

-- Events that a provider may deliver twice.
CREATE TABLE app.provider_events (
  tenant_id    uuid NOT NULL REFERENCES app.tenants (id),
  provider     text NOT NULL CHECK (provider <> ''),
  event_id     text NOT NULL CHECK (event_id <> ''),
  kind         text NOT NULL,
  received_at  timestamptz NOT NULL,
  processed_at timestamptz,
  PRIMARY KEY (tenant_id, provider, event_id)
);
CREATE INDEX provider_events_by_time ON app.provider_events (received_at);
CALL app.isolate('app.provider_events');
GRANT SELECT, INSERT, UPDATE (processed_at) ON app.provider_events TO tl_app, tl_worker;

GRANT CREATE ON SCHEMA app TO tl_definer;

-- Takes jobs that are due, of all tenants, oldest first; each is taken once until `lease_until`. One
-- whose last attempt ran out of its lease is dead. `attempt` proves to whom it was given.
CREATE FUNCTION app.claim_jobs(wanted text[], at timestamptz, lease_until timestamptz, at_most integer)
RETURNS TABLE (tenant_id uuid, id uuid, kind text, payload jsonb, attempt integer, max_attempts integer)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  UPDATE app.jobs j SET state = 'dead', finished_at = at, last_error = 'its worker was lost'
  WHERE (j.tenant_id, j.id) IN (
    SELECT c.tenant_id, c.id FROM app.jobs c
    WHERE c.state = 'leased' AND c.due_at <= at AND c.attempts >= c.max_attempts
    ORDER BY c.due_at, c.id LIMIT at_most FOR UPDATE SKIP LOCKED);
  RETURN QUERY
    UPDATE app.jobs j SET state = 'leased', due_at = lease_until, attempts = j.attempts + 1
    FROM (SELECT c.tenant_id, c.id FROM app.jobs c
          WHERE c.state IN ('ready', 'leased') AND c.due_at <= at AND c.kind = ANY (wanted)
            AND c.attempts < c.max_attempts
          ORDER BY c.due_at, c.id LIMIT at_most FOR UPDATE SKIP LOCKED) due
    WHERE j.tenant_id = due.tenant_id AND j.id = due.id
    RETURNING j.tenant_id, j.id, j.kind, j.payload, j.attempts, j.max_attempts;
END $$;

-- Forgets what is over: answers that expired, jobs that were done before.
CREATE FUNCTION app.purge_finished(expired_at timestamptz, done_before timestamptz) RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS
$$ WITH answers AS (DELETE FROM app.idempotency_keys WHERE expires_at < expired_at RETURNING 1),
        done AS (DELETE FROM app.jobs WHERE state = 'done' AND finished_at < done_before RETURNING 1)
   SELECT (SELECT count(*) FROM answers) + (SELECT count(*) FROM done) $$;

GRANT EXECUTE ON FUNCTION app.claim_jobs(text[], timestamptz, timestamptz, integer),
  app.purge_finished(timestamptz, timestamptz) TO tl_worker;
ALTER FUNCTION app.claim_jobs(text[], timestamptz, timestamptz, integer) OWNER TO tl_definer;
ALTER FUNCTION app.purge_finished(timestamptz, timestamptz) OWNER TO tl_definer;
REVOKE CREATE ON SCHEMA app FROM tl_definer;
