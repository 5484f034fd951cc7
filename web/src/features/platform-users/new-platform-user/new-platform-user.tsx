import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useForm } from "react-hook-form";
import { api, ask, once } from "@/api/client/client";
import { fieldErrors } from "@/api/problem/problem";
import { Button } from "@/components/ui/button/button";
import { Dialog } from "@/components/ui/dialog/dialog";
import { SelectField, TextField } from "@/components/ui/field/field";
import { FormProblem } from "@/components/ui/states/states";
import type { Role } from "@/features/platform-users/queries";

/** Makes somebody one of the platform's people; their first password is shown here and nowhere again. */
export function NewPlatformUser({ close }: { close: () => void }) {
  const client = useQueryClient();
  const [key] = useState(once);
  const [made, setMade] = useState<{ email: string; password: string | null } | null>(null);
  const [copied, setCopied] = useState<boolean | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const form = useForm({ defaultValues: { name: "", email: "", platform_role: "super_admin" as Role } });
  const { errors, isSubmitting } = form.formState;
  const send = form.handleSubmit(async (body) => {
    setProblem(null);
    try {
      const given = await ask(api.POST("/admin/users", { params: { header: key }, body }));
      setMade({ email: given.email, password: given.first_password ?? null });
      await client.invalidateQueries({ queryKey: ["admin", "users"] });
    } catch (error) {
      setProblem(fieldErrors(error, ["name", "email", "platform_role"], form.setError));
    }
  });
  return (
    <Dialog
      open
      insists={made !== null}
      onOpenChange={(open) => !open && close()}
      title={made ? "Hand over the first password" : "Add a person"}
      description={
        made
          ? "It is good for choosing another one, and is not shown again."
          : "They get a login with a first password, which you hand over."
      }
    >
      {made ? (
        <div className="flex flex-col gap-4">
          {made.password ? (
            <TextField
              label={`First password of ${made.email}`}
              readOnly
              value={made.password}
              onFocus={(event) => event.currentTarget.select()}
            />
          ) : (
            <p>The password was shown before. Take the role away and add them again for another one.</p>
          )}
          <p role="status" className="text-sm empty:hidden">
            {copied === true && "The password is copied."}
            {copied === false && "The browser does not allow copying: select it and copy it yourself."}
          </p>
          <div className="flex justify-end gap-2">
            {made.password && (
              <Button
                onClick={() =>
                  navigator.clipboard.writeText(made.password ?? "").then(
                    () => setCopied(true),
                    () => setCopied(false),
                  )
                }
              >
                Copy
              </Button>
            )}
            <Button look="main" onClick={close}>
              Done
            </Button>
          </div>
        </div>
      ) : (
        <form onSubmit={send} noValidate className="flex flex-col gap-4">
          <FormProblem>{problem}</FormProblem>
          <TextField
            label="Name"
            dir="auto"
            error={errors.name?.message}
            {...form.register("name", { required: "Type their name." })}
          />
          <TextField
            label="E-mail"
            type="email"
            autoComplete="off"
            error={errors.email?.message}
            {...form.register("email", { required: "Type their e-mail address." })}
          />
          <SelectField
            label="Role"
            hint="Owners also work in tenants’ places, and make others owners."
            error={errors.platform_role?.message}
            {...form.register("platform_role")}
          >
            <option value="super_admin">Super admin</option>
            <option value="owner">Owner</option>
          </SelectField>
          <div className="flex justify-end gap-2">
            <Button onClick={close}>Cancel</Button>
            <Button type="submit" look="main" busy={isSubmitting}>
              Add
            </Button>
          </div>
        </form>
      )}
    </Dialog>
  );
}
