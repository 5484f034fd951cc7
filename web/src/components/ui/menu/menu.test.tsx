import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it, vi } from "vitest";
import { Menu, MenuItem } from "./menu";

it("stands in the landmark that it is opened in", async () => {
  render(
    <main>
      <Menu label="More" trigger={<button type="button">More</button>}>
        <MenuItem>Clone</MenuItem>
      </Menu>
    </main>,
  );
  await userEvent.click(screen.getByRole("button", { name: "More" }));
  expect(screen.getByRole("main")).toContainElement(await screen.findByRole("menu"));
});

it("opens with the keyboard and does what is chosen", async () => {
  const choose = vi.fn();
  render(
    <Menu label="You" trigger={<button type="button">Kim</button>}>
      <MenuItem onSelect={choose}>Sign out</MenuItem>
    </Menu>,
  );
  screen.getByRole("button", { name: "Kim" }).focus();
  await userEvent.keyboard("{Enter}");
  await userEvent.click(await screen.findByRole("menuitem", { name: "Sign out" }));
  expect(choose).toHaveBeenCalledOnce();
});
