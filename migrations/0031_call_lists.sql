-- Calls in any order, and without those that were deleted. A deleted call is in no list, and counts as before.

ALTER TABLE app.calls ADD COLUMN deleted_at timestamptz;
CREATE INDEX calls_deleted ON app.calls (tenant_id, started_at, id) WHERE deleted_at IS NOT NULL;
CREATE INDEX calls_by_duration ON app.calls (tenant_id, duration_ms, started_at);
CREATE INDEX calls_by_agent ON app.calls (tenant_id, agent_version_id, started_at);
CREATE INDEX calls_by_called ON app.calls (tenant_id, to_e164, started_at);
CREATE INDEX calls_by_outcome ON app.calls (tenant_id, outcome, started_at) WHERE outcome IS NOT NULL;
