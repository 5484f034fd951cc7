import { Info } from "lucide-react";
import { Tooltip as Parts } from "radix-ui";
import { type ReactNode, useState } from "react";

const LOOK = "z-[60] max-w-xs rounded-lg bg-ink px-3 py-1.5 text-sm text-page shadow-lg select-none";

/** What a control is or does, on hover and focus. `children` is the control; it has a name of its own. */
export function Tooltip({ text, children }: { text: ReactNode; children: ReactNode }) {
  return (
    <Parts.Provider delayDuration={400}>
      <Parts.Root>
        <Parts.Trigger asChild>{children}</Parts.Trigger>
        <Parts.Portal>
          <Parts.Content sideOffset={6} collisionPadding={8} className={LOOK}>
            {text}
          </Parts.Content>
        </Parts.Portal>
      </Parts.Root>
    </Parts.Provider>
  );
}

/** A small "i" that explains something. A tap opens it too. */
export function Explain({ about, children }: { about: string; children: ReactNode }) {
  const [open, setOpen] = useState(false);
  return (
    <Parts.Provider delayDuration={200}>
      <Parts.Root open={open} onOpenChange={setOpen}>
        <Parts.Trigger asChild>
          <button
            type="button"
            aria-label={`About ${about}`}
            className="grid size-6 place-items-center rounded-full text-faint hover:text-ink"
            // The trigger closes on a press, and a press is all that a finger has.
            onPointerDown={(event) => event.preventDefault()}
            onClick={(event) => {
              event.preventDefault();
              setOpen(true);
            }}
          >
            <Info className="size-4" aria-hidden />
          </button>
        </Parts.Trigger>
        <Parts.Portal>
          <Parts.Content sideOffset={6} collisionPadding={8} className={LOOK}>
            {children}
          </Parts.Content>
        </Parts.Portal>
      </Parts.Root>
    </Parts.Provider>
  );
}
