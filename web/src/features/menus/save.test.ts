import { afterEach, expect, it, vi } from "vitest";
import { type Menu, newMenu } from "./draft";
import { Overtaken, saveMenus } from "./save";

afterEach(() => vi.unstubAllGlobals());

const main: Menu = {
  ...newMenu("Main"),
  id: "a",
  prompt: "Hello",
  options: [{ digit: "1", label: "", action: { kind: "hang_up" } }],
};

function server(now: Menu = main) {
  const sent: string[] = [];
  const bodies: Record<string, unknown>[] = [];
  vi.stubGlobal("fetch", async (request: Request) => {
    const path = new URL(request.url).pathname.replace("/api/v1", "");
    if (request.method === "GET")
      return Response.json(path.endsWith("/a") ? now : { ...main, id: path.split("/").pop() }, {
        headers: { ETag: '"7"' },
      });
    sent.push(`${request.method} ${path} ${request.headers.get("If-Match") ?? ""}`.trim());
    if (request.method === "DELETE") return new Response(null, { status: 204 });
    const body = await request.json();
    bodies.push(body);
    return Response.json({ id: `made-${sent.length}`, ...body });
  });
  return { sent, bodies };
}

it("makes new menus first, and then leads to them", async () => {
  const { sent, bodies } = server();
  const sub = { ...newMenu("Sub"), prompt: "p", options: main.options };
  const leads = {
    ...main,
    options: [{ digit: "2", label: "", action: { kind: "submenu" as const, menu_id: sub.id } }],
  };
  await saveMenus([main], [leads, sub], () => {});
  expect(sent).toEqual(["POST /ivr-menus", 'PATCH /ivr-menus/a "7"']);
  expect(bodies[1]).toMatchObject({ options: [{ action: { kind: "submenu", menu_id: "made-1" } }] });
});

it("makes new menus that lead to each other", async () => {
  const { sent, bodies } = server();
  const [x, y] = [newMenu("X"), newMenu("Y")];
  x.fallback = { kind: "submenu", menu_id: y.id };
  y.options = [{ digit: "1", label: "", action: { kind: "submenu", menu_id: x.id } }];
  await saveMenus([], [x, y], () => {});
  expect(sent).toEqual(["POST /ivr-menus", "POST /ivr-menus", 'PATCH /ivr-menus/made-1 "7"']);
  expect(bodies[0]).toMatchObject({ fallback: { kind: "voicemail" } });
  expect(bodies[2]).toMatchObject({ fallback: { kind: "submenu", menu_id: "made-2" } });
});

it("stops where somebody else was faster, and sends nothing over it", async () => {
  const { sent } = server({ ...main, prompt: "Theirs" });
  await expect(saveMenus([main], [{ ...main, name: "Mine" }], () => {})).rejects.toBeInstanceOf(Overtaken);
  expect(sent).toEqual([]);
});

it("takes away what is gone, and leaves alone what is as it was", async () => {
  const { sent } = server();
  await saveMenus([main, { ...main, id: "b" }], [main], () => {});
  expect(sent).toEqual(["DELETE /ivr-menus/b"]);
});
