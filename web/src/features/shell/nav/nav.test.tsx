import { expect, it } from "vitest";
import type { Me } from "@/features/auth/queries";
import { places } from "./nav";

const me: Me = {
  id: "u",
  email: "kim@example.com",
  name: "Kim",
  created_at: "2026-01-01T00:00:00Z",
  has_mfa: false,
  must_change_password: false,
  recovery_codes_left: 0,
};
const names = (who: Me) => places(who).flatMap((g) => g.places.map((p) => p.name));

it("shows each role what it may open", () => {
  expect(names({ ...me, role: "viewer" })).toContain("Calls");
  expect(names({ ...me, role: "viewer" })).not.toContain("Tenants");
  expect(names({ ...me, role: "customer" })).toEqual(["My appointments"]);
  expect(names({ ...me, platform_role: "owner" })).toEqual(expect.arrayContaining(["Tenants", "Mailbox"]));
  expect(names({ ...me, platform_role: "super_admin" })).toContain("Tenants");
  expect(names({ ...me, platform_role: "super_admin" })).not.toContain("Mailbox");
});

it("shows nothing of the platform in a tenant's place", () => {
  const impersonation = { id: "i", tenant_id: "t", mode: "read_only", expires_at: "2026-01-01T00:00:00Z" };
  expect(names({ ...me, platform_role: "owner", impersonation })).not.toContain("Tenants");
});
