import { standardSchemaResolver } from "@hookform/resolvers/standard-schema";
import { useState } from "react";
import { useForm } from "react-hook-form";
import * as z from "zod/mini";
import { fieldErrors } from "@/api/problem/problem";
import { Button } from "@/components/ui/button/button";
import { TextField } from "@/components/ui/field/field";
import { FormProblem } from "@/components/ui/states/states";

const New = z
  .object({
    name: z.string(),
    current_password: z.string(),
    password: z.string().check(z.minLength(10, "At least 10 characters. A sentence is good.")),
    again: z.string(),
  })
  .check(z.refine((v) => v.password === v.again, { path: ["again"], message: "The two are not the same." }));

export type Chosen = z.infer<typeof New>;

interface Props {
  /** Whether the present password is asked for too. */
  current?: boolean;
  /** Whether a name is asked for too. */
  name?: boolean;
  send: (chosen: Chosen) => Promise<void>;
  button: string;
}

/** Choosing a password, with what belongs to it. What the server refuses stands beside its field. */
export function PasswordForm({ current, name, send, button }: Props) {
  const [problem, setProblem] = useState<string | null>(null);
  const form = useForm({
    resolver: standardSchemaResolver(New),
    defaultValues: { name: "", current_password: "", password: "", again: "" },
  });
  const { errors, isSubmitting } = form.formState;
  const submit = form.handleSubmit(async (chosen) => {
    setProblem(null);
    try {
      await send(chosen);
    } catch (error) {
      setProblem(fieldErrors(error, ["name", "current_password", "password"], form.setError));
    }
  });
  return (
    <form onSubmit={submit} noValidate className="flex flex-col gap-4">
      <FormProblem>{problem}</FormProblem>
      {name && (
        <TextField
          label="Your name"
          autoComplete="name"
          error={errors.name?.message}
          {...form.register("name")}
        />
      )}
      {current && (
        <TextField
          label="Present password"
          type="password"
          autoComplete="current-password"
          error={errors.current_password?.message}
          {...form.register("current_password")}
        />
      )}
      <TextField
        label={current ? "New password" : "Password"}
        type="password"
        autoComplete="new-password"
        hint="At least 10 characters."
        error={errors.password?.message}
        {...form.register("password")}
      />
      <TextField
        label="The same again"
        type="password"
        autoComplete="new-password"
        error={errors.again?.message}
        {...form.register("again")}
      />
      <Button type="submit" look="main" busy={isSubmitting}>
        {button}
      </Button>
    </form>
  );
}
