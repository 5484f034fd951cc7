-- What the agent knows (services, FAQs) and what it writes down (appointments, messages).

CREATE TABLE app.services_catalog (
  id           uuid NOT NULL UNIQUE,
  tenant_id    uuid NOT NULL REFERENCES app.tenants (id),
  name         text NOT NULL CHECK (name <> ''),
  aliases      text[] NOT NULL DEFAULT '{}',
  description  text NOT NULL DEFAULT '',
  duration_min integer NOT NULL CHECK (duration_min BETWEEN 5 AND 1440),
  -- In minor units of the tenant's currency; NULL is a price on request.
  price_minor  bigint CHECK (price_minor >= 0),
  active       boolean NOT NULL DEFAULT true,
  position     integer NOT NULL DEFAULT 0,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, name)
);
CREATE TABLE app.faqs (
  id        uuid NOT NULL UNIQUE,
  tenant_id uuid NOT NULL REFERENCES app.tenants (id),
  question  text NOT NULL CHECK (question <> ''),
  answer    text NOT NULL CHECK (answer <> ''),
  keywords  text[] NOT NULL DEFAULT '{}',
  position  integer NOT NULL DEFAULT 0,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, question)
);
CALL app.isolate('app.services_catalog');
CALL app.isolate('app.faqs');
GRANT SELECT, INSERT, UPDATE, DELETE ON app.services_catalog, app.faqs TO tl_app, tl_worker;

CREATE TABLE app.appointments (
  id              uuid NOT NULL UNIQUE,
  tenant_id       uuid NOT NULL REFERENCES app.tenants (id),
  service_id      uuid NOT NULL,
  resource        text NOT NULL DEFAULT 'main' CHECK (resource <> ''),
  starts_at       timestamptz NOT NULL,
  ends_at         timestamptz NOT NULL,
  status          text NOT NULL DEFAULT 'booked' CHECK (status IN ('booked', 'cancelled')),
  customer_name   text NOT NULL CHECK (customer_name <> ''),
  phone           text NOT NULL CHECK (phone ~ '^\+[1-9][0-9]{6,14}$'),
  notes           text,
  call_id         uuid,
  call_started_at timestamptz,
  created_at      timestamptz NOT NULL DEFAULT now(),
  updated_at      timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  CHECK (starts_at < ends_at),
  FOREIGN KEY (tenant_id, service_id) REFERENCES app.services_catalog (tenant_id, id),
  FOREIGN KEY (tenant_id, call_started_at, call_id) REFERENCES app.calls (tenant_id, started_at, id),
  CONSTRAINT appointments_no_overlap EXCLUDE USING gist
    (tenant_id WITH =, resource WITH =, tstzrange(starts_at, ends_at) WITH &&) WHERE (status = 'booked')
);
CREATE INDEX appointments_by_phone ON app.appointments (tenant_id, phone, starts_at);
CREATE INDEX appointments_by_time ON app.appointments (tenant_id, starts_at);
CALL app.isolate('app.appointments');
GRANT SELECT, INSERT, UPDATE ON app.appointments TO tl_app, tl_worker;

CREATE TABLE app.messages (
  id              uuid NOT NULL UNIQUE,
  tenant_id       uuid NOT NULL REFERENCES app.tenants (id),
  channel         text NOT NULL DEFAULT 'call' CHECK (channel IN ('call', 'sms', 'email')),
  sender_name     text,
  phone           text,
  text            text NOT NULL CHECK (text <> ''),
  call_id         uuid,
  call_started_at timestamptz,
  created_at      timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, call_started_at, call_id) REFERENCES app.calls (tenant_id, started_at, id)
);
CREATE INDEX messages_by_time ON app.messages (tenant_id, created_at);
CALL app.isolate('app.messages');
GRANT SELECT, INSERT, UPDATE ON app.messages TO tl_app, tl_worker;
