import { createFileRoute } from "@tanstack/react-router";
import { PlatformPage } from "@/features/platform/access/access";
import { PlatformUsers } from "@/features/platform-users/platform-users/platform-users";

export const Route = createFileRoute("/_app/admin/users")({
  component: () => (
    <PlatformPage>
      <PlatformUsers />
    </PlatformPage>
  ),
});
