-- What a tenant chose: agents, menus, hours, phone lines. Composite foreign keys (tenant_id, id),
-- because plain ones ignore row-level security and would accept another tenant's row.

CREATE TABLE app.agents (
  id                   uuid NOT NULL UNIQUE,
  tenant_id            uuid NOT NULL REFERENCES app.tenants (id),
  name                 text NOT NULL CHECK (name <> ''),
  published_version_id uuid,
  created_at           timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, name)
);
CREATE TABLE app.agent_versions (
  id         uuid NOT NULL UNIQUE,
  tenant_id  uuid NOT NULL,
  agent_id   uuid NOT NULL,
  version    integer NOT NULL CHECK (version > 0),
  settings   jsonb NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, agent_id, version),
  -- What agents.published_version_id refers to: a version can be published only by its own agent.
  UNIQUE (tenant_id, agent_id, id),
  FOREIGN KEY (tenant_id, agent_id) REFERENCES app.agents (tenant_id, id)
);
ALTER TABLE app.agents ADD FOREIGN KEY (tenant_id, id, published_version_id)
  REFERENCES app.agent_versions (tenant_id, agent_id, id);
CREATE TRIGGER immutable BEFORE UPDATE OR DELETE ON app.agent_versions
  FOR EACH ROW EXECUTE FUNCTION app.refuse_change();
CALL app.isolate('app.agents');
CALL app.isolate('app.agent_versions');
GRANT SELECT, INSERT, UPDATE, DELETE ON app.agents TO tl_app, tl_worker;
GRANT SELECT, INSERT ON app.agent_versions TO tl_app, tl_worker;

CREATE TABLE app.ivr_menus (
  id              uuid NOT NULL UNIQUE,
  tenant_id       uuid NOT NULL REFERENCES app.tenants (id),
  name            text NOT NULL CHECK (name <> ''),
  prompt          text NOT NULL,
  no_input_prompt text NOT NULL,
  no_match_prompt text NOT NULL,
  timeout_ms      integer NOT NULL CHECK (timeout_ms BETWEEN 500 AND 60000),
  max_attempts    integer NOT NULL CHECK (max_attempts BETWEEN 1 AND 10),
  fallback        jsonb NOT NULL,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, name)
);
CREATE TABLE app.ivr_options (
  tenant_id uuid NOT NULL,
  menu_id   uuid NOT NULL,
  digit     text NOT NULL CHECK (digit ~ '^[0-9*#]$'),
  label     text NOT NULL,
  action    jsonb NOT NULL,
  PRIMARY KEY (tenant_id, menu_id, digit),
  FOREIGN KEY (tenant_id, menu_id) REFERENCES app.ivr_menus (tenant_id, id) ON DELETE CASCADE
);
CALL app.isolate('app.ivr_menus');
CALL app.isolate('app.ivr_options');
GRANT SELECT, INSERT, UPDATE, DELETE ON app.ivr_menus, app.ivr_options TO tl_app, tl_worker;

-- Local wall-clock times in the tenant's time zone. `closed` switches an interval off and keeps it.
CREATE TABLE app.business_hours (
  tenant_id uuid NOT NULL REFERENCES app.tenants (id),
  weekday   smallint NOT NULL CHECK (weekday BETWEEN 0 AND 6), -- Monday is 0
  opens     time NOT NULL,
  closes    time NOT NULL,
  closed    boolean NOT NULL DEFAULT false,
  PRIMARY KEY (tenant_id, weekday, opens),
  CHECK (opens < closes)
);
-- A date that differs: one row for each interval, or one row without times for a closed day.
CREATE TABLE app.hour_exceptions (
  tenant_id uuid NOT NULL REFERENCES app.tenants (id),
  on_date   date NOT NULL,
  part      smallint NOT NULL DEFAULT 0 CHECK (part >= 0),
  opens     time,
  closes    time,
  reason    text,
  PRIMARY KEY (tenant_id, on_date, part),
  CHECK ((opens IS NULL AND closes IS NULL AND part = 0) OR opens < closes)
);
CALL app.isolate('app.business_hours');
CALL app.isolate('app.hour_exceptions');
GRANT SELECT, INSERT, UPDATE, DELETE ON app.business_hours, app.hour_exceptions TO tl_app, tl_worker;

