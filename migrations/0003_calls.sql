-- Calls, their turns and events, in monthly partitions by the time the call began (UTC).
-- Partitions carry no grants and no policy: row-level security of the parent does not protect a
-- partition that is named directly, so nobody may name one.

CREATE TABLE app.call_keys (
  tenant_id        uuid NOT NULL REFERENCES app.tenants (id),
  provider         text NOT NULL CHECK (provider <> ''),
  provider_call_id text NOT NULL CHECK (provider_call_id <> ''),
  call_id          uuid NOT NULL,
  started_at       timestamptz NOT NULL,
  -- Unique across time, which a partitioned table cannot promise without its time in the key.
  PRIMARY KEY (provider, provider_call_id),
  UNIQUE (tenant_id, call_id)
);
CALL app.isolate('app.call_keys');
GRANT SELECT, INSERT ON app.call_keys TO tl_app, tl_worker;
GRANT SELECT ON app.call_keys TO tl_definer;
CREATE POLICY definer_read ON app.call_keys FOR SELECT TO tl_definer USING (true);

CREATE TABLE app.calls (
  id                    uuid NOT NULL,
  tenant_id             uuid NOT NULL REFERENCES app.tenants (id),
  started_at            timestamptz NOT NULL,
  provider              text NOT NULL,
  provider_call_id      text NOT NULL,
  direction             text NOT NULL CHECK (direction IN ('inbound', 'outbound')),
  mode                  text NOT NULL DEFAULT 'live' CHECK (mode IN ('live', 'test')),
  from_e164             text,
  to_e164               text,
  ivr_mode              text NOT NULL CHECK (ivr_mode IN ('simple', 'ivr', 'ai-voice')),
  phone_config_id       uuid,
  agent_version_id      uuid,
  resolution_method     text NOT NULL
                        CHECK (resolution_method IN ('messaging_service_sid', 'to_number', 'fallback_root')),
  status                text NOT NULL DEFAULT 'queued'
                        CHECK (status IN ('queued', 'initiated', 'ringing', 'in-progress', 'completed',
                                          'busy', 'failed', 'no-answer', 'canceled')),
  status_sequence       integer,
  answered_at           timestamptz,
  ended_at              timestamptz,
  -- When the node that held the call wrote its facts; they are written once.
  finalized_at          timestamptz,
  end_reason            text,
  hangup_by             text CHECK (hangup_by IN ('caller', 'agent', 'carrier', 'system')),
  duration_ms           bigint CHECK (duration_ms >= 0),
  bill_sec              integer CHECK (bill_sec >= 0),
  latency_p50_ms        bigint,
  latency_p95_ms        bigint,
  interruptions_caller  integer NOT NULL DEFAULT 0,
  outcome               text,
  failed_provider       text,
  failed_stage          text,
  failed_code           text,
  next_action           jsonb,
  ivr_state             jsonb,
  digits                text NOT NULL DEFAULT '',
  cost_micro            bigint,
  currency              text,
  PRIMARY KEY (tenant_id, started_at, id),
  FOREIGN KEY (tenant_id, phone_config_id) REFERENCES app.tenant_phone_config (tenant_id, id)
    ON DELETE SET NULL (phone_config_id),
  FOREIGN KEY (tenant_id, agent_version_id) REFERENCES app.agent_versions (tenant_id, id)
) PARTITION BY RANGE (started_at);
CREATE INDEX calls_by_status ON app.calls (tenant_id, status, started_at);
CREATE INDEX calls_by_caller ON app.calls (tenant_id, from_e164, started_at);
CREATE INDEX calls_open ON app.calls (started_at) WHERE ended_at IS NULL;
CALL app.isolate('app.calls');
GRANT SELECT, INSERT, UPDATE ON app.calls TO tl_app, tl_worker;
GRANT SELECT ON app.calls TO tl_definer;
CREATE POLICY definer_read ON app.calls FOR SELECT TO tl_definer USING (true);

-- Times are ms of media time: since the call's stream began.
CREATE TABLE app.call_turns (
  tenant_id          uuid NOT NULL,
  call_started_at    timestamptz NOT NULL,
  call_id            uuid NOT NULL,
  seq                integer NOT NULL CHECK (seq >= 0),
  speaker            text NOT NULL CHECK (speaker IN ('caller', 'agent')),
  -- What was heard. What the agent was going to say is beside it.
  text               text NOT NULL,
  generated_text     text,
  start_ms           bigint NOT NULL CHECK (start_ms >= 0),
  end_ms             bigint NOT NULL,
  words              jsonb NOT NULL,
  confidence_pm      integer CHECK (confidence_pm BETWEEN 0 AND 1000),
  interrupted        boolean NOT NULL,
  played_until_ms    bigint,
  speech_end_ms      bigint,
  endpoint_ms        bigint,
  asr_final_ms       bigint,
  llm_first_token_ms bigint,
  tts_first_byte_ms  bigint,
  first_frame_ms     bigint,
  mark_ms            bigint,
  total_ms           bigint,
  tokens_in          integer NOT NULL,
  tokens_out         integer NOT NULL,
  PRIMARY KEY (tenant_id, call_started_at, call_id, seq),
  CHECK (end_ms >= start_ms),
  FOREIGN KEY (tenant_id, call_started_at, call_id) REFERENCES app.calls (tenant_id, started_at, id)
) PARTITION BY RANGE (call_started_at);
CALL app.isolate('app.call_turns');
GRANT SELECT, INSERT ON app.call_turns TO tl_app, tl_worker;

