import { createFileRoute } from "@tanstack/react-router";
import { PlatformPage } from "@/features/platform/access/access";
import { PlatformOverview } from "@/features/platform/overview/overview";

export const Route = createFileRoute("/_app/admin/overview")({
  component: () => (
    <PlatformPage>
      <PlatformOverview />
    </PlatformPage>
  ),
});
