import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useDeferredValue, useState } from "react";
import { useForm } from "react-hook-form";
import { api, ask, once } from "@/api/client/client";
import { fieldErrors } from "@/api/problem/problem";
import { Button } from "@/components/ui/button/button";
import { Choice } from "@/components/ui/choice/choice";
import { Dialog } from "@/components/ui/dialog/dialog";
import { TextField } from "@/components/ui/field/field";
import { FormProblem } from "@/components/ui/states/states";
import { toast } from "@/components/ui/toast/toast";
import { invitationsQuery, ROLES } from "@/features/people/queries";
import { phone } from "@/lib/phones/phones";

type RoleWord = (typeof ROLES)[number]["value"];

export function Invite({ owner, close }: { owner: boolean; close: () => void }) {
  const client = useQueryClient();
  const [role, setRole] = useState<RoleWord>("user");
  const [contact, setContact] = useState("");
  const [problem, setProblem] = useState<string | null>(null);
  const [key] = useState(once);
  const form = useForm({ defaultValues: { email: "" } });
  const { errors, isSubmitting } = form.formState;
  const send = form.handleSubmit(async ({ email }) => {
    setProblem(null);
    if (role === "customer" && !contact) return setProblem("Say which of your contacts they are.");
    try {
      const body = { email: email.trim(), role, ...(role === "customer" ? { contact_id: contact } : {}) };
      await ask(api.POST("/invites", { params: { header: key }, body }));
      await client.invalidateQueries({ queryKey: invitationsQuery.queryKey });
      toast({ text: `An invitation is on its way to ${body.email}.` });
      close();
    } catch (error) {
      setProblem(fieldErrors(error, ["email"], form.setError));
    }
  });
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && close()}
      title="Invite somebody"
      description="They get a mail with a link. It works once, within seven days."
    >
      <form onSubmit={send} noValidate className="flex flex-col gap-4">
        <FormProblem>{problem}</FormProblem>
        <TextField
          label="E-mail"
          type="email"
          autoComplete="off"
          error={errors.email?.message}
          {...form.register("email", { required: "Type their address." })}
        />
        <Choice
          label="Role"
          value={role}
          onValueChange={setRole}
          options={ROLES.map((one) =>
            one.value === "tenant_owner" && !owner
              ? { ...one, disabled: true, description: "Only an owner invites another one." }
              : one,
          )}
        />
        {role === "customer" && <WhichContact chosen={contact} choose={setContact} />}
        <div className="flex flex-wrap justify-end gap-2">
          <Button onClick={close}>Cancel</Button>
          <Button type="submit" look="main" busy={isSubmitting}>
            Send invitation
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

/** A customer is one of the contacts, and sees what is booked under its number. */
function WhichContact({ chosen, choose }: { chosen: string; choose: (id: string) => void }) {
  const [typed, setTyped] = useState("");
  const q = useDeferredValue(typed.trim());
  const found = useQuery({
    queryKey: ["people", "contacts", q],
    queryFn: () => ask(api.GET("/contacts", { params: { query: { limit: 8, ...(q ? { q } : {}) } } })),
    placeholderData: (before) => before,
  });
  const options = (found.data?.data ?? []).map((one) => ({
    value: one.id,
    label: one.name || phone(one.number),
    description: phone(one.number),
  }));
  return (
    <div className="flex flex-col gap-3">
      <TextField
        label="Find the contact"
        type="search"
        placeholder="Name, number or e-mail"
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
      />
      {found.data && options.length === 0 ? (
        <p className="text-faint">Nobody is found. Make the contact first.</p>
      ) : (
        <Choice label="Which contact they are" value={chosen} onValueChange={choose} options={options} />
      )}
    </div>
  );
}
