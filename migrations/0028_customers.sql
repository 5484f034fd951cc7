-- A tenant's own customers: logins that may look at what concerns them, and at nothing else.

ALTER TABLE app.memberships
  -- Whose rows a customer sees; NULL sees none.
  ADD COLUMN contact_id uuid,
  ADD CHECK (contact_id IS NULL OR role = 'customer'),
  ADD FOREIGN KEY (tenant_id, contact_id) REFERENCES app.contacts (tenant_id, id)
    ON DELETE SET NULL (contact_id);
ALTER TABLE app.invites
  ADD COLUMN contact_id uuid,
  ADD CHECK (contact_id IS NULL OR role = 'customer'),
  ADD FOREIGN KEY (tenant_id, contact_id) REFERENCES app.contacts (tenant_id, id)
    ON DELETE SET NULL (contact_id);
GRANT UPDATE (contact_id) ON app.memberships TO tl_app, tl_worker, tl_platform;
GRANT SELECT (contact_id) ON app.invites TO tl_app, tl_worker, tl_platform;

-- The contact that a customer's transaction is for.
CREATE FUNCTION app.customer() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT NULLIF(current_setting('app.customer_id', true), '')::uuid $$;

-- tl_customer reads these, and of those that say whose a row is, its own alone. It writes nothing.
GRANT USAGE ON SCHEMA app TO tl_customer;
GRANT EXECUTE ON FUNCTION app.tenant(), app.customer() TO tl_customer;
GRANT SELECT (id, company_name, timezone) ON app.tenants TO tl_customer;
GRANT SELECT (tenant_id, id, name) ON app.services_catalog TO tl_customer;
GRANT SELECT (tenant_id, id, e164, name, email, created_at) ON app.contacts TO tl_customer;
GRANT SELECT (tenant_id, id, service_id, starts_at, ends_at, status, phone) ON app.appointments TO tl_customer;
CREATE POLICY customer_own ON app.contacts AS RESTRICTIVE FOR SELECT TO tl_customer
  USING (id = (SELECT app.customer()));
CREATE POLICY customer_own ON app.appointments AS RESTRICTIVE FOR SELECT TO tl_customer
  USING (phone = (SELECT c.e164 FROM app.contacts c
                  WHERE c.tenant_id = (SELECT app.tenant()) AND c.id = (SELECT app.customer())));

GRANT CREATE ON SCHEMA app TO tl_definer;

-- Whether a login is a customer of a tenant, and as which of its contacts.
CREATE FUNCTION app.customer_lookup(wanted_user uuid, wanted_tenant uuid) RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS
$$ SELECT m.contact_id FROM app.memberships m
   WHERE m.user_id = wanted_user AND m.tenant_id = wanted_tenant AND m.role = 'customer' $$;

GRANT EXECUTE ON FUNCTION app.customer_lookup(uuid, uuid) TO tl_app;
ALTER FUNCTION app.customer_lookup(uuid, uuid) OWNER TO tl_definer;
REVOKE CREATE ON SCHEMA app FROM tl_definer;
