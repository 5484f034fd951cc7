import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { ListChecks } from "lucide-react";
import { useState } from "react";
import { Dialog } from "@/components/ui/dialog/dialog";
import { Select } from "@/components/ui/select/select";
import { Empty, Failure, Waiting } from "@/components/ui/states/states";
import { kindName, verb } from "@/features/audit/words";
import { type Performance, type Person, performanceQuery } from "@/features/people/queries";
import { dateTime, dayKey } from "@/lib/dates/dates";
import { count } from "@/lib/numbers/numbers";

const SPANS = [
  { value: "7", label: "7 days" },
  { value: "30", label: "30 days" },
  { value: "90", label: "90 days" },
  { value: "365", label: "12 months" },
] as const;

interface Props {
  person: Person;
  zone: string;
  close: () => void;
}

/** What somebody did in the business, in numbers; the log tells each deed. */
export function PerformanceDialog({ person, zone, close }: Props) {
  const [days, setDays] = useState<(typeof SPANS)[number]["value"]>("30");
  const asked = useQuery({
    ...performanceQuery(person.id, Number(days)),
    placeholderData: keepPreviousData,
  });
  const name = person.name || person.email;
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && close()}
      title={`What ${name} did`}
      description="Calls they noted, tagged or put right, appointments, contacts, and what they set up, as the audit log has it."
    >
      <Select label="In the last" options={SPANS} value={days} onValueChange={setDays} className="w-40" />
      {asked.isPending ? (
        <Waiting rows={4} />
      ) : !asked.data ? (
        <Failure error={asked.error} retry={() => void asked.refetch()} />
      ) : (
        <div aria-busy={asked.isPlaceholderData}>
          <Numbers of={asked.data} zone={zone} />
        </div>
      )}
    </Dialog>
  );
}

function Numbers({ of, zone }: { of: Performance; zone: string }) {
  if (of.times === 0) {
    return (
      <Empty icon={ListChecks} title="Nothing in this time">
        Looking at calls leaves no entry; changing something does.
      </Empty>
    );
  }
  const most = Math.max(...of.kinds.map((kind) => kind.times));
  return (
    <div className="flex flex-col gap-4">
      <dl className="grid grid-cols-2 gap-3 sm:grid-cols-3">
        <Figure name="Things done" value={count(of.times)} />
        <Figure name={of.active_days === 1 ? "Day active" : "Days active"} value={count(of.active_days)} />
        {of.last_at && <Figure name="Last" value={dateTime(of.last_at, zone)} small />}
      </dl>
      <ul className="flex flex-col gap-3" aria-label="By what it was done to">
        {of.kinds.map((kind) => (
          <li key={kind.object_kind}>
            <div className="flex flex-wrap items-baseline justify-between gap-x-4">
              <Link
                to="/audit"
                search={{
                  actor: of.user_id,
                  kind: kind.object_kind,
                  since: dayKey(new Date(of.since), zone),
                }}
                className="inline-flex min-h-6 items-center font-medium text-accent underline underline-offset-4"
              >
                {kindName(kind.object_kind)}
              </Link>
              <span className="tabular-nums">
                {count(kind.times)}
                {kind.objects > 1 && kind.objects < kind.times && (
                  <span className="text-faint">, {count(kind.objects)} different ones</span>
                )}
              </span>
            </div>
            <progress
              aria-hidden
              className="my-1 block h-1.5 w-full overflow-hidden rounded-full"
              value={kind.times}
              max={most}
            />
            <p className="text-sm text-faint">
              {kind.actions.map(({ action, times }) => `${verb(action)} ${count(times)}`).join(" · ")}
            </p>
          </li>
        ))}
      </ul>
    </div>
  );
}

function Figure({ name, value, small }: { name: string; value: string; small?: boolean }) {
  return (
    <div className="flex flex-col">
      <dt className="text-sm text-faint">{name}</dt>
      <dd className={small ? "mt-1.5" : "text-2xl font-semibold tabular-nums"}>{value}</dd>
    </div>
  );
}
