import { ListTree, Plus, Trash2, Undo2 } from "lucide-react";
import { useMemo, useRef, useState } from "react";
import { explain, ProblemError } from "@/api/problem/problem";
import { Button } from "@/components/ui/button/button";
import { Card } from "@/components/ui/card/card";
import { Conflict } from "@/components/ui/conflict/conflict";
import { TextField } from "@/components/ui/field/field";
import { SaveBar } from "@/components/ui/save-bar/save-bar";
import { Select } from "@/components/ui/select/select";
import { Empty, FormProblem } from "@/components/ui/states/states";
import { toast } from "@/components/ui/toast/toast";
import { Unsaved } from "@/components/ui/unsaved/unsaved";
import { differences } from "@/features/edit/use-edit";
import type { Line } from "@/features/lines/queries";
import { ActionFields } from "@/features/menus/action-fields/action-fields";
import { type Trouble, troubles } from "@/features/menus/check";
import {
  type Action,
  actionInWords,
  changed,
  type Draft,
  freeDigits,
  type Menu,
  newMenu,
  type Place,
  same,
  undone,
  ways,
  withMenu,
  withNewOption,
  withOption,
} from "@/features/menus/draft";
import { MenuFields } from "@/features/menus/menu-fields/menu-fields";
import { MenuTree } from "@/features/menus/menu-tree/menu-tree";
import { ProblemList } from "@/features/menus/problem-list/problem-list";
import { Overtaken, saveMenus } from "@/features/menus/save";
import { type Row, rows } from "@/features/menus/tree";
import { phone } from "@/lib/phones/phones";

interface Props {
  first: readonly Menu[];
  lines: readonly Line[];
  allowed: boolean;
  /** Something was saved: who has read the menus reads them again. */
  saved: () => void;
}

const here = (a: Place, b: Place) => a.menu === b.menu && a.at === b.at;

/** The draft with its undo, and what is chosen in it. */
function useDraft(first: readonly Menu[]) {
  const [draft, setDraft] = useState<Draft>({ menus: first, past: [] });
  const [chosen, setChosen] = useState<Place & { key?: string }>({ menu: first[0]?.id ?? "", at: null });
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  const step = useRef("");
  const all = useMemo(() => rows(draft.menus, closed), [draft.menus, closed]);
  const current =
    all.find((row) => row.key === chosen.key) ??
    all.find((row) => row.kind !== "again" && here(row, chosen)) ??
    all.find((row) => row.kind === "menu" && row.menu === chosen.menu) ??
    all[0];
  return {
    menus: draft.menus,
    rows: all,
    current,
    canUndo: draft.past.length > 0,
    change: (menus: readonly Menu[], field?: string) => {
      const name = field ? `${current?.key} ${field}` : "";
      const joined = name !== "" && name === step.current;
      setDraft((d) => changed(d, menus, joined));
      step.current = name;
    },
    undo: () => {
      step.current = "";
      setDraft(undone);
    },
    /** What is saved, or taken over, is where undo ends. */
    replace: (to: (menus: readonly Menu[]) => readonly Menu[]) =>
      setDraft((d) => ({ menus: to(d.menus), past: [] })),
    choose: (place: Place & { key?: string }) => setChosen(place),
    fold: (row: Row, open: boolean) =>
      setClosed((c) => new Set(open ? [...c].filter((key) => key !== row.key) : [...c, row.key])),
    unfoldAll: () => setClosed(new Set()),
  };
}

