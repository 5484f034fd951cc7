import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { api, ask } from "@/api/client/client";
import { explain } from "@/api/problem/problem";
import { Button } from "@/components/ui/button/button";
import { TextField } from "@/components/ui/field/field";
import { FormProblem } from "@/components/ui/states/states";

/** Says the same whether the address has a login or not. */
export function ForgotForm() {
  const [email, setEmail] = useState("");
  const send = useMutation({ mutationFn: () => ask(api.POST("/auth/password/forgot", { body: { email } })) });
  if (send.isSuccess) {
    return (
      <p role="status">
        If {email} has a login here, a mail with a link is on its way. It may take a minute.
      </p>
    );
  }
  const submit = (event: FormEvent) => {
    event.preventDefault();
    send.mutate();
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      <FormProblem>{send.isError && explain(send.error)}</FormProblem>
      <TextField
        label="E-mail"
        type="email"
        required
        autoComplete="username"
        value={email}
        onChange={(event) => setEmail(event.target.value)}
      />
      <Button type="submit" look="main" busy={send.isPending}>
        Send the link
      </Button>
    </form>
  );
}
