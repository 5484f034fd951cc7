/** What tests of this folder share. */
import type { Me } from "@/features/auth/queries";

export const aMe: Me = {
  id: "u",
  email: "ann@example.com",
  name: "Ann",
  role: "admin",
  created_at: "2026-01-01T00:00:00Z",
  has_mfa: false,
  must_change_password: false,
  recovery_codes_left: 0,
};
