import type { QueryClient } from "@tanstack/react-query";
import { createRootRouteWithContext, Link, Outlet } from "@tanstack/react-router";

export const Route = createRootRouteWithContext<{ client: QueryClient }>()({
  component: Outlet,
  notFoundComponent: () => (
    <main className="grid min-h-dvh place-content-center gap-2 p-4 text-center">
      <h1 className="text-xl font-semibold">There is no such page</h1>
      <Link to="/" className="text-accent underline">
        To the dashboard
      </Link>
    </main>
  ),
});
