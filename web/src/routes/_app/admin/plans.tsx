import { createFileRoute } from "@tanstack/react-router";
import { Plans } from "@/features/plans/plans/plans";
import { PlatformPage } from "@/features/platform/access/access";

export const Route = createFileRoute("/_app/admin/plans")({
  component: () => (
    <PlatformPage>
      <Plans />
    </PlatformPage>
  ),
});
