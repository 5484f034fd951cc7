import { Button } from "@/components/ui/button/button";
import { cn } from "@/lib/cn/cn";

/** The end of a form: whether something waits to be saved, and what can be done about it. */
export function SaveBar({
  dirty,
  busy,
  discard,
  word = "Save",
}: {
  dirty: boolean;
  busy: boolean;
  discard: () => void;
  word?: string;
}) {
  return (
    <div
      data-save-bar={dirty ? "dirty" : undefined}
      className={cn(
        "flex flex-wrap items-center justify-end gap-2",
        dirty && "sticky bottom-0 z-10 -mx-2 border-t border-line bg-page px-2 py-3",
      )}
    >
      {dirty && <span className="mr-auto text-sm text-faint">Not saved yet</span>}
      <Button onClick={discard} disabled={!dirty || busy}>
        Discard
      </Button>
      <Button type="submit" look="main" busy={busy} disabled={!dirty}>
        {word}
      </Button>
    </div>
  );
}
