import { screen } from "@testing-library/react";
import { DollarSign, Puzzle } from "lucide-react";
import { afterEach, expect, it, vi } from "vitest";
import { serving, show } from "@/test/show";
import { iconOf, isOwnPath, PluginPlaces } from "./plugin-nav";

afterEach(() => vi.unstubAllGlobals());

it("knows icons by either spelling, and has one for the rest", () => {
  expect(iconOf("dollar-sign")).toBe(DollarSign);
  expect(iconOf("DollarSign")).toBe(DollarSign);
  expect(iconOf("constructor")).toBe(Puzzle);
});

it.each([
  ["/dashboard/income", true],
  ["//evil.example", false],
  ["/\\evil.example", false],
  ["https://evil.example", false],
  ["javascript:alert(1)", false],
])("takes %s for a path of its own: %s", (href, own) => expect(isOwnPath(href)).toBe(own));

it("shows what plug-ins bring, and nothing that leads away", async () => {
  const page = { name: "Income", href: "/dashboard/income", icon: "wallet", color: "green" };
  vi.stubGlobal("fetch", serving({ "GET /plugins/nav": [page, { ...page, name: "Away", href: "//x" }] }));
  await show(
    <ul>
      <PluginPlaces className="" />
    </ul>,
  );
  expect(await screen.findByRole("link", { name: "Income" })).toHaveAttribute("href", "/dashboard/income");
  expect(screen.queryByRole("link", { name: "Away" })).toBeNull();
});
