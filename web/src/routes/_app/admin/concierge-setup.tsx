import { createFileRoute } from "@tanstack/react-router";
import { Concierge } from "@/features/concierge/concierge/concierge";
import { PlatformPage } from "@/features/platform/access/access";

export const Route = createFileRoute("/_app/admin/concierge-setup")({
  // `?made=` the tenant that was set up last.
  validateSearch: (search): { made?: string } =>
    typeof search.made === "string" && search.made ? { made: search.made } : {},
  component: Page,
});

function Page() {
  const navigate = Route.useNavigate();
  const { made } = Route.useSearch();
  return (
    <PlatformPage owners>
      <Concierge made={made} go={(id) => void navigate({ search: id ? { made: id } : {} })} />
    </PlatformPage>
  );
}
