-- What a plan holds, which features there are, and where a tenant stands.

CREATE TABLE app.plans (
  key      text PRIMARY KEY CHECK (key IN ('starter', 'pro', 'elite')),
  name     text NOT NULL CHECK (name <> ''),
  position integer NOT NULL
);
-- A price never changes: another version replaces it, and who has the old one keeps it.
CREATE TABLE app.plan_versions (
  id             uuid PRIMARY KEY,
  plan_key       text NOT NULL REFERENCES app.plans (key),
  version        integer NOT NULL CHECK (version > 0),
  -- In minor units of `currency`, for one `billing_interval`.
  price_minor    bigint NOT NULL CHECK (price_minor >= 0),
  currency       text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
  billing_interval text NOT NULL CHECK (billing_interval IN ('month', 'year')),
  created_at     timestamptz NOT NULL,
  UNIQUE (plan_key, version),
  UNIQUE (plan_key, id)
);
CREATE TABLE app.plan_entitlements (
  plan_version_id     uuid NOT NULL REFERENCES app.plan_versions (id),
  key                 text NOT NULL CHECK (key ~ '^[a-z][a-z0-9_]{0,62}$'),
  kind                text NOT NULL CHECK (kind IN ('flag', 'limit')),
  enabled             boolean,
  -- In a month; NULL is no limit.
  limit_value         bigint CHECK (limit_value >= 0),
  -- Millionths of the currency's major unit for each unit beyond the limit; NULL stops at the limit.
  overage_unit_micro  bigint CHECK (overage_unit_micro >= 0),
  PRIMARY KEY (plan_version_id, key),
  CHECK (CASE kind WHEN 'flag' THEN enabled IS NOT NULL AND limit_value IS NULL AND overage_unit_micro IS NULL
                   ELSE enabled IS NULL END)
);
CREATE TRIGGER immutable BEFORE UPDATE OR DELETE ON app.plan_versions
  FOR EACH ROW EXECUTE FUNCTION app.refuse_change();
CREATE TRIGGER immutable BEFORE UPDATE OR DELETE ON app.plan_entitlements
  FOR EACH ROW EXECUTE FUNCTION app.refuse_change();

CREATE TABLE app.feature_flags (
  key         text PRIMARY KEY CHECK (key ~ '^[a-z][a-z0-9_]{0,62}$'),
  description text NOT NULL,
  -- What holds where neither plan nor tenant says anything.
  default_on  boolean NOT NULL DEFAULT false,
  -- Off for everybody, whatever else is said.
  killed      boolean NOT NULL DEFAULT false,
  updated_at  timestamptz NOT NULL
);
CREATE TABLE app.tenant_flag_overrides (
  tenant_id  uuid NOT NULL REFERENCES app.tenants (id),
  key        text NOT NULL REFERENCES app.feature_flags (key),
  enabled    boolean NOT NULL,
  reason     text NOT NULL DEFAULT '',
  updated_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, key)
);
CALL app.isolate('app.tenant_flag_overrides');
CALL app.let_platform_read('app.tenant_flag_overrides');
GRANT SELECT, INSERT, UPDATE, DELETE ON app.tenant_flag_overrides TO tl_app, tl_worker, tl_platform;

-- A catalogue: everybody reads it, the platform writes it.
DO $$
DECLARE
  catalogue text;
BEGIN
  FOREACH catalogue IN ARRAY ARRAY['plans', 'plan_versions', 'plan_entitlements', 'feature_flags'] LOOP
    EXECUTE format('CALL app.keep_for_platform(%L)', 'app.' || catalogue);
    EXECUTE format('CREATE POLICY everybody_reads ON app.%I FOR SELECT TO tl_app, tl_worker USING (true)', catalogue);
    EXECUTE format('CREATE POLICY platform_all ON app.%I TO tl_platform USING (true) WITH CHECK (true)', catalogue);
    EXECUTE format('GRANT SELECT ON app.%I TO tl_app, tl_worker, tl_platform', catalogue);
    EXECUTE format('GRANT INSERT ON app.%I TO tl_platform', catalogue);
  END LOOP;
END $$;
GRANT UPDATE (name, position) ON app.plans TO tl_platform;
GRANT UPDATE (description, default_on, killed, updated_at) ON app.feature_flags TO tl_platform;

