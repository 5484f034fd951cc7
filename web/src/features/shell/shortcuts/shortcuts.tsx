import { useEffect, useRef } from "react";
import { Dialog } from "@/components/ui/dialog/dialog";

export type Keys = Record<string, () => void>;

function typing(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement && target.closest("input, textarea, select, [contenteditable]") !== null
  );
}

/** Keys of the page: single ones ("?"), pairs ("g c"), and "mod+k". Not while somebody types, but for mod. */
export function useKeys(keys: Keys): void {
  const held = useRef(keys);
  held.current = keys;
  useEffect(() => {
    let first = "";
    let since = 0;
    const press = (event: KeyboardEvent) => {
      const mod = event.ctrlKey || event.metaKey;
      const name = mod ? `mod+${event.key.toLowerCase()}` : event.key;
      if (event.altKey || event.defaultPrevented || (!mod && typing(event.target))) return;
      if (!mod && document.querySelector('[role="dialog"]')) return;
      const pair = event.timeStamp - since < 1500 ? `${first} ${name}` : name;
      const act = held.current[pair] ?? held.current[name];
      first = name;
      since = event.timeStamp;
      if (act) {
        event.preventDefault();
        act();
      }
    };
    window.addEventListener("keydown", press);
    return () => window.removeEventListener("keydown", press);
  }, []);
}

interface HelpProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  rows: { keys: string; does: string }[];
}

export function ShortcutHelp({ open, onOpenChange, rows }: HelpProps) {
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title="Keyboard">
      <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-2">
        {rows.map((row) => (
          <div key={row.keys} className="contents">
            <dt>
              {row.keys.split(" ").map((key) => (
                <kbd key={key} className="mr-1 rounded-md border border-line bg-page px-2 py-0.5 text-sm">
                  {key}
                </kbd>
              ))}
            </dt>
            <dd>{row.does}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