CREATE TABLE app.call_events (
  tenant_id       uuid NOT NULL,
  call_started_at timestamptz NOT NULL,
  call_id         uuid NOT NULL,
  id              uuid NOT NULL,
  kind            text NOT NULL CHECK (kind <> ''),
  media_ms        bigint,
  payload         jsonb NOT NULL,
  created_at      timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, call_started_at, call_id, id),
  FOREIGN KEY (tenant_id, call_started_at, call_id) REFERENCES app.calls (tenant_id, started_at, id)
) PARTITION BY RANGE (call_started_at);
CALL app.isolate('app.call_events');
GRANT SELECT, INSERT ON app.call_events TO tl_app, tl_worker;

-- Makes the partitions of `months` months from the one that holds `at`. There is no default
-- partition: rows caught in one would block the creation of the right one. Instead the call's
-- insert makes a missing month first.
CREATE FUNCTION app.ensure_call_partitions(at timestamptz, months integer) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  first_month timestamp := date_trunc('month', at AT TIME ZONE 'UTC');
  month       timestamp;
  parent      text;
  part        text;
BEGIN
  IF months NOT BETWEEN 1 AND 24 THEN
    RAISE EXCEPTION 'months must be 1 to 24, not %', months USING ERRCODE = 'invalid_parameter_value';
  END IF;
  IF at < '2020-01-01+00' OR at > now() + interval '2 years' THEN
    RAISE EXCEPTION 'no partition is made for %: outside 2020 to two years from now', at
      USING ERRCODE = 'invalid_parameter_value';
  END IF;
  FOR i IN 0 .. months - 1 LOOP
    month := first_month + make_interval(months => i);
    FOREACH parent IN ARRAY ARRAY['calls', 'call_turns', 'call_events'] LOOP
      part := parent || to_char(month, '_YYYY_MM');
      CONTINUE WHEN to_regclass('app.' || part) IS NOT NULL;
      PERFORM pg_advisory_xact_lock(hashtext('app.ensure_call_partitions'));
      CONTINUE WHEN to_regclass('app.' || part) IS NOT NULL;
      EXECUTE format('CREATE TABLE app.%I PARTITION OF app.%I FOR VALUES FROM (%L) TO (%L)', part, parent,
        to_char(month, 'YYYY-MM-DD') || ' 00:00+00',
        to_char(month + interval '1 month', 'YYYY-MM-DD') || ' 00:00+00');
      EXECUTE format('ALTER TABLE app.%I ENABLE ROW LEVEL SECURITY', part);
      EXECUTE format('ALTER TABLE app.%I FORCE ROW LEVEL SECURITY', part);
    END LOOP;
  END LOOP;
END $$;
GRANT EXECUTE ON FUNCTION app.ensure_call_partitions(timestamptz, integer) TO tl_app, tl_worker;

CREATE TABLE app.recordings (
  id                    uuid NOT NULL,
  tenant_id             uuid NOT NULL,
  call_started_at       timestamptz NOT NULL,
  call_id               uuid NOT NULL,
  kind                  text NOT NULL CHECK (kind IN ('conversation', 'forward', 'voicemail')),
  provider_recording_id text,
  storage_key           text NOT NULL CHECK (storage_key <> ''),
  channels              smallint NOT NULL CHECK (channels BETWEEN 1 AND 2),
  sample_rate           integer,
  bytes                 bigint CHECK (bytes >= 0),
  sha256                bytea CHECK (octet_length(sha256) = 32),
  duration_ms           bigint CHECK (duration_ms >= 0),
  complete              boolean NOT NULL,
  created_at            timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, call_id, storage_key),
  FOREIGN KEY (tenant_id, call_started_at, call_id) REFERENCES app.calls (tenant_id, started_at, id)
);
CALL app.isolate('app.recordings');
GRANT SELECT, INSERT, UPDATE ON app.recordings TO tl_app, tl_worker;

-- Only the hash of a token is kept.
CREATE TABLE app.stream_tokens (
  token_hash       bytea PRIMARY KEY CHECK (octet_length(token_hash) = 32),
  tenant_id        uuid NOT NULL,
  call_started_at  timestamptz NOT NULL,
  call_id          uuid NOT NULL,
  provider_call_id text NOT NULL,
  expires_at       timestamptz NOT NULL,
  used_at          timestamptz,
  FOREIGN KEY (tenant_id, call_started_at, call_id) REFERENCES app.calls (tenant_id, started_at, id)
);
CREATE INDEX stream_tokens_by_expiry ON app.stream_tokens (expires_at);
CALL app.isolate('app.stream_tokens');
GRANT SELECT, INSERT ON app.stream_tokens TO tl_app, tl_worker;
GRANT SELECT, DELETE, UPDATE (used_at) ON app.stream_tokens TO tl_definer;
CREATE POLICY definer_all ON app.stream_tokens TO tl_definer USING (true) WITH CHECK (true);
