import { ChevronRight, CircleAlert, CornerDownRight, Hourglass, ListTree } from "lucide-react";
import { type KeyboardEvent, useEffect, useRef } from "react";
import { actionInWords, type Menu } from "@/features/menus/draft";
import type { Row } from "@/features/menus/tree";
import { cn } from "@/lib/cn/cn";

interface Props {
  rows: readonly Row[];
  menus: readonly Menu[];
  /** The key of the row that is chosen. */
  current: string | undefined;
  wrong: (row: Row) => boolean;
  choose: (row: Row) => void;
  fold: (row: Row, open: boolean) => void;
  /** Enter: to its fields. */
  edit: () => void;
  /** Insert or +: another key for its menu. */
  add: (row: Row) => void;
  remove: (row: Row) => void;
}

/** Menus and their keys. One stop on the way through the page; arrows move inside, as in every tree. */
export function MenuTree(props: Props) {
  const { rows, menus, current, wrong, choose, fold } = props;
  const items = useRef(new Map<string, HTMLLIElement>());
  const moved = useRef(false);
  useEffect(() => {
    if (!moved.current || !current) return;
    moved.current = false;
    items.current.get(current)?.focus();
  }, [current]);
  const go = (row: Row | undefined) => {
    if (!row) return;
    moved.current = row.key !== current;
    choose(row);
  };
  const press = (event: KeyboardEvent, row: Row) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const n = rows.indexOf(row);
    const below = rows[n + 1];
    // The focus goes with what is chosen by it: the row that has it may be gone, or be another's.
    const change = (how: (row: Row) => void) => {
      moved.current = true;
      how(row);
    };
    const act = new Map<string, () => void>([
      ["ArrowDown", () => go(below)],
      ["ArrowUp", () => go(rows[n - 1])],
      ["Home", () => go(rows[0])],
      ["End", () => go(rows.at(-1))],
      [
        "ArrowRight",
        () => {
          if (row.kind === "again") go(rows.find((r) => r.kind === "menu" && r.menu === row.menu));
          else if (row.open === false) fold(row, true);
          else if (below && below.level > row.level) go(below);
        },
      ],
      [
        "ArrowLeft",
        () => {
          if (row.open && below && below.level > row.level) fold(row, false);
          else go(rows.find((r) => r.key === row.parent));
        },
      ],
      ["Enter", props.edit],
      [" ", props.edit],
      ["Insert", () => change(props.add)],
      ["+", () => change(props.add)],
      ["Delete", () => change(props.remove)],
    ]);
    const does = act.get(event.key);
    if (!does) return;
    event.preventDefault();
    does();
  };
  return (
    // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: a tree is a list whose rows have the focus
    <ul role="tree" aria-label="Menus" className="flex flex-col">
      {rows.map((row) => (
        <li
          key={row.key}
          ref={(item) => {
            if (item) items.current.set(row.key, item);
            else items.current.delete(row.key);
          }}
          role="treeitem"
          aria-level={row.level}
          aria-posinset={row.place}
          aria-setsize={row.of}
          aria-selected={row.key === current}
          {...(row.open === null ? {} : { "aria-expanded": row.open })}
          tabIndex={row.key === current ? 0 : -1}
          data-testid={`menu-row-${row.kind}`}
          onClick={() => choose(row)}
          onKeyDown={(event) => press(event, row)}
          style={{ paddingInlineStart: `${0.5 + (row.level - 1) * 1.1}rem` }}
          className={cn(
            "flex min-h-9 cursor-pointer items-center gap-2 rounded-md py-1 pr-2 outline-offset-[-2px]",
            row.key === current ? "bg-accent-soft" : "hover:bg-accent-soft/50",
          )}
        >
          <button
            type="button"
            tabIndex={-1}
            aria-hidden
            className={cn("grid size-6 shrink-0 place-items-center", row.open === null && "invisible")}
            onClick={(event) => {
              event.stopPropagation();
              fold(row, !row.open);
            }}
          >
            <ChevronRight className={cn("size-4 transition-transform", row.open && "rotate-90")} />
          </button>
          <RowText row={row} menus={menus} />
          {wrong(row) && (
            <CircleAlert className="ml-auto size-4 shrink-0 text-bad" aria-label="has a problem" />
          )}
        </li>
      ))}
    </ul>
  );
}

function RowText({ row, menus }: { row: Row; menus: readonly Menu[] }) {
  const menu = menus.find((m) => m.id === row.menu);
  if (!menu) return null;
  const name = menu.name || "A menu without a name";
  if (row.kind === "menu")
    return (
      <>
        <ListTree className="size-4 shrink-0 text-accent" aria-hidden />
        <span className="min-w-0 truncate font-medium" dir="auto">
          {name}
        </span>
      </>
    );
  if (row.kind === "again")
    return (
      <>
        <CornerDownRight className="size-4 shrink-0 text-faint" aria-hidden />
        <span className="min-w-0 truncate text-faint" dir="auto">
          {name}, shown elsewhere
        </span>
      </>
    );
  if (row.kind === "fallback" || typeof row.at !== "number")
    return (
      <>
        <Hourglass className="size-4 shrink-0 text-faint" aria-hidden />
        <span className="min-w-0 truncate" dir="auto">
          No key: <span className="text-faint">{actionInWords(menu.fallback, menus)}</span>
        </span>
      </>
    );
  const option = menu.options[row.at];
  if (!option) return null;
  const does = actionInWords(option.action, menus);
  return (
    <>
      <kbd className="grid size-6 shrink-0 place-items-center rounded-md border border-edge font-mono text-sm">
        {option.digit}
      </kbd>
      <span className="min-w-0 truncate" dir="auto">
        {option.label ? (
          <>
            {option.label}: <span className="text-faint">{does}</span>
          </>
        ) : (
          does.charAt(0).toUpperCase() + does.slice(1)
        )}
      </span>
    </>
  );
}
