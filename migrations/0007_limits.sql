-- How many conversations a tenant may hold at once, what its callers get beyond that, and what a
-- conversation takes along when it moves to another node.

-- NULL is no limit.
ALTER TABLE app.tenants ADD COLUMN max_calls integer CHECK (max_calls >= 0);
GRANT UPDATE (max_calls) ON app.tenants TO tl_app, tl_worker;

-- What callers of the line get when no conversation can be had; shaped as `fallback`. NULL says
-- that all lines are busy.
ALTER TABLE app.tenant_phone_config ADD COLUMN overflow jsonb;

ALTER TABLE app.calls
  -- The call counts among its tenant's conversations until then, or until it ends.
  ADD COLUMN media_until timestamptz,
  -- The conversation so far, for the node that goes on with it.
  ADD COLUMN resume      jsonb;
CREATE INDEX calls_in_media ON app.calls (tenant_id, media_until)
  WHERE ended_at IS NULL AND media_until IS NOT NULL;

-- A token that is made replaces those of the call that were not used.
GRANT UPDATE (expires_at) ON app.stream_tokens TO tl_app, tl_worker;
CREATE INDEX stream_tokens_by_call ON app.stream_tokens (tenant_id, call_id);