export function MenuEditor({ first, lines, allowed, saved }: Props) {
  const [seen, setSeen] = useState(first);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const [theirs, setTheirs] = useState<Menu | null>(null);
  const draft = useDraft(first);
  const panel = useRef<HTMLDivElement>(null);
  const { menus, current } = draft;
  const list = useMemo(() => troubles(menus, seen, lines), [menus, seen, lines]);
  const errors = list.filter((one) => one.level === "error");
  const dirty = !same(menus, seen);

  const add = () => {
    const menu = newMenu(menus.length === 0 ? "Main menu" : `Menu ${menus.length + 1}`);
    draft.change([...menus, menu]);
    draft.choose({ menu: menu.id, at: null });
  };
  const addKey = (id: string) => {
    const next = withNewOption(menus, id);
    draft.unfoldAll();
    draft.change(next);
    draft.choose({ menu: id, at: (next.find((m) => m.id === id)?.options.length ?? 1) - 1 });
  };
  const remove = (place: Place) => {
    if (typeof place.at === "number")
      draft.change(
        menus.map((m) =>
          m.id === place.menu ? { ...m, options: m.options.filter((_, n) => n !== place.at) } : m,
        ),
      );
    else if (place.at === null) draft.change(menus.filter((m) => m.id !== place.menu));
    else return;
    draft.choose({ menu: place.menu, at: null });
    toast({ text: place.at === null ? "Menu taken away; not saved yet" : "Key taken away; not saved yet" });
  };
  const send = async (from: readonly Menu[]) => {
    setBusy(true);
    setProblem(null);
    setTheirs(null);
    try {
      await saveMenus(from, menus, ({ from: id, saved: menu }) => {
        setSeen((all) => {
          if (!menu) return all.filter((m) => m.id !== id);
          return all.some((m) => m.id === id) ? withMenu(all, id, menu) : [...all, menu];
        });
        if (menu) draft.replace((all) => settled(all, id, menu));
      });
      saved();
      toast({ text: "Menus saved. The next call hears them." });
    } catch (error) {
      if (error instanceof Overtaken) setTheirs(error.theirs);
      else setProblem(said(error));
    } finally {
      setBusy(false);
    }
  };
  const mine = theirs && menus.find((m) => m.id === theirs.id);
  const taken = () => (theirs ? withMenu(seen, theirs.id, theirs) : seen);
  return (
    <form
      aria-label="Menus"
      noValidate
      className="flex flex-col gap-5"
      onSubmit={(event) => {
        event.preventDefault();
        if (errors[0]) return draft.choose({ menu: errors[0].menu, at: errors[0].at });
        void send(seen);
      }}
      onKeyDown={(event) => {
        const typing =
          event.target instanceof HTMLInputElement || event.target instanceof HTMLTextAreaElement;
        if (typing || event.key !== "z" || !(event.ctrlKey || event.metaKey)) return;
        event.preventDefault();
        draft.undo();
      }}
    >
      <Unsaved when={dirty && !busy} />
      {theirs && (
        <Conflict
          rows={differences(theirs, mine ?? { ...theirs, name: "taken away" }, wordsOf(menus))}
          busy={busy}
          load={() => {
            setSeen(taken());
            draft.replace((all) =>
              all.some((m) => m.id === theirs.id) ? withMenu(all, theirs.id, theirs) : [...all, theirs],
            );
            setTheirs(null);
          }}
          overwrite={() => {
            setSeen(taken());
            void send(taken());
          }}
        />
      )}
      <FormProblem>{problem}</FormProblem>
      {list.length > 0 && <ProblemList list={list} choose={draft.choose} />}
      {menus.length === 0 && (
        <Card>
          <Empty icon={ListTree} title="No menu yet">
            A menu says what each key does: “For appointments press 1.”
            {allowed && (
              <Button look="main" className="mt-3" onClick={add}>
                Make the first menu
              </Button>
            )}
          </Empty>
        </Card>
      )}
      <div
        hidden={menus.length === 0}
        className="grid items-start gap-5 lg:grid-cols-[minmax(0,5fr)_minmax(0,7fr)]"
      >
        <Card
          title="Tree"
          actions={
            allowed && (
              <span className="flex flex-wrap gap-1">
                <Button size="small" look="quiet" disabled={!draft.canUndo} onClick={draft.undo}>
                  <Undo2 aria-hidden /> Undo
                </Button>
                <Button size="small" onClick={add}>
                  <Plus aria-hidden /> Menu
                </Button>
                <Button size="small" disabled={!current} onClick={() => current && addKey(current.menu)}>
                  <Plus aria-hidden /> Key
                </Button>
              </span>
            )
          }
        >
          <MenuTree
            rows={draft.rows}
            menus={menus}
            current={current?.key}
            wrong={(row) => errors.some((e) => row.kind !== "again" && here(e, row))}
            choose={draft.choose}
            fold={draft.fold}
            edit={() => panel.current?.querySelector<HTMLElement>("input, select, textarea")?.focus()}
            add={(row) => allowed && addKey(row.menu)}
            remove={(row) => allowed && row.kind !== "again" && remove(row)}
          />
          <p className="mt-3 text-sm text-faint">
            Arrows move, Enter edits{allowed && ", Insert adds a key, Delete takes away, Ctrl Z undoes"}.
          </p>
        </Card>
        <div ref={panel}>
          {current && (
            <Panel
              // Another place has fields of its own.
              key={`${current.menu} ${current.at}`}
              place={current}
              menus={menus}
              lines={lines}
              allowed={allowed && !busy}
              troubles={list.filter((one) => here(one, current))}
              change={draft.change}
              remove={() => remove(current)}
            />
          )}
        </div>
      </div>
      {allowed && <SaveBar dirty={dirty} busy={busy} discard={() => draft.replace(() => seen)} />}
    </form>
  );
}

/** The draft after one of its menus was saved: a new one has its real id, everywhere. */
function settled(all: readonly Menu[], id: string, saved: Menu): Menu[] {
  const lead = (action: Action): Action =>
    action.kind === "submenu" && action.menu_id === id ? { ...action, menu_id: saved.id } : action;
  return all.map((menu) => ({
    ...menu,
    id: menu.id === id ? saved.id : menu.id,
    options: menu.options.map((option) => ({ ...option, action: lead(option.action) })),
    fallback: lead(menu.fallback),
  }));
}

