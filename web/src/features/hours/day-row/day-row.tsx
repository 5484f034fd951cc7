import { Plus, X } from "lucide-react";
import type { ReactNode } from "react";
import { Button } from "@/components/ui/button/button";
import { Switch } from "@/components/ui/switch/switch";
import { fault, oneMore, type Span } from "@/features/hours/week";

interface Props {
  /** "Monday", or a date in words. */
  name: string;
  spans: readonly Span[];
  /** What comes back when the day is opened again. */
  usual: readonly Span[];
  change: (spans: Span[]) => void;
  disabled: boolean;
  children?: ReactNode;
}

const time = "h-9 rounded-lg border border-edge bg-panel px-2 aria-invalid:border-bad disabled:opacity-60";

/** One day: closed, or its spans. */
export function DayRow({ name, spans, usual, change, disabled, children }: Props) {
  const closed = spans.length === 0;
  const wrong = fault(spans);
  const more = oneMore(spans);
  const set = (n: number, part: Partial<Span>) =>
    change(spans.map((span, i) => (i === n ? { ...span, ...part } : span)));
  return (
    <fieldset className="relative flex flex-wrap items-start gap-x-6 gap-y-3 py-3.5">
      <legend className="contents">
        <span className="w-28 pt-1 font-medium">{name}</span>
      </legend>
      <Switch
        className="w-28 pt-1"
        label={
          <>
            <span className="sr-only">{name}</span> <span className="font-normal">Closed</span>
          </>
        }
        checked={closed}
        disabled={disabled}
        onCheckedChange={(to) =>
          change(to ? [] : usual.length > 0 ? [...usual] : [{ opens: "09:00", closes: "17:00" }])
        }
      />
      <div className="flex min-w-0 flex-1 basis-64 flex-col gap-2">
        {spans.map((span, n) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a span has no name but its place
          <div key={n} className="flex flex-wrap items-center gap-2">
            <input
              type="time"
              aria-label={`${name}, span ${n + 1}, opens`}
              aria-invalid={wrong !== null || undefined}
              className={time}
              value={span.opens}
              disabled={disabled}
              onChange={(event) => set(n, { opens: event.target.value })}
            />
            <span aria-hidden>–</span>
            <input
              type="time"
              aria-label={`${name}, span ${n + 1}, closes`}
              aria-invalid={wrong !== null || undefined}
              className={time}
              value={span.closes}
              disabled={disabled}
              onChange={(event) => set(n, { closes: event.target.value })}
            />
            {!disabled && spans.length > 1 && (
              <Button
                look="quiet"
                size="icon"
                aria-label={`Remove ${name}, span ${n + 1}`}
                onClick={() => change(spans.filter((_, i) => i !== n))}
              >
                <X aria-hidden />
              </Button>
            )}
          </div>
        ))}
        {wrong && (
          <p role="alert" className="text-sm text-bad">
            {wrong}
          </p>
        )}
        {!closed && !disabled && more && (
          <Button
            look="quiet"
            size="small"
            aria-label={`Add a span on ${name}`}
            className="-ml-3 self-start text-faint"
            onClick={() => change(more)}
          >
            <Plus aria-hidden /> Add a span
          </Button>
        )}
      </div>
      {children}
    </fieldset>
  );
}
