-- Keys outlive an impersonation: in a tenant's place they are neither seen nor made.
CREATE FUNCTION app.in_own_name() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT COALESCE(current_setting('app.impersonation_id', true), '') = '' $$;
GRANT EXECUTE ON FUNCTION app.in_own_name() TO tl_app;
CREATE POLICY own_name ON app.api_keys AS RESTRICTIVE TO tl_app
  USING ((SELECT app.in_own_name())) WITH CHECK ((SELECT app.in_own_name()));
