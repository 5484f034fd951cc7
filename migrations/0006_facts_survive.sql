-- What keeps the record of calls whole when a node dies: who holds a call, by when something must
-- be heard of it, and who closed it.

-- A node's life lasts from a start to its stop. A node is its data folder: it keeps its id.
CREATE TABLE app.node_lives (
  id        uuid PRIMARY KEY,
  node_id   uuid NOT NULL,
  began_at  timestamptz NOT NULL,
  -- Its last sign of life.
  seen_at   timestamptz NOT NULL,
  -- When it stopped in order, or when the node's next life had put its calls in order.
  closed_at timestamptz
);
CREATE INDEX node_lives_open ON app.node_lives (node_id) WHERE closed_at IS NULL;
GRANT SELECT, INSERT, UPDATE, DELETE ON app.node_lives TO tl_worker;
GRANT SELECT ON app.node_lives TO tl_definer;

ALTER TABLE app.calls
  -- The life of the node that has the call's stream.
  ADD COLUMN held_by     uuid,
  -- Where the call stands lasts no longer than this without a word from the carrier.
  ADD COLUMN quiet_until timestamptz,
  -- `holder`: whoever led the call, who knows best and is believed over the others. `carrier`: its
  -- status callback. `reaper`: nobody else did. NULL beside a `finalized_at` counts as `holder`.
  ADD COLUMN closed_by   text CHECK (closed_by IN ('holder', 'carrier', 'reaper'));
CREATE INDEX calls_unfinished ON app.calls (started_at) WHERE finalized_at IS NULL;
CREATE INDEX calls_held ON app.calls (held_by) WHERE held_by IS NOT NULL;

GRANT CREATE ON SCHEMA app TO tl_definer;

-- Calls that nobody will close: of lives that are over, and those that went quiet. `own_life` is
-- the life that asks: of its calls those are named that were taken before `gone_before`, for it to
-- compare with what it holds. Lives of `own_node` before it are over; others are when they were
-- not seen since `gone_before`.
CREATE FUNCTION app.abandoned_calls(
  at timestamptz, gone_before timestamptz, begun_before timestamptz, own_life uuid, own_node uuid,
  at_most integer)
RETURNS TABLE (tenant_id uuid, call_id uuid, started_at timestamptz, held_by uuid,
               last_seen timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS
$$ SELECT c.tenant_id, c.id, c.started_at, c.held_by, n.seen_at
   FROM app.calls c LEFT JOIN app.node_lives n ON n.id = c.held_by
   WHERE c.finalized_at IS NULL AND CASE
     WHEN c.held_by IS NULL THEN
       COALESCE(c.quiet_until < abandoned_calls.at, c.started_at < begun_before)
     WHEN c.held_by = own_life THEN COALESCE(c.quiet_until, c.started_at) < gone_before
     ELSE n.id IS NULL OR n.node_id = own_node OR COALESCE(n.closed_at, n.seen_at) < gone_before
   END
   ORDER BY c.started_at LIMIT at_most $$;

-- Calls of a life without a recording of their conversation: a killed node left one open.
CREATE FUNCTION app.unrecorded_calls(life uuid)
RETURNS TABLE (tenant_id uuid, call_id uuid, started_at timestamptz, provider_call_id text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS
$$ SELECT c.tenant_id, c.id, c.started_at, c.provider_call_id FROM app.calls c
   WHERE c.held_by = life AND NOT EXISTS (
     SELECT FROM app.recordings r
     WHERE r.tenant_id = c.tenant_id AND r.call_id = c.id AND r.kind = 'conversation') $$;

GRANT EXECUTE ON FUNCTION
  app.abandoned_calls(timestamptz, timestamptz, timestamptz, uuid, uuid, integer),
  app.unrecorded_calls(uuid) TO tl_worker;
ALTER FUNCTION app.abandoned_calls(timestamptz, timestamptz, timestamptz, uuid, uuid, integer)
  OWNER TO tl_definer;
ALTER FUNCTION app.unrecorded_calls(uuid) OWNER TO tl_definer;
REVOKE CREATE ON SCHEMA app FROM tl_definer;
GRANT SELECT ON app.recordings TO tl_definer;
CREATE POLICY definer_read ON app.recordings FOR SELECT TO tl_definer USING (true);
