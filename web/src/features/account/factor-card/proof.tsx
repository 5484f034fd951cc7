import { useState } from "react";
import { useForm } from "react-hook-form";
import { api, ask } from "@/api/client/client";
import { fieldErrors } from "@/api/problem/problem";
import { Button } from "@/components/ui/button/button";
import { TextField } from "@/components/ui/field/field";
import { FormProblem } from "@/components/ui/states/states";

interface Props {
  what: "disable" | "renew";
  renewed: (codes: string[]) => Promise<void>;
  disabled: () => Promise<void>;
  close: () => void;
}

/** The password and a code, said again before the second factor is changed. */
export function Proof({ what, renewed, disabled, close }: Props) {
  const [problem, setProblem] = useState<string | null>(null);
  const form = useForm({ defaultValues: { password: "", code: "" } });
  const { errors, isSubmitting } = form.formState;
  const submit = form.handleSubmit(async ({ password, code }) => {
    setProblem(null);
    const body = { password, code: code.trim() };
    try {
      if (what === "renew")
        await renewed((await ask(api.POST("/me/mfa/recovery-codes", { body }))).recovery_codes);
      else {
        await ask(api.POST("/me/mfa/disable", { body }));
        await disabled();
      }
    } catch (error) {
      setProblem(fieldErrors(error, ["password", "code"], form.setError));
    }
  });
  return (
    <form onSubmit={submit} noValidate className="flex flex-col gap-4">
      <p>
        {what === "renew"
          ? "You get ten others. Those that you have count no longer."
          : "From then on your password alone lets you in. Your recovery codes count no longer."}
      </p>
      <FormProblem>{problem}</FormProblem>
      <TextField
        label="Your password"
        type="password"
        autoComplete="current-password"
        error={errors.password?.message}
        {...form.register("password", { required: "Type your password." })}
      />
      <TextField
        label="Code"
        hint="Of the app, or a recovery code."
        autoComplete="one-time-code"
        error={errors.code?.message}
        {...form.register("code", { required: "Type a code." })}
      />
      <div className="flex flex-wrap justify-end gap-2">
        <Button onClick={close}>Cancel</Button>
        <Button type="submit" look={what === "renew" ? "main" : "bad"} busy={isSubmitting}>
          {what === "renew" ? "Get other codes" : "Do without it"}
        </Button>
      </div>
    </form>
  );
}
