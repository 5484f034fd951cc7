-- The sound of a recording may be taken away for good; that there was one stays.

ALTER TABLE app.recordings ADD COLUMN purged_at timestamptz;
-- Recordings of a call are found by its whole key.
CREATE INDEX recordings_by_call ON app.recordings (tenant_id, call_started_at, call_id);
