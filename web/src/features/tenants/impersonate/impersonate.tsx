import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useForm } from "react-hook-form";
import { fieldErrors } from "@/api/problem/problem";
import type { components } from "@/api/schema";
import { Button } from "@/components/ui/button/button";
import { Dialog } from "@/components/ui/dialog/dialog";
import { SelectField, TextArea, TextField } from "@/components/ui/field/field";
import { FormProblem } from "@/components/ui/states/states";
import { meQuery } from "@/features/auth/queries";
import { goIn } from "@/features/shell/place/place";

interface Props {
  tenant: { id: string; company_name: string };
  close: () => void;
}

type Input = components["schemas"]["ImpersonationInput"];

export function Impersonate({ tenant, close }: Props) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const [problem, setProblem] = useState<string | null>(null);
  const form = useForm({
    defaultValues: { mode: "read_only" as "read_only" | "full", reason: "", ticket: "" },
  });
  const { errors, isSubmitting } = form.formState;
  const send = form.handleSubmit(async ({ mode, reason, ticket }) => {
    setProblem(null);
    const body: Input = { tenant_id: tenant.id, mode, reason, ...(ticket ? { ticket } : {}) };
    try {
      await goIn(client, await client.ensureQueryData(meQuery), body);
      await navigate({ to: "/" });
    } catch (error) {
      setProblem(fieldErrors(error, ["mode", "reason", "ticket"], form.setError));
    }
  });
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && close()}
      title={`View as ${tenant.company_name}`}
      description="For an hour at most. The tenant reads your reason, and each change, in its own log."
    >
      <form onSubmit={send} noValidate className="flex flex-col gap-4">
        <FormProblem>{problem}</FormProblem>
        <TextArea
          label="Reason"
          hint="At least 10 characters."
          error={errors.reason?.message}
          {...form.register("reason", {
            minLength: { value: 10, message: "At least 10 characters." },
            required: "Say why.",
          })}
        />
        <TextField
          label="Ticket (if there is one)"
          error={errors.ticket?.message}
          {...form.register("ticket")}
        />
        <SelectField label="What you may do" error={errors.mode?.message} {...form.register("mode")}>
          <option value="read_only">Only read</option>
          <option value="full">Read and change</option>
        </SelectField>
        <div className="flex justify-end gap-2">
          <Button onClick={close}>Cancel</Button>
          <Button type="submit" look="main" busy={isSubmitting}>
            Begin
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
