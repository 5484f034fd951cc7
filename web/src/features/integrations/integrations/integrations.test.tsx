import { screen } from "@testing-library/react";
import { afterEach, expect, it, vi } from "vitest";
import { serving, show } from "@/test/show";
import { Integrations, standing } from "./integrations";

afterEach(() => vi.unstubAllGlobals());

const one = { name: "mail", configured: true, missing: [] };
const [early, late] = ["2026-11-20T15:00:00Z", "2026-11-20T16:00:00Z"];

it.each([
  [{ ...one, configured: false }, "Not set up"],
  [one, "Not asked yet"],
  [{ ...one, last_success_at: early }, "Answers"],
  [{ ...one, last_success_at: late, last_failure_at: early }, "Answers"],
  [{ ...one, last_success_at: early, last_failure_at: late }, "Failed last"],
  [{ ...one, last_failure_at: late }, "Failed last"],
])("of %j says: %s", (integration, word) => expect(standing(integration).word).toBe(word));

it("names the settings that are missing", async () => {
  const mail = { name: "mail", configured: false, missing: ["TRUNKLINE_SMTP_URL"] };
  vi.stubGlobal("fetch", serving({ "GET /admin/integrations/status": { data: [mail] } }));
  await show(<Integrations />);
  expect(await screen.findByRole("region", { name: "Mail server" })).toHaveTextContent("TRUNKLINE_SMTP_URL");
});
