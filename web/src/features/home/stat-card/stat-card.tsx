import type { LucideIcon } from "lucide-react";
import { type ReactNode, useId } from "react";
import type { Tone } from "@/components/ui/badge/badge";
import { Card } from "@/components/ui/card/card";
import { Skeleton } from "@/components/ui/states/states";
import { cn } from "@/lib/cn/cn";
import { count } from "@/lib/numbers/numbers";

const COLOURS: Record<Tone, string> = {
  plain: "bg-line/60 text-ink",
  accent: "bg-accent-soft text-accent",
  good: "bg-good-soft text-good",
  warn: "bg-warn-soft text-warn",
  bad: "bg-bad-soft text-bad",
};

interface Props {
  title: string;
  /** `undefined` while it is not known. */
  value: number | string | undefined;
  icon: LucideIcon;
  colour: Tone;
  /** What the value can reach; a bar shows how far it has come. */
  max?: number | undefined;
  about?: ReactNode;
  /** It changes while somebody looks: who listens hears it. */
  live?: boolean;
}

/** One figure of the dashboard. */
export function StatCard({ title, value, icon: Icon, colour, max, about, live }: Props) {
  const id = useId();
  return (
    <Card aria-labelledby={id} className="flex flex-col gap-1">
      <div className="flex items-start justify-between gap-1.5">
        <h2 id={id} className="min-w-0 text-sm text-faint">
          {title}
        </h2>
        <span className={cn("grid size-8 shrink-0 place-items-center rounded-lg", COLOURS[colour])}>
          <Icon className="size-4" aria-hidden />
        </span>
      </div>
      <div className="text-2xl font-semibold tabular-nums" aria-live={live ? "polite" : "off"}>
        {value === undefined ? (
          <Skeleton className="my-1.5 h-6 w-16" />
        ) : typeof value === "number" ? (
          count(value)
        ) : (
          value
        )}
      </div>
      {about && <div className="text-sm text-faint">{about}</div>}
      {max !== undefined && max > 0 && typeof value === "number" && (
        <progress
          className="mt-1 block h-1.5 w-full overflow-hidden rounded-full"
          value={Math.min(value, max)}
          max={max}
          aria-label={title}
        />
      )}
    </Card>
  );
}
