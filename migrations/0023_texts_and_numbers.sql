-- Jobs by what they need: a node takes the kinds that it can carry out, so that mails wait where no mail
-- server is set while texts go.
ALTER TABLE app.jobs NO FORCE ROW LEVEL SECURITY;
ALTER TABLE app.outbox NO FORCE ROW LEVEL SECURITY;
UPDATE app.jobs j SET kind = 'deliver_' || o.channel
FROM app.outbox o
WHERE j.kind = 'deliver_outbox' AND o.tenant_id = j.tenant_id AND o.id::text = j.payload->>'outbox_id';
ALTER TABLE app.outbox FORCE ROW LEVEL SECURITY;
ALTER TABLE app.jobs FORCE ROW LEVEL SECURITY;

-- What the agent did and said for a text of its own, tools included: its memory.
ALTER TABLE app.messages ADD COLUMN agent_turn jsonb CHECK (jsonb_typeof(agent_turn) = 'array');

-- The carrier's name for a number that was bought through it, such as a PN…; NULL for one that was not.
ALTER TABLE app.tenant_phone_config ADD COLUMN carrier_number_sid text UNIQUE CHECK (carrier_number_sid <> '');
GRANT SELECT (carrier_number_sid) ON app.tenant_phone_config TO tl_platform;
