import { createFileRoute, Link } from "@tanstack/react-router";
import { AuthPage } from "@/features/auth/auth-page/auth-page";
import { ForgotForm } from "@/features/auth/forgot-form/forgot-form";

export const Route = createFileRoute("/forgot-password")({ component: Forgot });

function Forgot() {
  return (
    <AuthPage title="A new password" about="We send you a link to choose one.">
      <ForgotForm />
      <Link to="/login" className="mt-4 inline-block py-1 text-accent underline underline-offset-4">
        Back to signing in
      </Link>
    </AuthPage>
  );
}
