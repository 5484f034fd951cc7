import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, ask } from "@/api/client/client";
import { Card } from "@/components/ui/card/card";
import { toast } from "@/components/ui/toast/toast";
import { fieldErrorsAs } from "@/features/account/proof";
import { sessionsQuery } from "@/features/account/queries";
import { PasswordForm } from "@/features/auth/password-form/password-form";

export function PasswordCard() {
  const client = useQueryClient();
  // Another form after each change: nothing of a password stays on the page.
  const [changed, setChanged] = useState(0);
  return (
    <Card title="Password">
      <p className="mb-3 text-faint">When it is changed, all your other sessions end.</p>
      <PasswordForm
        key={changed}
        current
        button="Change password"
        send={async ({ current_password, password }) => {
          await fieldErrorsAs(
            { "/new_password": "/password" },
            ask(api.POST("/me/password", { body: { current_password, new_password: password } })),
          );
          setChanged((n) => n + 1);
          toast({ text: "Your password is changed. Your other sessions have ended." });
          await client.invalidateQueries({ queryKey: sessionsQuery.queryKey });
        }}
      />
    </Card>
  );
}
