import { createFileRoute } from "@tanstack/react-router";
import { Impersonations } from "@/features/impersonations/impersonations/impersonations";
import { PlatformPage } from "@/features/platform/access/access";

export const Route = createFileRoute("/_app/admin/impersonations")({
  component: () => (
    <PlatformPage owners>
      <Impersonations />
    </PlatformPage>
  ),
});
