import { expect, it } from "vitest";
import { may } from "./queries";

it("ranks the roles of a tenant, and a place that is only read", () => {
  expect(may({ role: "admin" }, "user")).toBe(true);
  expect(may({ role: "viewer" }, "user")).toBe(false);
  expect(may({ role: "customer" }, "viewer")).toBe(false);
  expect(may({ role: null }, "viewer")).toBe(false);
  const place = { id: "i", tenant_id: "t", expires_at: "2026-01-01T00:00:00Z" };
  expect(may({ role: null, impersonation: { ...place, mode: "read_only" } }, "user")).toBe(false);
  expect(may({ role: null, impersonation: { ...place, mode: "full" } }, "admin")).toBe(true);
});
