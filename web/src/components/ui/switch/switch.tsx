import { Switch as Parts } from "radix-ui";
import { type ReactNode, useId } from "react";
import { cn } from "@/lib/cn/cn";

interface Props {
  label: ReactNode;
  description?: ReactNode;
  /** Beside the label: a badge, a tooltip. Not part of the name. */
  extra?: ReactNode;
  checked: boolean;
  onCheckedChange: (checked: boolean) => void;
  disabled?: boolean;
  hideLabel?: boolean;
  className?: string;
  "data-testid"?: string;
}

/** On or off, at once. */
export function Switch({ label, description, extra, hideLabel, className, ...rest }: Props) {
  const id = useId();
  return (
    <div className={cn("flex items-start gap-3", className)}>
      <Parts.Root
        id={id}
        aria-describedby={description ? `${id}-about` : undefined}
        className="group relative mt-0.5 h-6 w-11 shrink-0 rounded-full border border-edge bg-edge/40 transition-colors disabled:cursor-not-allowed disabled:opacity-60 data-[state=checked]:border-accent data-[state=checked]:bg-accent"
        {...rest}
      >
        <Parts.Thumb className="block size-4 translate-x-1 rounded-full bg-panel shadow-sm ring-1 ring-edge transition-transform data-[state=checked]:translate-x-5.5 data-[state=checked]:bg-accent-ink data-[state=checked]:ring-0" />
      </Parts.Root>
      <div className="min-w-0">
        <div className="flex min-h-6 flex-wrap items-center gap-2">
          <label htmlFor={id} className={hideLabel ? "sr-only" : "font-medium"}>
            {label}
          </label>
          {extra}
        </div>
        {description && (
          <p id={`${id}-about`} className="text-sm text-faint">
            {description}
          </p>
        )}
      </div>
    </div>
  );
}
