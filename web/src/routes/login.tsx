import { createFileRoute, Link, redirect, useNavigate, useRouter } from "@tanstack/react-router";
import { signedIn, start } from "@/api/session/session";
import { AuthPage } from "@/features/auth/auth-page/auth-page";
import { ownPath } from "@/features/auth/next";
import { SignInForm } from "@/features/auth/sign-in-form/sign-in-form";

export const Route = createFileRoute("/login")({
  validateSearch: (search): { next?: string } => {
    const next = ownPath(search.next);
    return next ? { next } : {};
  },
  beforeLoad: async () => {
    if ((await start()).kind === "in") throw redirect({ to: "/" });
  },
  component: Login,
});

function Login() {
  const { next } = Route.useSearch();
  const { history } = useRouter();
  const navigate = useNavigate();
  return (
    <AuthPage title="Sign in">
      <SignInForm
        done={(session) => {
          signedIn(session);
          if (next) history.push(next);
          else void navigate({ to: "/" });
        }}
      />
      <p className="mt-4">
        <Link to="/forgot-password" className="inline-block py-1 text-accent underline underline-offset-4">
          Forgot your password?
        </Link>
      </p>
    </AuthPage>
  );
}
