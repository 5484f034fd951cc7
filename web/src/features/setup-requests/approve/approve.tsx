import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useForm } from "react-hook-form";
import { api, ask, once } from "@/api/client/client";
import { fieldErrors } from "@/api/problem/problem";
import { Button } from "@/components/ui/button/button";
import { Dialog } from "@/components/ui/dialog/dialog";
import { SelectField, TextField } from "@/components/ui/field/field";
import { FormProblem } from "@/components/ui/states/states";
import { toast } from "@/components/ui/toast/toast";
import { packsQuery } from "@/features/concierge/queries";
import { ZoneField } from "@/features/platform/zone-field/zone-field";
import { decided, type Request } from "@/features/setup-requests/queries";
import { slugOf } from "@/features/tenants/words";
import { ownZone } from "@/lib/dates/dates";

/** Makes the tenant that was asked for, and invites who asked. */
export function Approve({ request, close }: { request: Request; close: () => void }) {
  const client = useQueryClient();
  const packs = useQuery(packsQuery).data;
  const [key] = useState(once);
  const [problem, setProblem] = useState<string | null>(null);
  const form = useForm({
    defaultValues: { slug: slugOf(request.company_name), timezone: ownZone, pack: "" },
  });
  const { errors, isSubmitting } = form.formState;
  const send = form.handleSubmit(async ({ pack, ...body }) => {
    setProblem(null);
    try {
      await ask(
        api.POST("/admin/setup-requests/{id}/approve", {
          params: { path: { id: request.id }, header: key },
          body: { ...body, ...(pack ? { pack } : {}) },
        }),
      );
      await decided(client);
      toast({ text: `${request.company_name} is made, and ${request.email} is invited` });
      close();
    } catch (error) {
      setProblem(fieldErrors(error, ["slug", "timezone", "pack"], form.setError));
    }
  });
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && close()}
      title={`Approve ${request.company_name}?`}
      description={`The tenant is made, and ${request.email} is invited as its owner.`}
    >
      <form onSubmit={send} noValidate className="flex flex-col gap-4">
        <FormProblem>{problem}</FormProblem>
        <TextField
          label="Subdomain"
          hint="Small letters, digits and inner dashes."
          autoCapitalize="off"
          spellCheck={false}
          error={errors.slug?.message}
          {...form.register("slug", { required: "Type a subdomain." })}
        />
        <ZoneField also={ownZone} error={errors.timezone?.message} {...form.register("timezone")} />
        {packs && (
          <SelectField label="Industry pack" error={errors.pack?.message} {...form.register("pack")}>
            <option value="">
              {request.industry ? `That of “${request.industry}”, or the general one` : "The general one"}
            </option>
            {packs.map((pack) => (
              <option key={pack.key} value={pack.key}>
                {pack.name}
              </option>
            ))}
          </SelectField>
        )}
        <div className="flex justify-end gap-2">
          <Button onClick={close}>Cancel</Button>
          <Button type="submit" look="main" busy={isSubmitting}>
            Approve
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
