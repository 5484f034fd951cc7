import { createFileRoute } from "@tanstack/react-router";
import { settingsQuery } from "@/features/auth/queries";
import { Calls } from "@/features/calls/calls/calls";
import { cleanFilters } from "@/features/calls/filters";
import { longListQuery } from "@/features/calls/queries";
import { soon } from "@/lib/soon/soon";

export const Route = createFileRoute("/_app/calls/")({
  validateSearch: cleanFilters,
  loaderDeps: ({ search }) => search,
  // Asked for as soon as the zone is known that days are meant in.
  loader: async ({ context: { client }, deps }) => {
    if (deps.q) return;
    await soon(
      client
        .ensureQueryData(settingsQuery)
        .then(({ timezone }) => client.prefetchInfiniteQuery(longListQuery(deps, timezone))),
    );
  },
  component: Page,
});

function Page() {
  const navigate = Route.useNavigate();
  return <Calls filters={Route.useSearch()} change={(search) => void navigate({ search, replace: true })} />;
}
