import { type ComponentProps, type ReactNode, useId } from "react";
import { cn } from "@/lib/cn/cn";

const box =
  "w-full min-w-0 rounded-lg border border-edge bg-panel px-3 text-ink placeholder:text-faint aria-invalid:border-bad disabled:opacity-60";

interface Frame {
  label: string;
  hint?: ReactNode;
  error?: string | undefined;
  /** The label is heard and not seen. */
  hideLabel?: boolean;
  className?: string;
}

function useFrame({ label, hint, error, hideLabel, className }: Frame) {
  const id = useId();
  const described = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(" ") || undefined;
  const frame = (control: ReactNode) => (
    <div className={cn("flex min-w-0 flex-col gap-1.5", className)}>
      <label htmlFor={id} className={hideLabel ? "sr-only" : "text-sm font-medium"}>
        {label}
      </label>
      {control}
      {hint && (
        <p id={`${id}-hint`} className="text-sm text-faint">
          {hint}
        </p>
      )}
      {error && (
        <p id={`${id}-error`} role="alert" className="text-sm text-bad">
          {error}
        </p>
      )}
    </div>
  );
  return { frame, control: { id, "aria-describedby": described, "aria-invalid": error ? true : undefined } };
}

export function TextField({
  label,
  hint,
  error,
  hideLabel,
  className,
  ...rest
}: Frame & Omit<ComponentProps<"input">, "className">) {
  const { frame, control } = useFrame({ label, hint, error, hideLabel, className } as Frame);
  return frame(<input className={cn(box, "h-9")} {...control} {...rest} />);
}

/** Files of the reader's own. */
export function FileField({
  label,
  hint,
  error,
  hideLabel,
  className,
  ...rest
}: Frame & Omit<ComponentProps<"input">, "className" | "type">) {
  const { frame, control } = useFrame({ label, hint, error, hideLabel, className } as Frame);
  const button =
    "file:mr-3 file:h-7 file:rounded-md file:border-0 file:bg-accent-soft file:px-3 file:text-ink";
  return frame(
    <input type="file" className={cn(box, button, "h-9 py-[0.1875rem] pl-1")} {...control} {...rest} />,
  );
}

export function TextArea({
  label,
  hint,
  error,
  hideLabel,
  className,
  ...rest
}: Frame & Omit<ComponentProps<"textarea">, "className">) {
  const { frame, control } = useFrame({ label, hint, error, hideLabel, className } as Frame);
  return frame(<textarea rows={3} className={cn(box, "py-2")} {...control} {...rest} />);
}

export function SelectField({
  label,
  hint,
  error,
  hideLabel,
  className,
  ...rest
}: Frame & Omit<ComponentProps<"select">, "className">) {
  const { frame, control } = useFrame({ label, hint, error, hideLabel, className } as Frame);
  return frame(<select className={cn(box, "h-9 pr-2")} {...control} {...rest} />);
}
