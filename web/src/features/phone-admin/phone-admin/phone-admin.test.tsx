import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, it, vi } from "vitest";
import { show } from "@/test/show";
import { PhoneAdmin } from "./phone-admin";

afterEach(() => vi.unstubAllGlobals());

const line = {
  id: "l",
  phone_number: "+19185550160",
  ivr_mode: "simple",
  forward_to: "+19185550199",
  dial_timeout_s: 25,
  fallback: { kind: "voicemail" },
  record: false,
  has_sip_password: false,
  is_bought: false,
  is_root_protected: false,
  created_at: "2026-11-20T15:00:00Z",
};

/** A server with a tenant of one line. */
function server() {
  const sent: unknown[] = [];
  let now: typeof line = line;
  vi.stubGlobal("fetch", async (request: Request) => {
    const path = new URL(request.url).pathname.replace("/api/v1/admin/", "");
    const all = (data: unknown[]) => Response.json({ data, has_more: false });
    if (path === "tenants") return all([{ id: "t", company_name: "Ann's Salon", slug: "salon" }]);
    if (path === "tenants/t/agents") return all([{ id: "a", name: "Zoe" }]);
    if (path === "tenants/t/ivr-menus") return all([{ id: "m", name: "Main" }]);
    if (path === "tenants/t/phone-configs") return all([now]);
    if (request.method === "PATCH") {
      const body = await request.json();
      sent.push({ tag: request.headers.get("If-Match"), body });
      now = { ...now, ...body };
    }
    return Response.json(now, { headers: { ETag: '"1"' } });
  });
  return sent;
}

it("asks for a tenant first", async () => {
  server();
  const choose = vi.fn();
  await show(<PhoneAdmin tenant={undefined} choose={choose} />);
  expect(await screen.findByText("Choose a tenant to see its lines")).toBeVisible();
  await screen.findByRole("option", { name: "Ann's Salon (salon)" });
  await userEvent.selectOptions(screen.getByTestId("phone-config-tenant-select"), "t");
  expect(choose).toHaveBeenCalledWith("t");
});

it("changes how a line answers, with the badge of the agent's mode", async () => {
  const sent = server();
  await show(<PhoneAdmin tenant="t" choose={vi.fn()} />);
  const card = within(await screen.findByTestId("phone-config-card"));
  const mode = await card.findByTestId("phone-config-ivr-mode-select");
  expect(mode).toHaveValue("simple");
  expect(card.queryByTestId("phone-config-ai-voice-badge")).toBeNull();
  await userEvent.selectOptions(mode, "ai-voice");
  expect(card.getByTestId("phone-config-ai-voice-badge")).toHaveTextContent(/^AI Voice \(Beta\)$/);
  await userEvent.selectOptions(card.getByTestId("phone-config-agent-select"), "Zoe");
  await userEvent.click(card.getByTestId("phone-config-save-button"));
  await vi.waitFor(() => expect(card.getByTestId("phone-config-save-button")).toBeDisabled());
  expect(sent).toEqual([{ tag: '"1"', body: { ivr_mode: "ai-voice", agent_id: "a" } }]);
});
