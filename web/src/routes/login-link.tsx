import { createFileRoute, useNavigate } from "@tanstack/react-router";
import { signedIn } from "@/api/session/session";
import { AuthPage } from "@/features/auth/auth-page/auth-page";
import { LinkEntry } from "@/features/auth/link-entry/link-entry";
import { linkToken } from "@/features/auth/next";

export const Route = createFileRoute("/login-link")({ validateSearch: linkToken, component: Entry });

function Entry() {
  const { token } = Route.useSearch();
  const navigate = useNavigate();
  return (
    <AuthPage title="Sign in by link" about="This link works once.">
      <LinkEntry
        token={token}
        done={(session) => {
          signedIn(session);
          void navigate({ to: "/", replace: true });
        }}
      />
    </AuthPage>
  );
}
