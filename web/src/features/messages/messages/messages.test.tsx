import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, it, vi } from "vitest";
import { show } from "@/test/show";
import { Messages } from "./messages";

afterEach(() => vi.unstubAllGlobals());

it("narrows to a channel and says what failed", async () => {
  const asked: string[] = [];
  vi.stubGlobal("fetch", async (request: Request) => {
    const url = new URL(request.url);
    if (!url.pathname.endsWith("/messages")) return Response.json({}, { status: 404 });
    asked.push(url.search);
    const message = {
      id: "m",
      channel: "sms",
      direction: "outbound",
      status: "failed",
      to: "+19185550142",
      text: "Hi",
      created_at: "2026-11-20T15:00:00Z",
    };
    return Response.json({ data: [message], has_more: false });
  });
  await show(<Messages />);
  expect(await screen.findByText("To (918) 555-0142")).toBeVisible();
  expect(screen.getByText("Failed")).toBeVisible();
  await userEvent.selectOptions(screen.getByLabelText("Channel"), "Text");
  await vi.waitFor(() => expect(asked.at(-1)).toBe("?channel=sms"));
});
