import { createFileRoute } from "@tanstack/react-router";
import { Integrations } from "@/features/integrations/integrations/integrations";
import { PlatformPage } from "@/features/platform/access/access";

export const Route = createFileRoute("/_app/admin/integrations")({
  component: () => (
    <PlatformPage>
      <Integrations />
    </PlatformPage>
  ),
});
