-- Secrets are put under another key page by page: one that cannot be read does not stand in the way
-- of those after it. And each key tells how much still needs it, before it is thrown away.

GRANT CREATE ON SCHEMA app TO tl_definer;

DROP FUNCTION app.secrets_of_other_keys(text, integer);

-- Secrets that another key than `current_key` encrypted, after one of them. `owner` is the row's id.
CREATE FUNCTION app.secrets_of_other_keys(current_key text, after_place text, after_owner uuid, at_most integer)
RETURNS TABLE (place text, owner uuid, key_id text, secret bytea)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS
$$ SELECT found.place, found.owner, found.key_id, found.secret FROM (
     (SELECT 'mfa', u.id, u.mfa_key_id, u.mfa_secret_enc FROM app.users u
      WHERE u.mfa_key_id <> current_key AND ('mfa', u.id) > (after_place, after_owner)
      ORDER BY u.id LIMIT at_most)
     UNION ALL
     (SELECT 'sip_password', c.id, c.sip_password_key_id, c.sip_password_enc FROM app.tenant_phone_config c
      WHERE c.sip_password_key_id <> current_key AND ('sip_password', c.id) > (after_place, after_owner)
      ORDER BY c.id LIMIT at_most)
   ) found (place, owner, key_id, secret) ORDER BY found.place, found.owner LIMIT at_most $$;

-- How many secrets each key encrypted.
CREATE FUNCTION app.secrets_by_key() RETURNS TABLE (place text, key_id text, secrets bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS
$$ SELECT 'mfa', u.mfa_key_id, count(*) FROM app.users u WHERE u.mfa_key_id IS NOT NULL GROUP BY u.mfa_key_id
   UNION ALL
   SELECT 'sip_password', c.sip_password_key_id, count(*) FROM app.tenant_phone_config c
   WHERE c.sip_password_key_id IS NOT NULL GROUP BY c.sip_password_key_id $$;

-- app.audit_verify() read a chain in one statement; it is walked in pages (`trunkline audit verify`).
DROP FUNCTION app.audit_verify(uuid);

GRANT EXECUTE ON FUNCTION app.secrets_of_other_keys(text, text, uuid, integer), app.secrets_by_key() TO tl_worker;
ALTER FUNCTION app.secrets_of_other_keys(text, text, uuid, integer) OWNER TO tl_definer;
ALTER FUNCTION app.secrets_by_key() OWNER TO tl_definer;
REVOKE CREATE ON SCHEMA app FROM tl_definer;
