/** What tests of this folder share. */
import type { Person } from "@/features/people/queries";

export const person = (id: string, role: string): Person => ({
  id,
  role,
  email: `${id}@example.com`,
  name: id.charAt(0).toUpperCase() + id.slice(1),
  has_mfa: false,
  last_login_at: null,
  since: "2026-11-20T15:00:00Z",
});
