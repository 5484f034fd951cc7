import { createFileRoute, Link } from "@tanstack/react-router";
import { useState } from "react";
import { api, ask } from "@/api/client/client";
import { AuthPage } from "@/features/auth/auth-page/auth-page";
import { linkToken } from "@/features/auth/next";
import { PasswordForm } from "@/features/auth/password-form/password-form";

export const Route = createFileRoute("/reset-password")({ validateSearch: linkToken, component: Reset });

function Reset() {
  const { token } = Route.useSearch();
  const [done, setDone] = useState(false);
  return (
    <AuthPage title="Choose a new password">
      {done ? (
        <p role="status">
          Your password is changed.{" "}
          <Link to="/login" className="text-accent underline underline-offset-4">
            Sign in
          </Link>
        </p>
      ) : (
        <PasswordForm
          button="Change the password"
          send={async ({ password }) => {
            await ask(api.POST("/auth/password/reset", { body: { token, password } }));
            setDone(true);
          }}
        />
      )}
    </AuthPage>
  );
}
