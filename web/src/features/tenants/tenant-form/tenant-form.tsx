import { useQueryClient } from "@tanstack/react-query";
import { Button } from "@/components/ui/button/button";
import { SelectField, TextField } from "@/components/ui/field/field";
import { toast } from "@/components/ui/toast/toast";
import { Unsaved } from "@/components/ui/unsaved/unsaved";
import { sentence } from "@/features/calls/words";
import { type Tagged, TaggedNews, useTaggedForm } from "@/features/platform/tagged/tagged";
import { ZoneField } from "@/features/platform/zone-field/zone-field";
import { saveTenant, type Tenant, tenantChanged, tenantQuery } from "@/features/tenants/queries";
import { TIERS } from "@/features/tenants/words";

const LABELS = {
  company_name: "Company name",
  timezone: "Time zone",
  plan_tier: "Plan",
  max_calls: "Calls a month",
  industry: "Industry",
  city: "City",
  address: "Address",
  contact_name: "Contact",
  contact_email: "Contact’s e-mail",
  contact_phone: "Contact’s phone",
  is_test_mode: "Sandbox",
};
const OPTIONAL = ["industry", "city", "address", "contact_name", "contact_email", "contact_phone"] as const;

const values = (tenant: Tenant) => ({
  company_name: tenant.company_name,
  timezone: tenant.timezone,
  plan_tier: tenant.plan_tier as (typeof TIERS)[number],
  max_calls: tenant.max_calls?.toString() ?? "",
  industry: tenant.industry ?? "",
  city: tenant.city ?? "",
  address: tenant.address ?? "",
  contact_name: tenant.contact_name ?? "",
  contact_email: tenant.contact_email ?? "",
  contact_phone: tenant.contact_phone ?? "",
  is_test_mode: tenant.is_test_mode ?? false,
});
type Values = ReturnType<typeof values>;

/** What was changed, as a merge patch: an emptied field is taken away. */
export function patchOf({ max_calls, ...changed }: Partial<Values>) {
  const emptied = OPTIONAL.filter((name) => changed[name] === "");
  return {
    ...changed,
    ...Object.fromEntries(emptied.map((name) => [name, null])),
    ...(max_calls === undefined ? {} : { max_calls: max_calls.trim() === "" ? null : Number(max_calls) }),
  };
}

/** The company, its plan and its limit. */
export function TenantForm({ seen }: { seen: Tagged<Tenant> }) {
  const client = useQueryClient();
  const id = seen.data.id;
  const edit = useTaggedForm<Tenant, Values>({
    seen,
    values,
    labels: LABELS,
    read: () => client.fetchQuery({ ...tenantQuery(id), staleTime: 0 }),
    save: (changed, etag) => saveTenant(id, patchOf(changed), etag),
    saved: async (now) => {
      client.setQueryData(tenantQuery(id).queryKey, now);
      await tenantChanged(client, id);
      toast({ text: "Saved" });
    },
  });
  const { errors, isDirty, isSubmitting } = edit.form.formState;
  const text = (name: keyof Values) => ({
    label: LABELS[name],
    error: errors[name]?.message,
    ...edit.form.register(name),
  });
  return (
    <form onSubmit={edit.submit} noValidate className="flex flex-col gap-4">
      <Unsaved when={isDirty && !isSubmitting} />
      <TaggedNews of={edit} />
      <div className="grid gap-4 sm:grid-cols-2">
        <TextField dir="auto" {...text("company_name")} />
        <ZoneField also={seen.data.timezone} {...text("timezone")} />
        <SelectField {...text("plan_tier")}>
          {TIERS.map((tier) => (
            <option key={tier} value={tier}>
              {sentence(tier)}
            </option>
          ))}
        </SelectField>
        <TextField
          hint="Instead of what the plan includes. Empty: as in the plan."
          type="number"
          inputMode="numeric"
          min={0}
          {...text("max_calls")}
        />
        <TextField {...text("industry")} />
        <TextField dir="auto" {...text("city")} />
        <TextField dir="auto" className="sm:col-span-2" {...text("address")} />
        <TextField dir="auto" {...text("contact_name")} />
        <TextField type="email" {...text("contact_email")} />
        <TextField type="tel" {...text("contact_phone")} />
        <label className="flex min-h-9 items-center gap-2 self-end">
          <input type="checkbox" className="size-5 accent-accent" {...edit.form.register("is_test_mode")} />
          Sandbox: what happens counts nowhere
        </label>
      </div>
      <div className="flex justify-end gap-2">
        {isDirty && <Button onClick={() => edit.form.reset()}>Discard</Button>}
        <Button type="submit" look="main" busy={isSubmitting} disabled={!isDirty}>
          Save
        </Button>
      </div>
    </form>
  );
}
