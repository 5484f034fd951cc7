-- Roles and the schema, before any migration. Run by a superuser or a login with CREATEROLE and
-- CREATE on the database; running it again changes nothing. None of the roles bypasses row-level
-- security. NOINHERIT: belonging to a role gives tl_owner and tl_migrator nothing but the right to
-- become it, so tl_definer's policies never apply to the owner.
DO $$
DECLARE
  wanted record;
BEGIN
  FOR wanted IN SELECT * FROM (VALUES
    ('tl_definer',  'NOLOGIN NOINHERIT'),
    ('tl_owner',    'NOLOGIN NOINHERIT'),
    ('tl_migrator', 'LOGIN NOINHERIT'),
    ('tl_app',      'LOGIN NOINHERIT'),
    ('tl_worker',   'LOGIN NOINHERIT'),
    ('tl_platform', 'LOGIN NOINHERIT'),
    ('tl_customer', 'NOLOGIN NOINHERIT')) AS r (name, options)
  LOOP
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = wanted.name) THEN
      BEGIN
        EXECUTE format('CREATE ROLE %I %s', wanted.name, wanted.options);
      EXCEPTION WHEN duplicate_object OR unique_violation THEN
        NULL; -- another database of this cluster is being set up at the same time
      END;
    END IF;
  END LOOP;

  FOR wanted IN SELECT * FROM (VALUES
    ('tl_definer', 'tl_owner'), ('tl_owner', 'tl_migrator'), ('tl_customer', 'tl_app')) AS r (name, member)
  LOOP
    IF NOT pg_has_role(wanted.member, wanted.name, 'MEMBER') THEN
      EXECUTE format('GRANT %I TO %I', wanted.name, wanted.member);
    END IF;
  END LOOP;
  -- A login that is no superuser must be able to become the roles that it works as.
  FOR wanted IN SELECT name FROM (VALUES ('tl_owner'), ('tl_app'), ('tl_worker'), ('tl_platform')) AS r (name)
    WHERE NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user)
  LOOP
    IF NOT pg_has_role(current_user, wanted.name, 'MEMBER') OR current_setting('server_version_num')::int >= 160000 THEN
      EXECUTE format('GRANT %I TO CURRENT_USER', wanted.name);
    END IF;
  END LOOP;
END $$;

DO $$
BEGIN
  IF to_regnamespace('app') IS NULL THEN
    CREATE SCHEMA app AUTHORIZATION tl_owner;
  END IF;
END $$;

CREATE EXTENSION IF NOT EXISTS btree_gist;
CREATE EXTENSION IF NOT EXISTS btree_gin;
