import { expect, it } from "vitest";
import { person } from "./fixture";
import { invited, isLast, roleName } from "./queries";

it("knows the last one who can administer", () => {
  const [ann, bob, uma] = [person("ann", "tenant_owner"), person("bob", "admin"), person("uma", "user")];
  expect(isLast(ann, [ann, bob, uma])).toBe(false);
  expect(isLast(ann, [ann, uma])).toBe(true);
  expect(isLast(uma, [ann, uma])).toBe(false);
});

it("tells where an invitation stands", () => {
  const one = { id: "i", email: "a@b.c", role: "user", created_at: "", expires_at: "2026-11-20T00:00:00Z" };
  const at = Date.parse("2026-11-19T00:00:00Z");
  expect(invited(one, at)).toBe("open");
  expect(invited(one, at + 86_400_000)).toBe("over");
  expect(invited({ ...one, revoked_at: "2026-11-18T00:00:00Z" }, at)).toBe("revoked");
  expect(invited({ ...one, accepted_at: "2026-11-18T00:00:00Z" }, at + 86_400_000)).toBe("accepted");
});

it("shows a role that it does not know as it is", () => {
  expect(roleName("tenant_owner")).toBe("Owner");
  expect(roleName("auditor")).toBe("auditor");
});
