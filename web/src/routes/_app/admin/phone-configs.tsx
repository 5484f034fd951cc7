import { createFileRoute } from "@tanstack/react-router";
import { PhoneAdmin } from "@/features/phone-admin/phone-admin/phone-admin";
import { PlatformPage } from "@/features/platform/access/access";

export const Route = createFileRoute("/_app/admin/phone-configs")({
  // `?tenant=` whose lines are shown.
  validateSearch: (search): { tenant?: string } =>
    typeof search.tenant === "string" && search.tenant ? { tenant: search.tenant } : {},
  component: Page,
});

function Page() {
  const navigate = Route.useNavigate();
  const { tenant } = Route.useSearch();
  return (
    <PlatformPage>
      <PhoneAdmin tenant={tenant} choose={(id) => void navigate({ search: id ? { tenant: id } : {} })} />
    </PlatformPage>
  );
}
