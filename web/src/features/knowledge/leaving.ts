/** Rows that were deleted and can still be taken back: they are shown no more, and deleted when the time is over. */
import { useSyncExternalStore } from "react";
import { explain } from "@/api/problem/problem";
import { toast } from "@/components/ui/toast/toast";

let leaving: ReadonlySet<string> = new Set();
const listeners = new Set<() => void>();

function become(next: Iterable<string>): void {
  leaving = new Set(next);
  for (const told of [...listeners]) told();
}

const stay = (id: string) => become([...leaving].filter((other) => other !== id));

const subscribe = (told: () => void) => {
  listeners.add(told);
  return () => listeners.delete(told);
};

/** The ids that are not to be shown. */
export const useLeaving = (): ReadonlySet<string> => useSyncExternalStore(subscribe, () => leaving);

interface Leave {
  id: string;
  /** What is said: "“Crown” is deleted." */
  said: string;
  remove: () => Promise<unknown>;
  /** Reads the list again. */
  renew: () => Promise<unknown>;
}

export function leave({ id, said, remove, renew }: Leave): void {
  become([...leaving, id]);
  toast({
    text: said,
    undo: () => stay(id),
    closed: () =>
      void remove()
        .catch((error: unknown) => toast({ text: `It was not deleted. ${explain(error)}`, tone: "bad" }))
        .then(renew)
        .finally(() => stay(id)),
  });
}
