import { createFileRoute } from "@tanstack/react-router";
import { PlatformPage } from "@/features/platform/access/access";
import { TenantPage } from "@/features/tenants/tenant-page/tenant-page";

export const Route = createFileRoute("/_app/admin/tenants/$tenantId")({ component: Page });

function Page() {
  const { tenantId } = Route.useParams();
  return (
    <PlatformPage>
      <TenantPage key={tenantId} id={tenantId} />
    </PlatformPage>
  );
}
