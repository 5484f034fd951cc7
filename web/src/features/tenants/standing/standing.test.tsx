import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, it, vi } from "vitest";
import { aTenant } from "@/features/tenants/fixtures";
import { show } from "@/test/show";
import { ChangeStanding } from "./standing";

afterEach(() => vi.unstubAllGlobals());

/** Answers every POST, and keeps what was sent. */
function sent(answer: () => Response = () => Response.json(aTenant)) {
  const bodies: unknown[] = [];
  vi.stubGlobal("fetch", async (request: Request) => {
    bodies.push({ to: new URL(request.url).pathname, ...(await request.json()) });
    return answer();
  });
  return bodies;
}

it("cancels only when the subdomain is typed, with the day from which rows may go", async () => {
  const bodies = sent();
  const close = vi.fn();
  await show(<ChangeStanding tenant={aTenant} move="cancel" close={close} />);
  await userEvent.type(screen.getByLabelText("Reason"), "Asked for by mail");
  await userEvent.type(screen.getByLabelText("Days until its rows may be deleted"), "60");
  const day = new Date(Date.now() + 60 * 86_400_000).toLocaleDateString(undefined, { dateStyle: "long" });
  expect(screen.getByText(`They may be deleted from ${day} on.`)).toBeVisible();
  const button = screen.getByRole("button", { name: "Cancel the tenant" });
  expect(button).toBeDisabled();
  await userEvent.type(screen.getByLabelText(/^Type its subdomain/), "salon");
  await userEvent.click(button);
  await vi.waitFor(() => expect(close).toHaveBeenCalledOnce());
  expect(bodies).toEqual([
    {
      to: "/api/v1/admin/tenants/t/cancel",
      reason: "Asked for by mail",
      confirm_slug: "salon",
      purge_after_days: 60,
    },
  ]);
});

it("puts what the server says about the reason beside it, and stays open", async () => {
  sent(() =>
    Response.json(
      { errors: [{ pointer: "/reason", code: "required", detail: "Say why." }] },
      { status: 422 },
    ),
  );
  const close = vi.fn();
  await show(<ChangeStanding tenant={aTenant} move="suspend" close={close} />);
  await userEvent.click(screen.getByRole("button", { name: "Suspend" }));
  expect(await screen.findByText("Say why.")).toBeVisible();
  expect(screen.getByLabelText("Reason")).toBeInvalid();
  expect(close).not.toHaveBeenCalled();
});
