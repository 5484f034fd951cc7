import { standardSchemaResolver } from "@hookform/resolvers/standard-schema";
import { useState } from "react";
import { useForm } from "react-hook-form";
import * as z from "zod/mini";
import { api, ask } from "@/api/client/client";
import { fieldErrors } from "@/api/problem/problem";
import type { Session } from "@/api/session/session";
import { Button } from "@/components/ui/button/button";
import { TextField } from "@/components/ui/field/field";
import { FormProblem } from "@/components/ui/states/states";

const Credentials = z.object({
  email: z.string().check(z.minLength(1, "Type your e-mail address.")),
  password: z.string().check(z.minLength(1, "Type your password.")),
});
const Code = z.object({ code: z.string().check(z.minLength(6, "Six digits, or a recovery code.")) });

interface Props {
  /** Who signs in again; it cannot be another. */
  email?: string;
  done: (session: Session) => void;
  /** The password was shown already (a login link): only the second factor is wanted. */
  mfaToken?: string;
}

/** E-mail and password, then the second factor where there is one. */
export function SignInForm({ email, done, mfaToken }: Props) {
  const [second, setSecond] = useState(mfaToken ?? null);
  if (second)
    return (
      <SecondFactor mfaToken={second} done={done} {...(mfaToken ? {} : { back: () => setSecond(null) })} />
    );
  return <First email={email} done={done} wanted={setSecond} />;
}

function First({
  email,
  done,
  wanted,
}: {
  email: string | undefined;
  done: Props["done"];
  wanted: (token: string) => void;
}) {
  const [problem, setProblem] = useState<string | null>(null);
  const form = useForm({
    resolver: standardSchemaResolver(Credentials),
    defaultValues: { email: email ?? "", password: "" },
  });
  const { errors, isSubmitting } = form.formState;
  const send = form.handleSubmit(async (body) => {
    setProblem(null);
    try {
      const answer = await ask(api.POST("/auth/login", { body }));
      if ("mfa_token" in answer) wanted(answer.mfa_token);
      else done(answer);
    } catch (error) {
      setProblem(fieldErrors(error, ["email", "password"], form.setError));
    }
  });
  return (
    <form onSubmit={send} noValidate className="flex flex-col gap-4" aria-label="Sign in">
      <FormProblem>{problem}</FormProblem>
      <TextField
        label="E-mail"
        type="email"
        autoComplete="username"
        readOnly={email !== undefined}
        error={errors.email?.message}
        {...form.register("email")}
      />
      <TextField
        label="Password"
        type="password"
        autoComplete="current-password"
        error={errors.password?.message}
        {...form.register("password")}
      />
      <Button type="submit" look="main" busy={isSubmitting}>
        Sign in
      </Button>
    </form>
  );
}

function SecondFactor({
  mfaToken,
  done,
  back,
}: {
  mfaToken: string;
  done: Props["done"];
  back?: () => void;
}) {
  const [recovery, setRecovery] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const form = useForm({ resolver: standardSchemaResolver(Code), defaultValues: { code: "" } });
  const { errors, isSubmitting } = form.formState;
  const send = form.handleSubmit(async ({ code }) => {
    setProblem(null);
    try {
      const body = { code: code.trim(), mfa_token: mfaToken };
      const answer = await ask(api.POST("/auth/mfa/verify", { body }));
      if ("access_token" in answer) done(answer);
    } catch (error) {
      setProblem(fieldErrors(error, ["code"], form.setError));
    }
  });
  return (
    <form onSubmit={send} noValidate className="flex flex-col gap-4" aria-label="Second factor">
      <FormProblem>{problem}</FormProblem>
      <TextField
        key={recovery ? "recovery" : "app"}
        label={recovery ? "Recovery code" : "Code of your authenticator app"}
        hint={recovery ? "Each recovery code works once." : "Six digits; they change every half minute."}
        inputMode={recovery ? "text" : "numeric"}
        autoComplete="one-time-code"
        autoFocus
        error={errors.code?.message}
        {...form.register("code")}
      />
      <Button type="submit" look="main" busy={isSubmitting}>
        Continue
      </Button>
      <div className="flex flex-wrap justify-between gap-2">
        <Button look="link" size="small" onClick={() => setRecovery(!recovery)}>
          {recovery ? "Use the app instead" : "Use a recovery code"}
        </Button>
        {back && (
          <Button look="link" size="small" onClick={back}>
            Start again
          </Button>
        )}
      </div>
    </form>
  );
}