function said(error: unknown): string {
  const words = error instanceof ProblemError ? error.fields.map((field) => field.detail) : [];
  return words.length > 0 ? words.join(" ") : explain(error);
}

const wordsOf = (menus: readonly Menu[]) => [
  { label: "Name", of: (m: Menu) => m.name },
  { label: "Prompt", of: (m: Menu) => m.prompt },
  { label: "When no key is pressed", of: (m: Menu) => m.no_input_prompt ?? "" },
  { label: "When the key means nothing", of: (m: Menu) => m.no_match_prompt ?? "" },
  {
    label: "Keys",
    of: (m: Menu) =>
      m.options.map((o) => `${o.digit} ${o.label ?? ""}: ${actionInWords(o.action, menus)}`).join("; "),
  },
  { label: "Without a key", of: (m: Menu) => actionInWords(m.fallback, menus) },
];

interface PanelProps {
  place: Row;
  menus: readonly Menu[];
  lines: readonly Line[];
  allowed: boolean;
  troubles: readonly Trouble[];
  change: (menus: readonly Menu[], field?: string) => void;
  remove: () => void;
}

/** The fields of what is chosen. */
function Panel({ place, menus, lines, allowed, troubles: wrong, change, remove }: PanelProps) {
  const menu = menus.find((m) => m.id === place.menu);
  if (!menu) return null;
  const option = typeof place.at === "number" ? menu.options[place.at] : undefined;
  const way = ways(menu).find((w) => w.at === place.at);
  const put = (action: Action, from: readonly Menu[] = menus) =>
    typeof place.at === "number"
      ? withOption(from, menu.id, place.at, { action })
      : withMenu(from, menu.id, { fallback: action });
  const leadToNew = () => {
    const made = newMenu(option?.label || `Menu ${menus.length + 1}`);
    change([...put({ kind: "submenu", menu_id: made.id }), made]);
  };
  const title =
    place.at === null
      ? menu.name || "A menu without a name"
      : option
        ? `Key ${option.digit}`
        : "Without a key";
  return (
    <Card
      title={<span dir="auto">{title}</span>}
      actions={
        allowed &&
        place.at !== "fallback" && (
          <Button size="small" look="quiet" onClick={remove}>
            <Trash2 aria-hidden /> {place.at === null ? "Take menu away" : "Take key away"}
          </Button>
        )
      }
    >
      {wrong.map((one) => (
        <p key={one.text} className={one.level === "error" ? "mb-3 text-bad" : "mb-3 text-faint"}>
          {one.text}
        </p>
      ))}
      {place.at === null && (
        <>
          <Heard menu={menu} lines={lines} />
          <MenuFields
            menu={menu}
            disabled={!allowed}
            change={(part, field) => change(withMenu(menus, menu.id, part), field)}
          />
        </>
      )}
      {option && typeof place.at === "number" && (
        <div className="mb-4 grid gap-4 sm:grid-cols-[8rem_1fr]">
          <Select
            label="Key"
            options={freeDigits(menu, option.digit).map((d) => ({ value: d, label: d }))}
            value={option.digit}
            disabled={!allowed}
            onValueChange={(digit) => change(withOption(menus, menu.id, place.at as number, { digit }))}
          />
          <TextField
            label="Label"
            hint="For people who set it up."
            maxLength={100}
            value={option.label ?? ""}
            disabled={!allowed}
            onChange={(event) =>
              change(withOption(menus, menu.id, place.at as number, { label: event.target.value }), "label")
            }
          />
        </div>
      )}
      {way && (
        <ActionFields
          label={option ? "What the key does" : "When no key was pressed in all attempts"}
          action={way.action}
          menus={menus}
          disabled={!allowed}
          change={(action, field) => change(put(action), field)}
          leadToNew={leadToNew}
        />
      )}
    </Card>
  );
}

/** On which lines a menu is heard first. */
function Heard({ menu, lines }: { menu: Menu; lines: readonly Line[] }) {
  const open = lines.filter((line) => line.ivr_menu_id === menu.id && line.ivr_mode === "ivr");
  const closed = lines.filter((line) => line.closed_menu_id === menu.id && line.ivr_mode === "ivr");
  const names = (list: readonly Line[]) => list.map((line) => phone(line.phone_number)).join(", ");
  if (open.length + closed.length === 0) return null;
  return (
    <p className="mb-4 text-faint">
      {open.length > 0 && `Answers on ${names(open)}. `}
      {closed.length > 0 && `Answers outside business hours on ${names(closed)}.`}
    </p>
  );
}
