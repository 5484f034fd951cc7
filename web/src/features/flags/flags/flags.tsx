import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Flag } from "lucide-react";
import { useState } from "react";
import { api, ask } from "@/api/client/client";
import { explain } from "@/api/problem/problem";
import type { components } from "@/api/schema";
import { Badge } from "@/components/ui/badge/badge";
import { Card, PageHead } from "@/components/ui/card/card";
import { Confirm } from "@/components/ui/confirm/confirm";
import { Empty, Failure, Waiting } from "@/components/ui/states/states";
import { Switch } from "@/components/ui/switch/switch";
import { toast } from "@/components/ui/toast/toast";
import { sentence } from "@/features/calls/words";
import { latestPlans } from "@/features/plans/latest";
import { plansQuery, platformFeaturesQuery } from "@/features/platform/queries";
import { dateTime, ownZone } from "@/lib/dates/dates";

type Feature = components["schemas"]["PlatformFeatureView"];
type Edit = Pick<components["schemas"]["PlatformFeatureInputPatch"], "killed" | "default_on">;
const KEY = platformFeaturesQuery.queryKey;

/** Changes a feature at once; an undo is offered where little depends on it. */
function useFeatureEdit() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ key, edit }: { key: string; edit: Edit }) =>
      ask(api.PATCH("/admin/features/{key}", { params: { path: { key } }, body: edit })),
    onMutate: async ({ key, edit }) => {
      await client.cancelQueries({ queryKey: KEY });
      const before = client.getQueryData(KEY);
      client.setQueryData(KEY, (all: Feature[] | undefined) =>
        all?.map((one) => (one.key === key ? { ...one, ...edit } : one)),
      );
      return before;
    },
    onError: (error, _, before) => {
      client.setQueryData(KEY, before);
      toast({ text: `It was not changed. ${explain(error)}`, tone: "bad" });
    },
    onSettled: () => client.invalidateQueries({ queryKey: KEY }),
  });
}

/** What is on for whom: switched off for everybody, by the plan, by the tenant, or as it is by default. */
export function Flags() {
  const features = useQuery(platformFeaturesQuery);
  return (
    <>
      <PageHead
        title="Features"
        about="The first of these that says something holds: off for everybody, the plan, the tenant’s own switch, the default. A change counts at once."
      />
      {features.isPending ? (
        <Card>
          <Waiting what="Loading features" />
        </Card>
      ) : !features.data ? (
        <Failure error={features.error} retry={() => void features.refetch()} />
      ) : features.data.length === 0 ? (
        <Card>
          <Empty icon={Flag} title="There are no features to switch" />
        </Card>
      ) : (
        <div className="grid gap-5 xl:grid-cols-2">
          {features.data.map((feature) => (
            <FeatureCard key={feature.key} feature={feature} />
          ))}
        </div>
      )}
    </>
  );
}

function FeatureCard({ feature }: { feature: Feature }) {
  const { key, killed, default_on } = feature;
  const [killing, setKilling] = useState(false);
  const edit = useFeatureEdit();
  const plans = latestPlans(useQuery(plansQuery).data ?? []);
  const set = (change: Edit, back: Edit, text: string) =>
    edit.mutate(
      { key, edit: change },
      { onSuccess: () => void toast({ text, undo: () => edit.mutate({ key, edit: back }) }) },
    );
  return (
    <Card
      title={sentence(key)}
      actions={
        killed ? (
          <Badge tone="bad">Off for everybody</Badge>
        ) : (
          <Badge tone="good">As plan and tenant say</Badge>
        )
      }
    >
      <p className="mb-4 text-faint">{feature.description}</p>
      <ol className="flex flex-col gap-4">
        <li>
          <Switch
            label="Off for everybody"
            description="Over every plan and every tenant."
            checked={killed}
            onCheckedChange={(on) =>
              on ? setKilling(true) : set({ killed: false }, { killed: true }, `${sentence(key)} is back`)
            }
          />
        </li>
        <li className={killed ? "opacity-70" : undefined}>
          <p className="font-medium">By the plan</p>
          <ul className="mt-1 flex flex-wrap gap-2">
            {plans.map((plan) => (
              <li key={plan.id}>
                <PlanSays plan={plan} feature={key} />
              </li>
            ))}
          </ul>
        </li>
        <li>
          <p className="font-medium">By the tenant</p>
          <p className="text-sm text-faint">
            Where its plan includes it, a tenant switches it on or off in its own settings.
          </p>
        </li>
        <li>
          <Switch
            label="On by default"
            description="Where neither plan nor tenant says anything."
            checked={default_on}
            onCheckedChange={(on) =>
              set(
                { default_on: on },
                { default_on: !on },
                `${sentence(key)} is ${on ? "on" : "off"} by default`,
              )
            }
          />
        </li>
      </ol>
      <p className="mt-4 text-sm text-faint">Changed {dateTime(feature.updated_at, ownZone)}</p>
      {killing && (
        <Confirm
          title={`Switch ${sentence(key).toLowerCase()} off for everybody?`}
          description="It stops at once for every tenant, whatever they pay for. What they chose is kept for when it is back."
          action="Switch it off"
          grave
          busy={edit.isPending}
          onConfirm={() => {
            set({ killed: true }, { killed: false }, `${sentence(key)} is off for everybody`);
            setKilling(false);
          }}
          cancel={() => setKilling(false)}
        />
      )}
    </Card>
  );
}

function PlanSays({ plan, feature }: { plan: components["schemas"]["PlanView"]; feature: string }) {
  const says = plan.entitlements.find((e) => e.key === feature)?.enabled;
  if (says === true) return <Badge tone="good">{plan.name}: included</Badge>;
  if (says === false) return <Badge>{plan.name}: not included</Badge>;
  return <Badge>{plan.name}: says nothing</Badge>;
}
