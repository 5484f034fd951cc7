import { useQuery } from "@tanstack/react-query";
import { CreditCard, Plus } from "lucide-react";
import { useState } from "react";
import type { components } from "@/api/schema";
import { Button } from "@/components/ui/button/button";
import { Card, PageHead } from "@/components/ui/card/card";
import { Empty, Failure, Waiting } from "@/components/ui/states/states";
import { sentence } from "@/features/calls/words";
import { versionsOf } from "@/features/plans/latest";
import { PlanForm } from "@/features/plans/plan-form/plan-form";
import { plansQuery } from "@/features/platform/queries";
import { TIERS } from "@/features/tenants/words";
import { dateTime, ownZone } from "@/lib/dates/dates";
import { money } from "@/lib/money/money";
import { count } from "@/lib/numbers/numbers";

type Plan = components["schemas"]["PlanView"];

/** What tenants pay for. A version never changes: another one follows it. */
export function Plans() {
  const plans = useQuery(plansQuery);
  const [next, setNext] = useState<Plan | null>(null);
  return (
    <>
      <PageHead
        title="Plans"
        about="A version never changes. Tenants keep the version that they have; whoever comes to the plan gets its latest one."
      />
      {plans.isPending ? (
        <Card>
          <Waiting what="Loading plans" />
        </Card>
      ) : !plans.data ? (
        <Failure error={plans.error} retry={() => void plans.refetch()} />
      ) : plans.data.length === 0 ? (
        <Card>
          <Empty icon={CreditCard} title="There are no plans" />
        </Card>
      ) : (
        <div className="grid items-start gap-5 lg:grid-cols-2 2xl:grid-cols-3">
          {TIERS.map((tier) => (
            <Tier key={tier} versions={versionsOf(plans.data, tier)} add={setNext} />
          ))}
        </div>
      )}
      {next && <PlanForm from={next} close={() => setNext(null)} />}
    </>
  );
}

function Tier({ versions, add }: { versions: Plan[]; add: (from: Plan) => void }) {
  const [latest, ...older] = versions;
  if (!latest) return null;
  return (
    <Card
      title={latest.name}
      actions={
        <Button size="small" onClick={() => add(latest)} aria-label={`New version of ${latest.name}`}>
          <Plus aria-hidden /> New version
        </Button>
      }
    >
      <Version plan={latest} />
      {older.length > 0 && (
        <details className="mt-4">
          <summary className="inline-flex min-h-6 cursor-pointer items-center text-accent">
            Older versions ({older.length})
          </summary>
          <ul className="mt-3 flex flex-col gap-4">
            {older.map((plan) => (
              <li key={plan.id} className="border-t border-line pt-3">
                <Version plan={plan} />
              </li>
            ))}
          </ul>
        </details>
      )}
    </Card>
  );
}

function Version({ plan }: { plan: Plan }) {
  return (
    <>
      <p>
        <span className="text-2xl font-semibold">{money(plan.price.amount_minor, plan.price.currency)}</span>{" "}
        a {plan.interval}
      </p>
      <p className="text-sm text-faint">
        Version {plan.version}, {dateTime(plan.created_at, ownZone)}
      </p>
      <dl className="mt-3 grid grid-cols-[1fr_max-content] gap-x-4 gap-y-1.5">
        {plan.entitlements.map((one) => (
          <div key={one.key} className="contents">
            <dt>{sentence(one.key)}</dt>
            <dd className="text-right tabular-nums">{grants(one, plan.price.currency)}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}

/** What an entitlement gives, in words. */
export function grants(one: components["schemas"]["EntitlementView"], currency: string): string {
  if (typeof one.enabled === "boolean") return one.enabled ? "Included" : "Not included";
  if (typeof one.limit !== "number") return "No limit";
  const beyond =
    typeof one.overage_unit_micro === "number"
      ? `, then ${new Intl.NumberFormat(undefined, {
          style: "currency",
          currency,
          maximumFractionDigits: 6,
        }).format(one.overage_unit_micro / 1_000_000)} each`
      : "";
  return `${count(one.limit)} a month${beyond}`;
}