-- The demonstration's catalogue; an operator's own prices are further versions.
-- The owner seeds past the policies that bind it, and is bound by them afterwards.
ALTER TABLE app.plans NO FORCE ROW LEVEL SECURITY;
ALTER TABLE app.plan_versions NO FORCE ROW LEVEL SECURITY;
ALTER TABLE app.plan_entitlements NO FORCE ROW LEVEL SECURITY;
ALTER TABLE app.feature_flags NO FORCE ROW LEVEL SECURITY;
INSERT INTO app.plans (key, name, position) VALUES
  ('starter', 'Starter', 1), ('pro', 'Pro', 2), ('elite', 'Elite', 3);
INSERT INTO app.plan_versions (id, plan_key, version, price_minor, currency, billing_interval, created_at) VALUES
  ('01900000-0000-7000-8000-000000000101', 'starter', 1,  49700, 'USD', 'month', '2026-01-01T00:00:00Z'),
  ('01900000-0000-7000-8000-000000000102', 'pro',     1, 149700, 'USD', 'month', '2026-01-01T00:00:00Z'),
  ('01900000-0000-7000-8000-000000000103', 'elite',   1, 249700, 'USD', 'month', '2026-01-01T00:00:00Z');
INSERT INTO app.plan_entitlements (plan_version_id, key, kind, enabled)
SELECT v.id, f.key, 'flag', v.plan_key = 'elite' OR (v.plan_key = 'pro' AND f.key = 'advanced_analytics')
FROM app.plan_versions v CROSS JOIN (VALUES ('voice_cloning'), ('advanced_analytics'), ('white_label')) f (key);
INSERT INTO app.plan_entitlements (plan_version_id, key, kind, limit_value)
SELECT id, 'calls', 'limit', CASE plan_key WHEN 'starter' THEN 500 WHEN 'pro' THEN 1500 ELSE 5000 END
FROM app.plan_versions;
INSERT INTO app.feature_flags (key, description, updated_at) VALUES
  ('voice_cloning', 'An agent may speak with a voice that was made from recordings.', '2026-01-01T00:00:00Z'),
  ('advanced_analytics', 'Analyses beyond counts and durations.', '2026-01-01T00:00:00Z'),
  ('white_label', 'The tenant''s own branding in place of the platform''s.', '2026-01-01T00:00:00Z');
ALTER TABLE app.plans FORCE ROW LEVEL SECURITY;
ALTER TABLE app.plan_versions FORCE ROW LEVEL SECURITY;
ALTER TABLE app.plan_entitlements FORCE ROW LEVEL SECURITY;
ALTER TABLE app.feature_flags FORCE ROW LEVEL SECURITY;

ALTER TABLE app.tenants
  ADD COLUMN plan_tier       text NOT NULL DEFAULT 'starter' CHECK (plan_tier IN ('starter', 'pro', 'elite')),
  ADD COLUMN plan_version_id uuid NOT NULL DEFAULT '01900000-0000-7000-8000-000000000101',
  ADD COLUMN is_test_mode    boolean NOT NULL DEFAULT false,
  ADD COLUMN health_score    smallint NOT NULL DEFAULT 100 CHECK (health_score BETWEEN 0 AND 100),
  -- What holds for the tenant where neither kill, plan nor override decides.
  ADD COLUMN features        jsonb NOT NULL
    DEFAULT '{"voice_cloning": false, "advanced_analytics": false, "white_label": false}'
    CHECK (jsonb_typeof(features) = 'object'),
  ADD COLUMN branding        jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(branding) = 'object'),
  ADD COLUMN industry        text CHECK (industry <> ''),
  ADD COLUMN city            text CHECK (city <> ''),
  ADD COLUMN contact_name    text CHECK (contact_name <> ''),
  ADD COLUMN contact_email   text CHECK (contact_email <> ''),
  ADD COLUMN contact_phone   text CHECK (contact_phone ~ '^\+[1-9][0-9]{6,14}$'),
  -- Days that content is kept; the facts of a call outlive it.
  ADD COLUMN retention       jsonb NOT NULL
    DEFAULT '{"audio_days": 90, "transcript_days": 365, "call_days": 730}'
    CHECK (jsonb_typeof(retention) = 'object'),
  -- Why the status is what it is, and since when.
  ADD COLUMN status_reason   text,
  ADD COLUMN status_since    timestamptz,
  -- When the rows of a cancelled tenant may go. Nothing else lets them go.
  ADD COLUMN purge_after     timestamptz CHECK (purge_after IS NULL OR status = 'cancelled'),
  ADD COLUMN updated_at      timestamptz,
  ADD CHECK (char_length(company_name) <= 255),
  -- The version is one of the tier.
  ADD FOREIGN KEY (plan_tier, plan_version_id) REFERENCES app.plan_versions (plan_key, id);
