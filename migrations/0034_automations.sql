-- Texts that customers get without anybody writing them. Every tenant has one row of each kind; it is off
-- until the tenant switches it on.
CREATE TABLE app.automations (
  id             uuid NOT NULL UNIQUE,
  tenant_id      uuid NOT NULL REFERENCES app.tenants (id),
  kind           text NOT NULL CHECK (kind IN ('booking_text', 'reminder_text', 'missed_call_text')),
  enabled        boolean NOT NULL DEFAULT false,
  text           text NOT NULL CHECK (text <> '' AND char_length(text) <= 320),
  minutes_before integer CHECK (minutes_before BETWEEN 15 AND 20160),
  -- The industry pack whose words these are; NULL for the tenant's own.
  pack           text CHECK (pack <> ''),
  created_at     timestamptz NOT NULL,
  updated_at     timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, kind),
  CHECK ((kind = 'reminder_text') = (minutes_before IS NOT NULL))
);
CALL app.isolate('app.automations');
GRANT SELECT, INSERT, UPDATE (enabled, text, minutes_before, pack, updated_at) ON app.automations
  TO tl_app, tl_platform;
GRANT SELECT ON app.automations TO tl_worker;

-- Those that are there already begin with the words of the general pack.
ALTER TABLE app.tenants NO FORCE ROW LEVEL SECURITY;
ALTER TABLE app.automations NO FORCE ROW LEVEL SECURITY;
INSERT INTO app.automations (id, tenant_id, kind, text, minutes_before, pack, created_at, updated_at)
SELECT gen_random_uuid(), t.id, w.kind, w.text, w.minutes_before, 'general', now(), now()
FROM app.tenants t, (VALUES
  ('booking_text', '{company}: your {service} is booked for {time}. Reply here to change it.', NULL),
  ('reminder_text', '{company}: a reminder of your {service}, {time}. Reply here if you need another time.', 1440),
  ('missed_call_text', '{company}: sorry that we missed your call. Reply here and tell us what it is about.', NULL)
) w (kind, text, minutes_before);
ALTER TABLE app.automations FORCE ROW LEVEL SECURITY;
ALTER TABLE app.tenants FORCE ROW LEVEL SECURITY;
