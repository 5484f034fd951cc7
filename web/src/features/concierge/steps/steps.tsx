/** The questions of each step. Every field is asked for once. */
import { useQuery } from "@tanstack/react-query";
import { Plus, Trash2 } from "lucide-react";
import { useRef, useState } from "react";
import { Controller, useFieldArray, useFormContext, useWatch } from "react-hook-form";
import { Badge } from "@/components/ui/badge/badge";
import { Button } from "@/components/ui/button/button";
import { Choice } from "@/components/ui/choice/choice";
import { FileField, SelectField, TextArea, TextField } from "@/components/ui/field/field";
import { Failure, Skeleton } from "@/components/ui/states/states";
import { sentence } from "@/features/calls/words";
import type { Draft, Mode } from "@/features/concierge/draft";
import { packsQuery } from "@/features/concierge/queries";
import { latestPlans } from "@/features/plans/latest";
import { integrationsQuery, plansQuery } from "@/features/platform/queries";
import { ZoneField } from "@/features/platform/zone-field/zone-field";
import { slugOf, type Tier } from "@/features/tenants/words";
import { tooLarge } from "@/lib/branding/branding";
import { money } from "@/lib/money/money";
import { count } from "@/lib/numbers/numbers";

function useStep() {
  const form = useFormContext<Draft>();
  const { errors } = form.formState;
  const error = (name: keyof Draft) => (errors[name] as { message?: string } | undefined)?.message;
  return { form, error };
}

const GRID = "grid gap-4 sm:grid-cols-2";
const CHECK = "flex min-h-6 items-center gap-2";
const BOX = "size-5 accent-accent";

export function Basics() {
  const { form, error } = useStep();
  const { register, setValue, getValues } = form;
  const proposed = useRef(slugOf(getValues("company_name")));
  return (
    <div className={GRID}>
      <TextField
        label="Company name"
        dir="auto"
        autoComplete="off"
        error={error("company_name")}
        {...register("company_name", {
          required: "Type the company’s name.",
          onChange: (event) => {
            // Proposed until somebody types another one.
            if (getValues("slug") !== proposed.current) return;
            proposed.current = slugOf(event.target.value);
            setValue("slug", proposed.current);
          },
        })}
      />
      <TextField
        label="Subdomain"
        hint="Small letters, digits and inner dashes."
        autoCapitalize="off"
        spellCheck={false}
        error={error("slug")}
        {...register("slug", {
          required: "Type a subdomain.",
          pattern: {
            value: /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/,
            message: "1 to 63 small letters, digits and inner dashes.",
          },
        })}
      />
      <TextField label="City" dir="auto" error={error("city")} {...register("city")} />
      <ZoneField also={getValues("timezone")} error={error("timezone")} {...register("timezone")} />
      <TextField
        label="Address"
        dir="auto"
        className="sm:col-span-2"
        error={error("address")}
        {...register("address")}
      />
      <TextField label="Contact" dir="auto" error={error("contact_name")} {...register("contact_name")} />
      <TextField
        label="Contact’s phone"
        type="tel"
        error={error("contact_phone")}
        {...register("contact_phone")}
      />
      <TextField
        label="Contact’s e-mail"
        hint="Invited as the tenant’s owner. Empty: nobody is invited."
        type="email"
        className="sm:col-span-2"
        error={error("admin_email")}
        {...register("admin_email")}
      />
    </div>
  );
}

