import { useMutation } from "@tanstack/react-query";
import { api, ask } from "@/api/client/client";
import { explain } from "@/api/problem/problem";
import type { Session } from "@/api/session/session";
import { Button } from "@/components/ui/button/button";
import { FormProblem } from "@/components/ui/states/states";
import { SignInForm } from "@/features/auth/sign-in-form/sign-in-form";

/** Uses a link only when somebody presses: mail programs open links to look at them, and it works once. */
export function LinkEntry({ token, done }: { token: string; done: (session: Session) => void }) {
  const enter = useMutation({
    mutationFn: () => ask(api.POST("/auth/login-link", { body: { token } })),
    onSuccess: (answer) => "access_token" in answer && done(answer),
  });
  if (enter.data && "mfa_token" in enter.data)
    return <SignInForm mfaToken={enter.data.mfa_token} done={done} />;
  return (
    <div className="flex flex-col gap-4">
      <FormProblem>{enter.isError && explain(enter.error)}</FormProblem>
      <Button look="main" busy={enter.isPending} onClick={() => enter.mutate()}>
        Sign in
      </Button>
    </div>
  );
}
