import { expect, it, vi } from "vitest";
import { explain, fieldErrors, ProblemError, worthRetrying } from "./problem";

const refused = new ProblemError(
  {
    detail: "See `errors`.",
    code: "invalid_fields",
    request_id: "r1",
    errors: [
      { pointer: "/number", code: "format", detail: "must be E.164" },
      { pointer: "/other", code: "unknown", detail: "nobody knows it" },
    ],
  },
  new Response(null, { status: 422 }),
);

it("puts field errors beside their fields and says what is left over", () => {
  const setError = vi.fn();
  const rest = fieldErrors<{ number: string }>(refused, ["number"], setError);
  expect(setError).toHaveBeenCalledWith(
    "number",
    { type: "format", message: "must be E.164" },
    expect.anything(),
  );
  expect(rest).toBe("nobody knows it");
});

it("explains a change in between, and no connection", () => {
  expect(explain(new ProblemError({}, new Response(null, { status: 412 })))).toContain("Somebody else");
  expect(explain(new TypeError("fetch failed"))).toContain("cannot be reached");
});

it("tries again only what may pass", () => {
  expect(worthRetrying(0, refused)).toBe(false);
  expect(worthRetrying(0, new ProblemError({}, new Response(null, { status: 503 })))).toBe(true);
  expect(worthRetrying(3, new TypeError())).toBe(false);
});