export function Plan() {
  const { form, error } = useStep();
  const plans = useQuery(plansQuery);
  const latest = latestPlans(plans.data ?? []);
  const packs = useQuery(packsQuery);
  return (
    <div className="flex flex-col gap-5">
      {plans.isPending ? (
        <Skeleton className="h-24" />
      ) : !plans.data ? (
        <Failure
          error={plans.error}
          retry={() => void plans.refetch()}
          what="The plans could not be loaded"
        />
      ) : (
        <Controller
          control={form.control}
          name="plan_tier"
          render={({ field }) => (
            <Choice<Tier>
              label="Plan"
              className="md:grid-cols-3"
              value={field.value}
              onValueChange={field.onChange}
              options={latest.map((plan) => ({
                value: plan.tier as Tier,
                label: `${plan.name}, ${money(plan.price.amount_minor, plan.price.currency)} a ${plan.interval}`,
                description: included(plan.entitlements),
              }))}
            />
          )}
        />
      )}
      <div className="flex flex-col gap-2">
        <label className={CHECK}>
          <input type="checkbox" className={BOX} {...form.register("trial")} />
          Begin with a trial
        </label>
        <label className={CHECK}>
          <input type="checkbox" className={BOX} {...form.register("is_test_mode")} />
          Begin as a sandbox: what happens counts nowhere
        </label>
      </div>
      <div className={GRID}>
        <TextField
          label="Industry"
          hint={packs.data ? undefined : "Such as “plumbing”: the pack of that industry is given."}
          error={error("industry")}
          {...form.register("industry")}
        />
        {packs.data && (
          <SelectField
            label="Industry pack"
            hint="Services, questions, a menu and instructions to begin with."
            error={error("pack")}
            {...form.register("pack")}
          >
            <option value="">The one of its industry, or the general one</option>
            {packs.data.map((pack) => (
              <option key={pack.key} value={pack.key}>
                {pack.name}
              </option>
            ))}
          </SelectField>
        )}
      </div>
    </div>
  );
}

function included(entitlements: { key: string; enabled?: boolean | null; limit?: number | null }[]): string {
  return entitlements
    .filter((e) => e.enabled !== false)
    .map((e) => (typeof e.limit === "number" ? `${count(e.limit)} ${e.key}` : sentence(e.key).toLowerCase()))
    .join(", ");
}

export function Telephony() {
  const { form, error } = useStep();
  const carrier = useQuery(integrationsQuery).data?.find((one) => one.name === "carrier");
  const mode = useWatch({ control: form.control, name: "ivr_mode" });
  return (
    <div className="flex flex-col gap-5">
      <div className={GRID}>
        <TextField
          label="Phone number"
          hint="With country code. Empty: the line waits for one."
          type="tel"
          error={error("phone_number")}
          {...form.register("phone_number")}
        />
        {carrier?.configured ? (
          <label className="flex min-h-9 items-center gap-2 sm:mt-6">
            <input type="checkbox" className={BOX} {...form.register("buy_number")} />
            Buy this number from the carrier
          </label>
        ) : (
          <p className="text-sm text-faint sm:mt-6">
            {carrier
              ? "No carrier account is set on this node, so that numbers are not bought here: point the number’s webhooks at this server."
              : ""}
          </p>
        )}
      </div>
      <Controller
        control={form.control}
        name="ivr_mode"
        render={({ field }) => (
          <Choice<Mode>
            label="Who answers"
            className="md:grid-cols-3"
            value={field.value}
            onValueChange={field.onChange}
            options={[
              {
                value: "ai-voice",
                label: (
                  <>
                    The agent <Badge tone="accent">AI Voice (Beta)</Badge>
                  </>
                ),
                description: "Talks with the caller, books, takes messages, transfers.",
              },
              { value: "ivr", label: "A menu", description: "Keys lead on. It begins with the pack’s menu." },
              { value: "simple", label: "A phone", description: "Each call is forwarded." },
            ]}
          />
        )}
      />
      <div className={GRID}>
        <TextField
          label="Forward to"
          hint={
            mode === "simple"
              ? "The phone that rings: a number, or sip:user@host."
              : "Where calls are transferred to: a number, or sip:user@host."
          }
          error={error("forward_to")}
          {...form.register("forward_to", {
            validate: (value, all) =>
              all.ivr_mode !== "simple" || value.trim() !== "" || "Type the phone that is to ring.",
          })}
        />
        {mode !== "simple" && (
          <TextField
            label="The agent’s name"
            hint="Empty: as in the industry pack."
            dir="auto"
            error={error("agent_name")}
            {...form.register("agent_name")}
          />
        )}
      </div>
      {mode !== "simple" && (
        <TextArea
          label="Greeting"
          hint="{company} and {agent} are filled in. Empty: as in the industry pack."
          dir="auto"
          error={error("greeting")}
          {...form.register("greeting")}
        />
      )}
    </div>
  );
}

