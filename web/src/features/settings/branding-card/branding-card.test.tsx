import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, it, vi } from "vitest";
import { Toaster } from "@/components/ui/toast/toast";
import type { SettingsEdit } from "@/features/settings/use-settings";
import { show } from "@/test/show";
import { BrandingCard } from "./branding-card";

afterEach(() => vi.unstubAllGlobals());

const OWN = `/api/v1/branding/logo/${"a".repeat(64)}`;
const white = { key: "white_label", enabled: false, reason: "plan" };

const editOf = (branding: object) =>
  ({
    seen: { data: { branding } },
    allowed: true,
    turn: vi.fn(async () => undefined),
    again: vi.fn(async () => undefined),
  }) as unknown as SettingsEdit;

function serve(answer: (request: Request) => Response) {
  const asked: Request[] = [];
  vi.stubGlobal("fetch", async (request: Request | string) => {
    if (typeof request === "string") return new Response("png", { headers: { "Content-Type": "image/png" } });
    if (request.url.endsWith("/features")) return Response.json({ data: [white], has_more: false });
    asked.push(request);
    return answer(request);
  });
  return asked;
}

it("sends the picture as it is and says that the plan does not show it", async () => {
  const asked = serve(() => Response.json({ logo_url: OWN, media_type: "image/png", bytes: 3 }));
  const edit = editOf({});
  await show(<BrandingCard edit={edit} />);
  expect(await screen.findByText(/plan does not include/)).toBeVisible();
  await userEvent.upload(screen.getByLabelText("Logo"), new File(["png"], "l.png", { type: "image/png" }));
  await waitFor(() => expect(edit.again).toHaveBeenCalled());
  expect(asked[0]?.method).toBe("PUT");
  expect(asked[0]?.headers.get("Content-Type")).toBe("image/png");
  expect(await asked[0]?.text()).toBe("png");
});

it("says what is wrong with a logo that is not an image", async () => {
  serve(() =>
    Response.json(
      {
        detail: "See `errors`.",
        errors: [{ pointer: "", code: "picture", detail: "This is text. Send a PNG, JPEG or WebP." }],
      },
      { status: 422 },
    ),
  );
  const edit = editOf({});
  await show(<BrandingCard edit={edit} />);
  await userEvent.upload(screen.getByLabelText("Logo"), new File(["hi"], "l.png", { type: "image/png" }));
  expect(await screen.findByText("This is text. Send a PNG, JPEG or WebP.")).toBeVisible();
  expect(edit.again).not.toHaveBeenCalled();
});

it("takes an uploaded logo away, and has it back", async () => {
  const asked = serve(() => new Response(null, { status: 204 }));
  await show(
    <>
      <BrandingCard edit={editOf({ logo_url: OWN })} />
      <Toaster />
    </>,
  );
  expect(screen.getByAltText("Your logo")).toHaveAttribute("src", OWN);
  await userEvent.click(screen.getByRole("button", { name: "Take the logo away" }));
  await waitFor(() => expect(asked.map((request) => request.method)).toEqual(["DELETE"]));
  await userEvent.click(await screen.findByRole("button", { name: "Undo" }));
  await waitFor(() => expect(asked.map((request) => request.method)).toEqual(["DELETE", "PUT"]));
  expect(asked[1]?.headers.get("Content-Type")).toBe("image/png");
  expect(await asked[1]?.text()).toBe("png");
});

it("goes back to the platform's colour by taking its own out", async () => {
  serve(() => new Response(null, { status: 500 }));
  const edit = editOf({ accent_color: "#7c3aed" });
  await show(<BrandingCard edit={edit} />);
  expect(screen.getByLabelText("Accent colour")).toHaveValue("#7c3aed");
  await userEvent.click(screen.getByRole("button", { name: "Use the platform’s" }));
  await waitFor(() => expect(edit.turn).toHaveBeenCalledWith({ branding: { accent_color: null } }));
});

it("sends nothing that is too large", async () => {
  const asked = serve(() => new Response(null, { status: 500 }));
  await show(<BrandingCard edit={editOf({})} />);
  const large = new File(["x".repeat(512 * 1024 + 1)], "l.png", { type: "image/png" });
  await userEvent.upload(screen.getByLabelText("Logo"), large);
  expect(await screen.findByText("A logo has at most 512 KiB. Make it smaller.")).toBeVisible();
  expect(asked).toEqual([]);
});
