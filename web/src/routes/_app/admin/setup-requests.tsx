import { createFileRoute } from "@tanstack/react-router";
import { PlatformPage } from "@/features/platform/access/access";
import { SetupRequests } from "@/features/setup-requests/setup-requests/setup-requests";

export const Route = createFileRoute("/_app/admin/setup-requests")({
  component: () => (
    <PlatformPage>
      <SetupRequests />
    </PlatformPage>
  ),
});