CREATE INDEX tenants_to_purge ON app.tenants (purge_after) WHERE purge_after IS NOT NULL;

GRANT UPDATE (branding, industry, city, contact_name, contact_email, contact_phone, retention,
              is_test_mode, updated_at) ON app.tenants TO tl_app;
GRANT UPDATE (branding, industry, city, contact_name, contact_email, contact_phone, retention,
              is_test_mode, updated_at, plan_tier, plan_version_id, health_score, features,
              status_reason, status_since, purge_after) ON app.tenants TO tl_worker, tl_platform;

-- Where a tenant may go from where it stands. `TenantStatus` in Rust says the same; a test holds
-- them together. A cancellation can be undone until the rows are gone.
CREATE FUNCTION app.guard_tenant_status() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.status <> OLD.status AND NOT (OLD.status, NEW.status) IN (
    ('trialing', 'active'), ('trialing', 'past_due'), ('trialing', 'suspended'), ('trialing', 'cancelled'),
    ('active', 'past_due'), ('active', 'suspended'), ('active', 'cancelled'),
    ('past_due', 'active'), ('past_due', 'suspended'), ('past_due', 'cancelled'),
    ('suspended', 'active'), ('suspended', 'past_due'), ('suspended', 'cancelled'),
    ('cancelled', 'active')) THEN
    RAISE EXCEPTION 'a tenant does not go from % to %', OLD.status, NEW.status
      USING ERRCODE = 'restrict_violation', CONSTRAINT = 'tenants_status_moves', TABLE = 'tenants';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guard_status BEFORE UPDATE OF status ON app.tenants
  FOR EACH ROW EXECUTE FUNCTION app.guard_tenant_status();

-- What a tenant settled about its own working place.
CREATE TABLE app.tenant_config (
  tenant_id     uuid PRIMARY KEY REFERENCES app.tenants (id),
  preferences   jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(preferences) = 'object'),
  notifications jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(notifications) = 'object'),
  -- Steps that were done, by name.
  onboarding    jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(onboarding) = 'object'),
  updated_at    timestamptz NOT NULL
);
CALL app.isolate('app.tenant_config');
CALL app.let_platform_read('app.tenant_config');
GRANT SELECT, INSERT ON app.tenant_config TO tl_app, tl_worker, tl_platform;
GRANT UPDATE (preferences, notifications, onboarding, updated_at)
  ON app.tenant_config TO tl_app, tl_worker, tl_platform;

-- What the platform notes about a tenant and the tenant never reads.
CREATE TABLE app.tenant_private (
  tenant_id      uuid PRIMARY KEY REFERENCES app.tenants (id),
  internal_notes text NOT NULL DEFAULT '',
  -- Extras that were bought with the set-up, and how far each has come.
  extras         jsonb NOT NULL DEFAULT '[]' CHECK (jsonb_typeof(extras) = 'array'),
  updated_at     timestamptz NOT NULL
);
CALL app.isolate('app.tenant_private');
CALL app.let_platform_read('app.tenant_private');
GRANT SELECT, INSERT ON app.tenant_private TO tl_platform;
GRANT UPDATE (internal_notes, extras, updated_at) ON app.tenant_private TO tl_platform;

-- Hosts that a tenant is reached by; one counts when its owner has shown that it is theirs.
CREATE TABLE app.tenant_domains (
  tenant_id   uuid NOT NULL REFERENCES app.tenants (id),
  host        text NOT NULL UNIQUE
              CHECK (host = lower(host) AND char_length(host) <= 253 AND host ~ '^[a-z0-9.-]+\.[a-z0-9-]+$'),
  created_at  timestamptz NOT NULL,
  verified_at timestamptz,
  PRIMARY KEY (tenant_id, host)
);
CALL app.isolate('app.tenant_domains');
CALL app.let_platform_read('app.tenant_domains');
GRANT SELECT, INSERT (tenant_id, host, created_at), DELETE ON app.tenant_domains TO tl_app;
GRANT SELECT, INSERT, UPDATE (verified_at), DELETE ON app.tenant_domains TO tl_worker, tl_platform;
GRANT SELECT ON app.tenant_domains TO tl_definer;
CREATE POLICY definer_read ON app.tenant_domains FOR SELECT TO tl_definer USING (true);
