import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import type { components } from "@/api/schema";
import { Card } from "@/components/ui/card/card";
import { SelectField } from "@/components/ui/field/field";
import { Failure, Waiting } from "@/components/ui/states/states";
import { usageQuery } from "@/features/tenants/queries";
import { monthName } from "@/lib/dates/dates";
import { bytes, clock, count } from "@/lib/numbers/numbers";

const MONTHS = 12;

/** The months of a calendar year that end with this one: `2026-11`, `2026-10`, … */
export function monthsBefore(month: string, n: number): string[] {
  const [year = 0, number = 1] = month.split("-").map(Number);
  return Array.from({ length: n }, (_, i) =>
    new Date(Date.UTC(year, number - 1 - i, 1)).toISOString().slice(0, 7),
  );
}

/** What a tenant used in a month. Counts alone. */
export function Usage({ tenantId }: { tenantId: string }) {
  const [month, setMonth] = useState<string>();
  const running = useQuery(usageQuery(tenantId, undefined)).data?.month;
  const usage = useQuery(usageQuery(tenantId, month));
  const choice = running && (
    <SelectField
      label="Month"
      hideLabel
      value={month ?? running}
      onChange={(event) => setMonth(event.target.value === running ? undefined : event.target.value)}
    >
      {monthsBefore(running, MONTHS).map((m) => (
        <option key={m} value={m}>
          {monthName(m)}
        </option>
      ))}
    </SelectField>
  );
  return (
    <Card title="Usage" actions={choice}>
      {usage.isPending ? (
        <Waiting what="Loading usage" rows={4} />
      ) : !usage.data ? (
        <Failure error={usage.error} retry={() => void usage.refetch()} />
      ) : (
        <Figures usage={usage.data} />
      )}
    </Card>
  );
}

function Figures({ usage }: { usage: components["schemas"]["UsageView"] }) {
  const { used, included } = usage.calls;
  const limit = included ?? null;
  return (
    <dl className="grid grid-cols-[repeat(auto-fill,minmax(8.5rem,1fr))] gap-x-4 gap-y-3">
      <Figure name="Calls">
        {count(used)}
        <span className="text-sm font-normal text-faint">
          {limit === null ? " · no limit" : ` of ${count(limit)}`}
        </span>
        {limit !== null && limit > 0 && (
          <progress
            className="mt-1 block h-1.5 w-full overflow-hidden rounded-full"
            value={Math.min(used, limit)}
            max={limit}
            aria-label="Part of the plan that is used"
          />
        )}
      </Figure>
      <Figure name="Time on the phone">{clock(usage.billed_s * 1000)}</Figure>
      <Figure name="Texts sent">{count(usage.texts_sent)}</Figure>
      <Figure name="Texts received">{count(usage.texts_received)}</Figure>
      <Figure name="Recorded">
        {clock(usage.recorded_ms)}
        <span className="text-sm font-normal text-faint"> · {bytes(usage.recorded_bytes)}</span>
      </Figure>
      <Figure name="Numbers now">{count(usage.phone_numbers)}</Figure>
      <Figure name="People now">{count(usage.people)}</Figure>
    </dl>
  );
}

function Figure({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt className="text-sm text-faint">{name}</dt>
      <dd className="font-semibold tabular-nums">{children}</dd>
    </div>
  );
}
