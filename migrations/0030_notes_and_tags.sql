-- What people add to a call: notes, and tags to find it by.

CREATE TABLE app.call_notes (
  tenant_id       uuid NOT NULL,
  id              uuid NOT NULL,
  call_started_at timestamptz NOT NULL,
  call_id         uuid NOT NULL,
  text            text NOT NULL CHECK (text <> ''),
  -- A login or a key, as it was called then.
  author_user     uuid REFERENCES app.users (id),
  author_key      uuid,
  author_name     text NOT NULL,
  created_at      timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, call_started_at, call_id) REFERENCES app.calls (tenant_id, started_at, id),
  FOREIGN KEY (tenant_id, author_key) REFERENCES app.api_keys (tenant_id, id)
);
CREATE INDEX call_notes_by_call ON app.call_notes (tenant_id, call_started_at, call_id, created_at);
CALL app.isolate('app.call_notes');
GRANT SELECT, INSERT, DELETE ON app.call_notes TO tl_app;

CREATE TABLE app.call_tags (
  tenant_id       uuid NOT NULL,
  call_id         uuid NOT NULL,
  call_started_at timestamptz NOT NULL,
  -- In small letters: what makes two tags the same.
  folded          text NOT NULL CHECK (folded <> ''),
  tag             text NOT NULL CHECK (char_length(tag) BETWEEN 1 AND 40),
  PRIMARY KEY (tenant_id, call_id, folded),
  FOREIGN KEY (tenant_id, call_started_at, call_id) REFERENCES app.calls (tenant_id, started_at, id)
);
CREATE INDEX call_tags_by_tag ON app.call_tags (tenant_id, folded, call_started_at, call_id);
CALL app.isolate('app.call_tags');
GRANT SELECT, INSERT, DELETE ON app.call_tags TO tl_app;
