-- What only an owner of the platform does: choose its people, read its mailbox, read its notes.

-- Whether the transaction is an owner's, or of whoever runs the server.
CREATE FUNCTION app.acts_as_owner() RETURNS boolean LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp AS
$$ SELECT COALESCE(current_setting('app.role', true), '') = 'operator'
     OR EXISTS (SELECT FROM app.users u
                WHERE u.id = NULLIF(current_setting('app.actor_id', true), '')::uuid
                  AND u.platform_role = 'owner' AND u.disabled_at IS NULL) $$;
GRANT EXECUTE ON FUNCTION app.acts_as_owner() TO tl_platform;

-- Whoever changes one of the platform's people could become anything that they are.
CREATE FUNCTION app.guard_platform_people() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  -- A login that changes itself is another role, which may set no platform_role.
  IF current_user = 'tl_platform'
     AND (NEW.platform_role IS NOT NULL OR (TG_OP = 'UPDATE' AND OLD.platform_role IS NOT NULL)) THEN
    IF NOT app.acts_as_owner() THEN
      RAISE EXCEPTION 'only an owner changes the platform''s people'
        USING ERRCODE = 'restrict_violation', CONSTRAINT = 'users_platform_people_by_owner', TABLE = 'users';
    END IF;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guard_platform_people BEFORE INSERT OR UPDATE ON app.users
  FOR EACH ROW EXECUTE FUNCTION app.guard_platform_people();

-- A mail that waits may hold a link that lets somebody in.
DROP POLICY platform_no_texts ON app.outbox;
CREATE POLICY platform_owner_mails ON app.outbox AS RESTRICTIVE FOR SELECT TO tl_platform
  USING (channel = 'email' AND (SELECT app.acts_as_owner()));
CREATE POLICY platform_owner_notes ON app.tenant_private AS RESTRICTIVE FOR SELECT TO tl_platform
  USING ((SELECT app.acts_as_owner()));
