-- Tenants, and the wall between them: every table with a tenant_id is isolated by app.isolate().
-- Runs as tl_owner. Roles and schema `app` exist already (store/src/database/bootstrap.sql).

ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
GRANT USAGE ON SCHEMA app TO tl_app, tl_worker, tl_definer;

-- The tenant of the transaction. A GUC that was set with SET LOCAL reads as '' afterwards, not as
-- NULL, and ''::uuid would raise: NULLIF makes both "no tenant", which matches no row.
CREATE FUNCTION app.tenant() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT NULLIF(current_setting('app.tenant_id', true), '')::uuid $$;
GRANT EXECUTE ON FUNCTION app.tenant() TO tl_app, tl_worker, tl_definer;

-- Row-level security, also for the owner. The sub-select is evaluated once per query.
CREATE PROCEDURE app.isolate(target regclass, tenant_column name DEFAULT 'tenant_id')
LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', target);
  EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', target);
  EXECUTE format(
    'CREATE POLICY tenant_isolation ON %s USING (%I = (SELECT app.tenant())) WITH CHECK (%I = (SELECT app.tenant()))',
    target, tenant_column, tenant_column);
END $$;

CREATE FUNCTION app.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '%: % is refused, rows of this table are immutable', TG_TABLE_NAME, TG_OP
    USING ERRCODE = 'restrict_violation';
END $$;

CREATE TABLE app.tenants (
  id                uuid PRIMARY KEY,
  slug              text NOT NULL UNIQUE CHECK (slug ~ '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$'),
  company_name      text NOT NULL CHECK (company_name <> ''),
  status            text NOT NULL DEFAULT 'active'
                    CHECK (status IN ('trialing', 'active', 'past_due', 'suspended', 'cancelled')),
  is_root           boolean NOT NULL DEFAULT false,
  timezone          text NOT NULL DEFAULT 'UTC',
  currency          text NOT NULL DEFAULT 'USD' CHECK (currency ~ '^[A-Z]{3}$'),
  address           text,
  -- Said to callers of a number that belongs to nobody; only root answers those.
  unassigned_number text CHECK (unassigned_number IS NULL OR is_root),
  created_at        timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX tenants_one_root ON app.tenants (is_root) WHERE is_root;
CALL app.isolate('app.tenants', 'id');
GRANT SELECT, INSERT ON app.tenants TO tl_app, tl_worker;
GRANT UPDATE (company_name, status, timezone, currency, address, unassigned_number)
  ON app.tenants TO tl_app, tl_worker;
GRANT SELECT ON app.tenants TO tl_definer;
CREATE POLICY definer_read ON app.tenants FOR SELECT TO tl_definer USING (true);

CREATE FUNCTION app.protect_root_tenant() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    IF OLD.is_root THEN
      RAISE EXCEPTION 'the root tenant cannot be deleted' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN OLD;
  END IF;
  IF OLD.is_root AND (NEW.slug <> OLD.slug OR NOT NEW.is_root OR NEW.status <> 'active') THEN
    RAISE EXCEPTION 'the root tenant keeps its slug and stays active' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER protect_root BEFORE UPDATE OR DELETE ON app.tenants
  FOR EACH ROW EXECUTE FUNCTION app.protect_root_tenant();
