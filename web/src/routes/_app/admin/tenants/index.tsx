import { createFileRoute } from "@tanstack/react-router";
import { PlatformPage } from "@/features/platform/access/access";
import type { Filters } from "@/features/tenants/queries";
import { Tenants } from "@/features/tenants/tenants/tenants";
import { STANDINGS, TIERS } from "@/features/tenants/words";

export const Route = createFileRoute("/_app/admin/tenants/")({
  validateSearch: (search): Filters => {
    const one = (name: string, of: readonly string[]) =>
      of.includes(search[name] as string) ? { [name]: search[name] as string } : {};
    return {
      ...(typeof search.q === "string" && search.q ? { q: search.q } : {}),
      ...one("status", STANDINGS),
      ...one("plan_tier", TIERS),
    };
  },
  component: Page,
});

function Page() {
  const navigate = Route.useNavigate();
  return (
    <PlatformPage>
      <Tenants filters={Route.useSearch()} change={(search) => void navigate({ search, replace: true })} />
    </PlatformPage>
  );
}
