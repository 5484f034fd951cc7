import { Tabs as Parts } from "radix-ui";
import { type ReactNode, useLayoutEffect, useRef } from "react";

interface Props<T extends string> {
  label: string;
  tabs: readonly { value: T; label: ReactNode; content: ReactNode }[];
  value: T;
  onValueChange: (value: T) => void;
  /** Panels stay when another tab is shown, with what was typed in them. */
  keep?: boolean;
}

/** Parts of one page, one at a time. Arrows move along the row. */
export function Tabs<T extends string>({ label, tabs, value, onValueChange, keep }: Props<T>) {
  const row = useRef<HTMLDivElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another tab is to be seen, also where the row is too long
  useLayoutEffect(() => {
    row.current
      ?.querySelector('[data-state="active"]')
      ?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }, [value]);
  return (
    <Parts.Root value={value} onValueChange={(next) => onValueChange(next as T)}>
      <Parts.List
        ref={row}
        aria-label={label}
        className="mb-5 flex gap-1 overflow-x-auto border-b border-line p-1 pb-0 whitespace-nowrap"
      >
        {tabs.map((tab) => (
          <Parts.Trigger
            key={tab.value}
            value={tab.value}
            className="-mb-px inline-flex min-h-10 items-center gap-2 rounded-t-lg border-b-2 border-transparent px-3 text-faint hover:text-ink data-[state=active]:border-accent data-[state=active]:font-medium data-[state=active]:text-ink"
          >
            {tab.label}
          </Parts.Trigger>
        ))}
      </Parts.List>
      {tabs.map((tab) => (
        <Parts.Content
          key={tab.value}
          value={tab.value}
          className="rounded-xl data-[state=inactive]:hidden"
          {...(keep ? { forceMount: true as const } : {})}
        >
          {/* On paper there is no row of names above. */}
          <h2 className="mb-2 hidden font-semibold print:block">{tab.label}</h2>
          {tab.content}
        </Parts.Content>
      ))}
    </Parts.Root>
  );
}
