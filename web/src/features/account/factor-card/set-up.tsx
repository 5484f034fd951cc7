import { useState } from "react";
import { useForm } from "react-hook-form";
import { api, ask } from "@/api/client/client";
import { fieldErrors } from "@/api/problem/problem";
import type { components } from "@/api/schema";
import { Button } from "@/components/ui/button/button";
import { Copy } from "@/components/ui/copy/copy";
import { TextField } from "@/components/ui/field/field";
import { FormProblem } from "@/components/ui/states/states";
import { Qr } from "@/features/account/qr/qr";

type Proposed = components["schemas"]["ProposedView"];

interface Props {
  done: (codes: string[]) => Promise<void>;
  close: () => void;
}

/** The password, then the secret for the app, then a code of it; the recovery codes come back. */
export function SetUp({ done, close }: Props) {
  const [proposed, setProposed] = useState<Proposed | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const form = useForm({ defaultValues: { password: "", code: "" } });
  const { errors, isSubmitting } = form.formState;
  const submit = form.handleSubmit(async ({ password, code }) => {
    setProblem(null);
    try {
      if (proposed) {
        const body = { code: code.replace(/\s/g, "") };
        await done((await ask(api.POST("/me/mfa/confirm", { body }))).recovery_codes);
      } else setProposed(await ask(api.POST("/me/mfa", { body: { password } })));
    } catch (error) {
      setProblem(fieldErrors(error, ["password", "code"], form.setError));
    }
  });
  return (
    <form onSubmit={submit} noValidate className="flex flex-col gap-4">
      <FormProblem>{problem}</FormProblem>
      {proposed ? (
        <>
          <p>
            Scan this with an authenticator app, or type the secret into it. Then type the code that it shows.
          </p>
          <div className="flex flex-wrap items-center gap-4">
            <Qr
              text={proposed.otpauth_url}
              label="For the authenticator app; the secret stands beside it as text"
            />
            <div className="flex min-w-0 flex-1 basis-48 flex-col items-start gap-2">
              <span className="text-sm text-faint">Secret</span>
              <code className="select-all">{(proposed.secret.match(/.{1,4}/g) ?? []).join(" ")}</code>
              <Copy text={proposed.secret} label="Copy the secret" />
            </div>
          </div>
          <TextField
            // Another step: the focus comes to what is to be typed.
            key="code"
            autoFocus
            label="Code of the app"
            inputMode="numeric"
            autoComplete="one-time-code"
            error={errors.code?.message}
            {...form.register("code", { required: "Type the six digits." })}
          />
        </>
      ) : (
        <TextField
          key="password"
          label="Your password"
          hint="So that nobody does this at a page that you left open."
          type="password"
          autoComplete="current-password"
          error={errors.password?.message}
          {...form.register("password", { required: "Type your password." })}
        />
      )}
      <div className="flex flex-wrap justify-end gap-2">
        <Button onClick={close}>Cancel</Button>
        <Button type="submit" look="main" busy={isSubmitting}>
          {proposed ? "Switch it on" : "Go on"}
        </Button>
      </div>
    </form>
  );
}
