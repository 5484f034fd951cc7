-- Codes that stand in for a second factor whose device is lost. Each works once; only hashes are kept.

CREATE TABLE app.mfa_recovery_codes (
  user_id    uuid NOT NULL REFERENCES app.users (id) ON DELETE CASCADE,
  code_hash  bytea NOT NULL CHECK (octet_length(code_hash) = 32),
  created_at timestamptz NOT NULL,
  used_at    timestamptz,
  PRIMARY KEY (user_id, code_hash)
);
CALL app.isolate_user('app.mfa_recovery_codes');
GRANT SELECT, INSERT, UPDATE (used_at), DELETE ON app.mfa_recovery_codes TO tl_app;
