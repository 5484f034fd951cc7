import { createFileRoute, redirect } from "@tanstack/react-router";
import { may } from "@/features/auth/queries";
import { Home } from "@/features/home/home/home";

export const Route = createFileRoute("/_app/")({
  beforeLoad: ({ context: { me } }) => {
    if (may(me, "viewer")) return;
    if (me.role === "customer") throw redirect({ to: "/portal" });
    if (me.platform_role) throw redirect({ to: "/admin/overview" });
  },
  component: Home,
});
