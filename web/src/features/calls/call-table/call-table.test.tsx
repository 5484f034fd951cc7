import { screen } from "@testing-library/react";
import { expect, it } from "vitest";
import { aCall, show } from "@/test/show";
import { CallTable } from "./call-table";

it("shows each call with its caller, length and end, and leads to it", async () => {
  await show(<CallTable calls={[aCall, { ...aCall, id: "b", from: "<script>1</script>" }]} zone="UTC" />);
  expect(screen.getByRole("link", { name: /\(918\) 555-0142/ })).toHaveAttribute("href", "/calls/0199-c");
  expect(screen.getAllByText("0:57")).toHaveLength(2);
  expect(screen.getByText("<script>1</script>")).toBeVisible();
});
