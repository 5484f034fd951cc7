-- How often somebody asked, where several nodes count together: GCRA (ITU-T I.371), one instant for
-- each key, by the database's clock. Not logged: after a crash everybody begins anew.

CREATE UNLOGGED TABLE app.request_counts (
  key_hash bytea PRIMARY KEY CHECK (octet_length(key_hash) = 32),
  -- When all that was asked would have been asked at the steady rate.
  due_at   timestamptz NOT NULL
);
CALL app.keep_for_platform('app.request_counts');
CREATE POLICY definer_all ON app.request_counts TO tl_definer USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON app.request_counts TO tl_definer;

GRANT CREATE ON SCHEMA app TO tl_definer;

-- Counts a request that moves its key on by a step, unless that lies further ahead than its reach.
-- Answers how far ahead it lies then, or else how long to wait. All in microseconds.
CREATE FUNCTION app.take_request(key bytea, step_us bigint, reach_us bigint)
RETURNS TABLE (ahead_us bigint, wait_us bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  at    timestamptz := clock_timestamp();
  step  interval := step_us * interval '1 microsecond';
  reach interval := reach_us * interval '1 microsecond';
  due   timestamptz;
BEGIN
  INSERT INTO app.request_counts AS c (key_hash, due_at) VALUES (key, at + step)
    ON CONFLICT (key_hash) DO UPDATE SET due_at = GREATEST(c.due_at, at) + step
    WHERE GREATEST(c.due_at, at) + step - at <= reach
    RETURNING c.due_at INTO due;
  IF FOUND THEN
    RETURN QUERY SELECT (extract(epoch FROM due - at) * 1000000)::bigint, NULL::bigint;
  ELSE
    SELECT c.due_at INTO due FROM app.request_counts c WHERE c.key_hash = key;
    RETURN QUERY SELECT NULL::bigint, (extract(epoch FROM GREATEST(due, at) + step - at - reach) * 1000000)::bigint;
  END IF;
END $$;

-- Forgets who owes nothing any more.
CREATE FUNCTION app.purge_request_counts() RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS
$$ WITH gone AS (DELETE FROM app.request_counts WHERE due_at < clock_timestamp() RETURNING 1)
   SELECT count(*) FROM gone $$;

GRANT EXECUTE ON FUNCTION app.take_request(bytea, bigint, bigint) TO tl_app;
GRANT EXECUTE ON FUNCTION app.purge_request_counts() TO tl_worker;
ALTER FUNCTION app.take_request(bytea, bigint, bigint) OWNER TO tl_definer;
ALTER FUNCTION app.purge_request_counts() OWNER TO tl_definer;
REVOKE CREATE ON SCHEMA app FROM tl_definer;
