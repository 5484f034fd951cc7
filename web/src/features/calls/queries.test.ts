import { expect, it } from "vitest";
import { type Call, joined } from "./queries";

const page = (ids: string, has_more = true) => ({
  data: [...ids].map((id) => ({ id }) as Call),
  has_more,
  next_cursor: null,
});
const ids = (calls: Call[] | null) => calls?.map((call) => call.id).join("") ?? null;

it("puts the first page as it is now before what was read", () => {
  expect(ids(joined(undefined, [page("abc"), page("de")]))).toBe("abcde");
  expect(ids(joined(page("xab"), [page("abc"), page("de")]))).toBe("xabcde");
  // A row that moved up is there once.
  expect(ids(joined(page("dab"), [page("abc"), page("de")]))).toBe("dabce");
});

it("believes a first page that is all there is", () => {
  expect(ids(joined(page("ab", false), [page("abc"), page("de")]))).toBe("ab");
});

it("sees when so much is new that something is missing between", () => {
  expect(joined(page("xyz"), [page("abc"), page("de")])).toBeNull();
});
