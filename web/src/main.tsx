import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { createRouter, RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import * as z from "zod/mini";
import { worthRetrying } from "@/api/problem/problem";
import { Failure, Waiting } from "@/components/ui/states/states";
import { Toaster } from "@/components/ui/toast/toast";
// Pages that are open follow the system from light to dark, also before anybody has signed in.
import "@/lib/theme/theme";
import { routeTree } from "@/routeTree.gen";
import "@/styles.css";

// Zod would compile its checks with `new Function`, which the content security policy forbids.
z.config({ jitless: true });

const client = new QueryClient({
  defaultOptions: { queries: { retry: worthRetrying, staleTime: 10_000 } },
});

const router = createRouter({
  routeTree,
  context: { client },
  defaultPreload: "intent",
  defaultPreloadStaleTime: 0,
  scrollRestoration: true,
  defaultPendingComponent: () => <Waiting />,
  defaultErrorComponent: ({ error, reset }) => (
    <div className="mx-auto max-w-xl p-4">
      <Failure
        error={error}
        retry={() => {
          reset();
          void router.invalidate();
        }}
      />
    </div>
  ),
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}

// The page's code is asked for before anything is drawn, and does not wait for who is there.
const [wanted] = router.getMatchedRoutes(router.latestLocation.pathname);
for (const route of wanted) {
  // What fails here is asked for again, and told, when the page is shown.
  void router.loadRouteChunk(route)?.catch(() => undefined);
}

const root = document.getElementById("root");
if (!root) throw new Error("index.html has no #root");
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={client}>
      <RouterProvider router={router} />
      <Toaster />
    </QueryClientProvider>
  </StrictMode>,
);
