import { createFileRoute, redirect } from "@tanstack/react-router";
import { may, settingsQuery } from "@/features/auth/queries";
import { Home } from "@/features/home/home/home";
import { goingOnQuery, recentQuery, upcomingQuery, usageQuery } from "@/features/home/queries";
import { dayKey } from "@/lib/dates/dates";
import { soon } from "@/lib/soon/soon";

export const Route = createFileRoute("/_app/")({
  beforeLoad: ({ context: { me } }) => {
    if (may(me, "viewer")) return;
    if (me.role === "customer") throw redirect({ to: "/portal" });
    if (me.platform_role) throw redirect({ to: "/admin/overview" });
  },
  // Asked for together with the zone, which only the appointments wait for.
  loader: ({ context: { client } }) =>
    soon(
      client.prefetchQuery(goingOnQuery),
      client.prefetchQuery(recentQuery),
      client.prefetchQuery(usageQuery),
      client
        .ensureQueryData(settingsQuery)
        .then(({ timezone }) => client.prefetchQuery(upcomingQuery(dayKey(new Date(), timezone), timezone))),
    ),
  component: Home,
});
