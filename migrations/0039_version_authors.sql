-- Who wrote a version of an agent: a login or a key, as it was called then. NULL for what comes with the
-- program, or with a copy.
ALTER TABLE app.agent_versions
  ADD COLUMN author_user uuid REFERENCES app.users (id),
  ADD COLUMN author_key  uuid,
  ADD COLUMN author_name text,
  ADD FOREIGN KEY (tenant_id, author_key) REFERENCES app.api_keys (tenant_id, id),
  ADD CHECK ((author_name IS NULL) = (author_user IS NULL AND author_key IS NULL));
