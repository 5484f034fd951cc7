import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it, vi } from "vitest";
import { Table, Td, Th, Tr } from "./table";

it("says what it holds and how it is ordered, and can be ordered otherwise", async () => {
  const sort = vi.fn();
  render(
    <Table
      caption="Keys"
      head={
        <>
          <Th sorted="descending" onSort={sort}>
            Made
          </Th>
          <Th>Name</Th>
        </>
      }
    >
      <Tr>
        <Td>today</Td>
        <Td>Till</Td>
      </Tr>
    </Table>,
  );
  expect(screen.getByRole("table", { name: "Keys" })).toBeVisible();
  expect(screen.getByRole("columnheader", { name: "Made" })).toHaveAttribute("aria-sort", "descending");
  expect(screen.getByRole("columnheader", { name: "Name" })).not.toHaveAttribute("aria-sort");
  await userEvent.click(screen.getByRole("button", { name: "Made" }));
  expect(sort).toHaveBeenCalledOnce();
});

it("can be reached by key where it has to be scrolled, and only there", async () => {
  const rows = (
    <Table caption="Keys" head={<Th>Name</Th>}>
      <Tr>
        <Td>Till</Td>
      </Tr>
    </Table>
  );
  const { unmount } = render(rows);
  await userEvent.tab();
  expect(document.body).toHaveFocus();
  unmount();
  const width = vi.spyOn(Element.prototype, "scrollWidth", "get").mockReturnValue(900);
  render(rows);
  await userEvent.tab();
  expect(screen.getByRole("group", { name: "Keys" })).toHaveFocus();
  width.mockRestore();
});