CREATE TABLE app.tenant_phone_config (
  id                    uuid NOT NULL UNIQUE,
  tenant_id             uuid NOT NULL REFERENCES app.tenants (id),
  phone_number          text UNIQUE CHECK (phone_number ~ '^\+[1-9][0-9]{6,14}$'),
  messaging_service_sid text UNIQUE CHECK (messaging_service_sid <> ''),
  sip_domain            text CHECK (sip_domain <> ''),
  sip_username          text CHECK (sip_username <> ''),
  sip_password_enc      bytea,
  sip_password_key_id   text,
  ivr_mode              text NOT NULL CHECK (ivr_mode IN ('simple', 'ivr', 'ai-voice')),
  agent_id              uuid,
  ivr_menu_id           uuid,
  closed_menu_id        uuid,
  forward_to            text CHECK (forward_to <> ''),
  dial_timeout_s        integer NOT NULL DEFAULT 20 CHECK (dial_timeout_s BETWEEN 5 AND 600),
  fallback              jsonb NOT NULL,
  record                boolean NOT NULL DEFAULT true,
  is_root_protected     boolean NOT NULL DEFAULT false,
  created_at            timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  CHECK ((sip_password_enc IS NULL) = (sip_password_key_id IS NULL)),
  FOREIGN KEY (tenant_id, agent_id) REFERENCES app.agents (tenant_id, id),
  FOREIGN KEY (tenant_id, ivr_menu_id) REFERENCES app.ivr_menus (tenant_id, id),
  FOREIGN KEY (tenant_id, closed_menu_id) REFERENCES app.ivr_menus (tenant_id, id)
);
CALL app.isolate('app.tenant_phone_config');
GRANT SELECT, INSERT, UPDATE, DELETE ON app.tenant_phone_config TO tl_app, tl_worker;
GRANT SELECT ON app.tenant_phone_config TO tl_definer;
CREATE POLICY definer_read ON app.tenant_phone_config FOR SELECT TO tl_definer USING (true);

-- The root tenant and its line answer for every number that is nobody's. Both always exist.
SELECT set_config('app.tenant_id', '01900000-0000-7000-8000-000000000001', true);
INSERT INTO app.tenants (id, slug, company_name, is_root, unassigned_number)
VALUES ('01900000-0000-7000-8000-000000000001', 'root', 'Trunkline', true,
        'The number you have dialed is not configured. Please check the number and call again. Goodbye.');
INSERT INTO app.tenant_phone_config (id, tenant_id, ivr_mode, fallback, record, is_root_protected)
VALUES ('01900000-0000-7000-8000-000000000002', '01900000-0000-7000-8000-000000000001', 'simple',
        '{"kind": "message", "text": "The number you have dialed is not configured. Please check the number and call again. Goodbye."}',
        false, true);
SELECT set_config('app.tenant_id', '', true);

CREATE FUNCTION app.protect_root_line() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.is_root_protected THEN
      RAISE EXCEPTION 'only the root line is protected' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
  END IF;
  IF TG_OP = 'DELETE' THEN
    IF OLD.is_root_protected THEN
      RAISE EXCEPTION 'the root phone configuration cannot be deleted' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN OLD;
  END IF;
  IF NEW.is_root_protected <> OLD.is_root_protected OR NEW.tenant_id <> OLD.tenant_id THEN
    RAISE EXCEPTION 'a phone configuration keeps its owner' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER protect_root BEFORE INSERT OR UPDATE OR DELETE ON app.tenant_phone_config
  FOR EACH ROW EXECUTE FUNCTION app.protect_root_line();
