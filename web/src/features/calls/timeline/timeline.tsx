import { History } from "lucide-react";
import { Empty } from "@/components/ui/states/states";
import type { Happening } from "@/features/calls/queries";
import { sentence } from "@/features/calls/words";
import { clockTime } from "@/lib/dates/dates";
import { clock } from "@/lib/numbers/numbers";

/** Everything that was written down about a call, in order. */
export function Timeline({ events, zone }: { events: Happening[]; zone: string }) {
  if (events.length === 0) return <Empty icon={History} title="Nothing was written down" />;
  return (
    <ol className="flex flex-col" aria-label="Events">
      {events.map((event) => {
        const { kind: _, ...rest } = (event.payload ?? {}) as Record<string, unknown>;
        return (
          <li key={event.id} className="border-l-2 border-line py-1.5 pl-4">
            <p className="flex flex-wrap items-baseline gap-x-3">
              <span className="font-medium">{sentence(event.kind)}</span>
              <span className="text-sm text-faint tabular-nums">
                <time dateTime={event.created_at}>{clockTime(event.created_at, zone)}</time>
                {event.media_ms != null && ` · ${clock(event.media_ms)} into the call`}
              </span>
            </p>
            {Object.keys(rest).length > 0 && (
              <dl className="flex flex-wrap gap-x-4 text-sm text-faint">
                {Object.entries(rest).map(([name, value]) => (
                  <div key={name} className="flex gap-1">
                    <dt>{sentence(name)}:</dt>
                    <dd>{inWords(value)}</dd>
                  </div>
                ))}
              </dl>
            )}
          </li>
        );
      })}
    </ol>
  );
}

/** What was written down, however deep, without the signs of a program. */
function inWords(value: unknown): string {
  if (value === null || value === undefined) return "–";
  if (Array.isArray(value)) return value.map(inWords).join(", ");
  if (typeof value !== "object") return String(value);
  return Object.entries(value)
    .map(([name, inner]) => `${name.replaceAll("_", " ")} ${inWords(inner)}`)
    .join(", ");
}
