-- What an operator sees of the whole: how much is written and how much waits, counted by functions. What it
-- says, and to whom, stays the tenants'.
GRANT SELECT (channel, direction, mode, created_at) ON app.messages TO tl_definer;
GRANT SELECT (channel, state, created_at) ON app.outbox TO tl_definer;
CREATE POLICY definer_read ON app.outbox FOR SELECT TO tl_definer USING (true);
CREATE INDEX messages_texts_by_time ON app.messages (created_at) WHERE direction IS NOT NULL;
CREATE INDEX outbox_unsent ON app.outbox (channel, state, created_at) WHERE state <> 'sent';

GRANT CREATE ON SCHEMA app TO tl_definer;

-- Texts of all tenants from `since` on, tests aside.
CREATE FUNCTION app.texts_since(since timestamptz) RETURNS TABLE (received bigint, sent bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS
$$ SELECT count(*) FILTER (WHERE m.direction = 'inbound'), count(*) FILTER (WHERE m.direction = 'outbound')
   FROM app.messages m
   WHERE m.created_at >= since AND m.direction IS NOT NULL AND m.channel = 'sms' AND m.mode = 'live' $$;

-- Mails and texts of all tenants that wait, and those that could not be sent.
CREATE FUNCTION app.unsent_post()
RETURNS TABLE (channel text, waiting bigint, failed bigint, oldest_waiting timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS
$$ SELECT o.channel, count(*) FILTER (WHERE o.state = 'waiting'), count(*) FILTER (WHERE o.state = 'failed'),
          min(o.created_at) FILTER (WHERE o.state = 'waiting')
   FROM app.outbox o WHERE o.state <> 'sent' GROUP BY o.channel ORDER BY o.channel $$;

GRANT EXECUTE ON FUNCTION app.texts_since(timestamptz), app.unsent_post() TO tl_platform;
ALTER FUNCTION app.texts_since(timestamptz) OWNER TO tl_definer;
ALTER FUNCTION app.unsent_post() OWNER TO tl_definer;
REVOKE CREATE ON SCHEMA app FROM tl_definer;
