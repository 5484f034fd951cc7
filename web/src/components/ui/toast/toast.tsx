/**
 * Short news at the edge of the page: what was done, and the way back. Say it from anywhere with `toast`;
 * `Toaster` stands once, around everything. It is heard politely and never takes the focus; F8 leads to it.
 */
import { CircleAlert, CircleCheck, X } from "lucide-react";
import { Toast as Parts } from "radix-ui";
import { useSyncExternalStore } from "react";
import { Button } from "@/components/ui/button/button";

interface News {
  text: string;
  tone?: "good" | "bad";
  /** Takes back what was done; the toast is gone with it. */
  undo?: () => void;
  /** Once, when it is gone and was not taken back: the time to do what could be undone. */
  closed?: () => void;
}
type Shown = News & { id: number };

const LONG_MS = 10_000;
const SHORT_MS = 5_000;
const AT_ONCE = 4;

let shown: readonly Shown[] = [];
let last = 0;
const listeners = new Set<() => void>();

function become(next: readonly Shown[]): void {
  shown = next;
  for (const told of [...listeners]) told();
}

/** Shows it; what is called takes it away, as if its time were over. */
export function toast(news: News): () => void {
  last += 1;
  const id = last;
  const crowd = shown.slice(0, Math.max(0, shown.length - AT_ONCE + 1));
  become([...shown, { ...news, id }]);
  for (const old of crowd) leave(old.id, false);
  return () => leave(id, false);
}

function leave(id: number, undone: boolean): void {
  const one = shown.find((t) => t.id === id);
  if (!one) return;
  become(shown.filter((t) => t.id !== id));
  if (undone) one.undo?.();
  else one.closed?.();
}

/** For tests. */
export const forgetToasts = (): void => become([]);

const subscribe = (told: () => void) => {
  listeners.add(told);
  return () => listeners.delete(told);
};

// Whoever closes the page has not taken it back.
if (typeof window !== "undefined")
  window.addEventListener("pagehide", () => {
    for (const one of shown) leave(one.id, false);
  });

export function Toaster() {
  const list = useSyncExternalStore(subscribe, () => shown);
  return (
    <Parts.Provider swipeDirection="right" label="News">
      {list.map(({ id, text, tone, undo }) => (
        <Parts.Root
          key={id}
          type="background"
          duration={undo || tone === "bad" ? LONG_MS : SHORT_MS}
          onOpenChange={(open) => !open && leave(id, false)}
          className="flex items-center gap-3 rounded-xl border border-line bg-panel py-2 pr-2 pl-4 shadow-lg"
        >
          {tone === "bad" ? (
            <CircleAlert className="size-4 shrink-0 text-bad" aria-hidden />
          ) : (
            <CircleCheck className="size-4 shrink-0 text-good" aria-hidden />
          )}
          <Parts.Description className="min-w-0 flex-1 py-1" dir="auto">
            {text}
          </Parts.Description>
          {undo && (
            <Button size="small" onClick={() => leave(id, true)}>
              Undo
            </Button>
          )}
          <Parts.Close asChild>
            <Button look="quiet" size="icon" className="size-8" aria-label="Close">
              <X aria-hidden />
            </Button>
          </Parts.Close>
        </Parts.Root>
      ))}
      <Parts.Viewport
        label="News ({hotkey})"
        className="fixed right-0 bottom-0 z-[60] flex max-h-dvh w-full max-w-md flex-col gap-2 p-4 outline-none"
      />
    </Parts.Provider>
  );
}
