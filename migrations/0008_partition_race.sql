-- Two first calls of a month: the second waits for the lock, and may then still not see the first's
-- partition, because a look-up by name is cached within a transaction. CREATE TABLE looks again.
CREATE OR REPLACE FUNCTION app.ensure_call_partitions(at timestamptz, months integer) RETURNS void
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
      EXECUTE format('CREATE TABLE IF NOT EXISTS app.%I PARTITION OF app.%I FOR VALUES FROM (%L) TO (%L)', part, parent,
        to_char(month, 'YYYY-MM-DD') || ' 00:00+00',
        to_char(month + interval '1 month', 'YYYY-MM-DD') || ' 00:00+00');
      EXECUTE format('ALTER TABLE app.%I ENABLE ROW LEVEL SECURITY', part);
      EXECUTE format('ALTER TABLE app.%I FORCE ROW LEVEL SECURITY', part);
    END LOOP;
  END LOOP;
END $$;
