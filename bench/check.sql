-- Holds a run of trunkline-bench against the database: one record for each call that was answered,
-- at most one for each that was not, all of them over, none twice. Prints one line for each question;
-- scripts/bench fails when the last column is not "ok".
--
--   psql -v ON_ERROR_STOP=1 -v run=RUN.json -f bench/check.sql "$DATABASE_URL"
\set QUIET on
\pset format unaligned
\pset tuples_only on
\pset fieldsep '  '
\set content `cat :'run'`

CREATE TEMPORARY TABLE placed AS
SELECT c ->> 'call_sid' AS sid, (c ->> 'answered')::boolean AS answered,
       (c ->> 'streams')::int AS streams
FROM jsonb_array_elements((:'content'::jsonb) -> 'call_list') AS c;

CREATE TEMPORARY TABLE found AS
SELECT p.sid, p.answered, count(c.id) AS records,
       count(*) FILTER (WHERE c.id IS NOT NULL AND c.ended_at IS NULL) AS without_end,
       count(*) FILTER (WHERE c.status IN ('queued', 'initiated', 'ringing', 'in-progress')) AS unfinished,
       count(*) FILTER (WHERE c.id IS NOT NULL AND p.streams > 0 AND c.finalized_at IS NULL) AS not_final
FROM placed p LEFT JOIN app.calls c ON c.provider_call_id = p.sid
GROUP BY p.sid, p.answered;

SELECT question, number, CASE WHEN number = 0 THEN 'ok' ELSE 'WRONG' END
FROM (
  SELECT 1 AS place, 'calls answered and without a record' AS question,
         count(*) FILTER (WHERE answered AND records = 0) AS number FROM found
  UNION ALL SELECT 2, 'calls with more than one record', count(*) FILTER (WHERE records > 1) FROM found
  UNION ALL SELECT 3, 'records without an end', coalesce(sum(without_end), 0) FROM found
  UNION ALL SELECT 4, 'records whose status is not final', coalesce(sum(unfinished), 0) FROM found
  UNION ALL SELECT 5, 'conversations whose facts are not final', coalesce(sum(not_final), 0) FROM found
  UNION ALL SELECT 6, 'turns told twice',
         (SELECT count(*) FROM (
            SELECT 1 FROM app.call_turns t
            JOIN app.calls c ON (c.tenant_id, c.started_at, c.id) = (t.tenant_id, t.call_started_at, t.call_id)
            JOIN placed p ON p.sid = c.provider_call_id
            GROUP BY t.call_id, t.seq HAVING count(*) > 1) AS doubled)
) AS questions
ORDER BY place;

SELECT count(*) || ' calls compared with ' || sum(records) || ' records' FROM found;
