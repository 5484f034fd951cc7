import { createFileRoute, redirect, useNavigate } from "@tanstack/react-router";
import { api, ask } from "@/api/client/client";
import { getState, signedIn, start } from "@/api/session/session";
import { AuthPage } from "@/features/auth/auth-page/auth-page";
import { PasswordForm } from "@/features/auth/password-form/password-form";

export const Route = createFileRoute("/choose-password")({
  beforeLoad: async () => {
    if ((await start()).kind !== "in") throw redirect({ to: "/login" });
  },
  component: Choose,
});

function Choose() {
  const navigate = useNavigate();
  const { client } = Route.useRouteContext();
  return (
    <AuthPage title="Choose your own password" about="The one you have was good for signing in once.">
      <PasswordForm
        current
        button="Go on"
        send={async ({ current_password, password }) => {
          await ask(api.POST("/me/password", { body: { current_password, new_password: password } }));
          const state = getState();
          if (state.kind === "in") signedIn({ ...state.session, must_change_password: false });
          client.clear();
          await navigate({ to: "/" });
        }}
      />
    </AuthPage>
  );
}
