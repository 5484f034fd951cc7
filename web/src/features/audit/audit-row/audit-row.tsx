import { Link } from "@tanstack/react-router";
import { ChevronDown, UserRoundCheck } from "lucide-react";
import { useId, useState } from "react";
import { Badge } from "@/components/ui/badge/badge";
import { Difference } from "@/features/audit/difference/difference";
import type { Entry } from "@/features/audit/queries";
import { actor, called, deed } from "@/features/audit/words";
import { cn } from "@/lib/cn/cn";
import { dateTime } from "@/lib/dates/dates";

/** One entry: who did what when; opened, what it was before and after. */
export function AuditRow({ entry, zone }: { entry: Entry; zone: string }) {
  const [open, setOpen] = useState(false);
  const id = useId();
  const name = called(entry);
  return (
    <li className="py-1 first:pt-0 last:pb-0">
      <button
        type="button"
        aria-expanded={open}
        aria-controls={id}
        onClick={() => setOpen(!open)}
        className="flex w-full items-start gap-3 rounded-lg px-2 py-2 text-left hover:bg-accent-soft"
      >
        <ChevronDown
          className={cn("mt-1 size-4 shrink-0 text-faint transition-transform", open && "rotate-180")}
          aria-hidden
        />
        <span className="flex min-w-0 flex-1 flex-wrap gap-x-4 gap-y-0.5">
          <span className="min-w-0 flex-1 basis-64">
            <span className="font-medium">{deed(entry.action)}</span>
            {name && (
              <span className="text-faint" dir="auto">
                {" "}
                {name}
              </span>
            )}
          </span>
          <span className="min-w-0 basis-52" dir="auto">
            {actor(entry)}
            {entry.impersonation_id && (
              <Badge tone="warn" className="ml-2">
                <UserRoundCheck className="size-3.5" aria-hidden /> In your place
              </Badge>
            )}
          </span>
          <time dateTime={entry.at} className="text-faint tabular-nums sm:basis-48 sm:text-right">
            {dateTime(entry.at, zone)}
          </time>
        </span>
      </button>
      {open && (
        <div id={id} className="flex flex-col gap-3 px-2 pt-1 pb-3 sm:pl-9">
          {entry.reason && (
            <p>
              <span className="text-faint">Reason: </span>
              <span dir="auto">{entry.reason}</span>
            </p>
          )}
          <Difference before={entry.before} after={entry.after} />
          <p className="flex flex-wrap gap-x-4 gap-y-1 text-sm text-faint">
            <span>Entry {entry.seq}</span>
            {entry.ip && <span>From {entry.ip}</span>}
            {entry.request_id && <span className="break-all">Request {entry.request_id}</span>}
          </p>
          <p className="flex flex-wrap gap-x-4 gap-y-1">
            {entry.object_id && (
              <More search={{ kind: entry.object_kind, object: entry.object_id }}>
                All that was done to it
              </More>
            )}
            {entry.actor_id && entry.actor_kind === "user" && (
              <More search={{ actor: entry.actor_id }}>All that they did</More>
            )}
            {entry.impersonation_id && (
              <More search={{ visit: entry.impersonation_id }}>The whole visit</More>
            )}
          </p>
        </div>
      )}
    </li>
  );
}

function More({ search, children }: { search: Record<string, string>; children: string }) {
  return (
    <Link
      to="/audit"
      search={search}
      className="inline-flex min-h-6 items-center text-accent underline underline-offset-4"
    >
      {children}
    </Link>
  );
}
