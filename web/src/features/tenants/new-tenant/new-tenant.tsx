import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useForm } from "react-hook-form";
import { once } from "@/api/client/client";
import { fieldErrors } from "@/api/problem/problem";
import { Button } from "@/components/ui/button/button";
import { Dialog } from "@/components/ui/dialog/dialog";
import { SelectField, TextField } from "@/components/ui/field/field";
import { FormProblem } from "@/components/ui/states/states";
import { sentence } from "@/features/calls/words";
import { ZoneField } from "@/features/platform/zone-field/zone-field";
import { makeTenant, type Tenant, tenantChanged } from "@/features/tenants/queries";
import { slugOf, TIERS, type Tier } from "@/features/tenants/words";
import { ownZone } from "@/lib/dates/dates";

interface Props {
  /** It begins with this one's settings, agents, hours, menus, knowledge and packs. */
  from?: Tenant;
  close: () => void;
}

const FIELDS = ["company_name", "slug", "timezone", "plan_tier", "admin_email", "city", "industry"] as const;

/** Makes a tenant, fresh or as a copy of another one, and invites its first owner. */
export function NewTenant({ from, close }: Props) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const [key] = useState(once);
  const [problem, setProblem] = useState<string | null>(null);
  const form = useForm({
    defaultValues: {
      company_name: "",
      slug: "",
      timezone: from?.timezone ?? ownZone,
      plan_tier: (from?.plan_tier ?? "starter") as Tier,
      admin_email: "",
      city: "",
      industry: from?.industry ?? "",
    },
  });
  const { errors, isSubmitting, dirtyFields } = form.formState;
  const send = form.handleSubmit(async ({ admin_email, city, industry, ...rest }) => {
    setProblem(null);
    try {
      const body = {
        ...rest,
        ...(admin_email ? { admin_email } : {}),
        ...(city ? { city } : {}),
        ...(industry ? { industry } : {}),
      };
      const made = await makeTenant(body, from?.id ?? null, key);
      await tenantChanged(client, made.id);
      await navigate({ to: "/admin/tenants/$tenantId", params: { tenantId: made.id } });
      close();
    } catch (error) {
      setProblem(fieldErrors(error, FIELDS, form.setError));
    }
  });
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && close()}
      title={from ? `Clone ${from.company_name}` : "New tenant"}
      description={
        from
          ? "The new tenant has its settings, agents, hours, menus, knowledge and packs. Numbers, calls, people, keys and notes are not copied."
          : "It begins with the pack of its industry."
      }
    >
      <form onSubmit={send} noValidate className="flex flex-col gap-4">
        <FormProblem>{problem}</FormProblem>
        <TextField
          label="Company name"
          dir="auto"
          error={errors.company_name?.message}
          {...form.register("company_name", {
            required: "Type the company’s name.",
            onChange: (event) =>
              !dirtyFields.slug &&
              form.setValue("slug", slugOf(event.target.value), {
                shouldValidate: form.formState.isSubmitted,
              }),
          })}
        />
        <TextField
          label="Subdomain"
          hint="Small letters, digits and inner dashes."
          error={errors.slug?.message}
          autoCapitalize="off"
          spellCheck={false}
          {...form.register("slug", { required: "Type a subdomain." })}
        />
        <ZoneField also={ownZone} error={errors.timezone?.message} {...form.register("timezone")} />
        <SelectField label="Plan" error={errors.plan_tier?.message} {...form.register("plan_tier")}>
          {TIERS.map((tier) => (
            <option key={tier} value={tier}>
              {sentence(tier)}
            </option>
          ))}
        </SelectField>
        <TextField
          label="Owner’s e-mail"
          hint="Invited as its first owner. Leave it empty to invite nobody."
          type="email"
          error={errors.admin_email?.message}
          {...form.register("admin_email")}
        />
        <TextField label="City" error={errors.city?.message} dir="auto" {...form.register("city")} />
        <TextField
          label="Industry"
          hint={from ? undefined : "Such as “plumbing”. A pack that fits it is given."}
          error={errors.industry?.message}
          {...form.register("industry")}
        />
        <div className="flex justify-end gap-2">
          <Button onClick={close}>Cancel</Button>
          <Button type="submit" look="main" busy={isSubmitting}>
            {from ? "Clone" : "Make the tenant"}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
