import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it } from "vitest";
import { show } from "@/test/show";
import { anEntry } from "../fixture";
import { AuditRow } from "./audit-row";

it("marks what was done in the tenant's place, and opens to what it was before and after", async () => {
  await show(
    <ul>
      <AuditRow entry={anEntry} zone="UTC" />
    </ul>,
  );
  const row = screen.getByRole("button", { name: /Agent: renamed\s*Reception/ });
  expect(row).toHaveTextContent("In your place");
  expect(row).toHaveAttribute("aria-expanded", "false");
  expect(screen.queryByText("Reason:")).toBeNull();
  await userEvent.click(row);
  expect(screen.getByText("Name").nextElementSibling).toHaveTextContent("Before: Front deskAfter: Reception");
  expect(screen.getByText("asked by phone")).toBeVisible();
  expect(screen.getByRole("link", { name: "The whole visit" })).toHaveAttribute(
    "href",
    expect.stringContaining("visit=i"),
  );
});
