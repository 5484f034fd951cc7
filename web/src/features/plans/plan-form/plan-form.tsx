import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Plus, Trash2 } from "lucide-react";
import { useState } from "react";
import { type Path, useFieldArray, useForm, useWatch } from "react-hook-form";
import { api, ask, once } from "@/api/client/client";
import { fieldErrors } from "@/api/problem/problem";
import type { components } from "@/api/schema";
import { Button } from "@/components/ui/button/button";
import { Dialog } from "@/components/ui/dialog/dialog";
import { SelectField, TextField } from "@/components/ui/field/field";
import { FormProblem } from "@/components/ui/states/states";
import { toast } from "@/components/ui/toast/toast";
import { plansQuery, platformFeaturesQuery } from "@/features/platform/queries";
import { minorOf, typedMoney } from "@/lib/money/money";

type Plan = components["schemas"]["PlanView"];

const values = (from: Plan) => ({
  price: typedMoney(from.price.amount_minor, from.price.currency),
  currency: from.price.currency,
  interval: from.interval,
  entitlements: from.entitlements.map((one) => ({
    key: one.key,
    kind: typeof one.enabled === "boolean" ? (one.enabled ? "on" : "off") : "limit",
    limit: one.limit?.toString() ?? "",
    overage: typeof one.overage_unit_micro === "number" ? String(one.overage_unit_micro / 1_000_000) : "",
  })),
});
type Values = ReturnType<typeof values>;

/** What was typed, as the server wants it. */
export function planBody(typed: Values): components["schemas"]["PlanInput"] {
  return {
    price_minor: minorOf(typed.price, typed.currency) ?? -1,
    currency: typed.currency,
    interval: typed.interval,
    entitlements: typed.entitlements.map(({ key, kind, limit, overage }) =>
      kind === "limit"
        ? {
            key,
            limit: limit.trim() === "" ? null : Number(limit),
            overage_unit_micro:
              limit.trim() === "" || overage.trim() === "" ? null : Math.round(Number(overage) * 1_000_000),
          }
        : { key, enabled: kind === "on" },
    ),
  };
}

/** The next version of a plan, beginning with what its latest one says. */
export function PlanForm({ from, close }: { from: Plan; close: () => void }) {
  const client = useQueryClient();
  const features = useQuery(platformFeaturesQuery).data ?? [];
  const [key] = useState(once);
  const [problem, setProblem] = useState<string | null>(null);
  const form = useForm<Values>({ defaultValues: values(from) });
  const { errors, isSubmitting } = form.formState;
  const rows = useFieldArray({ control: form.control, name: "entitlements" });
  const typed = useWatch({ control: form.control });
  const send = form.handleSubmit(async (given) => {
    setProblem(null);
    try {
      await ask(
        api.POST("/admin/plans/{tier}/versions", {
          params: { path: { tier: from.tier }, header: key },
          body: planBody(given),
        }),
      );
      await client.invalidateQueries({ queryKey: plansQuery.queryKey });
      toast({ text: `${from.name} has another version` });
      close();
    } catch (error) {
      const inRows = given.entitlements.flatMap((_, n) =>
        (["key", "limit", "overage"] as const).map((name) => `entitlements.${n}.${name}` as Path<Values>),
      );
      setProblem(fieldErrors<Values>(error, ["currency", "interval", ...inRows], form.setError));
    }
  });
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && close()}
      title={`New version of ${from.name}`}
      description={`It follows version ${from.version}. Tenants keep the version that they have.`}
      className="max-w-2xl"
    >
      <form onSubmit={send} noValidate className="flex flex-col gap-4">
        <FormProblem>{problem}</FormProblem>
        <div className="grid gap-4 sm:grid-cols-3">
          <TextField
            label="Price"
            inputMode="decimal"
            error={errors.price?.message}
            {...form.register("price", {
              validate: (value, all) =>
                minorOf(value, all.currency) !== null || "Type an amount, such as 49.00.",
            })}
          />
          <TextField
            label="Currency"
            maxLength={3}
            error={errors.currency?.message}
            {...form.register("currency", {
              pattern: { value: /^[A-Z]{3}$/, message: "Three capital letters, such as USD." },
            })}
          />
          <SelectField label="Interval" error={errors.interval?.message} {...form.register("interval")}>
            <option value="month">A month</option>
            <option value="year">A year</option>
          </SelectField>
        </div>
        <fieldset className="flex flex-col gap-3">
          <legend className="mb-1.5 text-sm font-medium">What it includes</legend>
          {rows.fields.map((row, n) => {
            const now = typed.entitlements?.[n];
            return (
              <div
                key={row.id}
                className="flex flex-wrap items-start gap-2 rounded-lg border border-line p-3"
              >
                <TextField
                  label="Key"
                  className="grow basis-40"
                  list="entitlement-keys"
                  spellCheck={false}
                  error={errors.entitlements?.[n]?.key?.message}
                  {...form.register(`entitlements.${n}.key`, { required: "Type a key." })}
                />
                <SelectField label="Gives" className="basis-36" {...form.register(`entitlements.${n}.kind`)}>
                  <option value="on">Included</option>
                  <option value="off">Not included</option>
                  <option value="limit">An amount</option>
                </SelectField>
                {now?.kind === "limit" && (
                  <>
                    <TextField
                      label="A month"
                      placeholder="No limit"
                      inputMode="numeric"
                      className="basis-24"
                      error={errors.entitlements?.[n]?.limit?.message}
                      {...form.register(`entitlements.${n}.limit`, {
                        pattern: { value: /^\s*\d*\s*$/, message: "A whole number." },
                      })}
                    />
                    {now.limit?.trim() && (
                      <TextField
                        label={`Then each, ${typed.currency}`}
                        placeholder="Stops there"
                        inputMode="decimal"
                        className="basis-28"
                        error={errors.entitlements?.[n]?.overage?.message}
                        {...form.register(`entitlements.${n}.overage`, {
                          pattern: { value: /^\s*(\d+(\.\d{1,6})?)?\s*$/, message: "Such as 0.25." },
                        })}
                      />
                    )}
                  </>
                )}
                <Button
                  look="quiet"
                  size="icon"
                  className="mt-6"
                  aria-label={`Remove ${now?.key || `entitlement ${n + 1}`}`}
                  onClick={() => rows.remove(n)}
                >
                  <Trash2 aria-hidden />
                </Button>
              </div>
            );
          })}
          <datalist id="entitlement-keys">
            {["calls", ...features.map((feature) => feature.key)].map((name) => (
              <option key={name} value={name} />
            ))}
          </datalist>
          <Button
            className="self-start"
            onClick={() => rows.append({ key: "", kind: "on", limit: "", overage: "" })}
          >
            <Plus aria-hidden /> Add
          </Button>
        </fieldset>
        <div className="flex justify-end gap-2">
          <Button onClick={close}>Cancel</Button>
          <Button type="submit" look="main" busy={isSubmitting}>
            Add the version
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
