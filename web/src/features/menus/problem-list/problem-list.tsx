import { CircleAlert, Info } from "lucide-react";
import type { Trouble } from "@/features/menus/check";
import type { Place } from "@/features/menus/draft";

/** What is wrong, or deserves a look; each leads to its place in the tree. */
export function ProblemList({ list, choose }: { list: readonly Trouble[]; choose: (place: Place) => void }) {
  const errors = list.filter((one) => one.level === "error").length;
  return (
    <section aria-label="Problems" aria-live="polite" className="flex flex-col gap-1">
      {errors > 0 && (
        <p className="font-medium text-bad">
          {errors === 1 ? "One thing has" : `${errors} things have`} to be mended before this can be saved
        </p>
      )}
      <ul className="flex flex-col">
        {list.map((one) => (
          <li key={`${one.menu} ${one.at} ${one.text}`}>
            <button
              type="button"
              onClick={() => choose(one)}
              className="flex min-h-8 w-full items-start gap-2 rounded-md px-2 py-1 text-left hover:bg-accent-soft"
            >
              {one.level === "error" ? (
                <CircleAlert className="mt-1 size-4 shrink-0 text-bad" aria-label="Error" />
              ) : (
                <Info className="mt-1 size-4 shrink-0 text-faint" aria-label="Note" />
              )}
              <span dir="auto">{one.text}</span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
