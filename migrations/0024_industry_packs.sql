-- What a trade begins with: industry packs, whose content comes with the program, and what of them a tenant
-- was given.

-- What an agent is for.
ALTER TABLE app.agents ADD COLUMN kind text NOT NULL DEFAULT 'booking'
  CHECK (kind IN ('onboarding', 'booking', 'support'));
-- The pack whose words a version has; NULL where they are the tenant's own.
ALTER TABLE app.agent_versions ADD COLUMN pack text CHECK (pack <> '');
-- Services that are offered along with one, by name.
ALTER TABLE app.services_catalog ADD COLUMN upsells text[] NOT NULL DEFAULT '{}';

CREATE TABLE app.tenant_packs (
  tenant_id  uuid NOT NULL REFERENCES app.tenants (id),
  pack       text NOT NULL CHECK (pack ~ '^[a-z][a-z0-9-]{0,62}$'),
  version    integer NOT NULL CHECK (version > 0),
  -- Each thing that it ever gave, such as `service Full detail`: what the tenant has renamed or taken away
  -- since is not given again.
  given      text[] NOT NULL,
  applied_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, pack)
);
CALL app.isolate('app.tenant_packs');
GRANT SELECT, INSERT, UPDATE (version, given, applied_at) ON app.tenant_packs TO tl_app, tl_platform;