interface ExtrasProps {
  logo: File | null;
  choose: (logo: File | null) => void;
}

export function Extras({ logo, choose }: ExtrasProps) {
  const { form, error } = useStep();
  const [large, setLarge] = useState<string>();
  const extras = useFieldArray({ control: form.control, name: "extras" });
  const tier = useWatch({ control: form.control, name: "plan_tier" });
  const hasEmail = useWatch({ control: form.control, name: "admin_email" }).trim() !== "";
  const latest = latestPlans(useQuery(plansQuery).data ?? []);
  const own = latest.find((plan) => plan.tier === tier)?.entitlements.find((e) => e.key === "white_label");
  return (
    <div className="flex flex-col gap-5">
      <div className={GRID}>
        <FileField
          label="Logo"
          hint={
            logo
              ? `${logo.name} is chosen.`
              : "PNG, JPEG or WebP, up to 512 KiB. After a reload of the page it must be chosen again."
          }
          accept="image/png,image/jpeg,image/webp"
          error={large}
          onChange={(event) => {
            const file = event.target.files?.[0] ?? null;
            const problem = file ? tooLarge(file) : undefined;
            setLarge(problem);
            choose(problem ? null : file);
          }}
        />
        <TextField
          label="Accent colour"
          hint="As a web page writes it, such as #0f766e."
          spellCheck={false}
          error={error("accent_color")}
          {...form.register("accent_color", {
            pattern: {
              value: /^\s*$|^#[0-9a-fA-F]{6}$/,
              message: "A sign # and six digits, 0 to 9 and a to f.",
            },
          })}
        />
        {own?.enabled === false && (
          <p className="text-sm text-faint sm:col-span-2">
            The {sentence(tier)} plan has no white label: they are kept, and shown once the tenant has it.
          </p>
        )}
      </div>
      <fieldset className="flex flex-col gap-3">
        <legend className="mb-1.5 text-sm font-medium">Extras that were bought</legend>
        {extras.fields.map((field, n) => (
          <div key={field.id} className="flex items-end gap-2">
            <TextField
              label="Extra"
              placeholder="Help with the logo"
              className="flex-1"
              {...form.register(`extras.${n}.name`, { required: "Say what it is." })}
              error={form.formState.errors.extras?.[n]?.name?.message}
            />
            <TextField
              label="How far it is"
              className="flex-1"
              {...form.register(`extras.${n}.status`, { required: "Say how far." })}
              error={form.formState.errors.extras?.[n]?.status?.message}
            />
            <Button
              look="quiet"
              size="icon"
              aria-label={`Remove extra ${n + 1}`}
              onClick={() => extras.remove(n)}
            >
              <Trash2 aria-hidden />
            </Button>
          </div>
        ))}
        <Button className="self-start" onClick={() => extras.append({ name: "", status: "open" })}>
          <Plus aria-hidden /> Add an extra
        </Button>
      </fieldset>
      <TextArea
        label="Private notes"
        hint="For owners of the platform. The tenant never sees them."
        dir="auto"
        error={error("internal_notes")}
        {...form.register("internal_notes")}
      />
      <label className={CHECK}>
        <input type="checkbox" className={BOX} disabled={!hasEmail} {...form.register("send_onboarding")} />
        {hasEmail
          ? "Send the onboarding mail and text at once"
          : "Send the onboarding mail at once (needs the contact’s e-mail)"}
      </label>
    </div>
  );
}
