import { useQuery } from "@tanstack/react-query";
import { createFileRoute, Outlet, redirect } from "@tanstack/react-router";
import { useEffect } from "react";
import { start, useSession } from "@/api/session/session";
import { Waiting } from "@/components/ui/states/states";
import { may, meQuery, settingsQuery } from "@/features/auth/queries";
import { Frame } from "@/features/shell/frame/frame";
import { goBackIn } from "@/features/shell/place/place";

/** Everything behind the sign-in. */
export const Route = createFileRoute("/_app")({
  beforeLoad: async ({ context, location }) => {
    const state = await start();
    if (state.kind === "out") throw redirect({ to: "/login", search: { next: location.href } });
    if (state.kind === "in" && state.session.must_change_password) throw redirect({ to: "/choose-password" });
    let me = await context.client.ensureQueryData(meQuery);
    if (await goBackIn(context.client, me)) me = await context.client.ensureQueryData(meQuery);
    if (me.must_change_password && !me.impersonation) throw redirect({ to: "/choose-password" });
    return { me };
  },
  // The tenant's zone is in every time on the page: without it, the page would be drawn twice.
  // That it could not be read is told by the parts that show it.
  loader: async ({ context: { client, me } }) => {
    if (may(me, "viewer")) await client.ensureQueryData(settingsQuery).catch(() => undefined);
  },
  component: App,
});

function App() {
  const state = useSession();
  const { data: me } = useQuery(meQuery);
  const { client } = Route.useRouteContext();
  const navigate = Route.useNavigate();
  useEffect(() => {
    if (state.kind !== "out") return;
    client.clear();
    void navigate({ to: "/login" });
  }, [state.kind, client, navigate]);
  if (!me) return <Waiting />;
  return (
    <Frame me={me}>
      <Outlet />
    </Frame>
  );
}
