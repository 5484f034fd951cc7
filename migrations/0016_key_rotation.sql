-- Secrets that are encrypted carry the id of their key. A key is replaced by reading what other keys
-- encrypted and writing it back under the new one; no role that answers requests can do either.

GRANT SELECT (id, tenant_id, sip_password_enc, sip_password_key_id),
  UPDATE (sip_password_enc, sip_password_key_id) ON app.tenant_phone_config TO tl_definer;
GRANT UPDATE (mfa_secret_enc, mfa_key_id) ON app.users TO tl_definer;
CREATE POLICY definer_update ON app.tenant_phone_config FOR UPDATE TO tl_definer USING (true) WITH CHECK (true);

GRANT CREATE ON SCHEMA app TO tl_definer;

-- Secrets that another key than `current_key` encrypted. `owner` is the row's id.
CREATE FUNCTION app.secrets_of_other_keys(current_key text, at_most integer)
RETURNS TABLE (place text, owner uuid, key_id text, secret bytea)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS
$$ (SELECT 'mfa', u.id, u.mfa_key_id, u.mfa_secret_enc FROM app.users u
    WHERE u.mfa_key_id <> current_key ORDER BY u.id LIMIT at_most)
   UNION ALL
   (SELECT 'sip_password', c.id, c.sip_password_key_id, c.sip_password_enc FROM app.tenant_phone_config c
    WHERE c.sip_password_key_id <> current_key ORDER BY c.id LIMIT at_most)
   LIMIT at_most $$;

-- Replaces a secret that is still as it was read; false when it is not.
CREATE FUNCTION app.replace_secret(place text, owner uuid, was bytea, new_key text, new_secret bytea) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  CASE place
    WHEN 'mfa' THEN
      UPDATE app.users u SET mfa_secret_enc = new_secret, mfa_key_id = new_key
      WHERE u.id = owner AND u.mfa_secret_enc = was;
    WHEN 'sip_password' THEN
      UPDATE app.tenant_phone_config c SET sip_password_enc = new_secret, sip_password_key_id = new_key
      WHERE c.id = owner AND c.sip_password_enc = was;
  END CASE;
  RETURN FOUND;
END $$;

GRANT EXECUTE ON FUNCTION app.secrets_of_other_keys(text, integer),
  app.replace_secret(text, uuid, bytea, text, bytea) TO tl_worker;
ALTER FUNCTION app.secrets_of_other_keys(text, integer) OWNER TO tl_definer;
ALTER FUNCTION app.replace_secret(text, uuid, bytea, text, bytea) OWNER TO tl_definer;
REVOKE CREATE ON SCHEMA app FROM tl_definer;
