-- A GIN index keeps what is new in a list that every search reads from end to end until a vacuum.
-- Turns are written one by one and searched often: they go into the index at once.
DROP INDEX app.call_turns_search;
CREATE INDEX call_turns_search ON app.call_turns USING gin (tenant_id, tsv) WITH (fastupdate = off);
