import { createFileRoute, Link } from "@tanstack/react-router";
import { useState } from "react";
import { api, ask } from "@/api/client/client";
import type { components } from "@/api/schema";
import { AuthPage } from "@/features/auth/auth-page/auth-page";
import { linkToken } from "@/features/auth/next";
import { PasswordForm } from "@/features/auth/password-form/password-form";

export const Route = createFileRoute("/accept-invite")({ validateSearch: linkToken, component: Accept });

function Accept() {
  const { token } = Route.useSearch();
  const [accepted, setAccepted] = useState<components["schemas"]["AcceptedView"] | null>(null);
  if (accepted) {
    return (
      <AuthPage title="Welcome">
        <p role="status">
          You belong to <strong dir="auto">{accepted.company_name}</strong> now.{" "}
          <Link to="/login" className="text-accent underline underline-offset-4">
            Sign in
          </Link>{" "}
          as {accepted.email}.
        </p>
      </AuthPage>
    );
  }
  return (
    <AuthPage
      title="Accept the invitation"
      about="Have you a login of this address already? Then type its password, and leave the name empty."
    >
      <PasswordForm
        name
        button="Accept"
        send={async ({ name, password }) => {
          const body = { token, password, ...(name.trim() ? { name: name.trim() } : {}) };
          setAccepted(await ask(api.POST("/auth/invites/accept", { body })));
        }}
      />
    </AuthPage>
  );
}
