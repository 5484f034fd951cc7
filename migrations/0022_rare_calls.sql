-- Calls that are few among many, listed by time: without an index of their own, a tenant's whole year is
-- read to find none.
CREATE INDEX calls_of_tests ON app.calls (tenant_id, started_at, id) WHERE mode = 'test';
CREATE INDEX calls_outbound ON app.calls (tenant_id, started_at, id) WHERE direction = 'outbound';
