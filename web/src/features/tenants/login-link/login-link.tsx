import { Check, Copy } from "lucide-react";
import { useState } from "react";
import { useForm } from "react-hook-form";
import { api, ask, once } from "@/api/client/client";
import { fieldErrors } from "@/api/problem/problem";
import { Button } from "@/components/ui/button/button";
import { Dialog } from "@/components/ui/dialog/dialog";
import { TextArea, TextField } from "@/components/ui/field/field";
import { FormProblem } from "@/components/ui/states/states";
import { hourMinute, ownZone } from "@/lib/dates/dates";

interface Props {
  tenant: { id: string; company_name: string; contact_email?: string | null };
  close: () => void;
}

/** A link that signs an administrator of the tenant in, once; it is shown here and nowhere again. */
export function LoginLink({ tenant, close }: Props) {
  const [made, setMade] = useState<{ link: string; email: string; expires_at: string } | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const form = useForm({ defaultValues: { email: tenant.contact_email ?? "", reason: "" } });
  const { errors, isSubmitting } = form.formState;
  const send = form.handleSubmit(async (body) => {
    setProblem(null);
    try {
      const given = await ask(
        api.POST("/admin/tenants/{id}/login-link", {
          params: { path: { id: tenant.id }, header: once() },
          body,
        }),
      );
      if (given.link) setMade({ ...given, link: given.link });
    } catch (error) {
      setProblem(fieldErrors(error, ["email", "reason"], form.setError));
    }
  });
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && close()}
      title={`Quick login link for ${tenant.company_name}`}
      description="It signs one of its administrators in, once, within 15 minutes. A second factor is still asked for. The tenant reads your reason, and its use, in its log."
    >
      {made ? (
        <Made {...made} close={close} />
      ) : (
        <form onSubmit={send} noValidate className="flex flex-col gap-4">
          <FormProblem>{problem}</FormProblem>
          <TextField
            label="Whose login"
            hint="The e-mail of one of its owners or admins who has accepted the invitation."
            type="email"
            error={errors.email?.message}
            {...form.register("email", { required: "Type an e-mail address." })}
          />
          <TextArea
            label="Reason"
            hint="At least 10 characters."
            dir="auto"
            error={errors.reason?.message}
            {...form.register("reason", {
              required: "Say why.",
              minLength: { value: 10, message: "At least 10 characters." },
            })}
          />
          <div className="flex justify-end gap-2">
            <Button onClick={close}>Cancel</Button>
            <Button type="submit" look="main" busy={isSubmitting}>
              Make the link
            </Button>
          </div>
        </form>
      )}
    </Dialog>
  );
}

function Made({
  link,
  email,
  expires_at,
  close,
}: {
  link: string;
  email: string;
  expires_at: string;
  close: () => void;
}) {
  const [copied, setCopied] = useState<boolean | null>(null);
  const copy = () =>
    navigator.clipboard.writeText(link).then(
      () => setCopied(true),
      () => setCopied(false),
    );
  return (
    <div className="flex flex-col gap-4">
      <TextField
        label={`For ${email}, until ${hourMinute(expires_at, ownZone)}`}
        hint="It is not shown again. Hand it to nobody else."
        readOnly
        value={link}
        onFocus={(event) => event.currentTarget.select()}
      />
      <p role="status" className="text-sm">
        {copied === true && "The link is copied."}
        {copied === false && "The browser does not allow copying: select the link and copy it yourself."}
      </p>
      <div className="flex justify-end gap-2">
        <Button onClick={close}>Done</Button>
        <Button look="main" onClick={() => void copy()}>
          {copied ? <Check aria-hidden /> : <Copy aria-hidden />} Copy quick login link
        </Button>
      </div>
    </div>
  );
}
