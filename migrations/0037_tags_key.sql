-- All that a tag's reference to its call is made of is a part of its key.

ALTER TABLE app.call_tags DROP CONSTRAINT call_tags_pkey;
ALTER TABLE app.call_tags ADD PRIMARY KEY (tenant_id, call_id, call_started_at, folded);
