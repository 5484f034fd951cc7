/** Sends what differs. Menus lead to each other, so that new ones are made first and then led to. */
import { api, ask, askWithTag, once } from "@/api/client/client";
import { type Action, inputOf, isNew, type Menu, same, ways } from "@/features/menus/draft";

/** Somebody else has changed one of the menus since it was read. */
export class Overtaken extends Error {
  readonly theirs: Menu;
  constructor(theirs: Menu) {
    super("changed meanwhile");
    this.theirs = theirs;
  }
}

const read = (id: string) => askWithTag(api.GET("/ivr-menus/{id}", { params: { path: { id } } }));

const mapped = (menu: Menu, change: (action: Action) => Action): Menu => ({
  ...menu,
  options: menu.options.map((option) => ({ ...option, action: change(option.action) })),
  fallback: change(menu.fallback),
});

/** A fault on the way leaves what was done done: `told` hears of each step, so that the next attempt goes on from there. */
export async function saveMenus(
  seen: readonly Menu[],
  draft: readonly Menu[],
  told: (step: { from: string; saved: Menu | null }) => void,
): Promise<void> {
  const made = new Map<string, string>();
  const named = (menu: Menu) =>
    mapped(menu, (action) =>
      action.kind === "submenu" ? { ...action, menu_id: made.get(action.menu_id) ?? action.menu_id } : action,
    );
  const unmade = (action: Action) => action.kind === "submenu" && isNew(action.menu_id);
  const later: Menu[] = [];
  for (const menu of draft.filter((m) => isNew(m.id))) {
    const ready = named(menu);
    // What leads to a menu that is not made yet takes a message until it is.
    const first = mapped(ready, (action) => (unmade(action) ? { kind: "voicemail" } : action));
    const saved = await ask(api.POST("/ivr-menus", { params: { header: once() }, body: inputOf(first) }));
    made.set(menu.id, saved.id);
    told({ from: menu.id, saved });
    if (ways(ready).some(({ action }) => unmade(action))) later.push({ ...menu, id: saved.id });
  }
  const known = draft.filter(
    (m) =>
      !isNew(m.id) &&
      !same(
        m,
        seen.find((s) => s.id === m.id),
      ),
  );
  for (const menu of [...later, ...known]) {
    const now = await read(menu.id);
    const before = seen.find((s) => s.id === menu.id);
    if (before && !same(now.data, before)) throw new Overtaken(now.data);
    const saved = await ask(
      api.PATCH("/ivr-menus/{id}", {
        params: { path: { id: menu.id }, header: now.etag ? { "If-Match": now.etag } : {} },
        body: inputOf(named(menu)),
      }),
    );
    told({ from: menu.id, saved });
  }
  for (const menu of seen.filter((s) => !draft.some((m) => m.id === s.id))) {
    await ask(api.DELETE("/ivr-menus/{id}", { params: { path: { id: menu.id } } }));
    told({ from: menu.id, saved: null });
  }
}
