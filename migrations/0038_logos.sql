-- A tenant's logo. Pages show it before anybody has signed in, by the hash of its bytes.
CREATE TABLE app.tenant_logos (
  tenant_id   uuid NOT NULL REFERENCES app.tenants (id),
  sha256      bytea NOT NULL CHECK (octet_length(sha256) = 32),
  media_type  text NOT NULL CHECK (media_type IN ('image/png', 'image/jpeg', 'image/webp')),
  bytes       bytea NOT NULL CHECK (octet_length(bytes) BETWEEN 1 AND 524288),
  uploaded_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id)
);
CREATE INDEX tenant_logos_by_hash ON app.tenant_logos (sha256);
CALL app.isolate('app.tenant_logos');
GRANT SELECT, INSERT, UPDATE (sha256, media_type, bytes, uploaded_at), DELETE ON app.tenant_logos
  TO tl_app, tl_platform;
GRANT SELECT ON app.tenant_logos TO tl_definer;
CREATE POLICY definer_read ON app.tenant_logos FOR SELECT TO tl_definer USING (true);

GRANT CREATE ON SCHEMA app TO tl_definer;
CREATE FUNCTION app.logo_lookup(wanted bytea) RETURNS TABLE (media_type text, bytes bytea)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS
$$ SELECT l.media_type, l.bytes FROM app.tenant_logos l WHERE l.sha256 = wanted LIMIT 1 $$;
GRANT EXECUTE ON FUNCTION app.logo_lookup(bytea) TO tl_app;
ALTER FUNCTION app.logo_lookup(bytea) OWNER TO tl_definer;
REVOKE CREATE ON SCHEMA app FROM tl_definer;
