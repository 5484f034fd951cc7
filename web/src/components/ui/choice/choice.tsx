import { RadioGroup as Parts } from "radix-ui";
import { type ReactNode, useId } from "react";
import { cn } from "@/lib/cn/cn";

interface Props<T extends string> {
  label: string;
  value: T | "";
  onValueChange: (value: T) => void;
  options: readonly { value: T; label: ReactNode; description?: ReactNode; disabled?: boolean }[];
  className?: string;
}

/** One of a few, each with a word on what it means. */
export function Choice<T extends string>({ label, value, onValueChange, options, className }: Props<T>) {
  const id = useId();
  return (
    <div className="flex min-w-0 flex-col gap-1.5">
      <span id={id} className="text-sm font-medium">
        {label}
      </span>
      <Parts.Root
        aria-labelledby={id}
        value={value}
        onValueChange={(next) => onValueChange(next as T)}
        className={cn("grid gap-2", className)}
      >
        {options.map((option) => (
          <div
            key={option.value}
            className="relative flex gap-3 rounded-lg border border-line p-3 has-disabled:opacity-60 has-data-[state=checked]:border-accent has-data-[state=checked]:bg-accent-soft/50"
          >
            <Parts.Item
              id={`${id}-${option.value}`}
              value={option.value}
              disabled={option.disabled ?? false}
              aria-labelledby={`${id}-${option.value}-name`}
              aria-describedby={option.description ? `${id}-${option.value}-about` : undefined}
              className="mt-0.5 grid size-5 shrink-0 place-items-center rounded-full border border-edge bg-panel after:absolute after:inset-0 after:rounded-lg data-[state=checked]:border-accent"
            >
              <Parts.Indicator className="size-2.5 rounded-full bg-accent" />
            </Parts.Item>
            <span className="min-w-0">
              <span id={`${id}-${option.value}-name`} className="font-medium">
                {option.label}
              </span>
              {option.description && (
                <span id={`${id}-${option.value}-about`} className="block text-sm text-faint">
                  {option.description}
                </span>
              )}
            </span>
          </div>
        ))}
      </Parts.Root>
    </div>
  );
}
