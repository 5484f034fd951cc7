-- A recording has its row from its first sample on, so that one whose node is killed is known as
-- incomplete, whatever the call does next and however many streams it has.

-- The life of the node that is writing the file; NULL once it has said what is in it.
ALTER TABLE app.recordings ADD COLUMN written_by uuid;
CREATE INDEX recordings_open ON app.recordings (written_by) WHERE written_by IS NOT NULL;

GRANT CREATE ON SCHEMA app TO tl_definer;

DROP FUNCTION app.unrecorded_calls(uuid);

-- Recordings that a life left open.
CREATE FUNCTION app.open_recordings(life uuid)
RETURNS TABLE (tenant_id uuid, call_id uuid, started_at timestamptz, storage_key text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS
$$ SELECT r.tenant_id, r.call_id, r.call_started_at, r.storage_key FROM app.recordings r
   WHERE r.written_by = life $$;

GRANT EXECUTE ON FUNCTION app.open_recordings(uuid) TO tl_worker;
ALTER FUNCTION app.open_recordings(uuid) OWNER TO tl_definer;
REVOKE CREATE ON SCHEMA app FROM tl_definer;
