import { useInfiniteQuery } from "@tanstack/react-query";
import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { Building2 } from "lucide-react";
import { expect, it, vi } from "vitest";
import { paged } from "@/features/platform/queries";
import { show } from "@/test/show";
import { Listing } from "./listing";

type Read = Parameters<typeof paged<string>>[1];

function Names({ read }: { read: Read }) {
  const list = useInfiniteQuery(paged(["names"], read));
  return (
    <Listing list={list} what="names" icon={Building2} empty="No names yet">
      {(rows) => rows.join(" ")}
    </Listing>
  );
}

it("goes on from page to page", async () => {
  const read = vi.fn<Read>(({ cursor }) =>
    Promise.resolve(
      cursor ? { data: ["b"], has_more: false } : { data: ["a"], has_more: true, next_cursor: "2" },
    ),
  );
  await show(<Names read={read} />);
  await userEvent.click(await screen.findByRole("button", { name: "More names" }));
  expect(await screen.findByText("a b")).toBeVisible();
  expect(read).toHaveBeenLastCalledWith({ cursor: "2" });
  expect(screen.queryByRole("button", { name: "More names" })).toBeNull();
});

it("says that there is nothing, and that it failed, with another try", async () => {
  const read = vi.fn<Read>().mockRejectedValueOnce(new TypeError("offline"));
  read.mockResolvedValue({ data: [], has_more: false });
  await show(<Names read={read} />);
  await userEvent.click(await screen.findByRole("button", { name: "Try again" }));
  expect(await screen.findByText("No names yet")).toBeVisible();
});
