import { screen, waitFor } from "@testing-library/react";
import { afterEach, expect, it, vi } from "vitest";
import { serving, show } from "@/test/show";
import { Bell } from "./bell";

afterEach(() => vi.unstubAllGlobals());

const some = (unread: number, read: number) => ({
  data: Array.from({ length: unread + read }, (_, n) => ({
    id: `${n}`,
    read_at: n < unread ? null : "2026",
  })),
  has_more: false,
});

it.each([
  [2, 3, /2\s*unread/],
  [12, 0, /9\+\s*unread/],
])("says that %i are unread", async (unread, read, words) => {
  vi.stubGlobal("fetch", serving({ "GET /notifications": some(unread, read) }));
  await show(<Bell />);
  await waitFor(() => expect(screen.getByRole("link")).toHaveTextContent(words));
  expect(screen.getByRole("link", { name: /^Notifications/ })).toHaveAttribute("href", "/notifications");
});

it("is quiet when all is read", async () => {
  vi.stubGlobal("fetch", serving({ "GET /notifications": some(0, 2) }));
  await show(<Bell />);
  expect(screen.getByRole("link")).toHaveTextContent(/^Notifications$/);
});
